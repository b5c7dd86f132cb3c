//! Deciding at gates, and skipping.

use super::{Answer, Asking, locks};
use crate::{
    blocker::{Blocker, Place, Why},
    command::Decision,
    event::Event,
    id::{GateNumber, PhaseSlug},
    plan::Side,
    role::Role,
};

impl Asking<'_> {
    fn known_gate(&self, gate: GateNumber) -> Result<(), crate::Refusal> {
        if self.rollout.has_gate(gate) { Ok(()) } else { Err(Self::unknown("gate in use", gate)) }
    }

    /// Go accepts the phase behind and opens the one ahead: refused while anything is open on either side.
    pub(super) fn go(&mut self, gate: GateNumber) -> Answer {
        self.known_gate(gate)?;
        let (rollout, now) = (self.rollout, self.now);
        let decider = rollout.plan().decider(gate);
        self.needs_role(&[decider]);
        self.needs_force();
        self.needs_open();
        let given = rollout.gates.get(&gate);
        if given.is_some_and(|state| state.go.is_some() && !state.holds.contains_key(&decider)) {
            self.block(Blocker::nobody(Why::AlreadySo {}, Place::Gate(gate)));
        }
        self.block_all(locks::incidents(rollout));
        self.block_all(locks::reviews_owed(rollout, now));
        if rollout.ahead(gate).is_none() {
            self.block_all(locks::glasses(rollout));
        }
        self.block_all(locks::gates_without_go(rollout, gate, false));
        let behind = rollout.behind(gate);
        self.block_all(locks::reopened(rollout, behind.map_or(0, |phase| phase + 1), now));
        for phase in rollout.phases().take_while(|phase| Some(*phase) < behind) {
            let open = locks::open_steps(rollout, &rollout.plan().phases[phase].steps, now);
            self.block_all(open.filter(|b| matches!(b.why, Why::EarlierStepOpen { .. })));
        }
        if let Some(phase) = behind {
            self.block_all(locks::open_steps(rollout, &rollout.plan().phases[phase].steps, now));
            let open: Vec<Blocker> = locks::open_lines(rollout, phase, Side::Exit, now).collect();
            // What `reopened` has named already is not named twice.
            self.block_all(open.into_iter().filter(|b| !hard(b)));
        }
        if let Some(phase) = rollout.ahead(gate) {
            self.block_all(locks::open_lines(rollout, phase, Side::Entry, now));
            self.needs_proven_in(gate, phase);
        }
        let safeguards = rollout.safeguards_at(gate);
        self.needs_not_begun(safeguards, &[decider], Place::Gate(gate));
        self.needs_proof(safeguards, Place::Gate(gate));
        let proof = self.proven;
        self.one(|words| Event::Decided { gate, decision: Decision::Go, proof, words })
    }

    /// A phase may ask that the same plan was carried out elsewhere first; there, it does not ask.
    fn needs_proven_in(&mut self, gate: GateNumber, phase: usize) {
        let Some(environment) = &self.rollout.plan().phases[phase].proven_in else { return };
        if *environment != self.rollout.environment && !self.facts.closed_in.contains(environment) {
            let why = Why::NotProven { environment: environment.clone() };
            self.block(Blocker::by_itself(why, Place::Gate(gate)));
        }
    }

    /// No-go and hold are never refused to those who may, at any gate, any time before closing.
    pub(super) fn stop(&mut self, gate: GateNumber, decision: Decision) -> Answer {
        self.known_gate(gate)?;
        let decider = self.rollout.plan().decider(gate);
        match decision {
            Decision::Hold => {
                let mut holders = [&[decider], &Role::MAY_HOLD[..]].concat();
                holders.sort_unstable();
                holders.dedup();
                self.needs_role(&holders);
            }
            _ => self.needs_role(&[decider]),
        }
        self.needs_open();
        let proof = self.proven;
        self.one(|words| Event::Decided { gate, decision, proof, words })
    }

    pub(super) fn release(&mut self, gate: GateNumber) -> Answer {
        self.known_gate(gate)?;
        let holders: Vec<Role> = match self.rollout.gates.get(&gate) {
            Some(state) => state.holds.keys().copied().collect(),
            None => vec![],
        };
        if holders.is_empty() {
            return Err(Blocker::asker(Why::NotSo {}, Place::Gate(gate)).into());
        }
        self.needs_role(&holders);
        // A go that was held may close the rollout when it comes into force.
        if self.rollout.ahead(gate).is_none() {
            self.block_all(locks::glasses(self.rollout));
        }
        self.one(|words| Event::Released { gate, words })
    }

    pub(super) fn skip(&mut self, slug: &PhaseSlug) -> Answer {
        let (index, phase) = self.phase(slug)?;
        let (rollout, place) = (self.rollout, || Place::Phase(slug.clone()));
        self.needs_role(&[rollout.plan().decider(rollout.entry_gate(index))]);
        self.needs_force();
        self.needs_open();
        if !phase.optional {
            self.block(Blocker::nobody(Why::PhaseNotOptional { phase: slug.clone() }, place()));
        }
        if rollout.is_skipped(index) {
            self.block(Blocker::nobody(Why::AlreadySo {}, place()));
        }
        if rollout.is_touched(index) {
            let why = Why::PhaseBegun { phase: slug.clone() };
            self.block(Blocker::roles(why, &Role::MAY_LOWER, place()));
        }
        self.block_all(locks::incidents(rollout));
        self.block_all(locks::reviews_owed(rollout, self.now));
        if rollout.phases().all(|other| other <= index) {
            self.block_all(locks::glasses(rollout));
        }
        self.block_all(locks::reopened(rollout, index, self.now));
        // Skipping the last phase after the go before it closes the rollout, so it is held to what a go is held to.
        self.block_all(locks::reopened_steps(rollout, index, self.now));
        self.one(|words| Event::Skipped { phase: slug.clone(), words })
    }

    /// A skipped phase may be taken back in until the next go, and while nothing was done after it: the go before it
    /// opened the phase after it too, and its own gate would then stand shut before what was done there.
    pub(super) fn unskip(&mut self, slug: &PhaseSlug) -> Answer {
        let (index, _) = self.phase(slug)?;
        let rollout = self.rollout;
        let entry = rollout.entry_gate(index);
        self.needs_role(&[rollout.plan().decider(entry)]);
        let Some(skipped) = rollout.skipped.get(slug) else {
            return Err(Blocker::asker(Why::NotSo {}, Place::Phase(slug.clone())).into());
        };
        let later = rollout.gates.range(entry..).filter_map(|(gate, state)| Some((gate, state.go.as_ref()?)));
        if let Some((gate, _)) = later.into_iter().find(|(_, go)| go.seq > skipped.seq) {
            self.block(Blocker::nobody(Why::PhaseSkipped { phase: slug.clone() }, Place::Gate(*gate)));
        }
        let after = &rollout.plan().phases[index + 1..];
        for phase in after.iter().enumerate().filter(|(n, _)| rollout.is_touched(index + 1 + n)).map(|(_, phase)| phase)
        {
            let (why, place) = (Why::PhaseBegun { phase: phase.slug.clone() }, Place::Phase(phase.slug.clone()));
            self.block(Blocker::roles(why, &Role::MAY_LOWER, place));
        }
        // If skipping closed the rollout, this reopens it, so it needs its flags back.
        if rollout.is_closed() {
            for flag in self.facts.held_elsewhere.keys() {
                self.needs_held_here(flag);
            }
        }
        self.one(|words| Event::Unskipped { phase: slug.clone(), words })
    }
}

fn hard(blocker: &Blocker) -> bool {
    matches!(blocker.why, Why::SignOffObjected { .. } | Why::SignOffWithdrawn { .. })
}
