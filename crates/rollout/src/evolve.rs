//! What is so after a record. Mechanical and total: the rules were asked when the record was made.

mod glass;

use crate::{
    command::Decision,
    event::{CancelCause, Event, Undone, Words},
    exposure::Exposure,
    id::{FlagSlug, LineSlug, Seq, StepSlug},
    record::Record,
    role::{Actor, SystemActor},
    state::{FlagState, Gate, Mark, Observed, Overtaken, Pending, Rollout, Signature, SlotAct, StepDone, TaskStatus},
};

/// Folds one record into the state. A record that was folded already, or that skips one, changes nothing: the caller
/// compares `version` and fetches what is missing.
pub fn evolve(rollout: &mut Rollout, record: &Record) {
    if record.ledger != rollout.id || record.seq != rollout.version + 1 {
        return;
    }
    rollout.version = record.seq;
    rollout.time = record.time.max(rollout.time);
    apply(rollout, record);
    settle_soaks(rollout);
}

fn apply(rollout: &mut Rollout, record: &Record) {
    let (seq, time, by, proof) = (record.seq, record.time, record.actor, record.event.proof());
    let mark = |words: &Words| Mark { seq, time, by, proof, words: words.clone() };
    match &record.event {
        Event::Attached { .. } | Event::ClockMoved { .. } => {}
        Event::Noted { about, words } => told(rollout, *about, mark(words)),
        Event::Adopted { words, .. } => rollout.adopted = Some(mark(words)),
        Event::Ticked { line, words } => task(rollout, line, TaskStatus::Ticked(mark(words))),
        Event::Unticked { line, words } => task(rollout, line, TaskStatus::Unticked(mark(words))),
        Event::Waived { line, words } => task(rollout, line, TaskStatus::Waived(mark(words))),
        Event::Signed { slot, scope_digest, words, .. } => {
            let marks = rollout.slots.entry(slot.clone()).or_default();
            marks.retain(|_, other| other.act != SlotAct::Objected);
            sign(rollout, slot, record.actor, SlotAct::Signed, Some(*scope_digest), mark(words));
        }
        Event::Objected { slot, words } => sign(rollout, slot, record.actor, SlotAct::Objected, None, mark(words)),
        Event::Withdrawn { slot, words } => withdrawn(rollout, slot, record.actor, mark(words)),
        Event::Decided { gate, decision, words, .. } => {
            decided(rollout.gates.entry(*gate).or_default(), *decision, mark(words));
        }
        Event::Released { gate, .. } => {
            if let (Some(state), Some(role)) = (rollout.gates.get_mut(gate), record.actor.role()) {
                state.holds.remove(&role);
            }
        }
        Event::Raised { flag, step, to, .. } => {
            let asked = mark(&Words::default());
            want(rollout, flag, to, &asked, Some(step.clone()));
            let done = StepDone { asked, applied: None, ran_ms: 0, running_since: None };
            rollout.steps.insert(step.clone(), done);
        }
        Event::Lowered { flag, to, undone, words, .. } => {
            overtaken(rollout, flag, record.seq);
            drop_pending_step(rollout, flag);
            want(rollout, flag, to, &mark(words), None);
            glass::lowered(rollout, flag, to, time);
            undo(rollout, undone, &mark(words));
        }
        Event::PutBack { flag, .. } => {
            if let Some(state) = rollout.flags.get_mut(flag) {
                let put_back = Some(mark(&Words::default()));
                state.last = record.seq;
                state.pending = Some(Pending { put_back, ..Pending::new(record.seq, record.time) });
            }
        }
        Event::Attested { step, words } => {
            let done = StepDone { asked: mark(words), applied: Some(record.time), ran_ms: 0, running_since: None };
            rollout.steps.insert(step.clone(), done);
        }
        Event::Unattested { undone, words, .. } => undo(rollout, undone, &mark(words)),
        Event::Accepted { flag, exposure, undone, words } => {
            if let Some(state) = rollout.flags.get_mut(flag) {
                state.wanted = exposure.clone();
                state.applied = exposure.clone();
                state.observed = None;
                state.last = record.seq;
                state.last_by = Some(mark(words));
            }
            glass::lowered(rollout, flag, exposure, time);
            undo(rollout, undone, &mark(words));
        }
        Event::GlassBroken { flag, to, until, words, .. } => glass::broken(rollout, flag, to, *until, &mark(words)),
        Event::GlassExpired { flag, glass, to, .. } => {
            glass::expired(rollout, flag, *glass, to, &mark(&Words::default()));
        }
        Event::GlassReviewed { glass, .. } => drop(rollout.glasses.remove(glass)),
        Event::Skipped { phase, words } => {
            rollout.skipped.insert(phase.clone(), mark(words));
        }
        Event::Unskipped { phase, .. } => {
            rollout.skipped.remove(phase);
        }
        Event::IncidentOpened { words } => {
            rollout.incidents.insert(record.seq, mark(words));
        }
        Event::IncidentResolved { incident, .. } => {
            rollout.incidents.remove(incident);
        }
        Event::Applied { flag, exposure, want } => applied(rollout, record, flag, exposure, *want),
        Event::MovedByHand { flag, exposure, want, to_verify: false, .. } => {
            applied(rollout, record, flag, exposure, *want);
        }
        Event::MovedByHand { flag, want, words, .. } => {
            if let Some(state) = rollout.flags.get_mut(flag) {
                state.last = record.seq;
                if let Some(pending) = state.pending.as_mut().filter(|pending| pending.want == *want) {
                    pending.moved = Some(mark(words));
                    pending.failure = None;
                }
            }
        }
        Event::Failed { flag, want, cause } => {
            if let Some(state) = rollout.flags.get_mut(flag) {
                state.last = record.seq;
                if let Some(pending) = state.pending.as_mut().filter(|pending| pending.want == *want) {
                    pending.failure = Some(*cause);
                }
            }
        }
        Event::Cancelled { flag, want, back_to, cause } => cancelled(rollout, record, flag, *want, back_to, *cause),
        Event::Observed { flag, exposure } => {
            if let Some(state) = rollout.flags.get_mut(flag) {
                let (seq, time) = (record.seq, record.time);
                state.last = seq;
                let strange = *exposure != state.wanted;
                let observed = || Observed { exposure: exposure.clone(), baseline: false, seq, time, told: None };
                state.observed = strange.then(observed);
            }
        }
    }
}

