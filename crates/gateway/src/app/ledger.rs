//! One rollout in memory: its plan, and the fold of its records.

mod folded;

pub use folded::Folded;

use super::unrecorded::Waiting;
use crate::store::{RolloutRow, Store, StoreError};
use anyhow::Context;
use rollout::{Digest, Plan, Rollout, RolloutId, Seq};
use std::sync::{Arc, Mutex as Sync, MutexGuard as SyncGuard, PoisonError};
use tokio::sync::{Mutex, MutexGuard};

/// A rollout's ledger. Whoever appends holds its lock from reading to writing.
pub struct Ledger {
    pub id: RolloutId,
    pub environment: String,
    pub plan: Arc<Plan>,
    pub plan_digest: Digest,
    folded: Mutex<Folded>,
    /// Lowerings that are carried out and not recorded, oldest first.
    waiting: Sync<Vec<Waiting>>,
    /// Held by the one who tries to record them.
    pub recording: Mutex<()>,
}

impl Ledger {
    pub fn new(folded: Folded) -> Self {
        let rollout = &folded.rollout;
        let (id, environment, plan) = (rollout.id, rollout.environment.clone(), rollout.plan().clone());
        let (plan_digest, folded) = (rollout.plan_digest, Mutex::new(folded));
        Self { id, environment, plan, plan_digest, folded, waiting: Sync::default(), recording: Mutex::default() }
    }

    /// Folds the ledger from its records' bytes, beginning at its newest snapshot.
    ///
    /// Errors: the records do not fit each other or their hashes, or a newer Signalbox wrote them.
    pub async fn load(store: &dyn Store, row: RolloutRow) -> anyhow::Result<Self> {
        let damaged = || format!("the ledger of rollout {} cannot be read", row.id);
        let plan: Plan = serde_json::from_slice(&row.plan).with_context(damaged)?;
        let mut folded = Folded::nearest(store, row.id, &Arc::new(plan), Seq::MAX).await.with_context(damaged)?;
        folded.go_on_keeping(store).await.with_context(damaged)?;
        Ok(Self::new(folded))
    }

    /// The rollout as it stood at a version, folded from the nearest snapshot before it; none if there is no such version.
    ///
    /// Errors: as [`Ledger::load`].
    pub async fn as_it_stood(&self, store: &dyn Store, version: Seq) -> anyhow::Result<Option<Rollout>> {
        if version == 0 {
            return Ok(None);
        }
        let mut folded = Folded::nearest(store, self.id, &self.plan, version).await?;
        folded.go_on(store, version).await?;
        Ok((folded.rollout.version == version).then_some(folded.rollout))
    }

    /// The fold as it stands, held still.
    ///
    /// Errors: an earlier write's outcome is unknown and the store does not tell.
    pub async fn lock(&self, store: &dyn Store) -> Result<MutexGuard<'_, Folded>, StoreError> {
        let mut folded = self.folded.lock().await;
        if folded.stale {
            let caught_up = folded.go_on(store, Seq::MAX).await;
            caught_up.map_err(|error| StoreError::Unreadable(format!("{error:#}")))?;
            folded.stale = false;
        }
        Ok(folded)
    }

    /// The fold as it stands, without asking the store: for what cannot wait for it.
    pub async fn as_it_stands(&self) -> MutexGuard<'_, Folded> {
        self.folded.lock().await
    }

    /// How many lowerings wait to be recorded?
    pub fn unrecorded(&self) -> usize {
        self.all_waiting().len()
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
