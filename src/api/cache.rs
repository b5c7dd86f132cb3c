//! Where server data lives: folded rollouts, kept fresh by replies and by the live stream alike.

use super::{Clock, Failure, Flags, client};
use gateway_api::{LiveRecord, RecordView, RolloutSummary, RolloutView, Said};
use leptos::{prelude::*, task::spawn_local};
use rollout::{
    Actor, Asker, Blocker, Command, Facts, Proof, ProvenBy, Record, Refusal, RoleHolder, Rollout, RolloutId, TextHash,
    Timestamp, decide, decide_as, evolve, record::NoRecord,
};
use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

/// Something that is fetched: on its way, here, or not to be had. Never an empty list for a failure.
#[derive(Debug, Clone, PartialEq)]
pub enum Remote<T> {
    /// On its way.
    Loading,
    /// Not to be had.
    Failed(Failure),
    /// Here.
    Ready(T),
}

impl<T> Remote<T> {
    /// What is here, if it is.
    pub fn ready(&self) -> Option<&T> {
        match self {
            Self::Ready(value) => Some(value),
            _ => None,
        }
    }
}

/// A rollout as it stands, with what the ledger does not hold.
#[derive(Debug, Clone, PartialEq)]
pub struct Held {
    /// Plan and state.
    pub rollout: Rollout,
    /// Backend health and the like.
    pub facts: Facts,
    /// Names and texts.
    pub said: Said,
}

impl Held {
    /// What the gateway says, ready to be folded on.
    ///
    /// Errors: the plan is another than the state's.
    pub fn of(view: RolloutView) -> Result<Self, Failure> {
        let rollout = Rollout::resume(view.state, Arc::new(view.plan));
        let rollout = rollout.map_err(|problem| Failure::Garbled(problem.to_string()))?;
        Ok(Self { rollout, facts: view.facts, said: view.said })
    }

    /// The same, with these names and texts too.
    pub fn knowing(mut self, said: &Said) -> Self {
        self.said = merged(self.said, said);
        self
    }

    /// What speaks against this command, by the same rules the gateway enforces. Empty if nothing does.
    ///
    /// That a person has to prove themselves or to confirm it locks nothing: the dialog asks for that.
    pub fn blockers(&self, command: &Command, holder: RoleHolder, now: Timestamp) -> Vec<Blocker> {
        let holder = RoleHolder { proof: Some(Proof { by: ProvenBy::Password, at: now }), confirmed: true, ..holder };
        decide_as(&self.rollout, &self.facts, command, &holder, now).map_or_else(Refusal::into_blockers, |_| vec![])
    }

    /// The same, whoever asks: as this actor, who is nobody in particular.
    pub fn locks(&self, command: &Command, actor: Actor, now: Timestamp) -> Vec<Blocker> {
        let asker = Asker { proof: Some(Proof { by: ProvenBy::Password, at: now }), confirmed: true, ..actor.into() };
        decide(&self.rollout, &self.facts, command, asker, now).map_or_else(Refusal::into_blockers, |_| vec![])
    }

    /// The name of whoever acted.
    pub fn name(&self, actor: &Actor) -> String {
        match actor {
            Actor::Person { person, role } => match self.said.people.get(person) {
                Some(person) => person.name.clone(),
                None => format!("{role}, erased"),
            },
            Actor::System { .. } => "Signalbox".into(),
        }
    }

    /// The text behind a hash.
    pub fn text(&self, hash: &TextHash) -> String {
        self.said.texts.get(hash).cloned().unwrap_or_else(|| "(erased)".into())
    }
}

type Slot = ArcRwSignal<Remote<Arc<Held>>>;

/// Every rollout that a page asked for, and the list of them.
#[derive(Clone, Copy)]
pub struct Cache {
    clock: Clock,
    held: StoredValue<HashMap<RolloutId, Slot>>,
    list: RwSignal<Remote<Vec<RolloutSummary>>>,
    pub(super) flags: RwSignal<Remote<Arc<Flags>>>,
    /// What no ledger holds, as it was heard last.
    facts: StoredValue<BTreeMap<RolloutId, Facts>>,
    /// Counts records and new facts heard: whatever is not folded refetches when it changes.
    heard: RwSignal<u64>,
    /// A record came that this page's rulebook does not know: a newer gateway is there.
    pub outdated: RwSignal<bool>,
}

impl Cache {
    /// An empty one.
    pub fn new(clock: Clock) -> Self {
        Self {
            clock,
            held: StoredValue::new(HashMap::new()),
            list: RwSignal::new(Remote::Loading),
            flags: RwSignal::new(Remote::Loading),
            facts: StoredValue::new(BTreeMap::new()),
            heard: RwSignal::new(0),
            outdated: RwSignal::new(false),
        }
    }

    /// One rollout, fetched on first asking.
    pub fn rollout(self, id: RolloutId) -> Signal<Remote<Arc<Held>>> {
        let known = self.held.with_value(|held| held.get(&id).cloned());
        let slot = known.unwrap_or_else(|| {
            let slot: Slot = ArcRwSignal::new(Remote::Loading);
            self.held.update_value(|held| drop(held.insert(id, slot.clone())));
            self.refetch(id);
            slot
        });
        slot.into()
    }

