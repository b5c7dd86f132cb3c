//! What has happened in the slot's phase since whoever signs last looked.

use crate::{
    api::{Failure, Remote, client, use_cache},
    pages::{
        ledger::sentence::sentence,
        rollout::{by::By, here::use_here, looked::Looked},
    },
    paths,
    ui::{Icon, Show},
};
use leptos::{prelude::*, task::spawn_local};
use rollout::{LineSlug, Record, Seq};

/// So many are told here; the ledger tells the rest.
const TOLD: usize = 8;
/// So many are looked through.
const LOOKED_THROUGH: u32 = 500;

/// The news, newest first.
#[component]
pub fn Since(slug: LineSlug) -> impl IntoView {
    let here = use_here();
    let Looked(before) = use_context().unwrap_or(Looked(None));
    match before {
        None => view! { <p class="sm s">"You have not looked at this rollout in this browser before."</p> }.into_any(),
        Some(seq) if seq >= here.held_untracked().rollout.version => {
            view! { <p class="sm s">"Nothing has happened since you last looked."</p> }.into_any()
        }
        Some(seq) => view! { <News slug after=seq /> }.into_any(),
    }
}

#[component]
fn News(slug: LineSlug, after: Seq) -> impl IntoView {
    let (here, cache) = (use_here(), use_cache());
    let news = RwSignal::new(Remote::Loading);
    let plan = untrack(move || here.plan());
    let phase = plan.line(&slug).map_or(0, |line| line.phase);
    let of_phase = plan.clone();
    spawn_local(async move {
        let fetched = client::records(here.id, after, LOOKED_THROUGH).await.map(|page| {
            here.hear(cache, &page.said);
            let mut all: Vec<Record> =
                page.records.iter().filter_map(|view| Record::parse(view.bytes.as_bytes()).ok()).collect();
            all.retain(|record| record.is_about(&of_phase, phase));
            all.reverse();
            all
        });
        // The dialog may have been closed meanwhile.
        news.try_set(fetched.map_or_else(Remote::Failed, Remote::Ready));
    });
    let line = move |record: &Record| {
        let (what, actor, time) = (sentence(&record.event, &here.plan()), record.actor, record.time);
        view! { <li><a href=paths::record(here.id, record.seq)>{what}</a> " " <span class="q"><By actor at=time /></span></li> }
    };
    let told = move |all: &Vec<Record>| {
        let more = all.len().saturating_sub(TOLD);
        let rest = (more > 0)
            .then(|| view! { <li><a href=paths::ledger(here.id)>{format!("and {more} more, in the ledger")}</a></li> });
        view! { <ul>{all.iter().take(TOLD).map(line).collect_view()}{rest}</ul> }
    };
    let count = Memo::new(move |_| news.with(|news| news.ready().map(Vec::len)));
    let failed = move || {
        news.with(|news| match news {
            Remote::Failed(failure) => Some(Failure::message(failure)),
            _ => None,
        })
    };
    view! {
        <Show when=move || count.get() == Some(0)>
            <p class="sm s">{format!("Nothing in this phase has changed since you last looked, at record {after}.")}</p>
        </Show>
        <Show when=move || count.get().is_some_and(|count| count > 0)>
            <details class="why" open>
                <summary><Icon name=Icon::Tri />{move || format!("{} since you last looked, at record {after}", records(count.get().unwrap_or(0)))}</summary>
                <div class="prose sm">{move || news.with(|news| news.ready().map(told))}</div>
            </details>
        </Show>
        {move || failed().map(|problem| view! { <p class="sm s">{format!("What has changed since you last looked is not known. {problem}")}</p> })}
    }
}

fn records(count: usize) -> String {
    match count {
        1 => "1 change in this phase".into(),
        n => format!("{n} changes in this phase"),
    }
}
