//! Lowering: always possible for the roles that may. Here is what else it undoes.

use super::{Answer, Asking};
use crate::{
    blocker::{Blocker, Place, Why},
    command::Scope,
    event::{Event, Undone},
    exposure::Exposure,
    id::{FlagSlug, GateNumber, LineSlug, StepSlug},
    plan::{Phase, Side},
    role::Role,
    state::{FlagState, Rollout},
};

/// What a lowering does to one flag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The flag.
    pub flag: FlagSlug,
    /// What the ledger wants now.
    pub from: Exposure,
    /// What it will want.
    pub to: Exposure,
    /// What else it undoes.
    pub undone: Undone,
}

impl Asking<'_> {
    /// No gate, freeze, missing sign-off, stale version, closed rollout or "already so" stops it; only role, and that
    /// the flag may have passed to another open rollout.
    pub(super) fn lower(&mut self, slug: &FlagSlug, to: &Exposure) -> Answer {
        let rollout = self.rollout;
        let (Some(flag), Some(state)) = (rollout.plan().flag(slug), rollout.flags.get(slug)) else {
            return Err(Self::unknown("flag", slug));
        };
        self.needs_role(&Role::MAY_LOWER);
        self.needs_held_here(slug);
        if !is_below_all(state, to) {
            let why = Why::NotALowering { flag: slug.clone(), now: state.wanted.clone() };
            self.block(Blocker::asker(why, Place::Flag(slug.clone())));
        }
        // What would never arrive is not promised; off can be expressed everywhere.
        if !self.facts.capabilities_of(flag).can(to) {
            self.block(Blocker::asker(Why::NotExpressible { exposure: to.clone() }, Place::Flag(slug.clone())));
        }
        let (from, undone) = (state.wanted.clone(), undone(rollout, slug, to));
        self.one(|words| Event::Lowered { flag: slug.clone(), from, to: to.clone(), undone, words })
    }

    pub(super) fn needs_held_here(&mut self, flag: &FlagSlug) {
        if let Some(rollout) = self.facts.held_elsewhere.get(flag) {
            let why = Why::HeldElsewhere { flag: flag.clone(), rollout: *rollout };
            self.block(Blocker::roles(why, &Role::MAY_LOWER, Place::Rollout(*rollout)));
        }
    }

    pub(super) fn rollback(&mut self, scope: &Scope) -> Answer {
        self.needs_role(&Role::MAY_LOWER);
        match scope {
            Scope::Phase { phase, .. } => drop(self.phase(phase)?),
            Scope::Flag { flag } if !self.rollout.flags.contains_key(flag) => return Err(Self::unknown("flag", flag)),
            _ => {}
        }
        let changes = rollback_preview(self.rollout, scope);
        if changes.is_empty() {
            self.block(Blocker::asker(Why::NotSo {}, Place::Plan));
        }
        // A flag that is lowered elsewhere holds back no other one here.
        let held = |change: &Change| self.facts.held_elsewhere.contains_key(&change.flag);
        let (elsewhere, changes): (Vec<Change>, Vec<Change>) = changes.into_iter().partition(held);
        if changes.is_empty() {
            elsewhere.iter().for_each(|change| self.needs_held_here(&change.flag));
        }
        let words = self.words.clone();
        let event = |Change { flag, from, to, undone }| Event::Lowered { flag, from, to, undone, words: words.clone() };
        Ok(changes.into_iter().map(event).collect())
    }
}

/// What a rollback changes, flag by flag, in the plan's order. Flags that seem to be there already are in it too: the
/// lowering is sent all the same.
pub fn rollback_preview(rollout: &Rollout, scope: &Scope) -> Vec<Change> {
    let plan = rollout.plan();
    let change = |flag: &FlagSlug, target: Exposure| {
        let state = rollout.flags.get(flag)?;
        let from = state.wanted.clone();
        // Never up: a flag that may be below its target already stays there.
        let lowest = [target, state.applied.clone()].into_iter().find(|to| is_below_all(state, to));
        let to = lowest.unwrap_or(Exposure::OFF);
        let undone = undone(rollout, flag, &to);
        Some(Change { flag: flag.clone(), from, to, undone })
    };
    let first_phase = |flag: &FlagSlug, from: usize| {
        let phases = plan.phases.iter().enumerate().skip(from);
        let mut sets = phases.filter(|(_, p)| p.steps.iter().any(|s| s.exposure().is_some_and(|(f, _)| f == flag)));
        sets.next().map(|(index, _)| index)
    };
    let from_phase = |from: usize, flags: &[&FlagSlug]| -> Vec<Change> {
        let targets = flags.iter().filter_map(|flag| Some((*flag, first_phase(flag, from)?)));
        targets.filter_map(|(flag, phase)| change(flag, rollout.rollback_target(phase, flag))).collect()
    };
    let all: Vec<&FlagSlug> = plan.flags.iter().map(|flag| &flag.slug).collect();
    match scope {
        Scope::Everything {} => from_phase(0, &all),
        Scope::Flag { flag } => from_phase(0, &[flag]),
        Scope::Phase { phase, later } => {
            let Some((index, _)) = plan.phase(phase) else { return vec![] };
            let last = if *later { plan.phases.len() - 1 } else { index };
            let within = |flag: &&&FlagSlug| first_phase(flag, index).is_some_and(|first| first <= last);
            from_phase(index, &all.iter().filter(within).copied().collect::<Vec<_>>())
        }
    }
}

