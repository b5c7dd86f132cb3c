//! What is searched for, and which flags show.

use super::{shown::Shown, window::MOST_ON_PAPER};
use crate::{
    paths::Showing,
    ui::{Show, capitalized, fresh_id},
};
use leptos::{ev::Event, prelude::*};
use std::collections::BTreeSet;

/// From so many flags on, not all that are found are drawn.
const MANY: usize = 100;

/// An option: its value in the address, and its words.
type Choice = (String, String);

const fn words(show: Showing) -> &'static str {
    match show {
        Showing::Drift => "Drift",
        Showing::Pending => "On its way, or not confirmed",
        Showing::Raised => "Raised",
        Showing::Off => "Off",
        Showing::FailsOpen => "Fails open",
    }
}

/// The search field and the filters, and how many flags they leave.
#[component]
pub fn Filters(shown: Shown) -> impl IntoView {
    let states = Signal::derive(move || {
        Showing::ALL.map(|show| (show.name().to_owned(), words(show).to_owned())).into_iter().collect::<Vec<Choice>>()
    });
    let environments = Memo::new(move |_| {
        shown.rows.with(|rows| {
            let names: BTreeSet<&String> = rows.rollouts().map(|rollout| &rollout.environment).collect();
            names.into_iter().map(|name| (name.clone(), capitalized(name))).collect::<Vec<Choice>>()
        })
    });
    let rollouts = Memo::new(move |_| {
        shown.rows.with(|rows| {
            let words = |name: &str, environment: &str| format!("{name}, {environment}");
            let all = rows.rollouts().map(|one| (one.id.to_string(), words(&one.name, &one.environment)));
            all.collect::<Vec<Choice>>()
        })
    });
    let show = Signal::derive(move || shown.query.with(|query| query.show.map(|show| show.name().to_owned())));
    let environment = Signal::derive(move || shown.query.with(|query| query.environment.clone()));
    let rollout = Signal::derive(move || shown.query.with(|query| query.rollout.map(|id| id.to_string())));
    let choose_state = move |name: Option<String>| {
        let show = Showing::ALL.into_iter().find(|show| Some(show.name()) == name.as_deref());
        shown.change(|query| query.show = show);
    };
    let choose_environment = move |name: Option<String>| shown.change(|query| query.environment = name);
    let choose_rollout = move |id: Option<String>| {
        shown.change(|query| query.rollout = id.and_then(|id| id.parse().ok()));
    };
    view! {
        <search class="filters">
            <Search shown />
            <Select label="State" any="Any state" choices=states chosen=show choose=choose_state />
            <Select label="Environment" any="All" choices=environments chosen=environment choose=choose_environment />
            <Select label="Rollout" any="All" choices=rollouts chosen=rollout choose=choose_rollout />
            <Found shown />
        </search>
    }
}

#[component]
fn Search(shown: Shown) -> impl IntoView {
    let id = fresh_id("search");
    view! {
        <div class="field grow">
            <label for=id.clone()>"Search"</label>
            <input class="input" id=id type="search" data-search="" placeholder="Key, name, variable, group"
                autocomplete="off" autocapitalize="none" spellcheck="false"
                prop:value=move || shown.typed.get() on:input=move |event| shown.search(event_target_value(&event)) />
        </div>
    }
}

/// One of several, or any.
#[component]
fn Select(
    label: &'static str,
    any: &'static str,
    #[prop(into)] choices: Signal<Vec<Choice>>,
    chosen: Signal<Option<String>>,
    #[prop(into)] choose: Callback<Option<String>>,
) -> impl IntoView {
    let id = fresh_id("filter");
    let option = move |(value, words): Choice| {
        let own = value.clone();
        let selected = move || chosen.with(|chosen| chosen.as_ref() == Some(&own));
        view! { <option value=value prop:selected=selected>{words}</option> }
    };
    let changed = move |event: Event| choose.run(Some(event_target_value(&event)).filter(|value| !value.is_empty()));
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <select class="input" id=id on:change=changed>
                <option value="" prop:selected=move || chosen.with(Option::is_none)>{any}</option>
                {move || choices.get().into_iter().map(option).collect_view()}
            </select>
        </div>
    }
}

/// How many are found; and that the browser's own search sees only those that are drawn.
#[component]
fn Found(shown: Shown) -> impl IntoView {
    let found = Memo::new(move |_| shown.found.with(|found| found.len()));
    let words = move || match (found.get(), shown.counts.with(|counts| counts.all)) {
        (found, all) if found == all => format!("All {all} flags"),
        (found, all) => format!("{found} of {all} flags"),
    };
    view! {
        <p class="count">
            <span class="num" role="status">{words}</span>
            <Show when=move || { found.get() > MANY }>
                <span class="q screen">" drawn as you scroll: search here, not with the browser’s own search"</span>
            </Show>
            <Show when=move || { found.get() > MOST_ON_PAPER }>
                <span class="paper">{format!(", of which the first {MOST_ON_PAPER} are printed")}</span>
            </Show>
        </p>
    }
}
