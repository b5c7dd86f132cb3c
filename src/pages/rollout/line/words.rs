//! What the line says in words.

use super::model::{GateMark, Line, Section, Standing};
use rollout::{
    Aspect, Millis, Plan, Role, Rollout, Timestamp,
    plan::{Days, Phase},
    state::StepStatus,
    text::duration,
    time::HOUR,
};

/// The whole line in a few sentences, for those who do not see it.
pub fn summary(line: &Line, plan: &Plan, current: Option<usize>) -> String {
    let phases = match line.sections.len() {
        1 => "one phase".to_owned(),
        n => format!("{n} phases"),
    };
    let Some(phase) = line.current.and(current) else { return format!("The line: {phases}, all done. It is closed.") };
    let marks = line.sections.iter().map(|section| &section.entry).chain([&line.closing]);
    let next = marks.into_iter().find(|mark| !matches!(mark.aspect, Aspect::Clear | Aspect::Idle));
    let at = format!("The line: {phases}. Now in phase {}, {}.", phase + 1, plan.phases[phase].name);
    match next {
        Some(mark) if !mark.waits_for.is_empty() => {
            format!("{at} Gate {} {} and waits for {}.", mark.gate, verb(mark.aspect), roles(&mark.waits_for))
        }
        Some(mark) => format!("{at} Gate {} {}.", mark.gate, verb(mark.aspect)),
        None => at,
    }
}

fn verb(aspect: Aspect) -> &'static str {
    match aspect {
        Aspect::Clear => "is clear",
        Aspect::Danger => "is at danger",
        Aspect::Held => "is held",
        Aspect::Idle => "is not in use",
    }
}

/// "Legal", "Legal and Privacy (DPO)", "Engineer, Legal and Operations".
pub fn roles(roles: &[Role]) -> String {
    let names: Vec<&str> = roles.iter().map(|role| role.name()).collect();
    match names.split_last() {
        None => String::new(),
        Some((last, [])) => (*last).to_owned(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
    }
}

/// The line under a section's name: how it stands, or what it will be.
pub fn note(rollout: &Rollout, section: &Section, now: Timestamp) -> String {
    let body = &rollout.plan().phases[section.phase];
    let risk = body.risk.name();
    match section.standing {
        Standing::Skipped => "Skipped".into(),
        Standing::Ahead if body.optional => format!("{risk}, optional"),
        Standing::Ahead => match length(body) {
            Some(length) => format!("{risk}, {length}"),
            None => risk.to_owned(),
        },
        Standing::Open => open(rollout, section, body, now),
        Standing::Done => {
            let took = section.span.began.zip(section.span.ended).map(|(from, to)| to.since(from));
            let took = took.map_or("Done".into(), |took| format!("Done in {}", together(duration(took))));
            match section.span.over {
                Some(over) => format!("{took}, {} over plan", parted(over)),
                None => took,
            }
        }
    }
}

fn open(rollout: &Rollout, section: &Section, body: &Phase, now: Timestamp) -> String {
    let soaking = body.steps.iter().find_map(|step| match rollout.step_status(step, now) {
        StepStatus::Soaking(soak) => Some(soak),
        _ => None,
    });
    match soaking {
        Some(soak) if soak.standing => format!("Soak stands, {} left", together(duration(soak.left_ms))),
        Some(soak) => format!("Soak, {} left", together(duration(soak.left_ms))),
        None => match rollout.next_step(section.phase) {
            _ if body.steps.iter().any(|step| rollout.step_status(step, now) == StepStatus::UnderWay) => {
                format!("{}, a step is under way", body.risk.name())
            }
            Some((index, _)) => format!("{}, step {} of {} is next", body.risk.name(), index + 1, body.steps.len()),
            None => "Steps done, waits for its gate".into(),
        },
    }
}

/// How far plan and actual have parted: whole hours, nobody plans by the minute.
pub fn parted(ms: Millis) -> String {
    together(duration(ms / HOUR * HOUR))
}

/// A number and its unit stay on one line.
fn together(words: String) -> String {
    words.replace(' ', "\u{a0}")
}

/// How long the plan means a phase to take: "2 to 3 d".
pub fn length(phase: &Phase) -> Option<String> {
    phase.duration.map(days)
}

/// A range of days: "2 to 3 d".
pub fn days(days: Days) -> String {
    match (days.min_days, days.max_days) {
        (min, max) if min == max => format!("{min} d"),
        (min, max) => format!("{min} to {max} d"),
    }
}

/// What stands under a gate where there is no date.
pub fn no_date(mark: &GateMark, plan: &Plan) -> String {
    let start = plan.phases.get(usize::from(mark.gate) - 1).and_then(|phase| phase.start.as_ref());
    let after = start.and_then(|start| Some((plan.phase(start.after.as_ref()?)?.1, start.days.unwrap_or(0))));
    match after {
        Some((phase, 0)) => format!("After {}", phase.name),
        Some((phase, days)) => format!("{days} d after {} starts", phase.name),
        None => "No date yet".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plan_and_actual_part_by_whole_hours() {
        assert_eq!(parted(12 * HOUR + 61_000), "12\u{a0}h");
        assert_eq!(parted(26 * HOUR + 1), "26\u{a0}h");
    }

    #[test]
    fn roles_are_listed_as_one_says_them() {
        assert_eq!(roles(&[]), "");
        assert_eq!(roles(&[Role::Legal]), "Legal");
        assert_eq!(roles(&[Role::Legal, Role::Privacy]), "Legal and Privacy (DPO)");
        assert_eq!(roles(&[Role::Engineer, Role::Legal, Role::Operations]), "Engineer, Legal and Operations");
    }
}
