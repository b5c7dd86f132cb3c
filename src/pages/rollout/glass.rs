//! Broken glasses: flags that somebody raised past the rules in an emergency, and the review that is owed for each.

use super::{
    act::use_act,
    by::{At, By},
    confirm::{Asks, Confirm, Given, Sentence},
    here::use_here,
    said::Said,
};
use crate::ui::{Button, For, Icon, Kind, Show};
use leptos::prelude::*;
use rollout::{Command, Exposure, Seq, state::Glass};
use std::sync::Arc;

/// Every glass that nobody has reviewed yet.
#[component]
pub fn Glasses() -> impl IntoView {
    let here = use_here();
    let all = Memo::new(move |_| {
        here.held().rollout.glasses.iter().map(|(seq, glass)| (*seq, glass.clone())).collect::<Vec<_>>()
    });
    view! {
        <For each=move || all.get() key=|(seq, glass)| (*seq, glass.over) let((seq, glass))>
            <Unreviewed seq glass />
        </For>
    }
}

#[component]
fn Unreviewed(seq: Seq, glass: Glass) -> impl IntoView {
    let here = use_here();
    let plan = untrack(move || here.plan());
    let reviewers = plan.break_glass.as_ref().map_or(vec![], |rule| rule.reviewers.clone());
    let names: Vec<&str> = reviewers.iter().map(|role| role.name()).collect();
    let by = glass.broken.by.person();
    let may = Memo::new(move |_| here.is_any(&reviewers) && here.person() != by);
    let name = plan.flag(&glass.flag).map_or_else(|| glass.flag.to_string(), |flag| flag.name.clone());
    let how = match glass.over {
        None => view! { {format!("It goes back to {} by itself ", glass.from)} <At at=glass.until /> ", unless it is reviewed. " }.into_any(),
        Some(at) => view! { "It ended " <At at /> ". " }.into_any(),
    };
    let until = view! { "Unreviewed, it locks every gate " <At at=glass.review_by() /> ". " };
    let title = match glass.stands() {
        true => format!("{name} is at {} past the rules.", glass.to),
        false => format!("{name} was raised past the rules, and nobody has reviewed that."),
    };
    view! {
        <section class="banner danger" tabindex="-1" aria-label=format!("Broken glass, record {seq}")>
            <Icon name=Icon::Danger />
            <div style:flex="1 1 220px">
                <p><b>{title}</b> " " {how} {until} {format!("A review is owed by: {}, and not by who broke it.", names.join(", "))}</p>
                <Said words=glass.broken.words.clone() />
                <p class="sm q">"Broken " <By actor=glass.broken.by at=glass.broken.time /></p>
            </div>
            <Show when=move || may.get()>
                <div class="btns"><Review seq name=name.clone() stands=glass.stands() to=glass.to.clone() /></div>
            </Show>
        </section>
    }
}

#[component]
fn Review(seq: Seq, name: String, stands: bool, to: Exposure) -> impl IntoView {
    let (act, open) = (use_act(), RwSignal::new(false));
    let told = match stands {
        true => format!(
            "You have looked at why {name} was raised past the rules. It stays at {to} then, as what was accepted does: it counts as no step. Lower it if it should not stay."
        ),
        false => format!("You have looked at why {name} was raised past the rules. Gates are no longer locked by it."),
    };
    let sentence: Sentence = Arc::new(move |_| told.clone());
    let command =
        move |given: Given| Some(Command::Review { glass: seq, reason: given.reason?, evidence: given.evidence });
    view! {
        <Button label=format!("Review record {seq}") on_click=move || open.set(true)>"Review…"</Button>
        <Confirm open act title=format!("Review what was done to {name}") sentence verb="Review" keep="Not yet" kind=Kind::Primary
            reason=Asks::Required label="What you found" evidence=Asks::Optional command=Callback::new(command) said="Reviewed." />
    }
}
