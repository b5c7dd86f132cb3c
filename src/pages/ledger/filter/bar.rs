//! The filter: what is looked for, changed by selects and fields, taken back by chips. The address holds it.

use super::{
    By, Filter,
    kinds::{self, GROUPS},
    kinds_of, local,
};
use crate::{
    pages::{ledger::records::Records, rollout::here::Here},
    paths,
    ui::{Choice, For, Icon, Select, Show, absolute_words, fresh_id},
};
use leptos::{html, prelude::*};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use rollout::{PhaseSlug, Seq, Timestamp, plan::Phase};

/// Wide enough that the filter stands open.
const WIDE: &str = "(min-width: 700px)";

/// The filter of the ledger's page, and the ways to change it.
#[derive(Clone, Copy)]
pub struct Filtering {
    here: Here,
    /// What is looked for now.
    pub filter: Memo<Filter>,
    seq: Memo<Option<Seq>>,
}

impl Filtering {
    /// The page's filter. `seq` is the record that the address names.
    pub fn new(here: Here, filter: Memo<Filter>, seq: Memo<Option<Seq>>) -> Self {
        Self { here, filter, seq }
    }

    /// A record's address, or the list's, with the filter kept.
    pub fn address(self, seq: Option<Seq>) -> String {
        self.filter.with(|filter| self.with(filter, seq))
    }

    fn with(self, filter: &Filter, seq: Option<Seq>) -> String {
        let id = self.here.id;
        filter.on(&seq.map_or_else(|| paths::ledger(id), |seq| paths::record(id, seq)))
    }

    /// This page with a part of the filter changed.
    fn changed(self, change: impl FnOnce(&mut Filter)) -> String {
        let mut filter = self.filter.get();
        change(&mut filter);
        self.with(&filter, self.seq.get())
    }

    /// This page with every record.
    pub fn cleared(self) -> String {
        self.changed(|filter| *filter = Filter::default())
    }
}

/// The bar.
#[component]
pub fn FilterBar(filtering: Filtering, records: Records) -> impl IntoView {
    let details = NodeRef::<html::Details>::new();
    details.on_load(|details| {
        let wide = window().match_media(WIDE).ok().flatten().is_some_and(|wide| wide.matches());
        details.set_open(wide);
    });
    let navigate = use_navigate();
    let go = Callback::new(move |(to, replace): (String, bool)| {
        navigate(&to, NavigateOptions { replace, scroll: false, ..NavigateOptions::default() });
    });
    view! {
        <search class="filter">
            <details node_ref=details>
                <summary><Icon name=Icon::Tri />"Filter"</summary>
                <div class="fields">
                    <WhoField filtering records go />
                    <PhaseField filtering go />
                    <KindField filtering go />
                    <TimeField filtering go label="From" read=|filter| filter.from set=|filter, time| filter.from = time />
                    <TimeField filtering go label="Before" read=|filter| filter.to set=|filter, time| filter.to = time />
                </div>
            </details>
            <Chips filtering records />
        </search>
    }
}

/// Where to, and whether the address now is replaced.
type Go = Callback<(String, bool)>;

#[component]
fn WhoField(filtering: Filtering, records: Records, go: Go) -> impl IntoView {
    let chosen = Memo::new(move |_| filtering.filter.with(|filter| filter.by.map_or(String::new(), By::name)));
    let people = Memo::new(move |_| records.people(filtering.filter.with(|filter| filter.by)));
    let choose = move |value: String| go.run((untrack(move || filtering.changed(|f| f.by = By::read(&value))), false));
    view! {
        <Select label="Who" choose=Callback::new(choose)>
            <Choice value="" word="Anybody" chosen />
            <For each=move || people.get() key=|person| person.clone() let((by, name))>
                <Choice value=by.name() word=name chosen />
            </For>
        </Select>
    }
}

#[component]
fn PhaseField(filtering: Filtering, go: Go) -> impl IntoView {
    let chosen = Memo::new(move |_| {
        filtering.filter.with(|filter| filter.phase.as_ref().map_or(String::new(), PhaseSlug::to_string))
    });
    let plan = untrack(move || filtering.here.plan());
    let phase = |(n, phase): (usize, &Phase)| {
        view! { <Choice value=phase.slug.as_str() word=format!("{}, {}", n + 1, phase.name) chosen /> }
    };
    let phases = plan.phases.iter().enumerate().map(phase).collect_view();
    let choose = move |value: String| {
        go.run((untrack(move || filtering.changed(|f| f.phase = PhaseSlug::new(value).ok())), false));
    };
    view! {
        <Select label="Phase" choose=Callback::new(choose)>
            <Choice value="" word="Any phase, or none" chosen />
            {phases}
        </Select>
    }
}

