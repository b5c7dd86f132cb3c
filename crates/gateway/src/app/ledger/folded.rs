//! The fold of a ledger's records, and the snapshots that spare folding them all again.
//!
//! A snapshot is a cache. One that is damaged, of another rulebook or of another plan is passed over; where there is
//! none, the ledger is folded from its first record, and snapshots are kept on the way.

use crate::store::{SNAPSHOT_EVERY, Snapshot, Store, Stored};
use anyhow::{Context, ensure};
use rollout::{
    Digest, Plan, RULEBOOK_VERSION, Record, Rollout, RolloutId, Seq, evolve, record::leaf_hash, state::State,
};
use std::sync::Arc;

/// How many records are read at once.
const PAGE: u32 = 1_000;

/// The fold of a ledger's records.
pub struct Folded {
    pub rollout: Rollout,
    /// The position of its last record among all.
    pub cursor: u64,
    /// Something was being written and nobody knows how it ended: what is in the store comes first.
    pub(in crate::app) stale: bool,
    /// The version that a snapshot was last kept of.
    kept: Seq,
}

impl Folded {
    pub fn new(rollout: Rollout, cursor: u64) -> Self {
        Self { rollout, cursor, stale: false, kept: 0 }
    }

    /// The fold of a ledger's first record.
    ///
    /// Errors: it is not the first, or attaches another plan, or its bytes and its hash do not fit.
    pub fn begin(first: &Stored, plan: Arc<Plan>) -> anyhow::Result<Self> {
        Ok(Self::new(Rollout::begin(&checked(first, 0)?, plan)?, first.position))
    }

    /// The newest good snapshot of a ledger at or before a version, or its first record.
    pub(super) async fn nearest(
        store: &dyn Store,
        id: RolloutId,
        plan: &Arc<Plan>,
        mut at_most: Seq,
    ) -> anyhow::Result<Self> {
        while let Some(snapshot) = store.snapshot(id, RULEBOOK_VERSION, at_most).await? {
            match Self::resume(store, id, plan, &snapshot).await {
                Ok(folded) => return Ok(folded),
                Err(error) => {
                    let seq = snapshot.seq;
                    tracing::warn!(rollout = %id, seq, error = format!("{error:#}"), "a snapshot is passed over");
                    at_most = seq.saturating_sub(1);
                }
            }
        }
        let first = store.record(id, 1).await?.with_context(|| format!("rollout {id} has no records"))?;
        Self::begin(&first, plan.clone())
    }

    async fn resume(store: &dyn Store, id: RolloutId, plan: &Arc<Plan>, snapshot: &Snapshot) -> anyhow::Result<Self> {
        ensure!(Digest::of(&[&snapshot.state]) == snapshot.digest, "it is damaged: its hash is another");
        let state: State = serde_json::from_slice(&snapshot.state)?;
        ensure!((state.id, state.version) == (id, snapshot.seq), "it is of another ledger or version");
        let last = store.record(id, snapshot.seq).await?.context("its last record is not there")?;
        checked(&last, snapshot.seq - 1)?;
        ensure!(last.position == snapshot.position, "its last record stands elsewhere");
        let rollout = Rollout::resume(state, plan.clone())?;
        Ok(Self { kept: snapshot.seq, ..Self::new(rollout, snapshot.position) })
    }

    /// Folds what follows in the store, up to a version.
    pub(super) async fn go_on(&mut self, store: &dyn Store, to: Seq) -> anyhow::Result<()> {
        while self.page(store, to).await? {}
        Ok(())
    }

    /// Folds all that follows, and keeps snapshots on the way: they were thrown away, or are of another rulebook.
    pub(super) async fn go_on_keeping(&mut self, store: &dyn Store) -> anyhow::Result<()> {
        while self.page(store, Seq::MAX).await? {
            if self.is_due() {
                self.keep(store).await;
            }
        }
        Ok(())
    }

    /// Folds a page of records. Was there anything?
    async fn page(&mut self, store: &dyn Store, to: Seq) -> anyhow::Result<bool> {
        let left = to.saturating_sub(self.rollout.version).min(PAGE.into()) as u32;
        let page = store.records(self.rollout.id, self.rollout.version, left).await?;
        for stored in &page {
            self.fold(stored)?;
        }
        Ok(!page.is_empty())
    }

    /// Folds the next record.
    ///
    /// Errors: it is not the next, or its bytes and its hash do not fit.
    pub fn fold(&mut self, stored: &Stored) -> anyhow::Result<()> {
        let record = checked(stored, self.rollout.version)?;
        evolve(&mut self.rollout, &record);
        ensure!(self.rollout.version == stored.seq, "record {} does not follow", stored.seq);
        self.cursor = stored.position;
        Ok(())
    }

    /// Have as many records come since the last snapshot that another is to be kept?
    pub(in crate::app) fn is_due(&self) -> bool {
        self.rollout.version / SNAPSHOT_EVERY > self.kept / SNAPSHOT_EVERY
    }

    /// Keeps a snapshot of it, unless one is kept. If that cannot be, it is the log alone that needs to know.
    pub(in crate::app) async fn keep(&mut self, store: &dyn Store) {
        let (id, seq) = (self.rollout.id, self.rollout.version);
        if seq == self.kept {
            return;
        }
        let state = self.rollout.canonical_bytes();
        let digest = Digest::of(&[&state]);
        let snapshot = Snapshot { rulebook: RULEBOOK_VERSION, seq, position: self.cursor, state, digest };
        match store.keep_snapshot(id, &snapshot).await {
            Ok(()) => self.kept = seq,
            Err(error) => tracing::warn!(rollout = %id, seq, %error, "a snapshot could not be kept"),
        }
    }
}

/// A stored record, read, if it is the one after that version and its bytes have its hash.
fn checked(stored: &Stored, after: Seq) -> anyhow::Result<Record> {
    ensure!(stored.seq == after + 1, "record {} is missing: {} follows {after}", after + 1, stored.seq);
    ensure!(leaf_hash(&stored.bytes) == stored.leaf, "record {} is damaged: its hash is another", stored.seq);
    let record = Record::parse(&stored.bytes).context("a newer Signalbox may have written it; start that one")?;
    ensure!(record.seq == stored.seq && record.ledger == stored.rollout, "record {} says it is another", stored.seq);
    Ok(record)
}

#[cfg(test)]
mod tests;
