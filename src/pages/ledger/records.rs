//! The records on this page: the newest hundred, older ones as they are asked for, new ones as they are made.

use super::filter::{By, Filter};
use crate::{
    api::{
        Cache, Failure,
        client::{self, Way},
        live::use_live,
        use_cache,
    },
    pages::rollout::here::Here,
};
use gateway_api::{RecordView, RecordsPage, Said};
use leptos::{prelude::*, task::spawn_local};
use rollout::{Actor, PersonId, Record, RolloutId, Seq, TextHash, record::NoRecord};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

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

/// Which records have been looked at: from the first of these numbers to the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Looked {
    from: Seq,
    through: Seq,
}

/// The records of a ledger that are looked for, as far as they have been found.
#[derive(Clone, Copy)]
pub struct Records {
    id: RolloutId,
    here: Here,
    cache: Cache,
    filter: Memo<Filter>,
    entries: RwSignal<BTreeMap<Seq, Entry>>,
    looked: RwSignal<Looked>,
    /// A record that was asked for by its number and stands outside of them.
    single: RwSignal<Option<Entry>>,
    said: RwSignal<Said>,
    busy: RwSignal<bool>,
    failure: RwSignal<Option<Failure>>,
    /// Counts filters: what comes for an older one is of no use any more.
    turn: StoredValue<u32>,
}

impl Records {
    /// The newest page of those that meet the filter, and whatever is recorded from now on.
    pub fn follow(here: Here, filter: Memo<Filter>) -> Self {
        let records = Self {
            id: here.id,
            here,
            cache: use_cache(),
            filter,
            entries: RwSignal::default(),
            looked: RwSignal::new(Looked { from: 1, through: 0 }),
            single: RwSignal::new(None),
            said: RwSignal::default(),
            busy: RwSignal::new(false),
            failure: RwSignal::new(None),
            turn: StoredValue::new(0),
        };
        let version = Memo::new(move |_| here.held().rollout.version);
        let connection = use_live().connection();
        Effect::new(move |last: Option<Filter>| {
            version.track();
            // What failed for want of a connection is fetched once it is back.
            connection.track();
            let filter = filter.get();
            match last.is_some_and(|last| last == filter) {
                true => records.go_on(),
                false => records.begin(),
            }
            filter
        });
        records
    }

    fn begin(self) {
        let version = self.here.held_untracked().rollout.version;
        self.turn.update_value(|turn| *turn += 1);
        self.entries.set(BTreeMap::new());
        self.looked.set(Looked { from: version + 1, through: version });
        self.busy.set(false);
        self.failure.set(None);
        self.fetch_older();
    }

    /// Fetches what failed, and what was recorded since.
    pub fn go_on(self) {
        match self.failure.with_untracked(Option::is_some) && self.is_empty_untracked() {
            true => self.fetch_older(),
            false => self.fetch_newer(),
        }
    }

    fn is_empty_untracked(self) -> bool {
        self.entries.with_untracked(BTreeMap::is_empty)
    }

    /// Newest first.
    pub fn newest_first(self) -> Vec<Entry> {
        self.entries.with(|entries| entries.values().rev().cloned().collect())
    }

    /// Nothing is here yet.
    pub fn is_empty(self) -> bool {
        self.entries.with(BTreeMap::is_empty)
    }

    /// How many are here.
    pub fn count(self) -> usize {
        self.entries.with(BTreeMap::len)
    }

    /// Older ones have not been looked at yet.
    pub fn has_older(self) -> bool {
        self.looked.get().from > 1
    }

    /// How many have been looked at.
    pub fn looked_at(self) -> Seq {
        let Looked { from, through } = self.looked.get();
        through + 1 - from
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

    /// Looks on among older ones until another page of them is found, or the first record is reached.
    pub fn fetch_older(self) {
        self.run(async move |turn| {
            let mut wanted = PAGE;
            while wanted > 0 {
                let before = self.looked.try_get_untracked()?.from;
                if before <= 1 {
                    break;
                }
                let page = self.page(turn, Way::Before(before), wanted).await?;
                wanted = wanted.saturating_sub(page.records.len() as Seq);
                self.looked.update(|looked| looked.from = page.next.unwrap_or(1));
                self.put(page, false);
            }
            Some(())
        });
    }

    /// Looks at what was recorded since.
    fn fetch_newer(self) {
        self.run(async move |turn| {
            let mut more = true;
            while more {
                let through = self.looked.try_get_untracked()?.through;
                if through >= self.here.held_untracked().rollout.version {
                    break;
                }
                let page = self.page(turn, Way::After(through), PAGE).await?;
                let reached = page.next.unwrap_or(page.version);
                more = reached > through;
                self.looked.update(|looked| looked.through = reached.max(through));
                self.put(page, true);
            }
            Some(())
        });
    }

    /// One at a time. When it is done, more may have been recorded meanwhile.
    fn run(self, fetch: impl AsyncFnOnce(u32) -> Option<()> + 'static) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        let turn = self.turn.get_value();
        spawn_local(async move {
            let done = fetch(turn).await;
            // The page may have been left meanwhile, or looks for something else.
            if self.turn.try_get_value() != Some(turn) {
                return;
            }
            self.busy.set(false);
            let behind = self.looked.get_untracked().through < self.here.held_untracked().rollout.version;
            if done.is_some() && behind {
                self.fetch_newer();
            }
        });
    }

    /// A page; none, if it did not come or nobody waits for it any more.
    async fn page(self, turn: u32, way: Way, limit: Seq) -> Option<RecordsPage> {
        let filter = self.filter.try_with_untracked(Filter::parameters)?;
        let outcome = client::records_found(self.id, way, limit, &filter).await;
        if self.turn.try_get_value() != Some(turn) {
            return None;
        }
        self.failure.set(outcome.as_ref().err().cloned());
        outcome.ok()
    }

    fn put(self, page: RecordsPage, new: bool) {
        self.hear(page.said);
        let read = page.records.into_iter().map(|view| (view.seq, self.read(view, new)));
        self.entries.update(|entries| entries.extend(read));
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
        self.name_of(actor.person().map_or(By::System, By::Person))
    }

    /// The name of a person, or of what acts where none does.
    pub fn name_of(self, by: By) -> String {
        let By::Person(person) = by else { return "Signalbox".into() };
        let named = |said: &Said| said.people.get(&person).map(|person| person.name.clone());
        let name = self.said.with(named).or_else(|| named(&self.here.held().said));
        name.unwrap_or_else(|| "An erased person".into())
    }

    /// Everybody this page has met in the ledger, and whoever is looked for, by their names; last what is no person.
    pub fn people(self, looked_for: Option<By>) -> Vec<(By, String)> {
        let held = self.here.held();
        let mut all: BTreeSet<PersonId> = held.said.people.keys().copied().collect();
        all.extend(self.said.with(|said| said.people.keys().copied().collect::<Vec<_>>()));
        all.extend(looked_for.and_then(|by| if let By::Person(person) = by { Some(person) } else { None }));
        let mut named: Vec<_> = all.into_iter().map(By::Person).map(|by| (by, self.name_of(by))).collect();
        named.sort_by(|(_, a), (_, b)| a.cmp(b));
        named.push((By::System, self.name_of(By::System)));
        named
    }

    /// The words behind a hash; none if they were erased.
    pub fn text(self, hash: &TextHash) -> Option<String> {
        self.said.with(|said| said.texts.get(hash).cloned())
    }
}
