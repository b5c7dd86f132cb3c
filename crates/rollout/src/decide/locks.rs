//! What locks: the questions that raising, attesting, skipping and going have in common.

use crate::{
    blocker::{Blocker, ClearedBy, Place, Why},
    exposure::Exposure,
    facts::{Facts, UNREACHABLE_TOO_LONG},
    id::{FlagSlug, GateNumber},
    plan::{Line, LineKind, Side, Step},
    role::Role,
    state::{Rollout, SlotStatus},
    time::Timestamp,
};

pub(super) fn not_in_force(rollout: &Rollout) -> Option<Blocker> {
    let adopter = [rollout.plan().decider(1)];
    rollout.adopted.is_none().then(|| Blocker::roles(Why::PlanNotInForce {}, &adopter, Place::Plan))
}

pub(super) fn closed(rollout: &Rollout) -> Option<Blocker> {
    rollout.is_closed().then(|| Blocker::nobody(Why::RolloutClosed {}, Place::Gate(rollout.plan().last_gate())))
}

/// Who may resolve an incident that this role raised.
pub(crate) fn resolvers(raised_by: Option<Role>) -> Vec<Role> {
    match raised_by {
        Some(role) if Role::MAY_HOLD.contains(&role) => vec![role],
        _ => Role::MAY_RESOLVE.to_vec(),
    }
}

pub(super) fn incidents(rollout: &Rollout) -> impl Iterator<Item = Blocker> + '_ {
    rollout.incidents.iter().map(|(seq, mark)| {
        let roles = resolvers(mark.by.role());
        Blocker::roles(Why::IncidentOpen { incident: *seq }, &roles, Place::Incident(*seq))
    })
}

/// The broken glass that keeps this flag up.
pub(super) fn glass_of(rollout: &Rollout, flag: &FlagSlug) -> Option<Blocker> {
    let (seq, glass) = rollout.standing_glass(flag)?;
    let why = Why::GlassStands { flag: flag.clone(), glass: seq };
    Some(Blocker { why, cleared_by: ClearedBy::At(glass.until), place: Place::Flag(flag.clone()) })
}

/// Broken glasses that keep a flag up: what closes the rollout waits for them, since closing gives the flags back.
pub(super) fn glasses(rollout: &Rollout) -> impl Iterator<Item = Blocker> + '_ {
    rollout.flags.keys().filter_map(|flag| glass_of(rollout, flag))
}

/// Broken glasses that nobody has reviewed for a day.
pub(super) fn reviews_owed(rollout: &Rollout, now: Timestamp) -> impl Iterator<Item = Blocker> + '_ {
    let reviewers = rollout.plan().break_glass.as_ref().map_or(&[][..], |terms| &terms.reviewers);
    let overdue = rollout.glasses.iter().filter(move |(_, glass)| glass.is_overdue(now));
    overdue.map(move |(seq, glass)| {
        let why = Why::ReviewOwed { flag: glass.flag.clone(), glass: *seq };
        Blocker::roles(why, reviewers, Place::Flag(glass.flag.clone()))
    })
}

/// Gates before `gate`, and itself if `inclusive`, where no go is in force.
pub(super) fn gates_without_go(rollout: &Rollout, gate: GateNumber, inclusive: bool) -> Vec<Blocker> {
    let gates = rollout.gates_in_use().filter(|g| *g < gate || (inclusive && *g == gate));
    gates.flat_map(|gate| Blocker::of_gate(rollout, gate)).collect()
}

/// Why this line is not clear; none if it is.
pub(super) fn open_line(rollout: &Rollout, line: &Line<'_>, now: Timestamp) -> Option<Blocker> {
    if rollout.is_clear(line, now) {
        return None;
    }
    let slug = line.kind.slug().clone();
    let place = Place::Line(slug.clone());
    let line_slug = slug;
    Some(match line.kind {
        LineKind::Task(task) => Blocker::roles(Why::TaskOpen { line: line_slug }, &[task.by], place),
        LineKind::Criterion(criterion) => {
            let waiver = rollout.plan().decider(rollout.exit_gate(line.phase));
            let mut roles = vec![criterion.by];
            if waiver != criterion.by {
                roles.push(waiver);
            }
            Blocker::roles(Why::CriterionOpen { line: line_slug }, &roles, place)
        }
        LineKind::Dependency(_) => Blocker::by_itself(Why::DependencyOpen { line: line_slug }, place),
        LineKind::Slot(slot) => {
            let why = match rollout.slot_status(slot, now) {
                SlotStatus::Objected => Why::SignOffObjected { line: line_slug },
                SlotStatus::Withdrawn => Why::SignOffWithdrawn { line: line_slug },
                SlotStatus::Void => Why::SignOffVoid { line: line_slug },
                SlotStatus::Expired => Why::SignOffExpired { line: line_slug },
                SlotStatus::NeedsAnother => Why::TwoPeopleNeeded { line: line_slug },
                SlotStatus::Open | SlotStatus::Signed => Why::SignOffMissing { line: line_slug },
            };
            Blocker::roles(why, &[slot.role], place)
        }
    })
}

