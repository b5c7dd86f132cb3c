//! Looking at flags that nobody is changing: does the backend answer, and has it what the ledger says?

use super::{Delivery, Key};
use crate::{app::Ledger, store::StoreError};
use gateway_api::Outcome;
use rollout::{
    Exposure,
    delivery::{self, Wanted},
    state::FlagState,
};
use std::{
    sync::{Arc, PoisonError},
    time::Duration,
};

/// How often every flag is looked at.
const EVERY: Duration = Duration::from_secs(10);

impl Delivery {
    /// Puts back what came through too late, and records what the ledger did not ask for.
    pub(super) async fn look(&self) {
        let now = self.app.clock.steady();
        let watched = self.waits.watched(now);
        let all_due = {
            let mut looked = self.looked.lock().unwrap_or_else(PoisonError::into_inner);
            let due = looked.is_none_or(|at| now.saturating_sub(at) >= EVERY);
            if due {
                *looked = Some(now);
            }
            due
        };
        for ledger in self.app.ledgers() {
            for flag in &ledger.plan.flags {
                let key = (ledger.id, flag.slug.clone());
                let late = watched.iter().find(|(of, _)| *of == key).map(|(_, to)| to);
                if late.is_none() && !all_due {
                    continue;
                }
                let Some(hand) = self.take(key) else { continue };
                if let Err(error) = self.look_at(&ledger, &hand.key, &flag.key, late).await {
                    tracing::error!(rollout = %ledger.id, flag = flag.key, %error, "cannot say what the backend has");
                }
            }
        }
    }

    async fn look_at(
        &self,
        ledger: &Arc<Ledger>,
        key: &Key,
        backend_key: &str,
        late: Option<&Exposure>,
    ) -> Result<(), StoreError> {
        let Some(before) = self.still(ledger, key).await? else { return Ok(()) };
        let Ok(there) = self.read(ledger, backend_key).await else { return Ok(()) };
        if there == before.wanted && before.observed.is_none() {
            return Ok(());
        }
        if late == Some(&there) && there != before.wanted {
            // A raise whose outcome was unknown came through after something lower was wanted: that is ours, not drift.
            let begun = self.app.clock.steady();
            let (flag, want, to) = (key.1.clone(), before.last, before.wanted);
            let again = Wanted { flag, key: backend_key.to_owned(), want, to, raise: false };
            let done = self.set(ledger, key, &again).await;
            return self.note(ledger, &again, begun, done.map_or_else(Outcome::Failed, |()| Outcome::Applied)).await;
        }
        self.record(ledger, |rollout| {
            // Nothing may have happened to the flag since it was read.
            let now = rollout.flags.get(&key.1)?;
            (now.last == before.last).then(|| delivery::observed(rollout, &key.1, &there))?
        })
        .await?;
        Ok(())
    }

    /// The flag, if nothing is on its way to it.
    async fn still(&self, ledger: &Ledger, key: &Key) -> Result<Option<FlagState>, StoreError> {
        let folded = ledger.lock(self.app.store.as_ref()).await?;
        Ok(folded.rollout.flags.get(&key.1).filter(|flag| flag.pending.is_none()).cloned())
    }
}
