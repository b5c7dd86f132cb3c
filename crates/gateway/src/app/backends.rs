//! How the backends do: what the gateway remembers of its calls to them, what they tell of themselves, and what was delivered.

use super::App;
use crate::{
    backend::{BackendError, Place},
    store::StoreError,
};
use gateway_api::{
    Attempt, BackendView, BackendsView, DeliveryView, Standing,
    backends::{AttemptView, ByHandView, Latency, Told},
};
use rollout::Timestamp;
use std::{
    collections::{BTreeSet, VecDeque},
    sync::{MutexGuard, PoisonError},
    time::Duration,
};

/// Of how many calls it is remembered how long they took.
const CALLS: usize = 100;

/// What a backend told of itself is believed for so long.
const BELIEVED: Duration = Duration::from_secs(10);

/// Whoever looks waits no longer for what a backend tells of itself.
const PATIENCE: Duration = Duration::from_secs(2);

/// How many attempts are looked at, how many deliveries are made of them, and how many attempts each shows.
const ATTEMPTS: u32 = 500;
const DELIVERIES: usize = 30;
const SHOWN: usize = 10;

/// What is remembered of a backend, for as long as the gateway runs.
#[derive(Debug, Default)]
pub(super) struct Remembered {
    /// Whether it answers, and since when by real time.
    standing: Option<(bool, Timestamp)>,
    /// How long the last calls took, those without an answer too.
    calls: VecDeque<Option<Duration>>,
    /// When every flag was last read, by real time.
    synced: Option<Timestamp>,
}

/// What a backend told of itself, or why it told nothing.
#[derive(Debug, Clone)]
pub(super) struct Answer {
    /// By the steady clock.
    at: Duration,
    told: Result<Told, String>,
}

impl App {
    fn remembered(&self) -> MutexGuard<'_, Remembered> {
        self.remembered.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes a call to the backend: how long it took, if it was answered.
    pub(super) fn called(&self, took: Option<Duration>) {
        let calls = &mut self.remembered().calls;
        calls.push_back(took);
        if calls.len() > CALLS {
            calls.pop_front();
        }
    }

    /// Notes whether the backend answered.
    pub fn backend_answered(&self, answered: bool) {
        let now = self.clock.real();
        let before = {
            let standing = &mut self.remembered().standing;
            let before = standing.map(|(answers, _)| answers);
            if before != Some(answered) {
                *standing = Some((answered, now));
            }
            before
        };
        // The first answer is no news: until then it was taken to answer.
        if before.unwrap_or(true) != answered {
            self.hub.tell();
        }
    }

    /// Notes that every flag was read, unless the backend has fallen silent on the way.
    pub fn read_every_flag(&self) {
        let now = self.clock.real();
        let mut remembered = self.remembered();
        if remembered.standing.is_some_and(|(answers, _)| answers) {
            remembered.synced = Some(now);
        }
    }

    /// Since when the backend has not answered, in the rulebook's time: it has not answered for as long in both.
    pub fn backend_unreachable_since(&self) -> Option<Timestamp> {
        let standing = self.remembered().standing;
        standing.filter(|(answers, _)| !answers).map(|(_, since)| self.as_long_ago(since))
    }

    /// A moment of real time in the rulebook's: as long ago as it is.
    fn as_long_ago(&self, real: Timestamp) -> Timestamp {
        real.plus(self.clock.ahead())
    }

    /// How the backends do, and the latest deliveries.
    pub async fn backends(&self) -> Result<BackendsView, StoreError> {
        let backend = self.backend_view().await;
        let attempts = self.store.attempts(ATTEMPTS).await?;
        let by_hand = self.by_hand().await;
        let deliveries = self.deliveries(attempts);
        Ok(BackendsView { now: self.clock.now(), backends: vec![backend], by_hand, deliveries })
    }

    async fn by_hand(&self) -> Option<ByHandView> {
        let mut view = ByHandView { flags: 0, waiting: 0, targets: BTreeSet::new() };
        for ledger in self.ledgers() {
            let manual = ledger.plan.flags.iter().filter_map(|flag| Some((&flag.slug, flag.manual()?)));
            let manual: Vec<_> = manual.collect();
            if manual.is_empty() {
                continue;
            }
            let folded = ledger.as_it_stands().await;
            if folded.rollout.is_closed() {
                continue;
            }
            for (slug, by_hand) in manual {
                view.flags += 1;
                view.waiting += usize::from(folded.rollout.flags.get(slug).is_some_and(|flag| flag.pending.is_some()));
                view.targets.extend(by_hand.verify.clone());
            }
        }
        (view.flags > 0).then_some(view)
    }

