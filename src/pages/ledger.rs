//! The ledger of a rollout, newest first, and beside it the record that the address names.

mod check;
mod detail;
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
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use records::Records;
use rollout::{RolloutId, Seq};
use row::Row;

/// Which record the address names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Named {
    None,
    Record(Seq),
    /// Something that is no record's number.
    Nonsense,
}

fn named(seq: Option<String>) -> Named {
    match seq {
        None => Named::None,
        // One address a record: neither 007 nor +7.
        Some(text) => match text.parse::<Seq>() {
            Ok(seq) if seq > 0 && text == seq.to_string() => Named::Record(seq),
            _ => Named::Nonsense,
        },
    }
}

/// The ledger. A bad id or number is Not Found, not an error.
#[component]
pub fn LedgerPage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id")?.parse::<RolloutId>().ok()));
    let nonsense = Memo::new(move |_| params.with(|params| named(params.get("seq"))) == Named::Nonsense);
    move || match (id.get(), nonsense.get()) {
        (Some(id), false) => {
            view! { <Loaded id what="the ledger" page=|here| view! { <Shown here /> }.into_any() /> }.into_any()
        }
        _ => view! { <NotFound /> }.into_any(),
    }
}

#[component]
fn Shown(here: Here) -> impl IntoView {
    provide_context(here);
    let records = Records::follow(here);
    let params = use_params_map();
    let seq = Memo::new(move |_| match params.with(|params| named(params.get("seq"))) {
        Named::Record(seq) => Some(seq),
        Named::None | Named::Nonsense => None,
    });
    let version = Memo::new(move |_| here.held().rollout.version);
    let paper = use_paper();
    let beyond = Memo::new(move |_| seq.get().is_some_and(|seq| seq > version.get()));
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
                        <List here records seq />
                    </div>
                    // A list of one, so that each record has a heading of its own to take the focus.
                    <For each=move || seq.get() key=|seq| *seq let(seq)>
                        <Detail here records seq version />
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
fn List(here: Here, records: Records, seq: Memo<Option<Seq>>) -> impl IntoView {
    let failure = records.failure();
    let retry = move |()| records.fetch_newer();
    view! {
        {move || match (records.is_empty(), failure.get()) {
            (true, Some(Failure::NotFound(detail))) => {
                view! { <Empty title="There is no such ledger"><p>{detail}</p></Empty> }.into_any()
            }
            (true, Some(failure)) => {
                view! { <Failed title="The ledger did not load" message=failure.message() retry /> }.into_any()
            }
            (true, None) => view! { <Loading what="the records" /> }.into_any(),
            (false, _) => view! {
                <ol class="ledger" reversed aria-label="Records, newest first">
                    <For each=move || records.newest_first() key=|entry| entry.seq let(entry)>
                        <Row here records entry seq />
                    </For>
                </ol>
            }
            .into_any(),
        }}
        {move || failure.get().filter(|_| !records.is_empty()).map(|failure| view! {
            <Failed title="Not all records are here" message=failure.message() retry />
        })}
        <Show when=move || { records.oldest().is_some_and(|oldest| oldest > 1) }>
            <p style="padding-block:var(--s3)">
                <span class="onpaper">"Older records are not printed: show them first."</span>
                <Button busy=records.busy() on_click=move || records.fetch_older()>"Show older"</Button>
            </p>
        </Show>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_has_one_address() {
        let check = |text: &str| named(Some(text.into()));
        assert_eq!((named(None), check("7")), (Named::None, Named::Record(7)));
        for bad in ["0", "-1", "+7", "007", "7x", "", "99999999999999999999"] {
            assert_eq!(check(bad), Named::Nonsense, "{bad}");
        }
    }
}