/// What delivery found out about an exposure that it had seen. Whatever people note is theirs, and changes nothing.
fn told(rollout: &mut Rollout, about: Option<Seq>, mark: Mark) {
    if mark.by != (Actor::System { system: SystemActor::Delivery }) {
        return;
    }
    let seen = rollout.flags.values_mut().filter_map(|flag| flag.observed.as_mut());
    // A baseline was seen in the record that attached the plan, with every other.
    for observed in seen.filter(|observed| !observed.baseline && about == Some(observed.seq)) {
        observed.told = Some(mark.clone());
    }
}

fn task(rollout: &mut Rollout, line: &LineSlug, status: TaskStatus) {
    rollout.tasks.insert(line.clone(), status);
}

fn sign(
    rollout: &mut Rollout,
    slot: &LineSlug,
    actor: Actor,
    act: SlotAct,
    scope: Option<crate::id::Digest>,
    mark: Mark,
) {
    let scope = scope.or_else(|| rollout.plan().scope_digest(slot));
    if let (Some(person), Some(scope_digest)) = (actor.person(), scope) {
        let marks = rollout.slots.entry(slot.clone()).or_default();
        marks.insert(person, Signature { act, scope_digest, mark });
    }
}

/// An objection taken back leaves nothing behind; a signature taken back does, and locks until somebody signs. Whoever
/// has nothing of their own there takes back the objections of others.
fn withdrawn(rollout: &mut Rollout, slot: &LineSlug, actor: Actor, mark: Mark) {
    let marks = rollout.slots.entry(slot.clone()).or_default();
    let own = actor.person().and_then(|person| Some((person, marks.get(&person)?.act)));
    let objected = marks.values().any(|other| other.act == SlotAct::Objected);
    match own {
        Some((person, SlotAct::Objected)) => drop(marks.remove(&person)),
        None | Some((_, SlotAct::Withdrawn)) if objected => marks.retain(|_, other| other.act != SlotAct::Objected),
        _ => sign(rollout, slot, actor, SlotAct::Withdrawn, None, mark),
    }
}

fn decided(gate: &mut Gate, decision: Decision, mark: Mark) {
    let role = mark.by.role();
    match decision {
        Decision::Go => {
            gate.no_go = None;
            gate.ended = None;
            // The decider's go ends the decider's own hold, nobody else's.
            if let Some(role) = role {
                gate.holds.remove(&role);
            }
            gate.go = Some(mark);
        }
        Decision::NoGo => {
            gate.go = None;
            gate.no_go = Some(mark);
        }
        Decision::Hold => {
            if let Some(role) = role {
                gate.holds.insert(role, mark);
            }
        }
    }
}

