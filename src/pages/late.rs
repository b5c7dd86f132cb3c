//! Lowerings that the backend has not confirmed in time: how long that is, and the red line on every page.

use crate::{
    api::use_cache,
    api::use_clock,
    paths,
    ui::{For, Icon, When},
};
use gateway_api::{RolloutSummary, rollouts::Lowering};
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use rollout::{Millis, Place, RolloutId, Timestamp};
use std::{collections::HashMap, hash::Hash};

/// So long a lowering may take.
const PATIENCE: Millis = 30_000;

fn elapsed() -> f64 {
    window().performance().map_or(0.0, |performance| performance.now())
}

/// Late by the gateway's clock. The demo moves that ahead by days, which makes no delivery late: one that has not failed
/// is late only if this page has seen it wait as long.
fn is_late(by_gateway: Millis, by_page: Millis, failed: bool) -> bool {
    by_gateway >= PATIENCE && (failed || by_page >= PATIENCE)
}

/// When this page first saw each lowering on its way, by the browser's monotonic clock.
#[derive(Debug)]
pub struct FirstSeen<K>(HashMap<K, f64>);

impl<K> Default for FirstSeen<K> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

impl<K: Clone + Eq + Hash> FirstSeen<K> {
    /// Those that are late, of all that wait: since when by the gateway's clock, and whether an attempt failed.
    pub fn late(&mut self, waiting: impl Iterator<Item = (K, Timestamp, bool)>, now: Timestamp) -> Vec<K> {
        let (mut late, mut still) = (vec![], HashMap::new());
        let elapsed = elapsed();
        for (key, since, failed) in waiting {
            let first = self.0.get(&key).copied().unwrap_or(elapsed);
            still.insert(key.clone(), first);
            if is_late(now.since(since), (elapsed - first) as Millis, failed) {
                late.push(key);
            }
        }
        self.0 = still;
        late
    }
}

/// The rollouts with late lowerings, those that have waited longest first.
fn worst_first(list: &[RolloutSummary], seen: &mut FirstSeen<(RolloutId, Timestamp)>, now: Timestamp) -> Vec<Late> {
    let lowerings = || list.iter().filter_map(|one| Some((one, one.lowering.as_ref()?)));
    let waiting =
        lowerings().map(|(one, lowering)| ((one.id, lowering.since), lowering.since, lowering.failure.is_some()));
    let late = seen.late(waiting, now);
    let is_late = |(one, lowering): &(&RolloutSummary, &Lowering)| late.contains(&(one.id, lowering.since));
    let mut late: Vec<Late> = lowerings().filter(is_late).map(|(one, lowering)| Late::of(one, lowering)).collect();
    late.sort_by_key(|late| late.lowering.since);
    late
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Late {
    id: RolloutId,
    name: String,
    environment: String,
    lowering: Lowering,
}

impl Late {
    fn of(one: &RolloutSummary, lowering: &Lowering) -> Self {
        let (name, environment) = (one.name.clone(), one.environment.clone());
        Self { id: one.id, name, environment, lowering: lowering.clone() }
    }

    /// "CSF Grid and 4 other flags".
    fn flags(&self) -> String {
        let name = &self.lowering.name;
        match self.lowering.flags {
            0 | 1 => name.clone(),
            2 => format!("{name} and 1 other flag"),
            n => format!("{name} and {} other flags", n - 1),
        }
    }
}

/// A rollout's own page and its ledger say more about its flags, flag by flag.
fn says_it_itself(path: &str, id: RolloutId) -> bool {
    path == paths::rollout(id) || path.starts_with(&paths::ledger(id))
}

/// The red lines, one a rollout. In the page from the start, so that they are read out when they come.
#[component]
pub fn LateEverywhere() -> impl IntoView {
    let (list, clock, path) = (use_cache().list(), use_clock(), use_location().pathname);
    let seen = StoredValue::new(FirstSeen::default());
    let late = Memo::new(move |_| {
        let now = clock.get();
        let of = |list: &Vec<RolloutSummary>| seen.try_update_value(|seen| worst_first(list, seen, now));
        list.with(|list| list.ready().and_then(of)).unwrap_or(vec![])
    });
    let shown = move || {
        let mut late = late.get();
        path.with(|path| late.retain(|late| !says_it_itself(path, late.id)));
        late
    };
    view! {
        <div role="alert">
            <For each=shown key=|late| (late.id, late.lowering.since, late.lowering.flags) let(late)>
                <Line late />
            </For>
        </div>
    }
}

#[component]
fn Line(late: Late) -> impl IntoView {
    let now = use_clock().now();
    let there = format!("{}#{}", paths::rollout(late.id), paths::anchor(&Place::Flag(late.lowering.flag.clone())));
    view! {
        <div class="banner danger">
            <Icon name=Icon::Danger />
            <p>
                <b>{late.flags()}</b>
                {format!(" of {} in {} went down, and the backend has not confirmed it. Asked for ", late.name, late.environment)}
                <When at=late.lowering.since.millis() now />
                ". "
                <a href=there>"See what to do by hand"</a>
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
