//! The newest records, beside the levers: what others do appears here by itself, and says who did it.

use super::{
    by::Name,
    here::{Here, use_here},
};
use crate::{
    api::{Cache, client, use_cache},
    pages::ledger::sentence::sentence,
    paths,
    ui::{For, Icon, Lamp, Show, Tone, When},
};
use leptos::{prelude::*, task::spawn_local};
use rollout::{Record, Seq};

/// So many are shown.
const SHOWN: usize = 12;

/// The panel.
#[component]
pub fn RecordPanel() -> impl IntoView {
    let here = use_here();
    let newest = Newest::follow(here);
    let version = Memo::new(move |_| here.held().rollout.version);
    view! {
        <section class="record" aria-labelledby="record-heading">
            <div class="head">
                <h3 id="record-heading">"Ledger"</h3>
                <span class="end sm s"><Icon name=Icon::Live /></span>
                <span class="sm s">"Newest first"</span>
            </div>
            <Show when=move || newest.failed.get().is_some()>
                <p class="sm"><Lamp tone=Tone::Caution word=Signal::derive(move || newest.failed.get().unwrap_or_default()) /></p>
            </Show>
            <ol class="ledger" reversed aria-live="polite" aria-relevant="additions">
                <For each=move || newest.list.get() key=|record| record.seq let(record)>
                    <Row record fresh_after=newest.opened_at.get_value() />
                </For>
            </ol>
            <p class="sm q" style:padding-block="var(--s3)">
                {move || format!("{} records. ", version.get())} <a href=paths::ledger(here.id)>"Open the ledger"</a>
            </p>
        </section>
    }
}

/// The newest records, fetched as the ledger grows.
#[derive(Clone, Copy)]
struct Newest {
    cache: Cache,
    list: RwSignal<Vec<Record>>,
    /// Why the list is not as new as the page; it is tried again with the next record.
    failed: RwSignal<Option<String>>,
    /// The ledger's head when the page was opened: what is newer is marked.
    opened_at: StoredValue<Option<Seq>>,
}

impl Newest {
    fn follow(here: Here) -> Self {
        let cache = use_cache();
        let own =
            Self { cache, list: RwSignal::new(vec![]), failed: RwSignal::new(None), opened_at: StoredValue::new(None) };
        let version = Memo::new(move |_| here.held().rollout.version);
        Effect::new(move |_| {
            let version = version.get();
            if own.opened_at.get_value().is_none() {
                own.opened_at.set_value(Some(version));
            }
            spawn_local(own.fetch(here, version));
        });
        own
    }

    async fn fetch(self, here: Here, version: Seq) {
        let known = self.list.try_update(|list| {
            // A page that stands still may have gone back to an earlier record.
            list.retain(|record| record.seq <= version);
            if here.stands_still() { 0 } else { list.first().map_or(0, |record| record.seq) }
        });
        let Some(known) = known else { return };
        let after = known.max(version.saturating_sub(SHOWN as Seq));
        if after >= version {
            return;
        }
        // More than the panel shows is never asked for: `after` is at most so many behind.
        let outcome = client::records(here.id, after, (version - after) as u32).await;
        let failed = match outcome {
            Ok(page) => {
                // Names and texts of older records, which the state no longer needs.
                here.hear(self.cache, &page.said);
                self.put(page.records.iter().map(|view| Record::parse(view.bytes.as_bytes())))
            }
            Err(failure) => Some(failure.message()),
        };
        // The page may have gone meanwhile; then nobody is left to tell.
        drop(self.failed.try_set(failed));
    }

    fn put(self, records: impl Iterator<Item = Result<Record, rollout::record::NoRecord>>) -> Option<String> {
        let mut failed = None;
        let mut new: Vec<Record> = vec![];
        for record in records {
            match record {
                Ok(record) => new.push(record),
                Err(problem) => {
                    self.cache.cannot_read(&problem);
                    failed = Some(format!("{problem}. Reload the page."));
                }
            }
        }
        self.list.try_update(|list| *list = merged(list, new))?;
        failed
    }
}

/// Newest first, each once, no more than are shown.
fn merged(known: &[Record], new: Vec<Record>) -> Vec<Record> {
    let mut all: Vec<Record> = known.iter().cloned().chain(new).collect();
    all.sort_by_key(|record| std::cmp::Reverse(record.seq));
    all.dedup_by_key(|record| record.seq);
    all.truncate(SHOWN);
    all
}

#[component]
fn Row(record: Record, fresh_after: Option<Seq>) -> impl IntoView {
    let here = use_here();
    let fresh = fresh_after.is_some_and(|opened| record.seq > opened);
    let said = record.event.words().and_then(|words| words.reason);
    let words = sentence(&record.event, &untrack(move || here.plan()));
    view! {
        <li class:new=fresh>
            <span class="seq num">{record.seq}</span>
            <div>
                <a class="what" href=paths::record(here.id, record.seq)>{words}</a>
                {said.map(|hash| view! { <p class="quote">{move || here.held().text(&hash)}</p> })}
                <p class="meta">
                    <span><Name actor=record.actor /></span>
                    <When at=record.time.millis() now=here.clock.now() />
                </p>
            </div>
        </li>
    }
}