    /// The list of rollouts. Call [`Cache::refetch_list`] when a page that shows it opens.
    pub fn list(self) -> Signal<Remote<Vec<RolloutSummary>>> {
        self.list.into()
    }

    /// Counts records and new facts heard since the page was opened.
    pub fn heard(self) -> Signal<u64> {
        self.heard.into()
    }

    /// Fetches the list of rollouts. What is on screen stays there meanwhile.
    pub fn refetch_list(self) {
        spawn_local(async move {
            match client::rollouts().await {
                Ok(list) => self.list.set(Remote::Ready(list)),
                Err(Failure::NoAnswer) if self.list.with_untracked(|list| list.ready().is_some()) => {}
                Err(failure) => self.list.set(Remote::Failed(failure)),
            }
        });
    }

    /// Fetches a rollout anew. What is on screen stays there meanwhile.
    pub fn refetch(self, id: RolloutId) {
        spawn_local(async move {
            let Some(slot) = self.held.with_value(|held| held.get(&id).cloned()) else { return };
            let outcome = client::rollout(id).await.and_then(|view| {
                self.clock.heard(view.now);
                Held::of(view)
            });
            match outcome {
                Ok(mut held) => {
                    // Names and texts of older records, which the state alone no longer needs but a list may show.
                    if let Some(known) = slot.with_untracked(|now| now.ready().map(|known| known.said.clone())) {
                        held.said = merged(known, &held.said);
                    }
                    let older = |now: &Arc<Held>| now.rollout.version > held.rollout.version;
                    if !slot.with_untracked(|now| now.ready().is_some_and(older)) {
                        slot.set(Remote::Ready(Arc::new(held)));
                    }
                }
                Err(Failure::NoAnswer) if slot.with_untracked(|now| now.ready().is_some()) => {}
                Err(failure) => slot.set(Remote::Failed(failure)),
            }
        });
    }

    /// Fetches everything anew: after a gap, or when another person has signed in.
    pub fn refetch_all(self) {
        let known: Vec<RolloutId> = self.held.with_value(|held| held.keys().copied().collect());
        known.into_iter().for_each(|id| self.refetch(id));
        self.refetch_list();
        if self.flags.with_untracked(|flags| flags.ready().is_some()) {
            self.refetch_flags();
        }
    }

    /// Folds records in, wherever they came from. Reply and stream meet here: a record that is known changes nothing, a
    /// gap refetches.
    pub fn put(self, id: RolloutId, records: &[RecordView], said: &Said) {
        self.heard.update(|heard| *heard += records.len() as u64);
        let parsed: Result<Vec<_>, _> = records.iter().map(|view| Record::parse(view.bytes.as_bytes())).collect();
        let parsed = parsed.map_err(|problem| self.cannot_read(&problem));
        let Some(slot) = self.held.with_value(|held| held.get(&id).cloned()) else { return };
        let held = slot.with_untracked(|now| now.ready().cloned());
        let (Ok(parsed), Some(held)) = (parsed, held) else {
            if !records.is_empty() {
                // What is on its way already may be from before these records.
                self.refetch(id);
            }
            return;
        };
        let mut next = (*held).clone().knowing(said);
        for record in parsed {
            if record.seq > next.rollout.version + 1 {
                return self.refetch(id);
            }
            evolve(&mut next.rollout, &record);
        }
        if next != *held {
            slot.set(Remote::Ready(Arc::new(next)));
        }
    }

    /// A record came that this page cannot read: a newer gateway wrote it. The page says so and offers to reload.
    pub fn cannot_read(self, problem: &NoRecord) {
        leptos::logging::error!("{problem}");
        self.outdated.set(true);
    }

    /// Records from the live stream, in their order.
    pub fn hear(self, records: Vec<LiveRecord>) {
        let mut by: BTreeMap<RolloutId, (Vec<RecordView>, Said)> = BTreeMap::new();
        for live in records {
            let (views, said) = by.entry(live.record.rollout).or_default();
            views.push(live.record);
            *said = merged(std::mem::take(said), &live.said);
        }
        by.iter().for_each(|(id, (views, said))| self.put(*id, views, said));
    }

    /// What no ledger holds, about every rollout.
    pub fn hear_facts(self, facts: BTreeMap<RolloutId, Facts>) {
        facts.iter().for_each(|(id, facts)| self.put_facts(*id, facts));
        // What is heard first is no news: everything has just been fetched.
        if self.facts.with_value(|known| !known.is_empty() && *known != facts) {
            self.heard.update(|heard| *heard += 1);
        }
        self.facts.set_value(facts);
    }

    fn put_facts(self, id: RolloutId, facts: &Facts) {
        let Some(slot) = self.held.with_value(|held| held.get(&id).cloned()) else { return };
        let Some(held) = slot.with_untracked(|now| now.ready().cloned()) else { return };
        if held.facts != *facts {
            slot.set(Remote::Ready(Arc::new(Held { facts: facts.clone(), ..(*held).clone() })));
        }
    }
}

fn merged(mut known: Said, said: &Said) -> Said {
    known.people.extend(said.people.clone());
    known.texts.extend(said.texts.clone());
    known
}

/// Where server data lives.
///
/// # Panics
/// Outside the app.
pub fn use_cache() -> Cache {
    expect_context()
}