    async fn backend_view(&self) -> BackendView {
        let told = self.tell().await;
        let Place { host, project } = self.backend.place();
        let remembered = self.remembered();
        BackendView {
            kind: self.backend.kind().to_owned(),
            host,
            project,
            standing: match remembered.standing {
                None => Standing::Unasked,
                Some((true, since)) => Standing::Answers(self.as_long_ago(since)),
                Some((false, since)) => Standing::Silent(self.as_long_ago(since)),
            },
            problem: told.as_ref().err().cloned(),
            told: told.ok(),
            capabilities: self.backend.capabilities(),
            latency: latency(&remembered.calls),
            synced: remembered.synced.map(|at| self.as_long_ago(at)),
        }
    }

    /// What the backend tells of itself. However many look, it is asked by one of them, and not again before a while has passed.
    async fn tell(&self) -> Result<Told, String> {
        let mut kept = self.told.lock().await;
        if let Some(Answer { at, told }) = &*kept
            && self.clock.steady().saturating_sub(*at) < BELIEVED
        {
            return told.clone();
        }
        let begun = self.clock.steady();
        let told = match tokio::time::timeout(PATIENCE, self.backend.tell()).await {
            Ok(told) => {
                let answered = !matches!(told, Err(BackendError::Unreachable(_)));
                self.called(answered.then(|| self.clock.steady().saturating_sub(begun)));
                self.backend_answered(answered);
                told.map_err(|error| error.to_string())
            }
            // Slow, and perhaps not silent: the calls that matter are waited for longer, and say so.
            Err(_) => Err(format!("it says nothing of itself within {} s", PATIENCE.as_secs())),
        };
        *kept = Some(Answer { at: self.clock.steady(), told: told.clone() });
        told
    }

    /// What these attempts, newest first, were for.
    fn deliveries(&self, attempts: Vec<Attempt>) -> Vec<DeliveryView> {
        let mut all: Vec<DeliveryView> = Vec::new();
        for attempt in attempts {
            let shown =
                AttemptView { at: self.as_long_ago(attempt.at), took_ms: attempt.took_ms, outcome: attempt.outcome };
            let is_its = |one: &DeliveryView| {
                one.rollout == attempt.rollout && one.key == attempt.key && one.want == attempt.want
            };
            match all.iter().position(is_its) {
                Some(index) if all[index].attempts.len() < SHOWN => all[index].attempts.push(shown),
                Some(index) => all[index].earlier += 1,
                None if all.len() < DELIVERIES => all.extend(self.delivery(&attempt, shown)),
                None => {}
            }
        }
        all
    }

    fn delivery(&self, attempt: &Attempt, first: AttemptView) -> Option<DeliveryView> {
        let ledger = self.ledger(attempt.rollout)?;
        let flag = ledger.plan.flags.iter().find(|flag| flag.key == attempt.key)?;
        Some(DeliveryView {
            backend: self.kind_of(flag).to_owned(),
            rollout: attempt.rollout,
            name: ledger.plan.name.clone(),
            environment: ledger.environment.clone(),
            flag: flag.slug.clone(),
            key: attempt.key.clone(),
            want: attempt.want,
            to: attempt.to.clone(),
            attempts: vec![first],
            earlier: 0,
        })
    }
}

/// How fast the last calls were answered; none before the first.
fn latency(calls: &VecDeque<Option<Duration>>) -> Option<Latency> {
    let mut answered: Vec<Duration> = calls.iter().copied().flatten().collect();
    answered.sort_unstable();
    let ms = |took: Option<&Duration>| took.map_or(0, |took| took.as_millis() as u64);
    (!calls.is_empty()).then(|| Latency {
        calls: calls.len() as u64,
        unanswered: (calls.len() - answered.len()) as u64,
        median_ms: ms(answered.get(answered.len().saturating_sub(1) / 2)),
        worst_ms: ms(answered.last()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_answered_counts_and_took_no_time() {
        assert_eq!(latency(&VecDeque::new()), None);
        let calls = [Some(3), None, Some(900), Some(5)].map(|ms| ms.map(Duration::from_millis)).into();
        assert_eq!(latency(&calls), Some(Latency { calls: 4, unanswered: 1, median_ms: 5, worst_ms: 900 }));
        assert_eq!(latency(&[None].into()), Some(Latency { calls: 1, unanswered: 1, median_ms: 0, worst_ms: 0 }));
    }
}
