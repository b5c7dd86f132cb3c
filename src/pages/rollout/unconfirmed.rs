//! The red banner: a lowering that the backend has not confirmed in time, and how to do it by hand.

use super::{
    here::use_here,
    levers::{failure, unverified},
};
use crate::{
    api::Held,
    pages::late::FirstSeen,
    ui::{For, Icon},
};
use leptos::prelude::*;
use rollout::{FlagSlug, Seq, Timestamp};

/// Lowerings that are late, in the plan's order.
fn late(held: &Held, now: Timestamp, seen: &mut FirstSeen<(FlagSlug, Seq)>) -> Vec<FlagSlug> {
    let lowering = |flag: &FlagSlug| held.rollout.flags.get(flag)?.pending.clone().filter(|p| !p.is_upward());
    let flags = held.rollout.plan().flags.iter().map(|flag| &flag.slug);
    let waiting =
        flags.filter_map(|flag| lowering(flag).map(|p| ((flag.clone(), p.want), p.since, p.failure.is_some())));
    seen.late(waiting, now).into_iter().map(|(flag, _)| flag).collect()
}

/// The command that does it without Signalbox: the flag's own, or that of the last phase which moved it.
fn by_hand(held: &Held, flag: &FlagSlug) -> Option<String> {
    let plan = held.rollout.plan();
    if let Some(by_hand) = plan.flag(flag).and_then(|flag| flag.by_hand.as_ref()) {
        return Some(by_hand.disable.clone());
    }
    let moves = |phase: &&rollout::plan::Phase| {
        phase.steps.iter().any(|step| step.exposure().is_some_and(|(slug, _)| slug == flag))
    };
    plan.phases.iter().rev().find(moves)?.rollback.by_hand.clone()
}

/// The banner, a line a flag. In the page from the start, so that it is read out when it fills.
#[component]
pub fn Unconfirmed() -> impl IntoView {
    let here = use_here();
    let seen = StoredValue::new(FirstSeen::default());
    let late = Memo::new(move |_| {
        let (held, now) = (here.held(), here.now());
        seen.try_update_value(|seen| late(&held, now, seen)).unwrap_or(vec![])
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
        let pending = state.pending.as_ref()?;
        let is_manual = held.rollout.plan().flag(&flag).is_some_and(|flag| flag.manual().is_some());
        let why = match pending.failure {
            Some(cause) if is_manual => unverified(cause),
            Some(cause) => failure(cause),
            None if is_manual && pending.moved.is_none() => {
                return Some(format!(" is to go to {}, and nobody has said that it is done. ", state.wanted));
            }
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