/// Lines of one side of a phase that are not clear.
pub(super) fn open_lines<'a>(
    rollout: &'a Rollout,
    phase: usize,
    side: Side,
    now: Timestamp,
) -> impl Iterator<Item = Blocker> + 'a {
    let lines = rollout.plan().lines(phase).filter(move |line| line.side == side);
    lines.filter_map(move |line| open_line(rollout, &line, now))
}

/// Slots of a phase that somebody objects to, or whose signature was taken back.
fn objections(rollout: &Rollout, phase: usize, side: Option<Side>, now: Timestamp) -> Vec<Blocker> {
    let lines = rollout.plan().lines(phase).filter(move |line| side.is_none_or(|side| line.side == side));
    let open = lines.filter_map(|line| open_line(rollout, &line, now));
    let hard = |b: &Blocker| matches!(b.why, Why::SignOffObjected { .. } | Why::SignOffWithdrawn { .. });
    open.filter(hard).collect()
}

/// Lines reopened after the go that opened their phase, of the phases before `before`: all prerequisites of a phase
/// that is not accepted yet; on accepted ones, and on exit slots, only objection and withdrawal.
pub(super) fn reopened(rollout: &Rollout, before: usize, now: Timestamp) -> Vec<Blocker> {
    let mut blockers = Vec::new();
    for phase in rollout.phases().take_while(|phase| *phase < before) {
        let opened = rollout.gates.get(&rollout.entry_gate(phase)).is_some_and(|gate| gate.go.is_some());
        if rollout.is_accepted(phase) || !opened {
            blockers.extend(objections(rollout, phase, None, now));
        } else {
            blockers.extend(open_lines(rollout, phase, Side::Entry, now));
            blockers.extend(objections(rollout, phase, Some(Side::Exit), now));
        }
    }
    blockers
}

/// Steps that are not applied, and soaks that have not run.
pub(super) fn open_steps<'a>(
    rollout: &'a Rollout,
    steps: &'a [Step],
    now: Timestamp,
) -> impl Iterator<Item = Blocker> + 'a {
    steps.iter().filter_map(move |step| {
        let place = Place::Step(step.slug.clone());
        let Some(soak) = rollout.soak(step, now) else {
            let roles = step.done_by();
            return Some(Blocker::roles(Why::EarlierStepOpen { step: step.slug.clone() }, &roles, place));
        };
        let why = Why::SoakRunning { step: step.slug.clone(), left_ms: soak.left_ms, standing: soak.standing };
        let cleared_by = if soak.standing { ClearedBy::ByItself } else { ClearedBy::At(now.plus(soak.left_ms)) };
        (soak.left_ms > 0).then_some(Blocker { why, cleared_by, place })
    })
}

/// Steps of accepted phases, before the phase `before`, that were reopened. Their soaks have been judged.
pub(super) fn reopened_steps(rollout: &Rollout, before: usize, now: Timestamp) -> impl Iterator<Item = Blocker> + '_ {
    let accepted =
        rollout.phases().take_while(move |phase| *phase < before).filter(|phase| rollout.is_accepted(*phase));
    let steps = accepted.flat_map(move |phase| open_steps(rollout, &rollout.plan().phases[phase].steps, now));
    steps.filter(|blocker| matches!(blocker.why, Why::EarlierStepOpen { .. }))
}

