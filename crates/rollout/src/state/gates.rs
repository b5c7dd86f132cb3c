//! Questions about gates and phases.

use super::Rollout;
use crate::{
    id::GateNumber,
    plan::{LineKind, Phase, Safeguards, Side},
    role::Role,
    time::Timestamp,
};
use serde::{Deserialize, Serialize};

/// How a gate's signal stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Aspect {
    /// A go is in force.
    Clear,
    /// No go was given, or it ended.
    Danger,
    /// Somebody holds it.
    Held,
    /// Not in use: the phase behind it was skipped.
    Idle,
}

impl Rollout {
    /// Was this phase skipped?
    pub fn is_skipped(&self, phase: usize) -> bool {
        self.plan.phases.get(phase).is_some_and(|p| self.skipped.contains_key(&p.slug))
    }

    /// Indexes of the phases that were not skipped.
    pub fn phases(&self) -> impl DoubleEndedIterator<Item = usize> + '_ {
        (0..self.plan.phases.len()).filter(|phase| !self.is_skipped(*phase))
    }

    /// Is this gate in use? A skipped phase has no exit gate: the go before it opens the next phase.
    pub fn has_gate(&self, gate: GateNumber) -> bool {
        gate == 1 || (2..=self.plan.last_gate()).contains(&gate) && !self.is_skipped(usize::from(gate) - 2)
    }

    /// The gates in use, in order.
    pub fn gates_in_use(&self) -> impl DoubleEndedIterator<Item = GateNumber> + '_ {
        (1..=self.plan.last_gate()).filter(|gate| self.has_gate(*gate))
    }

    /// The phase between the gate before and this one.
    pub fn behind(&self, gate: GateNumber) -> Option<usize> {
        usize::from(gate).checked_sub(2)
    }

    /// The phase that this gate opens; none if it closes the rollout.
    pub fn ahead(&self, gate: GateNumber) -> Option<usize> {
        self.phases().find(|phase| phase + 1 >= usize::from(gate))
    }

    /// The gate that opens this phase.
    pub fn entry_gate(&self, phase: usize) -> GateNumber {
        let gate = phase as GateNumber + 1;
        (1..=gate).rev().find(|gate| self.has_gate(*gate)).unwrap_or(1)
    }

    /// The gate that accepts this phase, which was not skipped.
    pub fn exit_gate(&self, phase: usize) -> GateNumber {
        phase as GateNumber + 2
    }

    /// What is asked of who gives a go here beyond their role: what the phase it opens asks, or at the last gate in use
    /// the one it closes.
    pub fn safeguards_at(&self, gate: GateNumber) -> Safeguards {
        let phase = self.ahead(gate).or_else(|| self.behind(gate));
        phase.map_or(self.plan.safeguards, |phase| self.plan.safeguards_of(phase))
    }

    /// How the gate's signal stands.
    pub fn aspect(&self, gate: GateNumber) -> Aspect {
        match self.gates.get(&gate) {
            _ if !self.has_gate(gate) => Aspect::Idle,
            Some(state) if !state.holds.is_empty() => Aspect::Held,
            Some(state) if state.go.is_some() => Aspect::Clear,
            _ => Aspect::Danger,
        }
    }

    /// The first gate, of those before `gate` and itself, where no go is in force.
    pub fn stopped_at(&self, gate: GateNumber) -> Option<GateNumber> {
        self.gates_in_use().take_while(|g| *g <= gate).find(|g| self.aspect(*g) != Aspect::Clear)
    }

    /// A go accepted this phase, and has not ended since.
    pub fn is_accepted(&self, phase: usize) -> bool {
        self.gates.get(&self.exit_gate(phase)).is_some_and(|gate| gate.go.is_some())
    }

    /// A go is in force at every gate in use.
    pub fn is_closed(&self) -> bool {
        self.stopped_at(self.plan.last_gate()).is_none()
    }

    /// Has any step of the phase been applied or attested?
    pub fn has_begun(&self, phase: usize) -> bool {
        let done = |step: &crate::plan::Step| self.steps.get(&step.slug).is_some_and(|s| s.applied.is_some());
        self.plan.phases[phase].steps.iter().any(done)
    }

    /// Has any step of the phase been asked for?
    pub fn is_touched(&self, phase: usize) -> bool {
        self.plan.phases[phase].steps.iter().any(|step| self.steps.contains_key(&step.slug))
    }

    /// Is everything in this phase done: steps applied, soaks run, criteria met, exit slots signed?
    pub fn is_done(&self, phase: usize, now: Timestamp) -> bool {
        let body: &Phase = &self.plan.phases[phase];
        let steps = body.steps.iter().all(|step| self.soak(step, now).is_some_and(|soak| soak.left_ms == 0));
        steps && self.plan.lines(phase).filter(|l| l.side == Side::Exit).all(|line| self.is_clear(&line, now))
    }

    /// The phase one is in: the first that is neither skipped nor accepted.
    pub fn current_phase(&self) -> Option<usize> {
        self.phases().find(|phase| !self.is_accepted(*phase))
    }

    /// Who has to do something before this gate can be clear, each role once, in the order of their lines.
    pub fn waits_for(&self, gate: GateNumber, now: Timestamp) -> Vec<Role> {
        let mut roles = Vec::new();
        if !self.has_gate(gate) || self.aspect(gate) == Aspect::Clear {
            return roles;
        }
        let mut add = |role: Role| {
            if !roles.contains(&role) {
                roles.push(role);
            }
        };
        let step = self.behind(gate).and_then(|phase| self.next_step(phase));
        step.map_or(vec![], |(_, step)| step.done_by()).into_iter().for_each(&mut add);
        let behind = self.behind(gate).into_iter().flat_map(|phase| self.plan.lines(phase));
        let ahead = self.ahead(gate).into_iter().flat_map(|phase| self.plan.lines(phase));
        let lines = behind.filter(|l| l.side == Side::Exit).chain(ahead.filter(|l| l.side == Side::Entry));
        for line in lines.filter(|line| !self.is_clear(line, now)) {
            match line.kind {
                LineKind::Dependency(_) => {}
                kind => kind.cleared_by().into_iter().for_each(&mut add),
            }
        }
        if let Some(state) = self.gates.get(&gate) {
            state.holds.keys().copied().for_each(&mut add);
        }
        if self.gates.get(&gate).is_none_or(|state| state.go.is_none()) {
            add(self.plan.decider(gate));
        }
        roles
    }
}
