//! How often somebody may try to come in: by the login that is tried, and by the address it is tried from.

use crate::clock::Clock as OwnClock;
use governor::{
    NotUntil, Quota, RateLimiter, clock::Clock, middleware::NoOpMiddleware, state::keyed::DefaultKeyedStateStore,
};
use std::{
    net::{IpAddr, Ipv6Addr},
    num::NonZeroU32,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::SeqCst},
    },
    time::Duration,
};

/// One login: a handful of mistakes, then one try each half minute.
const OF_LOGIN: Limit = Limit { at_once: 6, then_each: Duration::from_secs(30) };
/// One address: perhaps a whole office.
const OF_ADDRESS: Limit = Limit { at_once: 30, then_each: Duration::from_secs(4) };
/// So many keys are kept before those that tell nothing any more are looked for.
const MANY: usize = 10_000;

struct Limit {
    at_once: u32,
    then_each: Duration,
}

/// The gateway's steady time, as the limits read it.
#[derive(Debug, Clone, Default)]
struct Steady(Arc<AtomicU64>);

impl Clock for Steady {
    type Instant = Duration;
    fn now(&self) -> Duration {
        Duration::from_nanos(self.0.load(SeqCst))
    }
}

type Limiter<K> = RateLimiter<K, DefaultKeyedStateStore<K>, Steady, NoOpMiddleware<Duration>>;

/// Tries that are left.
pub struct Limits {
    steady: Steady,
    by_login: Limiter<String>,
    by_address: Limiter<IpAddr>,
}

/// Too many tries: in how many seconds there is another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooMany {
    pub seconds: u64,
}

impl Default for Limits {
    fn default() -> Self {
        let steady = Steady::default();
        let quota = |limit: Limit| {
            let at_once = NonZeroU32::new(limit.at_once).unwrap_or(NonZeroU32::MIN);
            let each = Quota::with_period(limit.then_each).unwrap_or(Quota::per_second(NonZeroU32::MIN));
            each.allow_burst(at_once)
        };
        Self {
            by_login: RateLimiter::new(quota(OF_LOGIN), DefaultKeyedStateStore::default(), steady.clone()),
            by_address: RateLimiter::new(quota(OF_ADDRESS), DefaultKeyedStateStore::default(), steady.clone()),
            steady,
        }
    }
}

impl Limits {
    /// Takes a try from a key, a login's above all, and from an address.
    ///
    /// Errors: one of them has none left.
    pub fn try_once(&self, clock: &OwnClock, key: &str, address: IpAddr) -> Result<(), TooMany> {
        self.try_address(clock, address)?;
        self.by_login.check_key(&key.to_owned()).map_err(|until| self.wait(&until))
    }

    /// Takes a try from an address alone.
    ///
    /// Errors: it has none left.
    pub fn try_address(&self, clock: &OwnClock, address: IpAddr) -> Result<(), TooMany> {
        self.steady.0.fetch_max(clock.steady().as_nanos() as u64, SeqCst);
        if self.by_login.len() + self.by_address.len() > MANY {
            self.by_login.retain_recent();
            self.by_address.retain_recent();
        }
        self.by_address.check_key(&network(address)).map_err(|until| self.wait(&until))
    }

    fn wait(&self, until: &NotUntil<Duration>) -> TooMany {
        let left = until.wait_time_from(self.steady.now());
        TooMany { seconds: left.as_secs() + u64::from(left.subsec_nanos() > 0) }
    }
}

/// Whoever has an address of IPv6 has 2^64 of them.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() >> 64 << 64)),
        v4 => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Reading;
    use std::sync::atomic::AtomicU64;

    fn clock() -> (Arc<AtomicU64>, OwnClock) {
        let seconds = Arc::new(AtomicU64::new(0));
        let read = seconds.clone();
        let source = move || Reading { wall: 0, steady: Duration::from_secs(read.load(SeqCst)) };
        (seconds, OwnClock::from_source(Box::new(source), 0, 0))
    }

    fn address(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    #[test]
    fn after_a_handful_of_tries_a_login_waits_wherever_they_come_from() {
        let ((seconds, clock), limits) = (clock(), Limits::default());
        for n in 1..=6 {
            assert_eq!(limits.try_once(&clock, "mia", address(&format!("10.0.0.{n}"))), Ok(()), "{n}");
        }
        assert_eq!(limits.try_once(&clock, "mia", address("10.0.0.7")), Err(TooMany { seconds: 30 }));
        assert_eq!(limits.try_once(&clock, "max", address("10.0.0.7")), Ok(()), "another one does not");
        seconds.fetch_add(29, SeqCst);
        assert_eq!(limits.try_once(&clock, "mia", address("10.0.0.7")), Err(TooMany { seconds: 1 }));
        seconds.fetch_add(1, SeqCst);
        assert_eq!(limits.try_once(&clock, "mia", address("10.0.0.7")), Ok(()));
    }

    #[test]
    fn an_address_waits_whomever_it_tries_and_a_network_of_ipv6_is_one() {
        let ((_, clock), limits) = (clock(), Limits::default());
        for n in 0..30 {
            let from = address(&format!("2001:db8::{n}"));
            assert_eq!(limits.try_once(&clock, &format!("login-{n}"), from), Ok(()), "{n}");
        }
        let blocked = limits.try_once(&clock, "one-more", address("2001:db8::ffff"));
        assert_eq!(blocked, Err(TooMany { seconds: 4 }));
        assert_eq!(limits.try_once(&clock, "one-more", address("2001:db8:0:1::1")), Ok(()));
        assert_eq!(network(address("::ffff:10.0.0.1")), address("10.0.0.1"));
    }
}
