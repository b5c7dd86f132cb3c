//! What a record says, in one plain sentence without who and when: those stand beside it.

use rollout::{
    CancelCause, Decision, Event, FailureCause, FlagSlug, GateNumber, LineSlug, PhaseSlug, Plan, StepSlug, Undone,
    text::duration,
};

/// The record's sentence. What a plan no longer names is called by its slug: an old record stays readable.
pub fn sentence(event: &Event, plan: &Plan) -> String {
    match event {
        Event::Attached { environment, sample: false, .. } => format!("The plan was attached in {environment}"),
        Event::Attached { environment, .. } => format!("The plan was attached in {environment}, as a sample"),
        Event::Adopted { .. } => "The plan was adopted and took force".into(),
        Event::Ticked { line, .. } => format!("Ticked: {}", text_of(plan, line)),
        Event::Unticked { line, .. } => format!("Opened again: {}", text_of(plan, line)),
        Event::Waived { line, .. } => format!("Waived: {}", text_of(plan, line)),
        Event::Signed { slot, meaning, .. } => format!("Signed as {}: {}", meaning.name(), text_of(plan, slot)),
        Event::Objected { slot, .. } => format!("Objected to: {}", text_of(plan, slot)),
        Event::Withdrawn { slot, .. } => format!("Withdrew their signature or objection: {}", text_of(plan, slot)),
        Event::Decided { gate, decision, .. } => format!("Gate {gate}: {}", decision_name(*decision)),
        Event::Released { gate, .. } => format!("Gate {gate}: hold released"),
        Event::Raised { flag, from, to, .. } => format!("{}: {from} → {to} asked for", name_of(plan, flag)),
        Event::Lowered { flag, from, to, undone, .. } => {
            format!("{}: {from} → {to} asked for{}", name_of(plan, flag), undoing(undone))
        }
        Event::PutBack { flag, from, to } => {
            format!("{}: {from} → {to} asked for, back to what the ledger says", name_of(plan, flag))
        }
        Event::GlassBroken { flag, from, to, .. } => {
            format!("{}: the glass was broken, {from} → {to} asked for past the blockers", name_of(plan, flag))
        }
        Event::GlassExpired { flag, glass, from, to } => {
            format!(
                "{}: {from} → {to}, back by itself; nobody reviewed the glass of record {glass}",
                name_of(plan, flag)
            )
        }
        Event::GlassReviewed { flag, glass, .. } => {
            format!("{}: the glass of record {glass} was reviewed", name_of(plan, flag))
        }
        Event::Attested { step, .. } => format!("Attested as done: {}", step_of(plan, step)),
        Event::Unattested { step, undone, .. } => {
            format!("Attestation taken back: {}{}", step_of(plan, step), undoing(undone))
        }
        Event::Accepted { flag, exposure, undone, .. } => {
            format!("{}: {exposure}, as the backend has it, was accepted{}", name_of(plan, flag), undoing(undone))
        }
        Event::Skipped { phase, .. } => format!("Phase skipped: {}", phase_of(plan, phase)),
        Event::Unskipped { phase, .. } => format!("Phase taken back in: {}", phase_of(plan, phase)),
        Event::IncidentOpened { .. } => "Incident opened".into(),
        Event::IncidentResolved { incident, .. } => format!("Incident {incident} resolved"),
        Event::Noted { about: Some(seq), .. } => format!("Note on record {seq}"),
        Event::Noted { about: None, .. } => "Note".into(),
        Event::Applied { flag, exposure, .. } => {
            format!("{}: {exposure}, applied and read back from the backend", name_of(plan, flag))
        }
        Event::MovedByHand { flag, exposure, to_verify: false, .. } => {
            format!("{}: set to {exposure} by hand", name_of(plan, flag))
        }
        Event::MovedByHand { flag, exposure, .. } => {
            format!("{}: said to be set to {exposure} by hand; it is being verified", name_of(plan, flag))
        }
        Event::Failed { flag, cause, .. } => {
            format!("{}: not delivered yet, {}", name_of(plan, flag), failure_words(*cause))
        }
        Event::Cancelled { flag, back_to, cause, .. } => {
            format!("{}: raise cancelled, {}; it stays {back_to}", name_of(plan, flag), cancel_words(*cause))
        }
        Event::Observed { flag, exposure } => {
            format!("{}: the backend has {exposure}, which this ledger did not ask for", name_of(plan, flag))
        }
        Event::ClockMoved { by_ms } => format!("The demo's clock was moved ahead by {}", duration(*by_ms)),
    }
}

/// A decision as a word.
pub const fn decision_name(decision: Decision) -> &'static str {
    match decision {
        Decision::Go => "go",
        Decision::NoGo => "no-go",
        Decision::Hold => "hold",
    }
}

/// Why a delivery has not got through, to stand behind a comma.
pub const fn failure_words(cause: FailureCause) -> &'static str {
    match cause {
        FailureCause::Unreachable => "the backend does not answer",
        FailureCause::FlagMissing => "the backend does not know the flag",
        FailureCause::Refused => "the backend refused it",
        FailureCause::ReadBackDiffers => "the backend took it but reads back something else",
    }
}

/// Why a raise was not sent, to stand behind a comma.
pub const fn cancel_words(cause: CancelCause) -> &'static str {
    match cause {
        CancelCause::NoLongerClear => "it was no longer clear",
        CancelCause::WaitedTooLong => "it had waited too long for the backend",
    }
}

fn undoing(undone: &Undone) -> String {
    match undone.gates.as_slice() {
        [] => String::new(),
        [gate] => format!("; ends the go at gate {gate}"),
        gates => format!("; ends the go at gates {}", list(gates)),
    }
}

fn list(gates: &[GateNumber]) -> String {
    let numbers: Vec<String> = gates.iter().map(GateNumber::to_string).collect();
    match numbers.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => numbers.concat(),
    }
}

fn text_of<'a>(plan: &'a Plan, line: &'a LineSlug) -> &'a str {
    plan.line(line).map_or(line.as_str(), |line| line.kind.text())
}

fn name_of<'a>(plan: &'a Plan, flag: &'a FlagSlug) -> &'a str {
    plan.flag(flag).map_or(flag.as_str(), |flag| &flag.name)
}

fn step_of<'a>(plan: &'a Plan, step: &'a StepSlug) -> &'a str {
    plan.step(step).map_or(step.as_str(), |(_, _, step)| &step.text)
}

fn phase_of<'a>(plan: &'a Plan, phase: &'a PhaseSlug) -> &'a str {
    plan.phase(phase).map_or(phase.as_str(), |(_, phase)| &phase.name)
}

#[cfg(test)]
mod tests;
