//! From events to records on the disk, and then to everybody who listens.

use super::{App, Folded, Ledger};
use crate::store::{Answer, Append, Begin, Claim, Note, StoreError};
use gateway_api::{BegunRollout, RecordView, SystemEvent, system_records::SystemActor};
use rollout::{
    Actor, Digest, Event, Millis, PersonId, Plan, Record, Rollout, Seq, Timestamp, evolve, plan::Flag,
    record::leaf_hash, text::Spoken,
};
use std::sync::Arc;

/// Who asked for what, with which key: the answer is kept for whoever repeats it.
#[derive(Debug, Clone)]
pub struct Replied {
    pub person: PersonId,
    pub key: String,
    /// The digest of what was asked.
    pub asked: Digest,
}

/// Records that are ready to be stored: nobody has seen them yet.
pub struct Prepared {
    pub(super) next: Rollout,
    records: Vec<Record>,
    append: Append,
}

impl Prepared {
    /// The records as they will be stored.
    pub fn views(&self) -> Vec<RecordView> {
        let views = self.records.iter().zip(&self.append.records);
        views
            .map(|(record, (bytes, leaf))| RecordView {
                rollout: record.ledger,
                seq: record.seq,
                bytes: String::from_utf8_lossy(bytes).into_owned(),
                leaf: *leaf,
            })
            .collect()
    }

    pub fn records(&self) -> &[Record] {
        &self.records
    }

    /// The ledger's head after them.
    pub fn version(&self) -> Seq {
        self.next.version
    }

    /// Stores these words with them.
    pub fn with_texts(mut self, person: PersonId, spoken: Vec<Spoken>) -> Self {
        self.append.texts = spoken.into_iter().map(|spoken| (person, spoken)).collect();
        self
    }

    /// Stores this answer with them.
    pub fn with_answer(mut self, answer: Answer) -> Self {
        self.append.answer = Some(answer);
        self
    }
}

/// What of a rollout concerns everybody stands in the system's ledger too.
fn note(record: &Record, leaf: Digest) -> Option<Note> {
    let (Event::GlassBroken { .. }, Actor::Person { person, role }) = (&record.event, record.actor) else {
        return None;
    };
    let event = SystemEvent::GlassBroken { rollout: record.ledger, record: record.seq, leaf, role };
    Some(Note { actor: SystemActor::Person { person }, event, texts: Vec::new() })
}

impl App {
    /// Begins a rollout with its first record, and these events of one person after it. Gives it its flags, and keeps the
    /// answer.
    ///
    /// Errors: nothing was stored.
    pub async fn begin(
        &self,
        first: Record,
        plan: Arc<Plan>,
        then: impl FnOnce(&Rollout) -> anyhow::Result<(Actor, Vec<Event>)>,
        replied: Option<Replied>,
        answer: impl FnOnce(Seq) -> BegunRollout,
    ) -> anyhow::Result<BegunRollout> {
        let rollout = Rollout::begin(&first, plan.clone())?;
        let ledger = Ledger::new(Folded::new(rollout.clone(), 0));
        let (actor, events) = then(&rollout)?;
        let mut prepared = self.prepare(&ledger, &rollout, actor, events, first.time);
        let bytes = first.bytes();
        prepared.append.records.insert(0, (bytes.clone(), leaf_hash(&bytes)));
        prepared.append.expected = 0;
        prepared.append.claims = Some(self.claims_of(&ledger));
        prepared.append.begin = Some(Begin {
            environment: ledger.environment.clone(),
            plan_digest: plan.digest(),
            plan: rollout::canonical::bytes(&*plan),
        });
        let begun = answer(prepared.version());
        if let Some(Replied { person, key, asked }) = replied {
            prepared.append.answer = Some(Answer { person, key, asked, answer: serde_json::to_vec(&begun)? });
        }
        self.commit(&mut *ledger.lock(self.store.as_ref()).await?, prepared).await?;
        self.add_ledger(ledger);
        Ok(begun)
    }

    /// Makes records of events. `now` is the rulebook's time.
    pub fn prepare(
        &self,
        ledger: &Ledger,
        rollout: &Rollout,
        actor: Actor,
        events: Vec<Event>,
        now: Timestamp,
    ) -> Prepared {
        let time = now.max(rollout.time);
        let mut next = rollout.clone();
        let mut records = Vec::new();
        for event in events {
            let record = Record::new(rollout.id, next.version + 1, time, actor, rollout.plan_digest, event);
            evolve(&mut next, &record);
            records.push(record);
        }
        let bytes = records.iter().map(Record::bytes);
        let stored: Vec<_> = bytes.map(|bytes| (leaf_hash(&bytes), bytes)).map(|(leaf, bytes)| (bytes, leaf)).collect();
        let notes = records.iter().zip(&stored).filter_map(|(record, (_, leaf))| note(record, *leaf)).collect();
        // A closed rollout gives its flags back; a rollback that reopens it takes them again.
        let changed = rollout.is_closed() != next.is_closed();
        let append = Append {
            rollout: rollout.id,
            expected: rollout.version,
            records: stored,
            recorded_at: self.clock.real(),
            begin: None,
            claims: changed.then(|| if next.is_closed() { Vec::new() } else { self.claims_of(ledger) }),
            texts: Vec::new(),
            answer: None,
            notes,
        };
        Prepared { next, records, append }
    }

    pub(super) fn claim(&self, environment: &str, flag: &Flag) -> Claim {
        let backend = self.kind_of(flag).to_owned();
        Claim { backend, environment: environment.to_owned(), flag_key: flag.key.clone() }
    }

    /// Every flag of a rollout.
    pub(crate) fn claims_of(&self, ledger: &Ledger) -> Vec<Claim> {
        ledger.plan.flags.iter().map(|flag| self.claim(&ledger.environment, flag)).collect()
    }

    /// Stores what was prepared, then folds it in and tells everybody.
    ///
    /// Errors: nothing was stored, or nobody knows; the fold finds out before it is used again.
    pub async fn commit(&self, folded: &mut Folded, prepared: Prepared) -> Result<(), StoreError> {
        self.commit_all(vec![(folded, prepared)], None).await
    }

    /// The same for several ledgers at once, and the demo's clock.
    pub async fn commit_all(
        &self,
        mut all: Vec<(&mut Folded, Prepared)>,
        ahead: Option<Millis>,
    ) -> Result<(), StoreError> {
        // Stale until it is known to be stored: also if this is dropped while it waits.
        all.iter_mut().for_each(|(folded, _)| folded.stale = true);
        let (written, appends): (Vec<_>, Vec<_>) =
            all.into_iter().map(|(folded, prepared)| ((folded, prepared.next), prepared.append)).unzip();
        let records = appends.iter().map(|append: &Append| append.records.len()).sum();
        let moves_claims = appends.iter().any(|append| append.claims.is_some());
        let begun = self.clock.steady();
        let stored = self.store.append(appends, ahead).await;
        self.metrics.appended(records, self.clock.steady().saturating_sub(begun), &stored);
        if moves_claims {
            self.forget_claims().await;
        }
        let positions = stored?;
        if let Some(ahead) = ahead {
            self.clock.set_ahead(ahead);
        }
        let mut due = Vec::new();
        for ((folded, next), position) in written.into_iter().zip(positions) {
            folded.rollout = next;
            folded.cursor = position;
            folded.stale = false;
            if folded.is_due() {
                due.push(folded);
            }
        }
        self.hub.tell();
        self.nudge.notify_one();
        for folded in due {
            folded.keep(self.store.as_ref()).await;
        }
        Ok(())
    }
}
