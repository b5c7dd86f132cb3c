//! Attempts to deliver, and the demo's clock.

use rollout::{Exposure, RolloutId, Seq, Timestamp, event::FailureCause};
use serde::{Deserialize, Serialize};

/// One attempt to deliver a wanted exposure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Attempt {
    /// For which rollout.
    pub rollout: RolloutId,
    /// The flag's key at the backend.
    pub key: String,
    /// The record that wants it.
    pub want: Seq,
    /// What was wanted.
    pub to: Exposure,
    /// When, by the wall clock.
    pub at: Timestamp,
    /// How long the call and the reading back took.
    pub took_ms: u64,
    /// What came of it.
    pub outcome: Outcome,
}

/// What came of an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Outcome {
    /// Sent and read back.
    Applied,
    /// Not sent: the rulebook no longer clears the raise, or it waited too long.
    Cancelled,
    /// Sent, but something newer is wanted by now.
    Superseded,
    /// Did not get through.
    Failed(FailureCause),
}

/// POST /api/demo/clock: move the clock ahead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ClockMove {
    /// By so many hours: 1 to 744.
    #[cfg_attr(feature = "schema", schemars(range(min = 1, max = 744)))]
    pub ahead_hours: u32,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ClockView {
    /// The gateway's time now.
    pub now: Timestamp,
}
