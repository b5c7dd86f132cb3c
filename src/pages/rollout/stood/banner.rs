//! What says that this is the past, and leads on in it and out of it.

use super::Last;
use crate::{
    api::use_cache,
    pages::{
        ledger::sentence::sentence,
        rollout::{by::Name, here::use_here},
    },
    paths,
    ui::{Button, Face, Icon, When},
};
use leptos::{ev::SubmitEvent, html, prelude::*};
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map},
};
use rollout::Seq;

/// An address of this rollout with the phase that is on screen, if the address says which.
fn keeping_phase(page: String, phase: Option<String>) -> String {
    match phase {
        Some(phase) => paths::phase_on(&page, &phase),
        None => page,
    }
}

/// The banner.
#[component]
pub fn Banner(last: Last) -> impl IntoView {
    let here = use_here();
    let seq = Memo::new(move |_| here.held().rollout.version);
    let time = Memo::new(move |_| here.held().rollout.time.millis());
    let made_it = move || {
        let record = last.get()?;
        Some(view! { <Name actor=record.actor /> ": " {sentence(&record.event, &here.plan())} ". " })
    };
    view! {
        <section class="banner past" aria-labelledby="past">
            <Icon name=Icon::Undo />
            <div class="says">
                <p id="past" data-heading="" tabindex="-1">
                    <b>"As it stood after record " <span class="num">{seq}</span></b>
                    ", " <When at=time now=here.clock.now() face=Face::DateTime />
                </p>
                <p>{made_it} "Nothing on this page changes any more, and nothing can be done on it."</p>
            </div>
            <Ways seq />
        </section>
    }
}

/// To the records beside it, to any other, to its record in the ledger, and back to now.
#[component]
fn Ways(seq: Memo<Seq>) -> impl IntoView {
    let (here, query) = (use_here(), use_query_map());
    let live = use_cache().rollout(here.id);
    let head = Memo::new(move |_| live.with(|live| live.ready().map_or(0, |held| held.rollout.version)).max(seq.get()));
    let phase = Memo::new(move |_| query.with(|query| query.get("phase")));
    let at = move |seq: Seq| keeping_phase(paths::rollout_at(here.id, seq), phase.get());
    let link =
        move |seq: Seq, word: &'static str| view! { <a class="btn" href=move || at(seq) data-noscroll="">{word}</a> };
    view! {
        <nav class="btns" aria-label="Through the ledger">
            {move || (seq.get() > 1).then(|| link(seq.get() - 1, "Previous"))}
            {move || (seq.get() < head.get()).then(|| link(seq.get() + 1, "Next"))}
            <Jump seq head phase />
            <a class="btn" href=move || paths::record(here.id, seq.get())>"Record " {seq} " in the ledger"</a>
            <a class="btn primary" href=move || keeping_phase(paths::rollout(here.id), phase.get())>"Back to now"</a>
        </nav>
    }
}

/// To a record by its number.
#[component]
fn Jump(seq: Memo<Seq>, head: Memo<Seq>, phase: Memo<Option<String>>) -> impl IntoView {
    let (here, navigate) = (use_here(), use_navigate());
    let field = NodeRef::<html::Input>::new();
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        // The browser sees to it that it is a number from 1 to the last record's.
        if let Some(seq) = field.get_untracked().and_then(|field| paths::seq_of(&field.value())) {
            let to = keeping_phase(paths::rollout_at(here.id, seq), phase.get_untracked());
            navigate(&to, NavigateOptions { scroll: false, ..NavigateOptions::default() });
        }
    };
    view! {
        <form class="jump" on:submit=send>
            <label>
                "After record "
                <input class="input num" type="number" inputmode="numeric" min="1" max=move || head.get().to_string()
                    required node_ref=field prop:value=move || seq.get().to_string() />
            </label>
            <span>"of " <span class="num">{head}</span></span>
            <Button submit=true>"Show"</Button>
        </form>
    }
}
