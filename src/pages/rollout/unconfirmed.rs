//! The red banner: a lowering that the backend has not confirmed in time, and how to do it by hand.

use super::{here::use_here, levers::failure};
use crate::ui::For;
use crate::{api::Held, ui::Icon};
use leptos::prelude::*;
use rollout::{FlagSlug, Millis, Seq, Timestamp};
use std::collections::HashMap;

/// So long a lowering may take.
const PATIENCE: Millis = 30_000;

/// When this page first saw each lowering on its way, by the browser's monotonic clock.
type FirstSeen = HashMap<(FlagSlug, Seq), f64>;

fn elapsed() -> f64 {
    window().performance().map_or(0.0, |performance| performance.now())
}

/// Late by the gateway's clock. The demo moves that ahead by days, which makes no delivery late: one that has not failed
/// is late only if this page has seen it wait as long.
fn is_late(by_gateway: Millis, by_page: Millis, failed: bool) -> bool {
    by_gateway >= PATIENCE && (failed || by_page >= PATIENCE)
}

/// Lowerings that are late, in the plan's order.
fn late(held: &Held, now: Timestamp, elapsed: f64, seen: &mut FirstSeen) -> Vec<FlagSlug> {
    let mut late = vec![];
    let mut still = FirstSeen::new();
    for (slug, state) in &held.rollout.flags {
        let Some(pending) = state.pending.as_ref().filter(|pending| !pending.is_upward()) else { continue };
        let key = (slug.clone(), pending.want);
        let first = seen.get(&key).copied().unwrap_or(elapsed);
        still.insert(key, first);
        if is_late(now.since(pending.since), (elapsed - first) as Millis, pending.failure.is_some()) {
            late.push(slug.clone());
        }
    }
    *seen = still;
    let plan = held.rollout.plan();
    late.sort_by_key(|slug| plan.flags.iter().position(|flag| flag.slug == *slug));
    late
}

/// The command that does it without Signalbox: that of the last phase which moved the flag.
fn by_hand(held: &Held, flag: &FlagSlug) -> Option<String> {
    let plan = held.rollout.plan();
    let moves = |phase: &&rollout::plan::Phase| {
        phase.steps.iter().any(|step| step.exposure().is_some_and(|(slug, _)| slug == flag))
    };
    plan.phases.iter().rev().find(moves)?.rollback.by_hand.clone()
}

/// The banner, a line a flag. In the page from the start, so that it is read out when it fills.
#[component]
pub fn Unconfirmed() -> impl IntoView {
    let here = use_here();
    let seen = StoredValue::new(FirstSeen::new());
    let late = Memo::new(move |_| {
        let (held, now) = (here.held(), here.now());
        seen.try_update_value(|seen| late(&held, now, elapsed(), seen)).unwrap_or(vec![])
    });
    view! {
        <div role="alert">
            <For each=move || late.get() key=FlagSlug::clone let(flag)>
                <Line flag />
            </For>
        </div>
    }
}

#[component]
fn Line(flag: FlagSlug) -> impl IntoView {
    let here = use_here();
    let held = untrack(move || here.held());
    let name = held.rollout.plan().flag(&flag).map_or(flag.to_string(), |flag| flag.name.clone());
    let by_hand = by_hand(&held, &flag);
    let words = Memo::new(move |_| {
        let held = here.held();
        let state = held.rollout.flags.get(&flag)?;
        let why = match state.pending.as_ref()?.failure {
            Some(cause) => failure(cause),
            None => "The backend has said nothing; it is tried again",
        };
        Some(format!(" was asked to go to {} and the backend has not confirmed it. {why}. ", state.wanted))
    });
    view! {
        <div class="banner danger">
            <Icon name=Icon::Danger />
            <p>
                <b>{name}</b>
                {move || words.get()}
                {match by_hand {
                    Some(command) => view! { "By hand: " <code>{command}</code> }.into_any(),
                    None => "Do it by hand at the backend.".into_any(),
                }}
            </p>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_was_moved_makes_no_delivery_late() {
        assert!(!is_late(48 * 3_600_000, 1_000, false), "the demo moved its clock");
        assert!(!is_late(29_999, 600_000, false));
        assert!(is_late(30_000, 30_000, false));
    }

    #[test]
    fn one_that_failed_is_late_for_a_page_that_was_just_opened_too() {
        assert!(is_late(30_000, 0, true));
        assert!(!is_late(29_999, 0, true));
    }
}
