//! Events: what a record says happened. A `kind` never changes its meaning.

use crate::{
    asker::ProvenBy,
    command::Decision,
    exposure::Exposure,
    id::{Digest, FlagSlug, GateNumber, LineSlug, PhaseSlug, Seq, StepSlug},
    plan::Meaning,
    text::TextHash,
    time::{Millis, Timestamp},
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What else a lowering undoes. Decided once and written down, so that a ledger folds the same under later rules.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Undone {
    /// Gates whose go it ends.
    pub gates: Vec<GateNumber>,
    /// Steps it reopens, with their soaks.
    pub steps: Vec<StepSlug>,
    /// Criteria and exit slots it reopens.
    pub lines: Vec<LineSlug>,
}

/// What was said with an act; hashes, never words.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Words {
    /// The reason or comment.
    pub reason: Option<TextHash>,
    /// Under which conditions.
    pub conditions: Option<TextHash>,
    /// What shows it.
    pub evidence: Vec<TextHash>,
}

/// Why a delivery has not got through yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum FailureCause {
    /// The backend does not answer.
    Unreachable,
    /// The backend does not know the flag.
    FlagMissing,
    /// The backend answered with a refusal.
    Refused,
    /// The backend took it, but reads back something else.
    ReadBackDiffers,
}

/// Why a raise was not sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum CancelCause {
    /// The rulebook no longer clears it.
    NoLongerClear,
    /// It waited too long for the backend.
    WaitedTooLong,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", content = "body", rename_all = "kebab-case")]
pub enum Event {
    /// The plan was attached to an environment; the backend's exposure at that moment is each flag's baseline.
    Attached { environment: String, baselines: BTreeMap<FlagSlug, Exposure>, sample: bool },
    /// The plan took force.
    Adopted {
        digest: Digest,
        #[serde(skip_serializing_if = "Option::is_none")]
        proof: Option<ProvenBy>,
        words: Words,
    },
    /// A task or criterion was ticked.
    Ticked { line: LineSlug, words: Words },
    /// It was opened again.
    Unticked { line: LineSlug, words: Words },
    /// A criterion was waived.
    Waived { line: LineSlug, words: Words },
    /// A slot was signed. The plan's digest stands in the record beside it.
    Signed {
        slot: LineSlug,
        meaning: Meaning,
        scope_digest: Digest,
        #[serde(skip_serializing_if = "Option::is_none")]
        proof: Option<ProvenBy>,
        words: Words,
    },
    /// A slot was objected to.
    Objected { slot: LineSlug, words: Words },
    /// One's own signature or objection was taken back; by who had neither, the objections of others.
    Withdrawn { slot: LineSlug, words: Words },
    /// A decision at a gate.
    Decided {
        gate: GateNumber,
        decision: Decision,
        #[serde(skip_serializing_if = "Option::is_none")]
        proof: Option<ProvenBy>,
        words: Words,
    },
    /// A hold was released by the role that held.
    Released { gate: GateNumber, words: Words },
    /// A raise was asked for; delivery follows.
    Raised { flag: FlagSlug, step: StepSlug, from: Exposure, to: Exposure },
    /// A lowering was asked for; delivery follows, even if it seems so already.
    Lowered { flag: FlagSlug, from: Exposure, to: Exposure, undone: Undone, words: Words },
    /// The flag is to go back up from what the backend has to what the ledger says; delivery follows.
    PutBack { flag: FlagSlug, from: Exposure, to: Exposure },
    /// A step outside the flag was attested done.
    Attested { step: StepSlug, words: Words },
    /// That attestation was taken back.
    Unattested { step: StepSlug, undone: Undone, words: Words },
    /// An observed exposure that the ledger had not asked for was accepted.
    Accepted { flag: FlagSlug, exposure: Exposure, undone: Undone, words: Words },
    /// An optional phase was skipped.
    Skipped { phase: PhaseSlug, words: Words },
    /// It was taken back in.
    Unskipped { phase: PhaseSlug, words: Words },
    /// A raise past the blockers was asked for; delivery follows, and at `until` it goes back by itself.
    GlassBroken { flag: FlagSlug, from: Exposure, to: Exposure, until: Timestamp, words: Words },
    /// Nobody reviewed it in time: the flag goes back; delivery follows. It ends no go and reopens nothing.
    GlassExpired { flag: FlagSlug, glass: Seq, from: Exposure, to: Exposure },
    /// Somebody else looked at it. Where it still keeps the flag up, there it stays.
    GlassReviewed { flag: FlagSlug, glass: Seq, words: Words },
    /// An incident was opened; its number is this record's.
    IncidentOpened { words: Words },
    /// An incident was resolved.
    IncidentResolved { incident: Seq, words: Words },
    /// Somebody said something, perhaps about an earlier record.
    Noted { about: Option<Seq>, words: Words },
    /// The backend has the wanted exposure, and it was read back.
    Applied { flag: FlagSlug, exposure: Exposure, want: Seq },
    /// A person says that the flag was set by hand, as `want` asks. Counts once it is verified, or at once if nothing can.
    MovedByHand { flag: FlagSlug, exposure: Exposure, want: Seq, to_verify: bool, words: Words },
    /// A delivery did not get through; it is tried again.
    Failed { flag: FlagSlug, want: Seq, cause: FailureCause },
    /// A raise was not sent, or was taken back before it counted; the flag stays where it was.
    Cancelled { flag: FlagSlug, want: Seq, back_to: Exposure, cause: CancelCause },
    /// The backend has an exposure that the ledger did not ask for.
    Observed { flag: FlagSlug, exposure: Exposure },
    /// The demo's clock was moved ahead.
    ClockMoved { by_ms: Millis },
}

