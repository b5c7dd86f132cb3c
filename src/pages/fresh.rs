//! What is not folded here is fetched again when something was heard.

use crate::api::use_cache;
use gloo_timers::callback::Timeout;
use leptos::prelude::*;

/// Records often come in twos and threes: one fetch serves all of them.
const SETTLE_MS: u32 = 150;

/// Fetches now, and again whenever a record or new facts were heard.
pub fn keep_fresh(fetch: impl Fn() + Copy + Send + Sync + 'static) {
    let waiting = StoredValue::new_local(None::<Timeout>);
    let heard = use_cache().heard();
    Effect::new(move |first: Option<()>| {
        heard.track();
        match first {
            None => fetch(),
            Some(()) => waiting.set_value(Some(Timeout::new(SETTLE_MS, fetch))),
        }
    });
}
