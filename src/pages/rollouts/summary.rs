//! A rollout's line in words: where it is, what is so now, who is waited for.

use crate::{paths, ui::Tone};
use gateway_api::RolloutSummary;
use rollout::{Aspect, GateNumber, Place, Role};

/// "Phase 2 of 5, Workshops & Consent".
pub fn phase(one: &RolloutSummary) -> String {
    match one.current.and_then(|index| one.phases.get(index).map(|phase| (index, phase))) {
        Some((index, phase)) => format!("Phase {} of {}, {}", index + 1, one.phases.len(), phase.name),
        None if one.closed => format!("All {} phases are done or skipped", one.phases.len()),
        None => "Behind the last phase".into(),
    }
}

/// The first gate whose signal is not clear; the closing one, if all before it are.
pub fn gate(one: &RolloutSummary) -> GateNumber {
    let in_use = one.phases.iter().filter(|phase| phase.aspect != Aspect::Idle);
    let stopped = in_use.clone().find(|phase| phase.aspect != Aspect::Clear);
    let last = one.phases.last().map_or(1, |phase| phase.gate.saturating_add(1));
    stopped.map_or(last, |phase| phase.gate)
}

/// The way to that gate.
pub fn gate_path(one: &RolloutSummary) -> String {
    format!("{}#{}", paths::rollout(one.id), paths::anchor(&Place::Gate(gate(one))))
}

/// What is so now, with the tone to show it in: everything that is wrong, worst first; else how it goes.
pub fn now(one: &RolloutSummary) -> Vec<(Tone, String)> {
    let incidents = counted(one.incidents, "incident open", "incidents open");
    let drifts = counted(one.drifts, "flag drifts", "flags drift");
    let wrong: Vec<String> = incidents.into_iter().chain(drifts).collect();
    if !wrong.is_empty() {
        return wrong.into_iter().map(|word| (Tone::Danger, word)).collect();
    }
    vec![going(one)]
}

fn counted(n: usize, one: &str, more: &str) -> Option<String> {
    match n {
        0 => None,
        1 => Some(format!("1 {one}")),
        n => Some(format!("{n} {more}")),
    }
}

fn going(one: &RolloutSummary) -> (Tone, String) {
    if let Some(held) = one.phases.iter().find(|phase| phase.aspect == Aspect::Held) {
        return (Tone::Held, format!("Gate {} is held", held.gate));
    }
    match one.current {
        _ if one.closed => (Tone::Clear, "Closed".into()),
        _ if one.soak_ends.is_some() => (Tone::Clear, "Soaking".into()),
        Some(0) if one.phases.first().is_some_and(|first| first.aspect != Aspect::Clear) => {
            (Tone::Off, "Not begun".into())
        }
        _ => (Tone::Clear, "Under way".into()),
    }
}

/// Who is waited for; the person who looks is "you".
pub fn waits_for(one: &RolloutSummary, mine: &[Role]) -> String {
    let name = |role: &Role| if mine.contains(role) { "You" } else { role.name() };
    let names: Vec<&str> = one.waits_for.iter().map(name).collect();
    if names.is_empty() { "Nobody".into() } else { names.join(", ") }
}

/// What waits for the person who looks.
pub fn waits_for_you(one: &RolloutSummary, mine: &[Role]) -> String {
    let (gate, place) = (gate(one), phase(one));
    let others = one.waits_for.iter().filter(|role| !mine.contains(role)).count();
    let and = match others {
        0 => "for you".to_owned(),
        1 => "for you and one other role".to_owned(),
        n => format!("for you and {n} other roles"),
    };
    format!("{place}. Gate {gate} waits {and}.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use gateway_api::rollouts::PhaseSummary;

    fn summary(aspects: &[Aspect]) -> RolloutSummary {
        let phase = |(index, aspect): (usize, &Aspect)| PhaseSummary {
            name: format!("P{}", index + 1),
            days: 2,
            gate: index as GateNumber + 1,
            aspect: *aspect,
            skipped: false,
            accepted: false,
        };
        RolloutSummary {
            id: "0193a5c0-0000-7000-8000-000000000001".parse().expect("a UUID"),
            name: "S".into(),
            environment: "production".into(),
            version: 1,
            phases: aspects.iter().enumerate().map(phase).collect(),
            current: Some(0),
            closed: false,
            waits_for: vec![Role::Engineer, Role::Legal],
            incidents: 0,
            soak_ends: None,
            drifts: 0,
            lowering: None,
            past_gates: vec![],
            glasses: vec![],
        }
    }

    #[test]
    fn it_stops_at_the_first_gate_that_is_not_clear() {
        assert_eq!(gate(&summary(&[Aspect::Danger, Aspect::Danger])), 1);
        assert_eq!(gate(&summary(&[Aspect::Clear, Aspect::Held])), 2);
        assert_eq!(gate(&summary(&[Aspect::Clear, Aspect::Clear])), 3);
        assert_eq!(gate(&summary(&[Aspect::Clear, Aspect::Idle, Aspect::Danger])), 3);
    }

    #[test]
    fn what_is_wrong_shows_before_how_it_goes() {
        let fresh = summary(&[Aspect::Danger, Aspect::Danger]);
        assert_eq!(now(&fresh), [(Tone::Off, "Not begun".into())]);
        let held = summary(&[Aspect::Clear, Aspect::Held]);
        assert_eq!(now(&held), [(Tone::Held, "Gate 2 is held".into())]);
        let hurt = RolloutSummary { incidents: 2, drifts: 1, ..held };
        let wrong = ["2 incidents open", "1 flag drifts"].map(|word| (Tone::Danger, word.to_owned()));
        assert_eq!(now(&hurt), wrong);
    }

    #[test]
    fn the_person_who_looks_is_you() {
        let one = summary(&[Aspect::Clear, Aspect::Danger]);
        assert_eq!(waits_for(&one, &[Role::Legal]), "Engineer, You");
        assert_eq!(waits_for(&RolloutSummary { waits_for: vec![], ..one.clone() }, &[]), "Nobody");
        assert_eq!(waits_for_you(&one, &[Role::Legal]), "Phase 1 of 2, P1. Gate 2 waits for you and one other role.");
    }
}
