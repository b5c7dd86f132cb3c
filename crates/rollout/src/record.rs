//! Records: the append-only history. The bytes are for ever.

mod place;

use crate::{
    canonical,
    event::Event,
    id::{Digest, RolloutId, Seq},
    role::Actor,
    time::Timestamp,
    wire::{self, Fields},
};
use serde::Serialize;

/// The edition of the record form that this rulebook writes.
const VERSION: u32 = 1;

/// One record of a ledger. Stored and hashed as its RFC 8785 bytes, never re-serialized.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Record {
    v: u32,
    /// The ledger it stands in: the rollout's id.
    pub ledger: RolloutId,
    /// Its number there, from 1, without gaps.
    pub seq: Seq,
    /// The gateway's time, never before the record before.
    pub time: Timestamp,
    /// Who did it.
    pub actor: Actor,
    /// The plan in force, or on the way to it.
    pub plan_digest: Digest,
    /// What happened: `kind` and `body`.
    #[serde(flatten)]
    pub event: Event,
}

/// Why bytes are no record that this rulebook can read.
#[derive(Debug, thiserror::Error)]
pub enum NoRecord {
    /// It has a kind or an edition that this rulebook does not know: a newer gateway wrote it.
    #[error("record {seq} is of a kind this rulebook does not know: {kind} (edition {v})")]
    Unknown {
        /// Its number.
        seq: Seq,
        /// Its kind.
        kind: String,
        /// Its edition.
        v: u32,
    },
    /// It is no record at all.
    #[error("this is no record: {0}")]
    Malformed(#[from] serde_json::Error),
}

impl Record {
    /// A new record.
    pub fn new(ledger: RolloutId, seq: Seq, time: Timestamp, actor: Actor, plan_digest: Digest, event: Event) -> Self {
        Self { v: VERSION, ledger, seq, time, actor, plan_digest, event }
    }

    /// The bytes that are stored and hashed.
    pub fn bytes(&self) -> Vec<u8> {
        canonical::bytes(self)
    }

    /// Reads stored bytes.
    ///
    /// Errors: no record, or one that only a newer rulebook knows.
    pub fn parse(bytes: &[u8]) -> Result<Self, NoRecord> {
        let mut record = Fields::of(wire::read(bytes)?)?;
        let (v, seq, kind): (_, _, String) = (record.get("v")?, record.get("seq")?, record.get("kind")?);
        if v != VERSION || !Event::KINDS.contains(&kind.as_str()) {
            return Err(NoRecord::Unknown { seq, kind, v });
        }
        Ok(Self {
            v,
            ledger: record.get("ledger")?,
            seq,
            time: record.get("time")?,
            actor: record.get("actor")?,
            plan_digest: record.get("plan_digest")?,
            event: Event::of_kind(&kind, &record.inner("body")?)?,
        })
    }
}

/// SHA-256(0x00 ‖ bytes): a leaf of RFC 9162's Merkle tree (section 2.1.1).
pub fn leaf_hash(bytes: &[u8]) -> Digest {
    Digest::of(&[&[0], bytes])
}
