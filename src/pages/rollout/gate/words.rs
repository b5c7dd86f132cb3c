//! What is said about a gate: its title, and the sentence a person reads before deciding there.

use rollout::{Blocker, GateNumber, Role, Rollout, Why, text::duration};

/// "Gate 2: opens Workshops & Consent".
pub fn title(rollout: &Rollout, gate: GateNumber) -> String {
    let name = |phase: usize| &rollout.plan().phases[phase].name;
    match rollout.ahead(gate) {
        _ if !rollout.has_gate(gate) => match rollout.behind(gate) {
            Some(phase) => format!("Gate {gate}: not in use, {} is skipped", name(phase)),
            None => format!("Gate {gate}: not in use"),
        },
        Some(phase) => format!("Gate {gate}: opens {}", name(phase)),
        None => format!("Gate {gate}: closes the rollout"),
    }
}

/// "Go at gate 2 accepts CSF Grid and opens Workshops & Consent."
pub fn go(rollout: &Rollout, gate: GateNumber) -> String {
    let name = |phase: usize| &rollout.plan().phases[phase].name;
    let ahead = match rollout.ahead(gate) {
        Some(phase) => format!("opens {}", name(phase)),
        None => "closes the rollout".into(),
    };
    match rollout.behind(gate) {
        Some(phase) => format!("Go at gate {gate} accepts {} and {ahead}.", name(phase)),
        None => format!("Go at gate {gate} {ahead}."),
    }
}

/// What a no-go does.
pub fn no_go(rollout: &Rollout, gate: GateNumber) -> String {
    let given = rollout.gates.get(&gate).is_some_and(|state| state.go.is_some());
    let ends = if given { "ends the go given there" } else { "keeps it at danger" };
    format!("No-go at gate {gate} {ends}: beyond it nothing is raised or attested until a new go. No flag moves.")
}

/// What a hold does.
pub fn hold(rollout: &Rollout, gate: GateNumber, role: Role) -> String {
    let until = if rollout.plan().decider(gate) == role {
        format!("until {role} releases it or gives a new go")
    } else {
        format!("until {role} releases it")
    };
    format!("Holding gate {gate} stops raising and attesting beyond it {until}. No flag moves.")
}

/// What releasing a hold does.
pub fn release(rollout: &Rollout, gate: GateNumber, role: Role) -> String {
    let state = rollout.gates.get(&gate);
    let others = state.is_some_and(|state| state.holds.keys().any(|held| *held != role));
    let given = state.is_some_and(|state| state.go.is_some());
    let then = match (others, given) {
        (true, _) => "It stays held by others.",
        (false, true) => "The go given there is in force again.",
        (false, false) => "It is at danger until a go.",
    };
    format!("Releasing ends the hold of {role} on gate {gate}. {then}")
}

/// "Go waits for 7: 3 tasks, 1 sign-off, the soak (19 h 42 min)".
pub fn locked_by(blockers: &[Blocker]) -> String {
    let count = |of: fn(&Why) -> bool| blockers.iter().filter(|blocker| of(&blocker.why)).count();
    let named = |n: usize, one: &str, more: &str| match n {
        0 => None,
        1 => Some(format!("1 {one}")),
        n => Some(format!("{n} {more}")),
    };
    let soak = blockers.iter().find_map(|blocker| match blocker.why {
        Why::SoakRunning { left_ms, .. } => Some(format!("a soak ({})", duration(left_ms))),
        _ => None,
    });
    let parts = [
        named(count(is_gate), "earlier gate", "earlier gates"),
        named(count(|why| matches!(why, Why::IncidentOpen { .. })), "incident", "incidents"),
        named(count(|why| matches!(why, Why::EarlierStepOpen { .. })), "step", "steps"),
        soak,
        named(count(|why| matches!(why, Why::TaskOpen { .. })), "task", "tasks"),
        named(count(is_sign_off), "sign-off", "sign-offs"),
        named(count(|why| matches!(why, Why::CriterionOpen { .. })), "criterion", "criteria"),
        named(count(|why| matches!(why, Why::DependencyOpen { .. })), "earlier phase", "earlier phases"),
        count(|why| matches!(why, Why::NotProven { .. })).gt(&0).then(|| "the rollout elsewhere".into()),
        count(|why| matches!(why, Why::PlanNotInForce {})).gt(&0).then(|| "the plan's adoption".into()),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    match parts.is_empty() {
        true => format!("Go waits for {}", blockers.len()),
        false => format!("Go waits for {}", parts.join(", ")),
    }
}

fn is_gate(why: &Why) -> bool {
    matches!(why, Why::GateWithoutGo { .. } | Why::NoGo { .. } | Why::Held { .. } | Why::GoEnded { .. })
}

fn is_sign_off(why: &Why) -> bool {
    matches!(
        why,
        Why::SignOffMissing { .. }
            | Why::SignOffObjected { .. }
            | Why::SignOffWithdrawn { .. }
            | Why::SignOffExpired { .. }
            | Why::SignOffVoid { .. }
            | Why::TwoPeopleNeeded { .. }
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use rollout::{ClearedBy, LineSlug, Place, StepSlug};

    fn blocker(why: Why) -> Blocker {
        Blocker { why, cleared_by: ClearedBy::ByItself, place: Place::Plan }
    }

    #[test]
    fn what_a_go_waits_for_is_counted_by_kind() {
        let line = || LineSlug::new("x").expect("a slug");
        let step = StepSlug::new("x").expect("a slug");
        let blockers = [
            blocker(Why::TaskOpen { line: line() }),
            blocker(Why::TaskOpen { line: line() }),
            blocker(Why::SignOffMissing { line: line() }),
            blocker(Why::SoakRunning { step, left_ms: 3_600_000, standing: false }),
        ];
        assert_eq!(locked_by(&blockers), "Go waits for a soak (1 h), 2 tasks, 1 sign-off");
        assert_eq!(locked_by(&[blocker(Why::RolloutClosed {})]), "Go waits for 1");
    }
}