#[component]
fn KindField(filtering: Filtering, go: Go) -> impl IntoView {
    let chosen = Memo::new(move |_| filtering.filter.with(|filter| filter.kinds.join(",")));
    let offered = |kinds: &str| {
        kinds.is_empty() || GROUPS.iter().any(|g| g.names().join(",") == kinds || g.names().contains(&kinds))
    };
    // An address may name kinds that no choice has together.
    let several = Memo::new(move |_| chosen.with(|kinds| (!offered(kinds)).then(|| kinds.clone())));
    let groups = GROUPS.iter().map(move |group| {
        let one = move |(kind, word): &(&'static str, &'static str)| view! { <Choice value=*kind word=*word chosen /> };
        view! {
            <optgroup label=group.name>
                <Choice value=group.names().join(",") word=group.all chosen />
                {group.kinds.iter().map(one).collect_view()}
            </optgroup>
        }
    });
    let choose = move |value: String| {
        go.run((untrack(move || filtering.changed(|f| f.kinds = kinds_of(&value).unwrap_or(vec![]))), false));
    };
    view! {
        <Select label="What" choose=Callback::new(choose)>
            <Choice value="" word="Anything" chosen />
            {move || several.get().map(|kinds| view! { <Choice value=kinds word="Several kinds" chosen /> })}
            {groups.collect_view()}
        </Select>
    }
}

/// A moment in the viewer's zone. While one types it, each moment replaces the last in the browser's history.
#[component]
fn TimeField(
    filtering: Filtering,
    go: Go,
    label: &'static str,
    read: fn(&Filter) -> Option<Timestamp>,
    set: fn(&mut Filter, Option<Timestamp>),
) -> impl IntoView {
    let id = fresh_id("time");
    let value = Memo::new(move |_| filtering.filter.with(read).map_or(String::new(), local::shown));
    let change = move |event: leptos::ev::Event| {
        let time = local::read(&event_target_value(&event));
        let replace = filtering.filter.with_untracked(read).is_some();
        go.run((untrack(move || filtering.changed(|filter| set(filter, time))), replace));
    };
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <input class="input" id=id type="datetime-local" prop:value=value on:change=change />
        </div>
    }
}

/// What is looked for, each with a way to take it back.
#[component]
fn Chips(filtering: Filtering, records: Records) -> impl IntoView {
    let any = Memo::new(move |_| !filtering.filter.with(Filter::is_empty));
    let chip = move |words: String, without: String| {
        let label = format!("Without: {words}");
        view! { <li><a class="chip" href=without data-noscroll="" aria-label=label>{words}<Icon name=Icon::X /></a></li> }
    };
    let chips = move || {
        let filter = filtering.filter.get();
        let by = filter.by.map(|by| chip(records.name_of(by), filtering.changed(|f| f.by = None)));
        let phase = filter.phase.as_ref().map(|slug| {
            let plan = filtering.here.plan();
            let name = plan.phase(slug).map_or(slug.to_string(), |(_, phase)| phase.name.clone());
            chip(name, filtering.changed(|f| f.phase = None))
        });
        let kinds = (!filter.kinds.is_empty())
            .then(|| chip(kinds::words(&filter.kinds), filtering.changed(|f| f.kinds = vec![])));
        let time = |word: &str, time: Timestamp| format!("{word} {}", absolute_words(time.millis()));
        let from = filter.from.map(|at| chip(time("From", at), filtering.changed(|f| f.from = None)));
        let to = filter.to.map(|at| chip(time("Before", at), filtering.changed(|f| f.to = None)));
        [by, phase, kinds, from, to].into_iter().flatten().collect_view()
    };
    view! {
        <Show when=move || any.get()>
            <ul class="chips" aria-label="Looked for">
                {chips}
                <li><a href=move || filtering.cleared() data-noscroll="">"Clear"</a></li>
            </ul>
        </Show>
    }
}
