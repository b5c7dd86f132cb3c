//! The rollout as it stood after one of its records: the very page of the rollout, standing still, with nothing to press.

mod banner;

use super::{Parts, choose_phase, here::Here, titlebar::TitleBar};
use crate::{
    api::{Failure, Held, Remote, client},
    pages::{ledger::check::Check, loaded::Fetched, not_found::NotFound, shell::use_title},
    paths,
    ui::For,
};
use banner::Banner;
use leptos::{prelude::*, task::spawn_local};
use leptos_router::hooks::use_params_map;
use rollout::{Record, RolloutId, Seq};
use std::sync::Arc;

/// The rollout after the record that the address names. A bad id or number is Not Found, not an error.
#[component]
pub fn StoodPage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id")?.parse::<RolloutId>().ok()));
    let seq = Memo::new(move |_| params.with(|params| paths::seq_of(&params.get("seq")?)));
    let named = Memo::new(move |_| seq.get().is_some());
    move || match (id.get(), named.get()) {
        (Some(id), true) => view! { <Stood id seq /> }.into_any(),
        _ => view! { <NotFound /> }.into_any(),
    }
}

/// The last record on the page, which made it what it is.
type Last = RwSignal<Option<Arc<Record>>>;

async fn fetch(id: RolloutId, seq: Seq) -> Result<(Held, Option<Arc<Record>>), Failure> {
    let (view, page) = futures::join!(client::rollout_at(id, seq), client::records(id, seq - 1, 1));
    let (view, page) = (view?, page?);
    let last = page.records.first().map(|view| Record::parse(view.bytes.as_bytes())).transpose();
    let last = last.map_err(|problem| Failure::Garbled(problem.to_string()))?;
    Ok((Held::of(view)?.knowing(&page.said), last.map(Arc::new)))
}

/// Going on to the next record leaves the page as it is until what comes is there.
#[component]
fn Stood(id: RolloutId, seq: Memo<Option<Seq>>) -> impl IntoView {
    let (stood, last) = (RwSignal::new(Remote::Loading), Last::new(None));
    let load = move || {
        let Some(asked) = seq.get_untracked() else { return };
        spawn_local(async move {
            let fetched = fetch(id, asked).await;
            // Whoever has gone on meanwhile waits for another one.
            if seq.try_get_untracked() != Some(Some(asked)) {
                return;
            }
            match fetched {
                Ok((held, record)) => {
                    last.set(record);
                    stood.set(Remote::Ready(Arc::new(held)));
                }
                Err(failure) => stood.set(Remote::Failed(failure)),
            }
        });
    };
    Effect::new(move |_| {
        seq.track();
        load();
    });
    let page = Callback::new(move |here: Here| view! { <Shown here last /> }.into_any());
    view! { <Fetched remote=stood here=Here::stood(id, stood) what="the rollout as it stood" retry=Callback::new(move |()| load()) page /> }
}

#[component]
fn Shown(here: Here, last: Last) -> impl IntoView {
    provide_context(here);
    use_title(move || format!("After record {} · {}", here.held().rollout.version, here.plan().name));
    let chosen = choose_phase(here);
    view! {
        <main id="main" class="stood">
            <Banner last />
            <TitleBar />
            <Parts chosen />
            <div class="page">
                // A list of one: what was found of one record says nothing about the next.
                <For each=move || [here.held().rollout.version] key=|seq| *seq let(_seq)>
                    <Check here />
                </For>
            </div>
        </main>
    }
}
