//! Looking at flags that nobody is changing: does the backend answer, and has it what the ledger says?

use super::{Delivery, Key};
use crate::{app::Ledger, backend::BackendError, store::StoreError};
use gateway_api::Outcome;
use rollout::{
    Exposure, FlagSlug, Millis,
    delivery::{self, Wanted},
    state::FlagState,
};
use std::{
    collections::HashSet,
    sync::{Arc, PoisonError},
    time::Duration,
};

/// How often every flag is looked at.
const EVERY: Duration = Duration::from_secs(10);

/// How long a raise that something overtook may still come through. The ledger says which: so it is known after a crash.
const WATCHED: Millis = 120_000;

impl Delivery {
    /// Puts back what came through too late, and records what the ledger did not ask for.
    pub(super) async fn look(&self) {
        let now = self.app.clock.steady();
        let all_due = {
            let mut looked = self.looked.lock().unwrap_or_else(PoisonError::into_inner);
            let due = looked.is_none_or(|at| now.saturating_sub(at) >= EVERY);
            if due {
                *looked = Some(now);
            }
            due
        };
        let mut read_all = true;
        for ledger in self.app.ledgers() {
            let watched = self.watched(&ledger, all_due).await;
            for flag in ledger.plan.flags.iter().filter(|flag| watched.contains(&flag.slug)) {
                let Some(hand) = self.take((ledger.id, flag.slug.clone())) else { continue };
                match self.look_at(&ledger, &hand.key, &flag.key, all_due).await {
                    Ok(was_read) => read_all &= was_read,
                    Err(error) => {
                        read_all = false;
                        tracing::error!(rollout = %ledger.id, flag = flag.key, %error, "cannot say what the backend has");
                    }
                }
            }
        }
        if all_due && read_all {
            self.app.read_every_flag();
        }
    }

    /// The flags to look at: all of them now and then, and at once those that something overtook.
    async fn watched(&self, ledger: &Ledger, all_due: bool) -> HashSet<FlagSlug> {
        let folded = self.fold(ledger).await;
        let flags = folded.rollout.flags.iter();
        let watched = flags.filter(|(_, flag)| flag.pending.is_none() && (all_due || flag.overtaken.is_some()));
        watched.map(|(slug, _)| slug.clone()).collect()
    }

    /// Gives whether it could be read, if it had to be.
    async fn look_at(
        &self,
        ledger: &Arc<Ledger>,
        key: &Key,
        backend_key: &str,
        is_due: bool,
    ) -> Result<bool, StoreError> {
        let Some(before) = self.still(ledger, key).await? else { return Ok(true) };
        let late = self.may_come_late(key, &before).await?;
        if late.is_none() && !is_due {
            return Ok(true);
        }
        let there = match self.read(ledger, backend_key).await {
            Ok(there) => there,
            Err(error) => return Ok(matches!(error, BackendError::FlagMissing)),
        };
        if there == before.wanted && before.observed.is_none() {
            return Ok(true);
        }
        if late == Some(&there) && there != before.wanted {
            // A raise whose outcome was unknown came through after something lower was wanted: that is ours, not drift.
            let begun = self.app.clock.steady();
            let (flag, want, to) = (key.1.clone(), before.last, before.wanted);
            let again = Wanted { flag, key: backend_key.to_owned(), want, to, raise: false };
            let done = self.set(ledger, key, &again).await;
            self.note(ledger, &again, begun, done.map_or_else(Outcome::Failed, |()| Outcome::Applied)).await?;
            return Ok(true);
        }
        self.record(ledger, |rollout| {
            // Nothing may have happened to the flag since it was read.
            let now = rollout.flags.get(&key.1)?;
            (now.last == before.last).then(|| delivery::observed(rollout, &key.1, &there))?
        })
        .await?;
        Ok(true)
    }

    /// What an overtaken raise would take the flag to, if it was sent, or may have been by a gateway that is no more.
    async fn may_come_late<'a>(&self, key: &Key, flag: &'a FlagState) -> Result<Option<&'a Exposure>, StoreError> {
        let Some(overtaken) = &flag.overtaken else { return Ok(None) };
        let recorded = async |seq| Ok::<_, StoreError>(self.app.store.record(key.0, seq).await?.map(|r| r.recorded_at));
        let was_sent = self.waits.was_sent(key, overtaken.want)
            || recorded(overtaken.want).await?.is_none_or(|asked| asked < self.began);
        if !was_sent {
            return Ok(None);
        }
        let since = recorded(overtaken.by).await?;
        let is_over = since.is_none_or(|since| self.app.clock.real().since(since) >= WATCHED);
        Ok((!is_over).then_some(&overtaken.to))
    }

    /// The flag, if nothing is on its way to it.
    async fn still(&self, ledger: &Ledger, key: &Key) -> Result<Option<FlagState>, StoreError> {
        let folded = ledger.lock(self.app.store.as_ref()).await?;
        Ok(folded.rollout.flags.get(&key.1).filter(|flag| flag.pending.is_none()).cloned())
    }
}