/// A new wish for a flag replaces the one that was on its way.
fn want(rollout: &mut Rollout, flag: &FlagSlug, to: &Exposure, mark: &Mark, raise: Option<StepSlug>) {
    if let Some(state) = rollout.flags.get_mut(flag) {
        state.wanted = to.clone();
        state.last = mark.seq;
        state.last_by = Some(mark.clone());
        state.pending = Some(Pending { raise, ..Pending::new(mark.seq, mark.time) });
    }
}

/// Remembers the raise that is on its way and overtaken by this record: it may have been sent.
fn overtaken(rollout: &mut Rollout, flag: &FlagSlug, by: u64) {
    let Some(state) = rollout.flags.get_mut(flag) else { return };
    if let Some(pending) = state.pending.as_ref().filter(|pending| pending.is_upward()) {
        state.overtaken = Some(Overtaken { want: pending.want, to: state.wanted.clone(), by });
    }
}

/// A raise that was on its way and will not come opens its step again.
fn drop_pending_step(rollout: &mut Rollout, flag: &FlagSlug) {
    let pending = rollout.flags.get_mut(flag).and_then(|state: &mut FlagState| state.pending.take());
    if let Some(step) = pending.and_then(|pending| pending.raise) {
        rollout.steps.remove(&step);
    }
}

fn cancelled(
    rollout: &mut Rollout,
    record: &Record,
    flag: &FlagSlug,
    want: Seq,
    back_to: &Exposure,
    cause: CancelCause,
) {
    let is_manual = rollout.plan().flag(flag).is_some_and(|flag| flag.manual().is_some());
    let Some(state) = rollout.flags.get_mut(flag) else { return };
    state.last = record.seq;
    let Some(pending) = state.pending.as_ref().filter(|pending| pending.want == want) else { return };
    let put_back = pending.put_back.is_some();
    overtaken(rollout, flag, record.seq);
    drop_pending_step(rollout, flag);
    glass::over(rollout, want, record.time);
    // What was not put back is still what the ledger wants.
    if let Some(state) = rollout.flags.get_mut(flag).filter(|_| !put_back) {
        state.wanted = back_to.clone();
        // A person may have done it: until somebody says "not done" or "undone", the flag is to be lowered.
        let recall = || Pending { recalled: Some(cause), ..Pending::new(record.seq, record.time) };
        state.pending = is_manual.then(recall);
    }
}

fn undo(rollout: &mut Rollout, undone: &Undone, mark: &Mark) {
    for gate in &undone.gates {
        let gate = rollout.gates.entry(*gate).or_default();
        gate.go = None;
        gate.ended = Some(mark.clone());
    }
    for step in &undone.steps {
        rollout.steps.remove(step);
    }
    for line in &undone.lines {
        rollout.tasks.remove(line);
        // Signatures go; an objection stands until it is withdrawn or signed over.
        if let Some(marks) = rollout.slots.get_mut(line) {
            marks.retain(|_, mark| mark.act == SlotAct::Objected);
        }
    }
}

fn applied(rollout: &mut Rollout, record: &Record, flag: &FlagSlug, exposure: &Exposure, want: u64) {
    let Some(state) = rollout.flags.get_mut(flag) else { return };
    state.applied = exposure.clone();
    state.applied_at = Some(record.time);
    state.observed = None;
    state.last = record.seq;
    let step = match state.pending.take() {
        Some(pending) if pending.want == want => {
            // It goes where that one went, or further: there is nothing left to take back.
            if pending.is_upward() {
                state.overtaken = None;
            }
            pending.raise
        }
        other => {
            state.pending = other;
            None
        }
    };
    if let Some(done) = step.and_then(|step| rollout.steps.get_mut(&step)) {
        done.applied = Some(record.time);
    }
}

/// Lets each soak run or stand still from this record on.
fn settle_soaks(rollout: &mut Rollout) {
    let now = rollout.time;
    for phase in 0..rollout.plan().phases.len() {
        let runs = rollout.soaks_run(phase);
        let plan = rollout.plan().clone();
        for step in &plan.phases[phase].steps {
            let Some(done) = rollout.steps.get_mut(&step.slug).filter(|done| done.applied.is_some()) else { continue };
            match (runs, done.running_since) {
                (true, None) => done.running_since = Some(now),
                (false, Some(since)) => {
                    done.ran_ms += now.since(since);
                    done.running_since = None;
                }
                _ => {}
            }
        }
    }
}
