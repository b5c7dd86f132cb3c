//! A long ledger of ordinary acts: the S4 plan, whose people tick and untick, sign and withdraw, hold and release, for ever.

use rollout::{
    Actor, Command, Decision, Event, Facts, GateNumber, LineSlug, PersonId, Plan, Record, Role, Rollout, RolloutId,
    Text, Timestamp, decide, evolve, plan::Draft,
};
use std::{collections::BTreeMap, sync::Arc};
use uuid::Uuid;

const S4: &str = include_str!("../../../plans/s4.yaml");
/// One record is made so long after the one before, in milliseconds.
const BETWEEN: i64 = 1_000;
/// So many different acts follow each other.
pub const ACTS: u64 = 11;

/// A ledger that goes on and on.
#[derive(Debug, Clone)]
pub struct Story {
    /// As it stands.
    pub rollout: Rollout,
    facts: Facts,
    turn: u64,
}

/// The sample plan.
///
/// # Panics
/// It is none: then nothing can be measured.
#[expect(clippy::expect_used, reason = "a broken sample plan ends the measurement")]
pub fn plan() -> Plan {
    let draft: Draft = serde_saphyr::from_str(S4).expect("the sample plan is in its form");
    Plan::try_from(draft).expect("the sample plan is one")
}

fn person(role: Role) -> Actor {
    Actor::Person { person: PersonId(Uuid::from_bytes([role as u8 + 1; 16])), role }
}

#[expect(clippy::expect_used, reason = "these are the sample plan's own")]
fn line(slug: &str) -> LineSlug {
    LineSlug::new(slug).expect("a slug")
}

#[expect(clippy::expect_used, reason = "it is not empty")]
fn said() -> Text {
    Text::new("as agreed this morning").expect("a text")
}

impl Story {
    /// A ledger with its first two records: the plan attached and adopted.
    ///
    /// # Panics
    /// The rulebook does not begin it.
    #[expect(clippy::expect_used, reason = "a rulebook that does not begin a rollout ends the measurement")]
    pub fn begin(id: RolloutId, plan: Arc<Plan>) -> (Self, [Record; 2]) {
        let now = Timestamp::from_millis(1_780_000_000_000);
        let attached = Event::Attached { environment: "production".into(), baselines: BTreeMap::new(), sample: true };
        let first = Record::new(id, 1, now, person(Role::ProductOwner), plan.digest(), attached);
        let rollout = Rollout::begin(&first, plan.clone()).expect("begins");
        let mut story = Self { rollout, facts: Facts::calm(), turn: 0 };
        let adopt = Command::Adopt { plan: plan.digest(), reason: None };
        let second = story.act(person(Role::ProductOwner), &adopt);
        (story, [first, second])
    }

    /// Who does what next.
    pub fn next_act(&self) -> (Actor, Command) {
        let gate: GateNumber = 1;
        let tick = |slug| Command::Tick { line: line(slug), reason: Some(said()), conditions: None, evidence: vec![] };
        let untick = |slug| Command::Untick { line: line(slug), reason: None };
        let slot = line("s4-initiation");
        let (role, command) = match self.turn % ACTS {
            0 => (Role::Operations, tick("s4-deployment")),
            1 => (Role::Engineer, tick("s4-flag-infrastructure")),
            2 => (Role::ProductOwner, Command::Sign { slot, reason: Some(said()), conditions: None, evidence: vec![] }),
            3 => (
                Role::Legal,
                Command::Decide { gate, decision: Decision::Hold, reason: said(), conditions: None, evidence: vec![] },
            ),
            4 => (Role::Legal, Command::Release { gate, reason: said() }),
            5 => (Role::Operations, Command::Incident { reason: said(), evidence: vec![] }),
            6 => (Role::Operations, Command::Resolve { incident: self.rollout.version, reason: said() }),
            7 => (Role::Engineer, Command::Note { text: said(), about: None, evidence: vec![] }),
            8 => (Role::ProductOwner, Command::Withdraw { slot, reason: None }),
            9 => (Role::Engineer, untick("s4-flag-infrastructure")),
            _ => (Role::Operations, untick("s4-deployment")),
        };
        (person(role), command)
    }

    /// Asks the rulebook whether that may be so. How many events it makes of it.
    ///
    /// # Panics
    /// It refuses.
    #[expect(clippy::expect_used, reason = "every act of the story is allowed; a refusal ends the measurement")]
    pub fn decide(&self, (actor, command): &(Actor, Command)) -> usize {
        decide(&self.rollout, &self.facts, command, actor, self.now()).expect("is allowed").len()
    }

    fn now(&self) -> Timestamp {
        self.rollout.time.plus(BETWEEN)
    }

    /// The next record.
    pub fn next_record(&mut self) -> Record {
        let (actor, command) = self.next_act();
        self.turn += 1;
        self.act(actor, &command)
    }

    #[expect(clippy::expect_used, reason = "every act of the story is allowed; a refusal ends the measurement")]
    fn act(&mut self, actor: Actor, command: &Command) -> Record {
        let now = self.now();
        let events = decide(&self.rollout, &self.facts, command, actor, now).expect("is allowed");
        let event = events.into_iter().next().expect("makes an event");
        let rollout = &mut self.rollout;
        let record = Record::new(rollout.id, rollout.version + 1, now, actor, rollout.plan_digest, event);
        evolve(rollout, &record);
        record
    }
}

/// The id of the `number`th rollout.
pub fn id(number: u8) -> RolloutId {
    RolloutId(Uuid::from_bytes([number; 16]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_story_goes_round_and_every_act_is_allowed() {
        let (mut story, first) = Story::begin(id(1), Arc::new(plan()));
        assert_eq!(first.map(|record| record.seq), [1, 2]);
        for seq in 3..3 + 3 * ACTS {
            assert_eq!(story.decide(&story.next_act()), 1);
            assert_eq!(story.next_record().seq, seq);
        }
        assert!(story.rollout.incidents.is_empty());
    }
}
