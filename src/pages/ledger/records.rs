//! The records on this page: the newest hundred, older ones as they are asked for, new ones as they are made.

use crate::{
    api::{Cache, Failure, client, live::use_live, use_cache},
    pages::rollout::here::Here,
};
use gateway_api::{RecordView, Said};
use leptos::{prelude::*, task::spawn_local};
use rollout::{Actor, Record, RolloutId, Seq, TextHash, record::NoRecord};
use std::{collections::BTreeMap, sync::Arc};

/// So many records come at once.
const PAGE: Seq = 100;

/// A record as it is stored, and as it reads.
#[derive(Debug, Clone)]
pub struct Entry {
    pub seq: Seq,
    pub view: Arc<RecordView>,
    /// What it says; a newer gateway may have written a kind that this console does not know.
    pub record: Result<Arc<Record>, Arc<NoRecord>>,
    /// It came while the page was open.
    pub new: bool,
}

impl Entry {
    fn of(view: RecordView, new: bool) -> Self {
        let record = Record::parse(view.bytes.as_bytes()).map(Arc::new).map_err(Arc::new);
        Self { seq: view.seq, view: Arc::new(view), record, new }
    }
}

/// The records of a ledger, without gaps from the oldest to the newest on the page.
#[derive(Clone, Copy)]
pub struct Records {
    id: RolloutId,
    here: Here,
    cache: Cache,
    entries: RwSignal<BTreeMap<Seq, Entry>>,
    /// A record that was asked for by its number and stands outside of them.
    single: RwSignal<Option<Entry>>,
    said: RwSignal<Said>,
    busy: RwSignal<bool>,
    failure: RwSignal<Option<Failure>>,
}

impl Records {
    /// The newest page, and whatever is recorded from now on.
    pub fn follow(here: Here) -> Self {
        let records = Self {
            id: here.id,
            here,
            cache: use_cache(),
            entries: RwSignal::default(),
            single: RwSignal::new(None),
            said: RwSignal::default(),
            busy: RwSignal::new(false),
            failure: RwSignal::new(None),
        };
        let version = Memo::new(move |_| here.held().rollout.version);
        let connection = use_live().connection();
        Effect::new(move |_| {
            version.track();
            // What failed for want of a connection is fetched once it is back.
            connection.track();
            records.fetch_newer();
        });
        records
    }

    /// Newest first.
    pub fn newest_first(self) -> Vec<Entry> {
        self.entries.with(|entries| entries.values().rev().cloned().collect())
    }

    /// Nothing is here yet.
    pub fn is_empty(self) -> bool {
        self.entries.with(BTreeMap::is_empty)
    }

    /// The number of the oldest one here.
    pub fn oldest(self) -> Option<Seq> {
        self.entries.with(|entries| entries.keys().next().copied())
    }

    /// Records are under way.
    pub fn busy(self) -> Signal<bool> {
        self.busy.into()
    }

    /// Why the last fetch brought nothing.
    pub fn failure(self) -> Signal<Option<Failure>> {
        self.failure.into()
    }

    /// One of those that are here.
    pub fn get(self, seq: Seq) -> Option<Entry> {
        let listed = self.entries.with(|entries| entries.get(&seq).cloned());
        listed.or_else(|| self.single.get().filter(|entry| entry.seq == seq))
    }

    /// Fetches what was recorded since; the newest page, if nothing is here.
    pub fn fetch_newer(self) {
        let newest = self.entries.with_untracked(|entries| entries.keys().next_back().copied());
        let version = self.here.held_untracked().rollout.version;
        let after = newest.unwrap_or(version.saturating_sub(PAGE));
        if after < version && !self.busy.get_untracked() {
            self.fetch(after, PAGE, newest.is_some());
        }
    }

    /// Fetches the page before the oldest one here.
    pub fn fetch_older(self) {
        let oldest = self.entries.with_untracked(|entries| entries.keys().next().copied());
        if let Some(before) = oldest.map(|oldest| oldest - 1).filter(|before| *before > 0)
            && !self.busy.get_untracked()
        {
            self.fetch(before.saturating_sub(PAGE), PAGE.min(before), false);
        }
    }

    fn fetch(self, after: Seq, limit: Seq, new: bool) {
        self.busy.set(true);
        spawn_local(async move {
            let outcome = client::records(self.id, after, limit as u32).await;
            // The page may have been left meanwhile.
            if self.busy.try_set(false).is_some() {
                return;
            }
            match outcome {
                Ok(page) if page.records.is_empty() => {}
                Ok(page) => {
                    self.failure.set(None);
                    self.hear(page.said);
                    let read = page.records.into_iter().map(|view| (view.seq, self.read(view, new)));
                    self.entries.update(|entries| entries.extend(read));
                    // More may have been recorded meanwhile.
                    self.fetch_newer();
                }
                Err(failure) => self.failure.set(Some(failure)),
            }
        });
    }

    /// Fetches one record that stands outside of the list.
    pub async fn fetch_single(self, seq: Seq) -> Result<(), Failure> {
        let page = client::records(self.id, seq - 1, 1).await?;
        let found = page.records.into_iter().find(|view| view.seq == seq);
        let found = found.ok_or_else(|| Failure::NotFound(format!("There is no record {seq}.")))?;
        if self.single.try_set(Some(self.read(found, false))).is_none() {
            self.hear(page.said);
        }
        Ok(())
    }

    fn read(self, view: RecordView, new: bool) -> Entry {
        let entry = Entry::of(view, new);
        if let Err(problem) = &entry.record {
            self.cache.cannot_read(problem);
        }
        entry
    }

    fn hear(self, said: Said) {
        self.said.update(|all| {
            all.people.extend(said.people);
            all.texts.extend(said.texts);
        });
    }

    /// The name of whoever acted.
    pub fn name(self, actor: &Actor) -> String {
        match actor {
            Actor::Person { person, .. } => self.said.with(|said| match said.people.get(person) {
                Some(person) => person.name.clone(),
                None => "An erased person".into(),
            }),
            Actor::System { .. } => "Signalbox".into(),
        }
    }

    /// The words behind a hash; none if they were erased.
    pub fn text(self, hash: &TextHash) -> Option<String> {
        self.said.with(|said| said.texts.get(hash).cloned())
    }
}
