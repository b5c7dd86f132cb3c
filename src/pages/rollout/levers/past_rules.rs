//! Breaking the glass: raising a flag past the rules in an emergency, for the roles that the plan names.

use super::{lever::Of, raise::KeyField};
use crate::{
    pages::rollout::{
        act::use_act,
        confirm::{Asks, Confirm, Given, Sentence},
        here::use_here,
    },
    paths,
    ui::{Button, Choice, Kind, Select, Show},
};
use leptos::prelude::*;
use rollout::{Command, Exposure, Plan, Role, Rollout, plan::Flag, text::duration, time::HOUR};
use std::sync::Arc;

/// How far the flag could be raised past the rules: what the plan raises it to, and on.
fn higher(plan: &Plan, rollout: &Rollout, flag: &Flag) -> Vec<Exposure> {
    let Some(state) = rollout.flags.get(&flag.slug) else { return vec![] };
    let steps = plan.phases.iter().flat_map(|phase| &phase.steps).filter_map(|step| step.exposure());
    let mut all: Vec<Exposure> = steps.filter(|(slug, _)| **slug == flag.slug).map(|(_, to)| to.clone()).collect();
    all.push(Exposure::ON);
    let mut known = Vec::new();
    // Past the rules too, nobody loses the flag by it.
    all.retain(|to| {
        let fits = *to != state.wanted && to.lowers_to(&state.wanted) && !known.contains(to);
        known.push(to.clone());
        fits
    });
    all
}

/// The way past the rules, for the roles that the plan names.
#[component]
pub fn BreakPart(of: Of) -> impl IntoView {
    let here = use_here();
    let plan = untrack(move || here.plan());
    let Some(rule) = plan.break_glass.clone() else { return ().into_any() };
    let (act, open, typed) = (use_act(), RwSignal::new(false), RwSignal::new(String::new()));
    let chosen = RwSignal::new(String::new());
    let to = Memo::new(move |_| {
        let held = here.held();
        of.flag.with_value(|flag| higher(held.rollout.plan(), &held.rollout, flag))
    });
    let roles = rule.roles.clone();
    let shows = Memo::new(move |_| {
        let stands = here.held().rollout.standing_glass(&of.slug()).is_some();
        here.is_any(&roles) && !stands && to.with(|to| !to.is_empty()) && of.is_locked()
    });
    let target = move || to.with(|to| to.iter().find(|to| to.to_string() == chosen.get()).or(to.first()).cloned());
    let hours = duration(i64::from(rule.hours) * HOUR);
    let reviewers = rule.reviewers.iter().map(|role: &Role| role.name()).collect::<Vec<_>>().join(", ");
    let name = of.name();
    let told = {
        let name = name.clone();
        move |to: Option<Exposure>| {
            let to = to.map_or_else(|| "nothing".into(), |to| to.to_string());
            format!(
                "{name} goes to {to} at once, past everything that locks it. It goes back by itself after {hours} unless it is reviewed, everybody sees it, and a review is owed: {reviewers}."
            )
        }
    };
    let sentence: Sentence = Arc::new(move |_| told(target()));
    let key = StoredValue::new(of.flag.with_value(|flag| flag.key.clone()));
    let wrong = Signal::derive(move || key.with_value(|key| typed.with(|typed| typed.trim() != key)));
    let press = move || {
        typed.set(String::new());
        chosen.set(untrack(move || to.with(|to| to.first().map(ToString::to_string).unwrap_or_default())));
        open.set(true);
    };
    let command = move |given: Given| {
        let (flag, confirm) = (of.slug(), typed.get_untracked().trim().to_owned());
        Some(Command::BreakGlass { flag, to: untrack(target)?, reason: given.reason?, confirm })
    };
    let choices = move || {
        to.get()
            .into_iter()
            .map(|to| view! { <Choice value=to.to_string() word=to.to_string() chosen /> })
            .collect_view()
    };
    let label = format!("Break the glass for {name}");
    view! {
        <Show when=move || shows.get()>
            <Button kind=Kind::Quiet label=label.clone() on_click=press>"Break the glass…"</Button>
        </Show>
        <Confirm open act title=format!("Break the glass for {name}") sentence verb="Break the glass" keep="Keep to the rules"
            kind=Kind::Danger reason=Asks::Required label="What the emergency is" locked=wrong command=Callback::new(command)
            lands=paths::anchor(&rollout::Place::Flag(of.slug()))
            said="The glass is broken. The lever shows when the backend has it.">
            <Select label="Raise it to" choose=Callback::new(move |value| chosen.set(value))>{choices}</Select>
            <KeyField key=key.get_value() typed what="Type the flag’s key," />
        </Confirm>
    }
    .into_any()
}
