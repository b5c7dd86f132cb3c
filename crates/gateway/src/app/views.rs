//! What the API shows: the fold, the records, and who and what stands behind their ids and hashes.

use super::{App, Folded, Ledger, alarms};
use crate::store::{StoreError, Stored};
use gateway_api::{Person, RecordView, RolloutSummary, RolloutView, Said, rollouts::PhaseSummary};
use rollout::{
    Facts, PersonId, Record, Rollout, RolloutId, TextHash, Timestamp,
    event::Words,
    state::{Mark, State, TaskStatus},
};
use std::collections::{BTreeMap, BTreeSet};

/// The most records an answer carries.
pub const NEWS: u32 = 500;

impl App {
    /// A rollout in a line.
    pub fn summary(&self, folded: &Folded) -> RolloutSummary {
        let (rollout, now) = (&folded.rollout, self.clock.now().max(folded.rollout.time));
        let plan = rollout.plan();
        let phase = |(index, phase): (usize, &rollout::plan::Phase)| {
            let gate = rollout.entry_gate(index);
            PhaseSummary {
                name: phase.name.clone(),
                days: phase.duration.map_or(0, |days| days.min_days),
                gate,
                aspect: rollout.aspect(gate),
                skipped: rollout.is_skipped(index),
                accepted: rollout.is_accepted(index),
            }
        };
        let next = rollout.stopped_at(plan.last_gate());
        let running = |step: &rollout::plan::Step| {
            let soak = rollout.soak(step, now)?;
            (!soak.standing && soak.left_ms > 0).then(|| now.plus(soak.left_ms))
        };
        RolloutSummary {
            id: rollout.id,
            name: plan.name.clone(),
            environment: rollout.environment.clone(),
            version: rollout.version,
            phases: plan.phases.iter().enumerate().map(phase).collect(),
            current: rollout.current_phase(),
            closed: rollout.is_closed(),
            waits_for: next.map_or_else(Vec::new, |gate| rollout.waits_for(gate, now)),
            incidents: rollout.incidents.len(),
            soak_ends: plan.phases.iter().flat_map(|phase| &phase.steps).filter_map(running).max(),
            drifts: rollout.flags.values().filter(|flag| flag.observed.is_some()).count(),
            lowering: alarms::lowering(rollout),
            past_gates: alarms::past_gates(rollout),
            glasses: alarms::glasses(rollout),
        }
    }

    /// A rollout, whole.
    pub async fn view(&self, ledger: &Ledger, folded: &Folded) -> Result<RolloutView, StoreError> {
        let facts = self.facts(ledger).await?;
        self.shown(&folded.rollout, facts, self.clock.now(), folded.cursor).await
    }

    /// A state with who and what stands behind ids and hashes in it.
    pub(super) async fn shown(
        &self,
        rollout: &Rollout,
        facts: Facts,
        now: Timestamp,
        cursor: u64,
    ) -> Result<RolloutView, StoreError> {
        let marks: Vec<&Mark> = marks(rollout.state());
        let people = marks
            .iter()
            .filter_map(|mark| mark.by.person())
            .chain(rollout.slots.values().flat_map(|s| s.keys().copied()));
        let hashes = marks.iter().flat_map(|mark| hashes(&mark.words)).collect();
        Ok(RolloutView {
            plan: (**rollout.plan()).clone(),
            state: rollout.state().clone(),
            facts,
            said: self.said(rollout.id, people.collect(), hashes).await?,
            now,
            cursor,
        })
    }

    /// What stands behind ids and hashes in records of one ledger.
    pub async fn said_in(&self, records: &[Record]) -> Result<Said, StoreError> {
        let mut said = Said::default();
        self.say_in(records, &mut said).await?;
        Ok(said)
    }

    /// Adds what stands behind ids and hashes in records of one ledger, as far as it is not said already.
    pub(super) async fn say_in(&self, records: &[Record], said: &mut Said) -> Result<(), StoreError> {
        let Some(first) = records.first() else { return Ok(()) };
        let people = records.iter().filter_map(|record| record.actor.person());
        let texts = records.iter().filter_map(|record| record.event.words()).flat_map(hashes);
        let people = people.filter(|person| !said.people.contains_key(person)).collect();
        let texts = texts.filter(|text| !said.texts.contains_key(text)).collect();
        let more = self.said(first.ledger, people, texts).await?;
        said.people.extend(more.people);
        said.texts.extend(more.texts);
        Ok(())
    }

    /// Who stands behind ids.
    pub(super) async fn names(&self, people: &BTreeSet<PersonId>) -> Result<Said, StoreError> {
        if people.is_empty() {
            return Ok(Said::default());
        }
        let people = self.store.names(people).await?.into_iter().map(|(id, name)| (id, Person { name })).collect();
        Ok(Said { people, ..Said::default() })
    }

    async fn said(
        &self,
        rollout: RolloutId,
        people: BTreeSet<PersonId>,
        texts: BTreeSet<TextHash>,
    ) -> Result<Said, StoreError> {
        let texts = if texts.is_empty() { BTreeMap::new() } else { self.store.texts(rollout, &texts).await? };
        Ok(Said { texts, ..self.names(&people).await? })
    }
}

/// A stored record as it travels.
pub fn view(stored: &Stored) -> RecordView {
    let bytes = String::from_utf8_lossy(&stored.bytes).into_owned();
    RecordView { rollout: stored.rollout, seq: stored.seq, bytes, leaf: stored.leaf }
}

pub fn parsed(stored: &[Stored]) -> Result<Vec<Record>, StoreError> {
    let record = |s: &Stored| Record::parse(&s.bytes).map_err(|error| StoreError::Unreadable(error.to_string()));
    stored.iter().map(record).collect()
}

fn hashes(words: &Words) -> impl Iterator<Item = TextHash> + '_ {
    words.reason.iter().chain(&words.conditions).chain(&words.evidence).copied()
}

/// Every mark that stands in a state.
fn marks(state: &State) -> Vec<&Mark> {
    let mut marks: Vec<&Mark> = Vec::new();
    marks.extend(&state.adopted);
    for gate in state.gates.values() {
        marks.extend(gate.go.iter().chain(&gate.no_go).chain(&gate.ended).chain(gate.holds.values()));
    }
    marks.extend(state.skipped.values());
    marks.extend(state.tasks.values().map(|task| match task {
        TaskStatus::Ticked(mark) | TaskStatus::Waived(mark) | TaskStatus::Unticked(mark) => mark,
    }));
    marks.extend(state.slots.values().flat_map(|slot| slot.values()).map(|signature| &signature.mark));
    marks.extend(state.steps.values().map(|step| &step.asked));
    marks.extend(state.flags.values().filter_map(|flag| flag.last_by.as_ref()));
    marks.extend(state.flags.values().filter_map(|flag| flag.pending.as_ref()?.put_back.as_ref()));
    marks.extend(state.flags.values().filter_map(|flag| flag.observed.as_ref()?.told.as_ref()));
    marks.extend(state.incidents.values());
    marks
}
