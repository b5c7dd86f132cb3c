//! GET /api/backend: how the flag backends do, and what was delivered to them.

use crate::system::Outcome;
use rollout::{Exposure, FlagSlug, RolloutId, Seq, Timestamp, facts::Capabilities};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Every backend, and the latest deliveries. All times are the gateway's, as `now` is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct BackendsView {
    /// As of then is all of it.
    pub now: Timestamp,
    /// The backends that plans may name.
    pub backends: Vec<BackendView>,
    /// What people move; none if no open rollout has such a flag.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by_hand: Option<ByHandView>,
    /// The latest deliveries, the one that was tried last first.
    pub deliveries: Vec<DeliveryView>,
}

/// The flags of open rollouts that people move.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ByHandView {
    /// How many there are.
    pub flags: usize,
    /// How many of them wait for a person now.
    pub waiting: usize,
    /// The targets that tell what some of them are, by name.
    pub targets: BTreeSet<String>,
}

/// How a backend does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct BackendView {
    /// Which kind it is: `built-in` or `unleash`.
    pub kind: String,
    /// Its host, with the port if that is unusual; none if it is part of the gateway.
    pub host: Option<String>,
    /// The part of it that holds the flags: an Unleash's project.
    pub project: Option<String>,
    /// Whether it answers, and since when.
    pub standing: Standing,
    /// What it told of itself within the last seconds.
    pub told: Option<Told>,
    /// Why it told nothing, and what to do.
    pub problem: Option<String>,
    /// What it can express.
    pub capabilities: Capabilities,
    /// How fast the last calls were answered; none before the first.
    pub latency: Option<Latency>,
    /// When every flag was last read from it.
    pub synced: Option<Timestamp>,
}

/// Whether a backend answers. What was before the gateway started, nobody remembers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Standing {
    /// Nothing was asked of it yet.
    Unasked,
    /// It has answered every time since then.
    Answers(Timestamp),
    /// It has not answered since then.
    Silent(Timestamp),
}

/// What a backend tells of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Told {
    /// Its version.
    pub version: String,
    /// The environments that it has; none, if any name will do.
    pub environments: Vec<EnvironmentView>,
}

/// An environment of a backend.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct EnvironmentView {
    /// Its name.
    pub name: String,
    /// The gateway may change flags there, not only read them.
    pub writable: bool,
}

/// How fast the last calls to a backend were answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Latency {
    /// How many calls these are: the last, at most a hundred.
    pub calls: u64,
    /// How many of them were not answered.
    pub unanswered: u64,
    /// Of those that were: half of them took no longer, in milliseconds.
    pub median_ms: u64,
    /// And none took longer.
    pub worst_ms: u64,
}

/// A wanted exposure on its way to a backend, with each attempt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DeliveryView {
    /// The kind of the backend that it goes to.
    pub backend: String,
    /// For which rollout.
    pub rollout: RolloutId,
    /// Its plan's name.
    pub name: String,
    /// Where it is carried out.
    pub environment: String,
    /// The flag within the plan.
    pub flag: FlagSlug,
    /// Its key at the backend.
    pub key: String,
    /// The record that wants it.
    pub want: Seq,
    /// What was wanted.
    pub to: Exposure,
    /// The latest attempts, newest first.
    pub attempts: Vec<AttemptView>,
    /// How many earlier ones are left out.
    pub earlier: u64,
}

/// One attempt of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AttemptView {
    /// When.
    pub at: Timestamp,
    /// How long the call and the reading back took.
    pub took_ms: u64,
    /// What came of it.
    pub outcome: Outcome,
}
