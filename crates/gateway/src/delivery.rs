//! Delivery: carries what the ledger wants to the backend, reads it back, and says in the ledger what came of it.
//!
//! A flag is in the hands of one delivery at a time. Whatever was interrupted, by a crash too, begins again with reading
//! the flag back.

mod attempt;
mod by_hand;
mod glass;
mod look;
mod told;
mod waits;

use crate::{
    app::{App, Folded, Ledger},
    store::StoreError,
};
use futures::future::join_all;
use rollout::{
    Actor, CancelCause, Event, Exposure, FlagSlug, PersonId, Rollout, RolloutId, Seq, SystemActor, Timestamp,
    delivery::{self, LONGEST_WAIT, Wanted},
    still_clear,
    text::Spoken,
};
use std::{
    collections::HashSet,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::{sync::MutexGuard, task::JoinSet};
use waits::Waits;

/// How often delivery looks without being nudged.
const EVERY: Duration = Duration::from_secs(1);

/// Who says what delivery says: none of those who can sign in.
const NOBODY: PersonId = PersonId(uuid::Uuid::nil());

/// A flag of a rollout.
type Key = (RolloutId, FlagSlug);

/// The delivery of every rollout's flags.
pub struct Delivery {
    app: Arc<App>,
    /// Flags that a delivery has in its hands.
    busy: Mutex<HashSet<Key>>,
    waits: Waits,
    /// A raise asked for before may have been sent by a gateway that is no more.
    began: Timestamp,
    looked: Mutex<Option<Duration>>,
    /// Held by the tick that looks at all flags.
    looking: tokio::sync::Mutex<()>,
    /// Records of what was seen at the backend that nobody can say more about.
    untold: Mutex<HashSet<(RolloutId, Seq)>>,
}

/// Gives the flag back when dropped.
struct Hand<'a> {
    delivery: &'a Delivery,
    key: Key,
}

impl Drop for Hand<'_> {
    fn drop(&mut self) {
        self.delivery.busy.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.key);
    }
}

/// What to do with a wanted exposure, after the ledger was asked once more.
enum Next {
    Send(Wanted),
    /// The raise is not sent, and must not be at the backend either.
    Cancel(Cancel),
    /// Something newer is wanted, or nothing.
    Gone,
}

/// A raise that is not to be sent.
struct Cancel {
    wanted: Wanted,
    cause: CancelCause,
    /// Where the flag was before.
    back_to: Exposure,
    /// An earlier try may have come through.
    maybe_sent: bool,
}

impl Delivery {
    pub fn new(app: Arc<App>) -> Self {
        let began = app.clock.real();
        Self {
            app,
            busy: Mutex::default(),
            waits: Waits::default(),
            began,
            looked: Mutex::default(),
            looking: tokio::sync::Mutex::default(),
            untold: Mutex::default(),
        }
    }

    /// Ticks until the gateway closes, then finishes what it has in its hands.
    pub async fn run(self: Arc<Self>) {
        let mut ticks = JoinSet::new();
        while !self.app.hub.is_closing() {
            let this = self.clone();
            ticks.spawn(async move { this.tick().await });
            tokio::select! {
                () = self.app.nudge.notified() => {}
                () = tokio::time::sleep(EVERY) => {}
                () = self.app.hub.closed() => {}
            }
            while let Some(done) = ticks.try_join_next() {
                report(done);
            }
        }
        while let Some(done) = ticks.join_next().await {
            report(done);
        }
        // The last chance: what is in memory alone is gone after this.
        join_all(self.app.ledgers().iter().map(|ledger| self.record_late(ledger))).await;
    }

    /// Delivers everything that is wanted and due, all flags at once. Returns when that is done or has failed.
    pub async fn tick(&self) {
        let ledgers = self.app.ledgers();
        join_all(ledgers.iter().map(|ledger| self.record_late(ledger))).await;
        let mut deliveries = Vec::new();
        for ledger in ledgers {
            self.take_back(&ledger).await;
            let folded = self.fold(&ledger).await;
            for wanted in delivery::wanted(&folded.rollout) {
                let key = (ledger.id, wanted.flag);
                deliveries.extend(self.take(key).map(|hand| self.deliver(ledger.clone(), hand)));
            }
        }
        join_all(deliveries).await;
        self.look().await;
    }

    /// Records lowerings that the store did not take; while it does not, sees to it that they stay carried out.
    async fn record_late(&self, ledger: &Ledger) {
        if ledger.unrecorded() == 0 {
            return;
        }
        // Ticks overlap: one of them is enough, and the ledger stays free for whoever lowers next.
        let Ok(_alone) = ledger.recording.try_lock() else { return };
        if let Err(error) = self.app.to_append(ledger).await {
            tracing::error!(rollout = %ledger.id, %error, "a lowering is carried out and not recorded yet");
            self.app.keep_down(ledger).await;
        }
    }