/// Is this no higher than anything the flag may be at: what is wanted, what was read back, what was seen? So a lowering
/// gives the flag to nobody new, even while a raise is on its way.
fn is_below_all(state: &FlagState, to: &Exposure) -> bool {
    let seen = state.observed.as_ref().map(|observed| &observed.exposure);
    [Some(&state.wanted), Some(&state.applied), seen].into_iter().flatten().all(|from| from.lowers_to(to))
}

/// What taking a flag down to `to` undoes besides. A flag that was neither raised nor on its way undoes nothing.
pub(super) fn undone(rollout: &Rollout, flag: &FlagSlug, to: &Exposure) -> Undone {
    let mut undone = Undone::default();
    let Some(wanted) = rollout.flags.get(flag).map(|state| &state.wanted) else { return undone };
    // What a broken glass keeps up was never raised by a step: taking that back is no rollback.
    let wanted = rollout.standing_glass(flag).map_or(wanted, |(_, glass)| &glass.from);
    let mut first_gate: Option<GateNumber> = None;
    for phase in rollout.phases() {
        let steps = rollout.plan().phases[phase].steps.iter().enumerate();
        let asked = |step: &crate::plan::Step| rollout.steps.contains_key(&step.slug);
        let moves = |phase: &Phase| phase.steps.iter().any(|step| step.exposure().is_some_and(|(f, _)| f == flag));
        // Being at `to` still fulfils a step that goes no higher.
        let above = |step: &crate::plan::Step| step.exposure().is_some_and(|(f, at)| f == flag && !to.lowers_to(at));
        let first = steps.into_iter().find(|(_, step)| asked(step) && above(step)).map(|(index, _)| index);
        undone.steps.extend(first.map(|index| steps_from(rollout, phase, index)).into_iter().flatten());
        let target = rollout.rollback_target(phase, flag);
        // Below its first notch a flag fulfils no step any more, and is still up.
        let was_up = first.is_some() || (moves(&rollout.plan().phases[phase]) && !target.lowers_to(wanted));
        if was_up && target.lowers_to(to) {
            undone.lines.extend(exit_lines(rollout, phase));
            first_gate.get_or_insert(rollout.entry_gate(phase));
        }
    }
    if let Some(first) = first_gate {
        let given = |gate: &GateNumber| rollout.gates.get(gate).is_some_and(|state| state.go.is_some());
        undone.gates = rollout.gates_in_use().filter(|gate| *gate >= first && given(gate)).collect();
    }
    reopens(rollout, &mut undone);
    undone
}

/// A step that reopens after closing ends the closing go: in a closed rollout nobody could do it again.
pub(super) fn reopens(rollout: &Rollout, undone: &mut Undone) {
    if rollout.is_closed() && !undone.steps.is_empty() && undone.gates.is_empty() {
        undone.gates.extend(rollout.gates_in_use().last());
    }
}

/// The steps of a phase from this one on that were asked for or done.
pub(super) fn steps_from(rollout: &Rollout, phase: usize, index: usize) -> Vec<StepSlug> {
    let steps = rollout.plan().phases[phase].steps[index..].iter().map(|step| &step.slug);
    steps.filter(|slug| rollout.steps.contains_key(slug)).cloned().collect()
}

/// The criteria and exit slots of a phase that somebody touched.
pub(super) fn exit_lines(rollout: &Rollout, phase: usize) -> Vec<LineSlug> {
    let lines = rollout.plan().lines(phase).filter(|line| line.side == Side::Exit);
    let touched = |slug: &&LineSlug| rollout.tasks.contains_key(slug) || rollout.slots.contains_key(slug);
    lines.map(|line| line.kind.slug()).filter(touched).cloned().collect()
}
