//! The ledger of a rollout, newest first, and beside it the record that the address names.

pub mod check;
mod detail;
mod filter;
mod fold;
mod records;
mod row;
pub mod sentence;
mod words;

use super::{
    loaded::Loaded,
    not_found::NotFound,
    rollout::{here::Here, paper::PaperHead, unconfirmed::Unconfirmed},
    shell::use_title,
};
use crate::{
    api::Failure,
    paths,
    ui::{Button, Empty, Failed, For, Kind, Loading, Show, print, use_paper},
};
use check::Check;
use detail::Detail;
use filter::{
    Filter,
    bar::{FilterBar, Filtering},
};
use leptos::prelude::*;
use leptos_router::{
    hooks::{use_params_map, use_query_map},
    params::ParamsMap,
};
use records::Records;
use rollout::{PhaseSlug, RolloutId, Seq};
use row::Row;

/// What the address names.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Named {
    seq: Option<Seq>,
    filter: Filter,
}

/// None, if a part of it is nonsense.
fn named(params: &ParamsMap, query: &ParamsMap) -> Option<Named> {
    let seq = match params.get("seq") {
        Some(text) => Some(paths::seq_of(&text)?),
        None => None,
    };
    Some(Named { seq, filter: Filter::read(|name| query.get(name))? })
}

/// The ledger. A bad id, number or filter is Not Found, not an error.
#[component]
pub fn LedgerPage() -> impl IntoView {
    let (params, query) = (use_params_map(), use_query_map());
    let id = Memo::new(move |_| params.with(|params| params.get("id")?.parse::<RolloutId>().ok()));
    let sense = Memo::new(move |_| named(&params.read(), &query.read()).is_some());
    move || match (id.get(), sense.get()) {
        (Some(id), true) => {
            view! { <Loaded id what="the ledger" page=|here| view! { <Shown here /> }.into_any() /> }.into_any()
        }
        _ => view! { <NotFound /> }.into_any(),
    }
}

#[component]
fn Shown(here: Here) -> impl IntoView {
    provide_context(here);
    let (params, query) = (use_params_map(), use_query_map());
    // What is nonsense is not drawn at all; on the way there the page stays as it is.
    let named = Memo::new(move |last: Option<&Named>| {
        named(&params.read(), &query.read()).or(last.cloned()).unwrap_or(Named { seq: None, filter: Filter::default() })
    });
    let seq = Memo::new(move |_| named.with(|named| named.seq));
    let filter = Memo::new(move |_| named.with(|named| named.filter.clone()));
    let filtering = Filtering::new(here, filter, seq);
    let version = Memo::new(move |_| here.held().rollout.version);
    let beyond = Memo::new(move |_| {
        let strange = |slug: &PhaseSlug| here.plan().phase(slug).is_none();
        seq.get().is_some_and(|seq| seq > version.get()) || filter.with(|f| f.phase.as_ref().is_some_and(strange))
    });
    let records = Records::follow(here, filter);
    let paper = use_paper();
    use_title(move || {
        let name = &here.plan().name;
        match seq.get() {
            Some(seq) => format!("Record {seq} · {name}"),
            None => format!("Ledger · {name}"),
        }
    });
    move || {
        if beyond.get() {
            return view! { <NotFound /> }.into_any();
        }
        view! {
            <main id="main">
                <div class="titlebar plain">
                    <h1>"Ledger"</h1>
                    <div class="facts">
                        <span>"of " <a href=paths::rollout(here.id)>{move || here.plan().name.clone()}</a></span>
                        <span class="num">{move || count(version.get())}</span>
                    </div>
                    <span class="spring"></span>
                    <Button kind=Kind::Quiet on_click=print>"Print"</Button>
                </div>
                <Show when=move || paper.get()><PaperHead here /></Show>
                <Unconfirmed />
                <div class="ledgerpage">
                    <div>
                        <Check here />
                        <FilterBar filtering records />
                        <List here records filtering seq />
                    </div>
                    // A list of one, so that each record has a heading of its own to take the focus.
                    <For each=move || seq.get() key=|seq| *seq let(seq)>
                        <Detail here records filtering seq version />
                    </For>
                </div>
            </main>
        }
        .into_any()
    }
}

fn count(records: Seq) -> String {
    match records {
        1 => "1 record".into(),
        n => format!("{n} records"),
    }
}

#[component]
fn List(here: Here, records: Records, filtering: Filtering, seq: Memo<Option<Seq>>) -> impl IntoView {
    let failure = records.failure();
    let retry = move |()| records.go_on();
    let looking = Memo::new(move |_| records.busy().get() && failure.with(Option::is_none));
    view! {
        <Found records filtering />
        {move || match (records.is_empty(), failure.get()) {
            (true, Some(Failure::NotFound(detail))) => {
                view! { <Empty title="There is no such ledger"><p>{detail}</p></Empty> }.into_any()
            }
            (true, Some(failure)) => {
                view! { <Failed title="The ledger did not load" message=failure.message() retry /> }.into_any()
            }
            (true, None) if looking.get() || records.has_older() => view! { <Loading what="the records" /> }.into_any(),
            (true, None) => view! {
                <Empty title="No record matches">
                    <p>"What is made from now on and matches appears here by itself."</p>
                    <a class="btn" href=move || filtering.cleared() data-noscroll="">"Show every record"</a>
                </Empty>
            }
            .into_any(),
            (false, _) => view! {
                <ol class="ledger" reversed aria-label="Records, newest first">
                    <For each=move || records.newest_first() key=|entry| entry.seq let(entry)>
                        <Row here records filtering entry seq />
                    </For>
                </ol>
            }
            .into_any(),
        }}
        {move || failure.get().filter(|_| !records.is_empty()).map(|failure| view! {
            <Failed title="Not all records are here" message=failure.message() retry />
        })}
        <Show when=move || records.has_older() && !records.is_empty()>
            <p style="padding-block:var(--s3)">
                <span class="onpaper">"Older records are not printed: show them first."</span>
                <Button busy=records.busy() on_click=move || records.fetch_older()>"Show older"</Button>
            </p>
        </Show>
    }
}

/// How many were found, and how far was looked. Says nothing while every record is shown.
#[component]
fn Found(records: Records, filtering: Filtering) -> impl IntoView {
    let words = move || {
        if filtering.filter.with(Filter::is_empty) {
            return None;
        }
        let (found, looked_at) = (records.count(), records.looked_at());
        let verb = if found == 1 { "matches" } else { "match" };
        Some(match records.has_older() {
            true => format!("{} {verb} so far, of the newest {looked_at}", count(found as Seq)),
            false => format!("{} {verb}, of {looked_at}", count(found as Seq)),
        })
    };
    view! { <p class="found num" role="status">{words}</p> }
}
