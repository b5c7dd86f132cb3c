//! Looking at flags that nobody is changing: does the backend answer, and has it what the ledger says?

use super::{Delivery, Hand, Key};
use crate::{app::Ledger, store::StoreError};
use futures::future::join_all;
use gateway_api::Outcome;
use rollout::{
    Exposure, FlagSlug, Millis,
    delivery::{self, Wanted},
    plan::Flag,
    state::FlagState,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, PoisonError},
    time::Duration,
};

/// How often every flag is looked at: one reading for each environment.
const EVERY: Duration = Duration::from_secs(10);

/// The least between two readings, however many hints come.
const AFTER_HINT: Duration = Duration::from_secs(1);

/// How long a raise that something overtook may still come through. The ledger says which: so it is known after a crash.
const WATCHED: Millis = 120_000;

/// A flag as it was before the backend was asked.
pub(super) struct Before {
    pub ledger: Arc<Ledger>,
    pub flag: FlagSlug,
    pub body: Flag,
    pub state: FlagState,
}

impl Delivery {
    /// Puts back what came through too late, and records what the ledger did not ask for.
    pub(super) async fn look(&self) {
        for ledger in self.app.ledgers() {
            // Nothing is sent to a person, so nothing comes late.
            let late = self.still_flags(&ledger, |flag, _| flag.overtaken.is_some()).await;
            for before in late.into_iter().filter(|before| before.body.manual().is_none()) {
                self.say(&before, self.watch(&before).await);
            }
        }
        // Ticks overlap, and one reading is enough.
        let Ok(alone) = self.looking.try_lock() else { return };
        if !self.is_due() {
            return;
        }
        self.look_at_all().await;
        // The next look need not wait for this.
        drop(alone);
        self.tell().await;
    }

    fn is_due(&self) -> bool {
        let now = self.app.clock.steady();
        let mut looked = self.looked.lock().unwrap_or_else(PoisonError::into_inner);
        let rest = if self.app.is_hinted() { AFTER_HINT } else { EVERY };
        let is_due = looked.is_none_or(|at| now.saturating_sub(at) >= rest);
        if is_due {
            self.app.forget_hints();
            *looked = Some(now);
        }
        is_due
    }

    /// Every flag of the open rollouts, an environment at a time. A closed one has given its flags back.
    async fn look_at_all(&self) {
        let (mut by_environment, mut by_hand) = (BTreeMap::<String, Vec<Before>>::new(), Vec::new());
        for ledger in self.app.ledgers() {
            let flags = self.still_flags(&ledger, |_, is_closed| !is_closed).await;
            let (manual, flags): (Vec<_>, Vec<_>) = flags.into_iter().partition(|one| one.body.manual().is_some());
            by_environment.entry(ledger.environment.clone()).or_default().extend(flags);
            by_hand.extend(manual);
        }
        let asked = by_hand.iter().map(async |before| self.say(before, self.ask(before).await));
        let read = by_environment.iter().map(|(environment, flags)| self.look_at_environment(environment, flags));
        let (read, _) = tokio::join!(join_all(read), join_all(asked));
        if read.into_iter().all(|whole| whole) {
            self.app.read_every_flag();
        }
    }

    /// Gives whether the backend told of each flag.
    async fn look_at_environment(&self, environment: &str, flags: &[Before]) -> bool {
        let keys: BTreeSet<String> = flags.iter().map(|before| before.body.key.clone()).collect();
        let (there, whole) = self.app.read_many(environment, &keys).await;
        for before in flags {
            let Some(there) = there.get(&before.body.key) else { continue };
            let Some(hand) = self.take((before.ledger.id, before.flag.clone())) else { continue };
            self.say(before, self.compare(&hand, before, there).await);
        }
        whole
    }

    /// Asks what a flag is that a person moves, if anything can tell.
    async fn ask(&self, before: &Before) -> Result<(), StoreError> {
        if before.body.manual().is_none_or(|by_hand| by_hand.verify.is_none()) {
            return Ok(());
        }
        let Some(hand) = self.take((before.ledger.id, before.flag.clone())) else { return Ok(()) };
        match self.app.read_back(&before.ledger, &before.body).await {
            Ok(there) => self.compare(&hand, before, &there).await,
            Err(_) => Ok(()),
        }
    }

    pub(super) fn say(&self, before: &Before, done: Result<(), StoreError>) {
        if let Err(error) = done {
            let (rollout, flag) = (before.ledger.id, &before.body.key);
            tracing::error!(%rollout, flag, %error, "cannot say what the backend has");
        }
    }

    /// The flags that nothing is on its way to, and that are meant; also told is whether the rollout is closed.
    pub(super) async fn still_flags(
        &self,
        ledger: &Arc<Ledger>,
        is_meant: impl Fn(&FlagState, bool) -> bool,
    ) -> Vec<Before> {
        let folded = self.fold(ledger).await;
        let is_closed = folded.rollout.is_closed();
        let still = ledger.plan.flags.iter().filter_map(|flag| {
            let state = folded.rollout.flags.get(&flag.slug)?;
            let is_meant = state.pending.is_none() && is_meant(state, is_closed);
            is_meant.then(|| Before {
                ledger: ledger.clone(),
                flag: flag.slug.clone(),
                body: flag.clone(),
                state: state.clone(),
            })
        });
        still.collect()
    }

    /// Looks at a flag by itself while a raise may come through late.
    async fn watch(&self, before: &Before) -> Result<(), StoreError> {
        let Some(hand) = self.take((before.ledger.id, before.flag.clone())) else { return Ok(()) };
        if self.may_come_late(&hand.key, &before.state).await?.is_none() {
            return Ok(());
        }
        match self.app.read_back(&before.ledger, &before.body).await {
            Ok(there) => self.compare(&hand, before, &there).await,
            Err(_) => Ok(()),
        }
    }

    /// What to do about what was read.
    async fn compare(&self, hand: &Hand<'_>, before: &Before, there: &Exposure) -> Result<(), StoreError> {
        let Before { ledger, flag, body, state } = before;
        if *there == state.wanted && state.observed.is_none() {
            return Ok(());
        }
        // Nothing may have happened to the flag since it was read.
        let is_same = |now: &FlagState| now.last == state.last && now.pending.is_none();
        let late = if body.manual().is_some() { None } else { self.may_come_late(&hand.key, state).await? };
        if late == Some(there) && *there != state.wanted {
            if !ledger.lock(self.app.store.as_ref()).await?.rollout.flags.get(flag).is_some_and(is_same) {
                return Ok(());
            }
            // A raise whose outcome was unknown came through after something lower was wanted: that is ours, not drift.
            let begun = self.app.clock.steady();
            let (flag, want, to) = (flag.clone(), state.last, state.wanted.clone());
            let again = Wanted { flag, key: body.key.clone(), want, to, raise: false };
            let done = self.set(ledger, &hand.key, &again).await;
            return self.note(ledger, &again, begun, done.map_or_else(Outcome::Failed, |()| Outcome::Applied)).await;
        }
        self.record(ledger, |rollout| {
            let now = rollout.flags.get(flag)?;
            is_same(now).then(|| delivery::observed(rollout, flag, there))?
        })
        .await?;
        Ok(())
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
}
