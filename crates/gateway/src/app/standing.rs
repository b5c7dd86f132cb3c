//! A rollout as it stood when one of its records had just been made.

use super::{App, Ledger};
use crate::store::StoreError;
use gateway_api::RolloutView;
use rollout::{Facts, Seq};

impl App {
    /// The rollout as it stood after this record: folded from the nearest snapshot before it. None, if the ledger has no such
    /// record.
    ///
    /// The time is the record's. What lay outside the ledger then nobody knows: the facts are such that nothing outside
    /// it locks anything.
    pub async fn as_it_stood(&self, ledger: &Ledger, seq: Seq) -> Result<Option<RolloutView>, StoreError> {
        let Some(last) = self.store.record(ledger.id, seq).await? else { return Ok(None) };
        let folded = ledger.as_it_stood(self.store.as_ref(), seq).await;
        let folded = folded.map_err(|error| StoreError::Unreadable(format!("{error:#}")))?;
        let Some(rollout) = folded else { return Ok(None) };
        let asked_for = ledger.plan.phases.iter().filter_map(|phase| phase.proven_in.clone());
        let facts =
            Facts { capabilities: self.backend.capabilities(), closed_in: asked_for.collect(), ..Facts::calm() };
        let now = rollout.time;
        self.shown(&rollout, facts, now, last.position).await.map(Some)
    }
}