    /// The fold, for what a failing store does not hold up.
    async fn fold<'a>(&self, ledger: &'a Ledger) -> MutexGuard<'a, Folded> {
        match ledger.lock(self.app.store.as_ref()).await {
            Ok(folded) => folded,
            Err(error) => {
                tracing::error!(rollout = %ledger.id, %error, "delivery cannot read a ledger; it goes by what it knows");
                ledger.as_it_stands().await
            }
        }
    }

    fn take(&self, key: Key) -> Option<Hand<'_>> {
        let free = self.busy.lock().unwrap_or_else(PoisonError::into_inner).insert(key.clone());
        free.then_some(Hand { delivery: self, key })
    }

    /// Delivers one flag until nothing is wanted of it, or it has to wait.
    async fn deliver(&self, ledger: Arc<Ledger>, hand: Hand<'_>) {
        loop {
            match self.once(&ledger, &hand.key).await {
                Ok(true) => {}
                Ok(false) => return,
                Err(error) => {
                    let flag = &hand.key.1;
                    tracing::error!(rollout = %ledger.id, %flag, %error, "delivery cannot say what it did; it tries again");
                    return;
                }
            }
        }
    }

    /// One attempt. Gives whether to go on at once.
    async fn once(&self, ledger: &Ledger, key: &Key) -> Result<bool, StoreError> {
        let Some(wanted) = self.wanted(ledger, &key.1).await else { return Ok(false) };
        if !self.waits.is_due(key, wanted.want, self.app.clock.steady()) {
            return Ok(false);
        }
        let Some(flag) = ledger.plan.flag(&key.1) else { return Ok(false) };
        if flag.manual().is_some() {
            return self.by_hand(ledger, key, wanted, flag).await;
        }
        // First what is there; then the ledger again, so that nothing stands between its answer and the call. A lowering is
        // sent whatever is there.
        let there = match wanted.raise {
            true => Some(self.app.read_back(ledger, flag).await),
            false => None,
        };
        match self.next(ledger, wanted).await? {
            Next::Gone => Ok(true),
            Next::Send(wanted) => self.send(ledger, key, wanted, there).await,
            Next::Cancel(cancel) => self.cancel(ledger, key, cancel, there).await,
        }
    }

    async fn wanted(&self, ledger: &Ledger, flag: &FlagSlug) -> Option<Wanted> {
        let folded = self.fold(ledger).await;
        delivery::wanted(&folded.rollout).into_iter().find(|wanted| wanted.flag == *flag)
    }

    async fn next(&self, ledger: &Ledger, wanted: Wanted) -> Result<Next, StoreError> {
        let is_same = |rollout: &Rollout| delivery::wanted(rollout).contains(&wanted);
        if !wanted.raise {
            let same = is_same(&self.fold(ledger).await.rollout);
            return Ok(if same { Next::Send(wanted) } else { Next::Gone });
        }
        let folded = self.app.to_append(ledger).await?;
        let Some(back_to) = delivery::back_to(&folded.rollout, &wanted.flag) else {
            return Ok(Next::Gone);
        };
        if !is_same(&folded.rollout) {
            return Ok(Next::Gone);
        }
        let asked = self.asked(ledger, &wanted).await?;
        let Some(cause) = self.against(ledger, &folded.rollout, &wanted, asked).await? else {
            // What cannot be recorded is not raised: so first it is tried whether the store takes anything.
            self.app.store.set_setting("ready", &self.app.clock.real().to_string()).await?;
            return Ok(Next::Send(wanted));
        };
        let (key, want) = ((ledger.id, wanted.flag.clone()), wanted.want);
        let maybe_sent = asked.is_none_or(|asked| asked < self.began) || self.waits.was_sent(&key, want);
        Ok(Next::Cancel(Cancel { wanted, cause, back_to, maybe_sent }))
    }

    /// When it was asked for, by real time.
    async fn asked(&self, ledger: &Ledger, wanted: &Wanted) -> Result<Option<Timestamp>, StoreError> {
        Ok(self.app.store.record(ledger.id, wanted.want).await?.map(|record| record.recorded_at))
    }

    /// Why a raise is not carried out any more, if it is not.
    async fn against(
        &self,
        ledger: &Ledger,
        rollout: &Rollout,
        wanted: &Wanted,
        asked: Option<Timestamp>,
    ) -> Result<Option<CancelCause>, StoreError> {
        let longest = ledger.plan.flag(&wanted.flag).map_or(LONGEST_WAIT, delivery::longest_wait);
        let facts = self.app.facts(ledger).await?;
        let is_clear = still_clear(rollout, &facts, &wanted.flag, self.app.clock.now()).is_ok();
        Ok(match asked {
            Some(asked) if self.app.clock.real().since(asked) > longest => Some(CancelCause::WaitedTooLong),
            _ => (!is_clear).then_some(CancelCause::NoLongerClear),
        })
    }

    /// Appends what the rulebook makes of it, if anything.
    async fn record(&self, ledger: &Ledger, event: impl FnOnce(&Rollout) -> Option<Event>) -> Result<bool, StoreError> {
        self.record_saying(ledger, event, vec![]).await
    }

    /// The same, with these words.
    async fn record_saying(
        &self,
        ledger: &Ledger,
        event: impl FnOnce(&Rollout) -> Option<Event>,
        spoken: Vec<Spoken>,
    ) -> Result<bool, StoreError> {
        let mut folded = self.app.to_append(ledger).await?;
        let Some(event) = event(&folded.rollout) else { return Ok(false) };
        let by = Actor::System { system: SystemActor::Delivery };
        let prepared = self.app.prepare(ledger, &folded.rollout, by, vec![event], self.app.clock.now());
        let prepared = prepared.with_texts(NOBODY, spoken);
        self.app.commit(&mut folded, prepared).await?;
        Ok(true)
    }
}

fn report(done: Result<(), tokio::task::JoinError>) {
    if let Err(error) = done {
        tracing::error!(%error, "a delivery broke off; the next tick begins it again");
    }
}

#[cfg(test)]
mod tests;
