//! A ledger in memory: what the gateway does, without store, clock and backend.

use rollout::{
    Actor, Asker, Blocker, Command, Event, Exposure, Facts, FlagSlug, PersonId, Plan, Record, Role, Rollout, RolloutId,
    SystemActor, Timestamp, facts::Capabilities, plan::Draft,
};
use std::{collections::BTreeMap, sync::Arc};
use uuid::Uuid;

pub const DELIVERY: Actor = Actor::System { system: SystemActor::Delivery };

/// Every plan here is used with a backend that knows every percentage and segments.
pub const CAPABLE: Capabilities = Capabilities { percentage_step_ppm: Some(1), segments: true };

pub struct Ledger {
    pub rollout: Rollout,
    pub facts: Facts,
    pub now: Timestamp,
    /// The stored records, oldest first.
    pub bytes: Vec<Vec<u8>>,
}

pub fn plan(yaml: &str) -> Arc<Plan> {
    let draft: Draft = serde_saphyr::from_str(yaml).expect("has the form of a plan");
    Arc::new(Plan::try_from(draft).expect("is a plan"))
}

/// The `number`th person in a role.
pub fn person(role: Role, number: u8) -> Actor {
    Actor::Person { person: PersonId(Uuid::from_bytes([role as u8 * 16 + number; 16])), role }
}

/// Whoever asks has confirmed, and has proven nothing anew.
pub fn confirmed(actor: Actor) -> Asker {
    Asker { confirmed: true, ..actor.into() }
}

/// Who began it, and what the backend had then. Of whom no more is said, the system did.
pub struct Beginning {
    by: Actor,
    baselines: BTreeMap<FlagSlug, Exposure>,
}

impl From<BTreeMap<FlagSlug, Exposure>> for Beginning {
    fn from(baselines: BTreeMap<FlagSlug, Exposure>) -> Self {
        Self { by: DELIVERY, baselines }
    }
}

impl From<(Actor, BTreeMap<FlagSlug, Exposure>)> for Beginning {
    fn from((by, baselines): (Actor, BTreeMap<FlagSlug, Exposure>)) -> Self {
        Self { by, baselines }
    }
}

/// Who acts. Of whom no more is said, they have confirmed.
pub struct Who(Asker);

impl From<Actor> for Who {
    fn from(actor: Actor) -> Self {
        Self(confirmed(actor))
    }
}

impl From<Asker> for Who {
    fn from(asker: Asker) -> Self {
        Self(asker)
    }
}

impl Ledger {
    pub fn begin(plan: Arc<Plan>, beginning: impl Into<Beginning>) -> Self {
        let Beginning { by, baselines } = beginning.into();
        let now = Timestamp::from_millis(1_756_821_600_000);
        let event = Event::Attached { environment: "production".into(), baselines, sample: false };
        let id = RolloutId(Uuid::from_bytes([0xab; 16]));
        let record = Record::new(id, 1, now, by, plan.digest(), event);
        let rollout = Rollout::begin(&record, plan).expect("begins");
        let facts = Facts { capabilities: CAPABLE, ..Facts::calm() };
        Self { rollout, facts, now, bytes: vec![record.bytes()] }
    }

    /// Asks the rulebook; appends what it answers.
    pub fn act(&mut self, who: impl Into<Who>, command: &Command) -> Result<(), Vec<Blocker>> {
        let Who(asker) = who.into();
        let events = rollout::decide(&self.rollout, &self.facts, command, asker, self.now);
        for event in events.map_err(rollout::Refusal::into_blockers)? {
            self.append(asker.actor, event);
        }
        Ok(())
    }

    pub fn append(&mut self, actor: Actor, event: Event) {
        let (id, seq, time) = (self.rollout.id, self.rollout.version + 1, self.now.max(self.rollout.time));
        let record = Record::new(id, seq, time, actor, self.rollout.plan_digest, event);
        rollout::evolve(&mut self.rollout, &record);
        self.bytes.push(record.bytes());
    }
}
