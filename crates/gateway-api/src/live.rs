//! GET /api/live: one stream of server-sent events for all that a person may see.
//!
//! `event: record` with a [`LiveRecord`], its `id:` the cursor; `event: beat` with a [`Beat`], at once and every 15 s.

use crate::rollouts::{RecordView, Said};
use rollout::{Facts, RolloutId, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A record as it was appended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LiveRecord {
    /// Where the stream stands after it.
    pub cursor: u64,
    /// The record.
    pub record: RecordView,
    /// Who and what stands behind ids and hashes in it.
    pub said: Said,
    /// The gateway's time.
    pub now: Timestamp,
}

/// The heartbeat: the gateway's time, and what no ledger holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Beat {
    /// Where the stream stands.
    pub cursor: u64,
    /// The gateway's time.
    pub now: Timestamp,
    /// The facts of each rollout.
    pub facts: BTreeMap<RolloutId, Facts>,
}
