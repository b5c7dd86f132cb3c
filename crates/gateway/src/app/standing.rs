//! A rollout as it stood when one of its records had just been made.

use super::{
    App, Ledger,
    ledger::{PAGE, checked},
};
use crate::store::{StoreError, Stored};
use anyhow::Context;
use gateway_api::RolloutView;
use rollout::{Facts, Rollout, Seq, evolve};

impl App {
    /// The rollout as it stood after this record: folded from the first one, a page at a time. None, if the ledger has no
    /// such record.
    ///
    /// The time is the record's. What lay outside the ledger then nobody knows: the facts are such that nothing outside
    /// it locks anything.
    pub async fn as_it_stood(&self, ledger: &Ledger, seq: Seq) -> Result<Option<RolloutView>, StoreError> {
        let Some(last) = self.store.record(ledger.id, seq).await? else { return Ok(None) };
        let folded = self.folded_to(ledger, &last).await;
        let rollout = folded.map_err(|error| StoreError::Unreadable(format!("{error:#}")))?;
        let asked_for = ledger.plan.phases.iter().filter_map(|phase| phase.proven_in.clone());
        let facts =
            Facts { capabilities: self.backend.capabilities(), closed_in: asked_for.collect(), ..Facts::calm() };
        let now = rollout.time;
        self.shown(&rollout, facts, now, last.position).await.map(Some)
    }

    async fn folded_to(&self, ledger: &Ledger, last: &Stored) -> anyhow::Result<Rollout> {
        let first = self.store.record(ledger.id, 1).await?.context("the ledger has no first record")?;
        let mut rollout = Rollout::begin(&checked(&first, 0)?, ledger.plan.clone())?;
        while rollout.version < last.seq {
            let page = self.store.records(ledger.id, rollout.version, PAGE).await?;
            for stored in page.iter().take_while(|stored| stored.seq <= last.seq) {
                let record = checked(stored, rollout.version)?;
                evolve(&mut rollout, &record);
            }
        }
        Ok(rollout)
    }
}