impl Event {
    /// Every kind this rulebook knows.
    pub const KINDS: [&'static str; 30] = [
        "attached",
        "adopted",
        "ticked",
        "unticked",
        "waived",
        "signed",
        "objected",
        "withdrawn",
        "decided",
        "released",
        "raised",
        "lowered",
        "put-back",
        "attested",
        "unattested",
        "accepted",
        "skipped",
        "unskipped",
        "glass-broken",
        "glass-expired",
        "glass-reviewed",
        "incident-opened",
        "incident-resolved",
        "noted",
        "applied",
        "moved-by-hand",
        "failed",
        "cancelled",
        "observed",
        "clock-moved",
    ];

    /// How who did it had proven themselves anew, if they had.
    pub fn proof(&self) -> Option<ProvenBy> {
        match self {
            Self::Adopted { proof, .. } | Self::Signed { proof, .. } | Self::Decided { proof, .. } => *proof,
            _ => None,
        }
    }

    /// What was said with it, if anything can be.
    pub fn words(&self) -> Option<&Words> {
        match self {
            Self::Adopted { words, .. }
            | Self::Ticked { words, .. }
            | Self::Unticked { words, .. }
            | Self::Waived { words, .. }
            | Self::Signed { words, .. }
            | Self::Objected { words, .. }
            | Self::Withdrawn { words, .. }
            | Self::Decided { words, .. }
            | Self::Released { words, .. }
            | Self::Lowered { words, .. }
            | Self::Attested { words, .. }
            | Self::Unattested { words, .. }
            | Self::Accepted { words, .. }
            | Self::Skipped { words, .. }
            | Self::Unskipped { words, .. }
            | Self::GlassBroken { words, .. }
            | Self::GlassReviewed { words, .. }
            | Self::IncidentOpened { words }
            | Self::IncidentResolved { words, .. }
            | Self::MovedByHand { words, .. }
            | Self::Noted { words, .. } => Some(words),
            Self::Attached { .. }
            | Self::Raised { .. }
            | Self::PutBack { .. }
            | Self::GlassExpired { .. }
            | Self::Applied { .. }
            | Self::Failed { .. }
            | Self::Cancelled { .. }
            | Self::Observed { .. }
            | Self::ClockMoved { .. } => None,
        }
    }
}
