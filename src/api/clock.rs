//! The gateway's time. Only its clock decides; the browser's may be a day off and changes nothing.

use gloo_timers::callback::Interval;
use leptos::prelude::*;
use rollout::{Millis, Timestamp};

/// What the gateway's clock says now, counted on from its last word by the browser's monotonic clock.
#[derive(Debug, Clone, Copy)]
pub struct Clock {
    ahead: StoredValue<f64>,
    now: RwSignal<Millis>,
}

fn elapsed() -> f64 {
    window().performance().map_or(0.0, |performance| performance.now())
}

impl Clock {
    /// Starts ticking once a second, from the browser's own time until the gateway has spoken.
    pub fn start() -> Self {
        let clock = Self { ahead: StoredValue::new(js_sys::Date::now() - elapsed()), now: RwSignal::new(0) };
        clock.tick();
        Interval::new(1_000, move || clock.tick()).forget();
        clock
    }

    /// The gateway's time just now. It never goes back.
    pub fn heard(self, now: Timestamp) {
        self.ahead.set_value(now.millis() as f64 - elapsed());
        self.tick();
    }

    fn tick(self) {
        self.now.set((self.ahead.get_value() + elapsed()) as Millis);
    }

    /// The gateway's time in milliseconds; changes once a second.
    pub fn now(self) -> Signal<Millis> {
        self.now.into()
    }

    /// The gateway's time; changes once a second.
    pub fn get(self) -> Timestamp {
        Timestamp::from_millis(self.now.get())
    }

    /// The gateway's time at this moment, without following it.
    pub fn get_untracked(self) -> Timestamp {
        Timestamp::from_millis((self.ahead.get_value() + elapsed()) as Millis)
    }
}

/// The gateway's time.
///
/// # Panics
/// Outside the app.
pub fn use_clock() -> Clock {
    expect_context()
}
