//! Rollouts, their records, and commands to them.

use crate::session::Person;
use rollout::{
    Aspect, Digest, Exposure, Facts, FailureCause, FlagSlug, GateNumber, PersonId, Plan, Role, RolloutId, Seq,
    TextHash, Timestamp, state::State,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What records leave out: who people are, and what was said. Travels beside them, never in them.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Said {
    /// People by id. One who was erased is called so: "Erased person".
    pub people: BTreeMap<PersonId, Person>,
    /// Texts by hash; an evidence is the JSON of [`rollout::text::EvidenceWire`]. An erased text is missing.
    pub texts: BTreeMap<TextHash, String>,
}

/// GET /api/rollouts: a line each.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RolloutSummary {
    /// The rollout.
    pub id: RolloutId,
    /// The plan's name.
    pub name: String,
    /// Where it is carried out.
    pub environment: String,
    /// The ledger's head.
    pub version: Seq,
    /// Its phases.
    pub phases: Vec<PhaseSummary>,
    /// Index of the phase one is in; none when all are done.
    pub current: Option<usize>,
    /// Every gate is clear.
    pub closed: bool,
    /// Who is waited for at the first gate that is not clear.
    pub waits_for: Vec<Role>,
    /// How many incidents are open.
    pub incidents: usize,
    /// When the soak that runs now ends, if nothing happens.
    pub soak_ends: Option<Timestamp>,
    /// How many flags the backend has at what the ledger did not ask for.
    pub drifts: usize,
    /// Lowerings that the backend has not confirmed; none, if it has confirmed all.
    pub lowering: Option<Lowering>,
    /// The flags that the backend gives to more people than the ledger wants, past a gate that is not clear.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub past_gates: Vec<PastGate>,
    /// The flags that somebody raised past the rules, for as long as that keeps them up and nobody has reviewed it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub glasses: Vec<BrokenGlass>,
}

/// A flag that is up past the rules, in an emergency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct BrokenGlass {
    /// The record that broke it.
    pub seq: Seq,
    /// The flag.
    pub flag: FlagSlug,
    /// Its name.
    pub name: String,
    /// Where it was before, and goes back to.
    pub from: Exposure,
    /// Where it is.
    pub to: Exposure,
    /// When it goes back by itself.
    pub until: Timestamp,
}

/// A flag that drifted upwards past a gate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PastGate {
    /// The flag.
    pub flag: FlagSlug,
    /// Its name.
    pub name: String,
    /// The first gate that is not clear, of those before the phase that raises it so far.
    pub gate: GateNumber,
    /// What the ledger wants.
    pub wanted: Exposure,
    /// What the backend has.
    pub exposure: Exposure,
    /// Seen then.
    pub since: Timestamp,
}

/// Lowerings that are on their way to the backend.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Lowering {
    /// How many flags.
    pub flags: usize,
    /// The one that has waited longest.
    pub flag: FlagSlug,
    /// Its name.
    pub name: String,
    /// Since when it waits.
    pub since: Timestamp,
    /// Why it has not got through, if an attempt failed.
    pub failure: Option<FailureCause>,
}

/// A phase, with the gate before it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PhaseSummary {
    /// Its name.
    pub name: String,
    /// It is meant to take at least so many days; 0 if nobody knows.
    pub days: u32,
    /// The gate before it.
    pub gate: GateNumber,
    /// How that gate's signal stands.
    pub aspect: Aspect,
    /// It was skipped.
    pub skipped: bool,
    /// It was accepted.
    pub accepted: bool,
}

/// GET /api/rollouts/{id}: everything the console needs to fold on from here. The ETag is the version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RolloutView {
    /// The plan.
    pub plan: Plan,
    /// The fold of the ledger; its canonical JSON is the same wherever it was folded.
    pub state: State,
    /// What no ledger holds.
    pub facts: Facts,
    /// Who and what stands behind ids and hashes in the state.
    pub said: Said,
    /// The gateway's time.
    pub now: Timestamp,
    /// The live stream's cursor at this state.
    pub cursor: u64,
}

/// A record as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RecordView {
    /// The rollout whose ledger it stands in.
    pub rollout: RolloutId,
    /// Its number there.
    pub seq: Seq,
    /// The stored bytes: RFC 8785 JSON, verbatim.
    pub bytes: String,
    /// SHA-256(0x00 ‖ bytes).
    pub leaf: Digest,
}

/// GET /api/rollouts/{id}/records: oldest first; newest first, if it was asked for those before one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RecordsPage {
    /// The records that were asked for, at most `limit`.
    pub records: Vec<RecordView>,
    /// Who and what stands behind ids and hashes in them.
    pub said: Said,
    /// Where to go on, as `after` or `before`: so far was looked. None, if nothing is left that way.
    pub next: Option<Seq>,
    /// The ledger's head.
    pub version: Seq,
}

/// POST /api/rollouts/{id}/commands: what came of it. The same answer for the same idempotency key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CommandAnswer {
    /// The records it made.
    pub records: Vec<RecordView>,
    /// Who and what stands behind ids and hashes in them.
    pub said: Said,
    /// The ledger's head after them.
    pub version: Seq,
}

/// 202 to a lowering that the gateway's store did not take: it is carried out, and recorded as soon as the store takes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Unrecorded {
    /// What happened, and what happens next.
    pub detail: String,
    /// What came of it at the backend, flag by flag.
    pub lowered: Vec<LoweredUnrecorded>,
}

/// A flag that was lowered without a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LoweredUnrecorded {
    /// The flag.
    pub flag: FlagSlug,
    /// Its key at the backend.
    pub key: String,
    /// Where to.
    pub to: Exposure,
    /// Why it has not got through yet; none if it was read back.
    pub failure: Option<FailureCause>,
}
