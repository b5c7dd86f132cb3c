//! What delivery remembers between ticks: when to try again, and which raises it has sent. Losing it in a crash costs
//! nothing but a try too early, and a look at what was never sent.

use super::Key;
use rollout::Seq;
use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

/// The longest time between two tries of a raise, and of a lowering.
const LONGEST: [Duration; 2] = [Duration::from_secs(30), Duration::from_secs(5)];

#[derive(Debug, Default)]
pub struct Waits {
    failed: Mutex<HashMap<Key, Failed>>,
    /// The latest raise of each flag that was handed to the backend.
    sent: Mutex<HashMap<Key, Seq>>,
}

#[derive(Debug)]
struct Failed {
    want: Seq,
    times: u32,
    again: Duration,
}

fn open<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Waits {
    /// May it be tried now? A newer want always may.
    pub fn is_due(&self, key: &Key, want: Seq, now: Duration) -> bool {
        open(&self.failed).get(key).is_none_or(|failed| failed.want != want || failed.again <= now)
    }

    /// It failed: the next try waits twice as long as this one did.
    pub fn failed(&self, key: &Key, want: Seq, raise: bool, now: Duration) {
        let mut all = open(&self.failed);
        let times = all.get(key).filter(|failed| failed.want == want).map_or(0, |failed| failed.times + 1);
        let wait = Duration::from_secs(1 << times.min(5)).min(LONGEST[usize::from(!raise)]);
        all.insert(key.clone(), Failed { want, times, again: now + wait });
    }

    pub fn succeeded(&self, key: &Key) {
        open(&self.failed).remove(key);
    }

    /// This raise is being handed to the backend.
    pub fn sent(&self, key: &Key, want: Seq) {
        open(&self.sent).insert(key.clone(), want);
    }

    /// Was it ever?
    pub fn was_sent(&self, key: &Key, want: Seq) -> bool {
        open(&self.sent).get(key) == Some(&want)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rollout::{FlagSlug, RolloutId};

    #[test]
    fn tries_grow_rarer_and_a_newer_want_begins_afresh() {
        let id = RolloutId("01890000-0000-7000-8000-000000000000".parse().expect("a UUID"));
        let (key, waits) = ((id, FlagSlug::new("csf").expect("a slug")), Waits::default());
        let at = Duration::from_secs;
        waits.failed(&key, 7, true, at(0));
        assert!(!waits.is_due(&key, 7, at(0)) && waits.is_due(&key, 7, at(1)) && waits.is_due(&key, 8, at(0)));
        waits.failed(&key, 7, true, at(1));
        assert!(!waits.is_due(&key, 7, at(2)) && waits.is_due(&key, 7, at(3)));
        for _ in 0..40 {
            waits.failed(&key, 7, true, at(3));
        }
        assert!(!waits.is_due(&key, 7, at(32)) && waits.is_due(&key, 7, at(33)));
        waits.failed(&key, 7, false, at(3));
        assert!(waits.is_due(&key, 7, at(8)), "a lowering never waits long");
        waits.succeeded(&key);
        assert!(waits.is_due(&key, 7, at(0)));
    }
}