/// Everything that locks the step at (`phase`, `index`), apart from who asks and what they typed. The same for a raise
/// about to be asked for, and for one about to be sent.
pub fn raise_locks(rollout: &Rollout, facts: &Facts, phase: usize, index: usize, now: Timestamp) -> Vec<Blocker> {
    let body = &rollout.plan().phases[phase];
    let mut blockers = Vec::new();
    blockers.extend(not_in_force(rollout));
    blockers.extend(closed(rollout));
    if rollout.is_skipped(phase) {
        let decider = [rollout.plan().decider(rollout.entry_gate(phase))];
        let why = Why::PhaseSkipped { phase: body.slug.clone() };
        blockers.push(Blocker::roles(why, &decider, Place::Phase(body.slug.clone())));
    }
    blockers.extend(incidents(rollout));
    blockers.extend(gates_without_go(rollout, rollout.entry_gate(phase), true));
    blockers.extend(reopened(rollout, phase, now));
    blockers.extend(open_lines(rollout, phase, Side::Entry, now));
    blockers.extend(objections(rollout, phase, Some(Side::Exit), now));
    for earlier in rollout.phases().take_while(|earlier| *earlier < phase) {
        let steps = open_steps(rollout, &rollout.plan().phases[earlier].steps, now);
        // An accepted phase's soaks have been judged; a step that was reopened there has not.
        blockers.extend(steps.filter(|b| matches!(b.why, Why::EarlierStepOpen { .. })));
    }
    blockers.extend(open_steps(rollout, &body.steps[..index], now));
    if let Some((flag, to)) = body.steps[index].exposure() {
        blockers.extend(flag_locks(rollout, facts, flag, to, now));
    }
    blockers
}

/// The step whose rules hold for taking a flag up to `to` outside its steps: its first that goes so far, or its last one
/// if none does. Its phase, and its place there.
pub(super) fn upward_step(rollout: &Rollout, flag: &FlagSlug, to: &Exposure) -> Option<(usize, usize)> {
    let phases = rollout.plan().phases.iter().enumerate();
    let steps = phases.flat_map(|(p, phase)| phase.steps.iter().enumerate().map(move |(s, step)| (p, s, step)));
    let own = steps.filter_map(|(p, s, step)| Some((p, s, step.exposure().filter(|(slug, _)| *slug == flag)?.1)));
    let own: Vec<(usize, usize, &Exposure)> = own.collect();
    own.iter().find(|(.., at)| at.lowers_to(to)).or(own.last()).map(|(phase, index, _)| (*phase, *index))
}

/// What locks taking a flag up to `to` outside its steps, be it accepting what the backend has or putting back what it
/// lost. That the backend has something else is what it is about, and locks nothing.
pub fn upward_locks(rollout: &Rollout, facts: &Facts, flag: &FlagSlug, to: &Exposure, now: Timestamp) -> Vec<Blocker> {
    let mut locks = match upward_step(rollout, flag, to) {
        Some((phase, index)) => raise_locks(rollout, facts, phase, index, now),
        None => {
            let common = not_in_force(rollout).into_iter().chain(closed(rollout)).chain(incidents(rollout));
            common.chain(flag_locks(rollout, facts, flag, to, now)).collect()
        }
    };
    locks.retain(|b| !matches!(&b.why, Why::ObservedNotAccepted { flag: f, .. } if f == flag));
    locks
}

/// What the backend and the flag itself have against a raise.
fn flag_locks(rollout: &Rollout, facts: &Facts, flag: &FlagSlug, to: &Exposure, now: Timestamp) -> Vec<Blocker> {
    let place = || Place::Flag(flag.clone());
    let mut blockers = Vec::new();
    let Some(body) = rollout.plan().flag(flag) else { return blockers };
    if let Some(observed) = rollout.flags.get(flag).and_then(|state| state.observed.as_ref()) {
        let why = Why::ObservedNotAccepted { flag: flag.clone(), observed: observed.exposure.clone() };
        blockers.push(Blocker::roles(why, &Role::may_accept(observed.baseline), place()));
    }
    blockers.extend(glass_of(rollout, flag));
    if !facts.capabilities_of(body).can(to) {
        blockers.push(Blocker::nobody(Why::NotExpressible { exposure: to.clone() }, place()));
    }
    if let Some(since) = facts.unreachable_since(body).filter(|since| now.since(*since) >= UNREACHABLE_TOO_LONG) {
        blockers.push(Blocker::roles(Why::BackendUnreachable { since }, &[Role::Operations], Place::Backend));
    }
    if let Some(rollout) = facts.held_elsewhere.get(flag) {
        let why = Why::HeldElsewhere { flag: flag.clone(), rollout: *rollout };
        blockers.push(Blocker::nobody(why, Place::Rollout(*rollout)));
    }
    blockers
}
