//! GET /api/flags: every flag of every rollout.

use crate::rollouts::Said;
use rollout::{Actor, Exposure, FailureCause, FlagSlug, PhaseSlug, RolloutId, Seq, Timestamp};
use serde::{Deserialize, Serialize};

/// The flags of all rollouts, or of those that have moved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FlagsView {
    /// Where the ledgers stand: `?after=` it brings what has moved since.
    pub cursor: u64,
    /// Since when the backend has not answered; none while it answers.
    pub backend_unreachable_since: Option<Timestamp>,
    /// Rollouts with their flags, oldest first.
    pub rollouts: Vec<RolloutFlags>,
    /// Who stands behind the ids in them.
    pub said: Said,
}

/// A rollout's flags, in the plan's order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RolloutFlags {
    /// The rollout.
    pub id: RolloutId,
    /// The plan's name.
    pub name: String,
    /// Where it is carried out.
    pub environment: String,
    /// Every gate is clear: it has given its flags back.
    pub closed: bool,
    /// The ledger's head.
    pub version: Seq,
    /// Its flags.
    pub flags: Vec<FlagView>,
}

/// A flag, wanted and delivered. What it has not is left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FlagView {
    /// The flag within the plan.
    pub slug: FlagSlug,
    /// Its key at the backend.
    pub key: String,
    /// Name on screen.
    pub name: String,
    /// The environment variable, if it differs from the key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variable: Option<String>,
    /// Its group, by name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// What the application does when nobody sets the flag; off, if left out.
    #[serde(default = "off", skip_serializing_if = "Exposure::is_off")]
    pub code_default: Exposure,
    /// The first phase that sets it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phase: Option<PhaseSlug>,
    /// What the ledger wants.
    pub wanted: Exposure,
    /// What was last read back.
    pub applied: Exposure,
    /// What is on its way to the backend.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pending: Option<PendingView>,
    /// What the backend has that the ledger did not ask for: drift.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub observed: Option<ObservedView>,
    /// Who last asked for its exposure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_by: Option<LastChange>,
}

impl FlagView {
    /// Losing the override turns the feature on.
    pub fn fails_open(&self) -> bool {
        !self.code_default.is_off()
    }

    /// What the backend was last seen to have.
    pub fn standing_at(&self) -> &Exposure {
        self.observed.as_ref().map_or(&self.applied, |observed| &observed.exposure)
    }
}

/// Wanted, and not yet read back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PendingView {
    /// Since when.
    pub since: Timestamp,
    /// It gives the flag to somebody.
    pub upward: bool,
    /// Why it has not got through, if an attempt failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<FailureCause>,
}

/// An exposure that the ledger did not ask for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ObservedView {
    /// What the backend has.
    pub exposure: Exposure,
    /// Seen then.
    pub since: Timestamp,
}

/// Who asked for a flag's exposure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LastChange {
    /// The record.
    pub seq: Seq,
    /// Its time.
    pub time: Timestamp,
    /// Who.
    pub by: Actor,
}

fn off() -> Exposure {
    Exposure::OFF
}
