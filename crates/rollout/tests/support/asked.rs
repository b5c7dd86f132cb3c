//! What the two readers say of every step, gate and flag now, asked for each kind of person.

use crate::{
    ledger::{self, Ledger},
    naive::Share,
    naive_people, naive_rules,
    people::EVERYONE,
    world::{World, go, said, steps},
};
use proptest::prelude::*;
use rollout::{Actor, Asker, Command, Decision, Exposure, Proof, ProvenBy, Role, Scope};

/// Somebody with this role alone, and the one who has it among all.
fn people(role: Role) -> [Actor; 2] {
    [ledger::person(role, 0), Actor::Person { person: EVERYONE, role }]
}

fn id(actor: Actor) -> String {
    actor.person().expect("a person").to_string()
}

impl World {
    /// What is free to those who may, and what the two readers say of each step, flag and gate now.
    pub fn ask_everything(&self) -> Result<(), TestCaseError> {
        let Ledger { rollout, facts, now, .. } = &self.ledger;
        let ask = |asker: Asker, command: &Command| rollout::decide(rollout, facts, command, asker, *now);
        let proof = Some(Proof { by: ProvenBy::Provider, at: *now });
        let sure = |actor: Actor| Asker { actor, proof, confirmed: true };
        // Nothing that makes things safer asks for more than the role.
        let free = |role, command: Command| {
            let answer = ask(ledger::person(role, 0).into(), &command);
            prop_assert!(answer.is_ok(), "{role} is refused {command:?}: {answer:?}");
            Ok(())
        };
        let lowers = rollout.plan().flags.iter();
        let lower = |to: Exposure| {
            move |flag: &rollout::plan::Flag| Command::Lower { flag: flag.slug.clone(), to: to.clone(), reason: None }
        };
        for role in Role::MAY_LOWER {
            lowers.clone().map(lower(Exposure::OFF)).try_for_each(|command| free(role, command))?;
            free(role, Command::Rollback { scope: Scope::Everything {}, reason: None })?;
        }
        Role::MAY_SPEAK
            .iter()
            .try_for_each(|role| free(*role, Command::Incident { reason: said(), evidence: vec![] }))?;
        let mut book = self.book.clone();
        book.run_soaks((now.millis() - book.time).max(0));
        book.time = book.time.max(now.millis());
        for (role, command) in steps(rollout.plan()) {
            let (Command::Raise { step, .. } | Command::Attest { step, .. }) = &command else { continue };
            let naive = naive_rules::against_asking(&book, step.as_str());
            let phase = book.step(step.as_str()).0;
            for actor in people(role) {
                let opened = naive_people::opened_it(&book, phase, &id(actor));
                let answer = ask(sure(actor), &command);
                let is_free = naive.is_empty() && !opened;
                prop_assert_eq!(is_free, answer.is_ok(), "{}: naive {:?}, rulebook {:?}", step, naive, answer);
                let unconfirmed = ask(Asker { confirmed: false, ..sure(actor) }, &command).is_ok();
                prop_assert!(!unconfirmed || matches!(command, Command::Attest { .. }), "{step} is raised unconfirmed");
            }
        }
        let targets = if rollout.plan().break_glass.is_some() { &["on", "30", "off"][..] } else { &["on"] };
        for (flag, to) in rollout.plan().flags.iter().flat_map(|flag| targets.iter().map(move |to| (flag, *to))) {
            let to: Exposure = serde_json::from_value(to.into()).expect("an exposure");
            if flag.manual().is_some() && !to.is_on() && !to.is_off() {
                continue;
            }
            let share = Share::of(&serde_json::to_value(&to).expect("JSON"));
            let naive = naive_people::against_glass(&book, flag.slug.as_str(), &share);
            let (slug, confirm) = (flag.slug.clone(), flag.key.clone());
            let command = Command::BreakGlass { flag: slug, to, reason: said(), confirm };
            for actor in Role::ALL.into_iter().flat_map(people) {
                let role = serde_json::to_value(actor.role()).expect("JSON");
                let named = naive_people::may(&book, "roles", role.as_str().expect("a role"));
                let answer = ask(sure(actor), &command);
                let is_free = named && naive.is_empty();
                prop_assert_eq!(is_free, answer.is_ok(), "{:?}: naive {:?}, rulebook {:?}", command, naive, answer);
                prop_assert!(ask(Asker { confirmed: false, ..sure(actor) }, &command).is_err(), "unconfirmed");
            }
        }
        for gate in rollout.gates_in_use() {
            let naive = naive_rules::against_go(&book, gate.into());
            for actor in people(rollout.plan().decider(gate)) {
                let began = naive_people::began_it(&book, gate.into(), &id(actor));
                let is_free = naive.is_empty() && !began;
                let answer = ask(sure(actor), &go(gate));
                prop_assert_eq!(is_free, answer.is_ok(), "gate {}: naive {:?}, rulebook {:?}", gate, naive, answer);
                let is_free = is_free && !naive_people::go_needs_proof(&book, gate.into());
                let answer = ask(Asker { proof: None, ..sure(actor) }, &go(gate));
                prop_assert_eq!(is_free, answer.is_ok(), "gate {} unproven: {:?}", gate, answer);
            }
            if !rollout.is_closed() {
                let stop =
                    |decision| Command::Decide { gate, decision, reason: said(), conditions: None, evidence: vec![] };
                free(rollout.plan().decider(gate), stop(Decision::NoGo))?;
                free(Role::Legal, stop(Decision::Hold))?;
                free(Role::Privacy, stop(Decision::Hold))?;
            }
        }
        Ok(())
    }
}
