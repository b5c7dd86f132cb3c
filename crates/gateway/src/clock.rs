//! Time and chance: the one place that asks the machine for either.

use rollout::{Millis, PersonId, RolloutId, Salt, Timestamp};
use std::{
    sync::Mutex,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};
use uuid::Uuid;

/// What a machine says: milliseconds since 1970, which may step, and time since some moment, which never does.
#[derive(Debug, Clone, Copy)]
pub struct Reading {
    pub wall: Millis,
    pub steady: Duration,
}

type Source = Box<dyn Fn() -> Reading + Send + Sync>;

/// The gateway's clock. Sessions, keys and delivery go by [`Clock::real`]; the rulebook goes by [`Clock::now`], which
/// the demo may move ahead.
pub struct Clock {
    source: Source,
    state: Mutex<State>,
}

struct State {
    /// The latest real time given out, and the steady time then: when the wall clock steps back, time goes on from here.
    last: Millis,
    steady: Duration,
    ahead: Millis,
}

impl Clock {
    /// The machine's clock. Time never runs behind `not_before`, the latest time that was ever recorded by it.
    pub fn machine(not_before: Millis, ahead: Millis) -> Self {
        #[expect(clippy::disallowed_methods, reason = "this is the one clock")]
        let begun = Instant::now();
        #[expect(clippy::disallowed_methods, reason = "this is the one clock")]
        let read = move || Reading {
            wall: SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis() as Millis),
            steady: begun.elapsed(),
        };
        Self::from_source(Box::new(read), not_before, ahead)
    }

    pub fn from_source(source: Source, not_before: Millis, ahead: Millis) -> Self {
        let steady = source().steady;
        Self { source, state: Mutex::new(State { last: not_before, steady, ahead }) }
    }

    fn tick(&self) -> (Millis, Millis) {
        let reading = (self.source)();
        let mut state = self.state.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        let passed = reading.steady.saturating_sub(state.steady);
        let whole = passed.as_millis() as Millis;
        if reading.wall >= state.last + whole {
            (state.last, state.steady) = (reading.wall, reading.steady);
        } else {
            // Whole milliseconds only, so that asking often does not slow time down.
            state.last += whole;
            state.steady += Duration::from_millis(whole as u64);
        }
        (state.last, state.ahead)
    }

    /// Real time. It never steps back.
    pub fn real(&self) -> Timestamp {
        Timestamp::from_millis(self.tick().0)
    }

    /// The rulebook's time.
    pub fn now(&self) -> Timestamp {
        let (real, ahead) = self.tick();
        Timestamp::from_millis(real + ahead)
    }

    /// How far the rulebook's time is ahead of real time.
    pub fn ahead(&self) -> Millis {
        self.tick().1
    }

    /// Moves the rulebook's time; never back.
    pub fn set_ahead(&self, ahead: Millis) {
        let mut state = self.state.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        state.ahead = state.ahead.max(ahead);
    }

    /// Steady time, for measuring how long something took.
    pub fn steady(&self) -> Duration {
        (self.source)().steady
    }
}

/// Random bytes.
///
/// # Panics
/// If the operating system has none to give: then nothing that must be secret can be made.
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    #[expect(clippy::expect_used, reason = "see # Panics")]
    getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
    bytes
}

/// A salt for a text.
pub fn salt() -> Salt {
    random()
}

/// A new rollout's id.
pub fn rollout_id() -> RolloutId {
    #[expect(clippy::disallowed_methods, reason = "this is where chance comes from")]
    RolloutId(Uuid::now_v7())
}

/// A new person's id.
pub fn person_id() -> PersonId {
    #[expect(clippy::disallowed_methods, reason = "this is where chance comes from")]
    PersonId(Uuid::now_v7())
}

/// A new session's public name.
pub fn session_id() -> String {
    #[expect(clippy::disallowed_methods, reason = "this is where chance comes from")]
    Uuid::now_v7().to_string()
}

/// A short id that joins an answer with its log lines.
pub fn request_id() -> String {
    hex::encode(random::<8>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::{
        Arc,
        atomic::{AtomicI64, Ordering::SeqCst},
    };

    fn stepped() -> (Arc<AtomicI64>, Arc<AtomicI64>, Clock) {
        let (wall, steady) = (Arc::new(AtomicI64::new(10_000_000)), Arc::new(AtomicI64::new(0)));
        let (w, s) = (wall.clone(), steady.clone());
        let read = move || Reading { wall: w.load(SeqCst), steady: Duration::from_millis(s.load(SeqCst) as u64) };
        (wall, steady, Clock::from_source(Box::new(read), 0, 0))
    }

    #[test]
    fn a_wall_clock_two_hours_back_moves_no_time_back_and_stops_none() {
        let (wall, steady, clock) = stepped();
        assert_eq!(clock.now().millis(), 10_000_000);
        wall.fetch_sub(7_200_000, SeqCst);
        assert_eq!(clock.now().millis(), 10_000_000);
        steady.fetch_add(1_500, SeqCst);
        wall.fetch_add(1_500, SeqCst);
        assert_eq!(clock.now().millis(), 10_001_500);
        wall.store(20_000_000, SeqCst);
        assert_eq!(clock.now().millis(), 20_000_000);
    }

    #[test]
    fn the_demos_offset_moves_the_rulebooks_time_alone_and_only_ahead() {
        let (_, _, clock) = stepped();
        clock.set_ahead(3_600_000);
        clock.set_ahead(5);
        assert_eq!((clock.now().millis(), clock.real().millis()), (13_600_000, 10_000_000));
    }

    #[test]
    fn time_never_runs_behind_what_was_recorded() {
        let source = || Reading { wall: 5, steady: Duration::ZERO };
        assert_eq!(Clock::from_source(Box::new(source), 900, 0).real().millis(), 900);
    }
}
