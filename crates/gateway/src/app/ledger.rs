//! One rollout in memory: its plan, and the fold of its records.

use super::unrecorded::Waiting;
use crate::store::{RolloutRow, Store, StoreError, Stored};
use anyhow::{Context, ensure};
use rollout::{Plan, Record, Rollout, RolloutId, Seq, evolve, record::leaf_hash};
use std::sync::{Arc, Mutex as Sync, MutexGuard as SyncGuard, PoisonError};
use tokio::sync::{Mutex, MutexGuard};

/// How many records are read at once.
pub(super) const PAGE: u32 = 1_000;

/// A rollout's ledger. Whoever appends holds its lock from reading to writing.
pub struct Ledger {
    pub id: RolloutId,
    pub environment: String,
    pub plan: Arc<Plan>,
    folded: Mutex<Folded>,
    /// Lowerings that are carried out and not recorded, oldest first.
    waiting: Sync<Vec<Waiting>>,
    /// Held by the one who tries to record them.
    pub recording: Mutex<()>,
}

/// The fold of a ledger's records.
pub struct Folded {
    pub rollout: Rollout,
    /// The position of its last record among all.
    pub cursor: u64,
    /// Something was being written and nobody knows how it ended: what is in the store comes first.
    pub(super) stale: bool,
}

impl Ledger {
    pub fn new(rollout: Rollout, cursor: u64) -> Self {
        let (id, environment, plan) = (rollout.id, rollout.environment.clone(), rollout.plan().clone());
        let folded = Mutex::new(Folded { rollout, cursor, stale: false });
        Self { id, environment, plan, folded, waiting: Sync::default(), recording: Mutex::default() }
    }

    /// Folds the ledger from its records' bytes.
    ///
    /// Errors: the records do not fit each other or their hashes, or a newer Signalbox wrote them.
    pub async fn load(store: &dyn Store, row: RolloutRow) -> anyhow::Result<Self> {
        let id = row.id;
        let damaged = || format!("the ledger of rollout {id} cannot be read");
        let plan: Plan = serde_json::from_slice(&row.plan).with_context(damaged)?;
        let first = store.record(id, 1).await?.with_context(|| format!("rollout {id} has no records"))?;
        let record = checked(&first, 0).with_context(damaged)?;
        let rollout = Rollout::begin(&record, Arc::new(plan)).with_context(damaged)?;
        let mut folded = Folded { rollout, cursor: first.position, stale: false };
        folded.catch_up(store, id).await.with_context(damaged)?;
        Ok(Self::new(folded.rollout, folded.cursor))
    }

    /// The fold as it stands, held still.
    ///
    /// Errors: an earlier write's outcome is unknown and the store does not tell.
    pub async fn lock(&self, store: &dyn Store) -> Result<MutexGuard<'_, Folded>, StoreError> {
        let mut folded = self.folded.lock().await;
        if folded.stale {
            let caught_up = folded.catch_up(store, self.id).await;
            caught_up.map_err(|error| StoreError::Unreadable(format!("{error:#}")))?;
            folded.stale = false;
        }
        Ok(folded)
    }

    /// The fold as it stands, without asking the store: for what cannot wait for it.
    pub async fn as_it_stands(&self) -> MutexGuard<'_, Folded> {
        self.folded.lock().await
    }

    /// Does a lowering wait to be recorded?
    pub fn has_unrecorded(&self) -> bool {
        !self.all_waiting().is_empty()
    }

    pub(super) fn waiting(&self) -> Vec<Waiting> {
        self.all_waiting().clone()
    }

    pub(super) fn wait(&self, late: Waiting) {
        self.all_waiting().push(late);
    }

    /// The first that waited does not wait any more.
    pub(super) fn recorded_first(&self) {
        self.all_waiting().remove(0);
    }

    fn all_waiting(&self) -> SyncGuard<'_, Vec<Waiting>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Folded {
    async fn catch_up(&mut self, store: &dyn Store, id: RolloutId) -> anyhow::Result<()> {
        loop {
            let page = store.records(id, self.rollout.version, PAGE).await?;
            if page.is_empty() {
                return Ok(());
            }
            for stored in page {
                let record = checked(&stored, self.rollout.version)?;
                evolve(&mut self.rollout, &record);
                ensure!(self.rollout.version == stored.seq, "record {} does not follow", stored.seq);
                self.cursor = stored.position;
            }
        }
    }
}

/// The record, which must be the one that follows.
pub(super) fn checked(stored: &Stored, after: Seq) -> anyhow::Result<Record> {
    ensure!(stored.seq == after + 1, "record {} is missing: {} follows {after}", after + 1, stored.seq);
    ensure!(leaf_hash(&stored.bytes) == stored.leaf, "record {} is damaged: its hash is another", stored.seq);
    let record = Record::parse(&stored.bytes).context("a newer Signalbox may have written it; start that one")?;
    ensure!(record.seq == stored.seq && record.ledger == stored.rollout, "record {} says it is another", stored.seq);
    Ok(record)
}
