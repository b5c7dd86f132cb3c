//! What a scenario asks of the state, and how it writes blockers.

use super::phrases::{Words, role_name};
use crate::ledger::Ledger;
use rollout::{
    Blocker, Exposure, FlagSlug, GateNumber, LineSlug, PhaseSlug, Seq, StepSlug, Why,
    plan::LineKind,
    state::{SlotStatus, StepStatus},
    time::{HOUR, Millis},
};

fn span(ms: Millis) -> String {
    if ms % HOUR == 0 { format!("{}h", ms / HOUR) } else { format!("{}m", ms / 60_000) }
}

/// `Debug` of an enum as a scenario writes it: `NeedsAnother` is `needs-another`.
fn kebab(debug: String) -> String {
    let mut out = String::new();
    for (i, c) in debug.chars().enumerate() {
        if c.is_uppercase() && i > 0 {
            out.push('-');
        }
        out.extend(c.to_lowercase());
    }
    out
}

pub fn is(found: String, words: &mut Words<'_>) -> Result<(), String> {
    words.expect("is")?;
    match words.rest() {
        expected if expected == found => Ok(()),
        _ => Err(format!("it is {found}")),
    }
}

/// `gate 2 is clear`, `gate 2 waits for …`, `flag F is on`, `flag F wants off`, `drift F is told`, `step S is …`,
/// `line L is clear`, `slot S is signed`, `phase P is done`, `rollout is closed`.
pub fn ask(ledger: &Ledger, what: &str, words: &mut Words<'_>) -> Result<(), String> {
    let (rollout, now) = (&ledger.rollout, ledger.now.max(ledger.rollout.time));
    match what {
        "gate" => {
            let gate: GateNumber = words.next()?.parse().map_err(|_| "expected a gate's number")?;
            let mut ahead = Words::of(words.rest());
            match ahead.next()? {
                "waits" => {
                    ahead.expect("for")?;
                    let mut expected: Vec<&str> = ahead.rest().split(", ").filter(|name| *name != "nobody").collect();
                    let mut found: Vec<String> = rollout.waits_for(gate, now).into_iter().map(role_name).collect();
                    found.sort_unstable();
                    expected.sort_unstable();
                    if found == expected { Ok(()) } else { Err(format!("it waits for {}", found.join(", "))) }
                }
                _ => match (kebab(format!("{:?}", rollout.aspect(gate))), ahead.rest()) {
                    (found, expected) if found == expected => Ok(()),
                    (found, _) => Err(format!("it is {found}")),
                },
            }
        }
        "flag" => {
            let slug = words.slug(FlagSlug::new)?;
            let flag = rollout.flags.get(&slug).ok_or("the plan has no such flag")?;
            let verb = words.next()?;
            let expected: Exposure = words.exposure()?;
            let found = match verb {
                "is" => &flag.applied,
                "wants" => &flag.wanted,
                other => return Err(format!("a flag does not \"{other}\"")),
            };
            if *found == expected { Ok(()) } else { Err(format!("it {verb} {found}")) }
        }
        "drift" => {
            let slug = words.slug(FlagSlug::new)?;
            let observed = rollout.flags.get(&slug).and_then(|flag| flag.observed.as_ref());
            let found = observed.map_or("gone", |seen| if seen.told.is_some() { "told" } else { "untold" });
            is(found.to_owned(), words)
        }
        "step" => {
            let slug = words.slug(StepSlug::new)?;
            let (_, _, step) = rollout.plan().step(&slug).ok_or("the plan has no such step")?;
            let found = match rollout.step_status(step, now) {
                StepStatus::Soaking(soak) if soak.standing => format!("standing {}", span(soak.left_ms)),
                StepStatus::Soaking(soak) => format!("soaking {}", span(soak.left_ms)),
                other => kebab(format!("{other:?}")),
            };
            is(found, words)
        }
        "line" => {
            let slug = words.slug(LineSlug::new)?;
            let line = rollout.plan().line(&slug).ok_or("the plan has no such line")?;
            is(if rollout.is_clear(&line, now) { "clear".into() } else { "open".into() }, words)
        }
        "slot" => {
            let slug = words.slug(LineSlug::new)?;
            let line = rollout.plan().line(&slug).ok_or("the plan has no such line")?;
            let LineKind::Slot(slot) = line.kind else { return Err("that is no slot".into()) };
            let status: SlotStatus = rollout.slot_status(slot, now);
            is(kebab(format!("{status:?}")), words)
        }
        "phase" => {
            let slug = words.slug(PhaseSlug::new)?;
            let (index, _) = rollout.plan().phase(&slug).ok_or("the plan has no such phase")?;
            let found = match () {
                () if rollout.is_skipped(index) => "skipped",
                () if rollout.is_accepted(index) => "accepted",
                () if rollout.is_done(index, now) => "done",
                () if rollout.is_touched(index) => "begun",
                () => "ahead",
            };
            let current = rollout.current_phase() == Some(index);
            is(if current { format!("current, {found}") } else { found.to_owned() }, words)
        }
        _ => is(if rollout.is_closed() { "closed".into() } else { "open".into() }, words),
    }
}

/// The blocker's code, and what it is about: `soak-running csf-on`.
pub fn code(blocker: &Blocker, incidents: &[Seq]) -> String {
    let json = serde_json::to_value(&blocker.why).expect("a blocker has a JSON form");
    let code = json["code"].as_str().expect("a code").to_owned();
    let about = match &blocker.why {
        Why::IncidentOpen { incident } => {
            let number = incidents.iter().position(|seq| seq == incident).map_or(0, |index| index + 1);
            Some(number.to_string())
        }
        Why::NotTheNextStep { next, .. } => next.as_ref().map(|step| step.as_str().to_owned()),
        Why::Unknown { name, .. } => Some(name.clone()),
        _ => ["line", "step", "gate", "flag", "phase"].into_iter().find_map(|key| match &json[key] {
            serde_json::Value::Null => None,
            serde_json::Value::String(text) => Some(text.clone()),
            other => Some(other.to_string()),
        }),
    };
    about.map_or(code.clone(), |about| format!("{code} {about}"))
}
