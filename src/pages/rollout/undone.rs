//! What a lowering undoes besides, in words.

use crate::api::Held;
use rollout::{Actor, Command, Event, PersonId, Role, decide, event::Undone};

/// What this lowering, rollback or unattestation undoes: " It ends the go at gates 1 and 2, and reopens 3 steps." Nothing,
/// if it undoes nothing.
pub fn undone_words(held: &Held, command: &Command) -> String {
    // Whoever may lower: the preview does not depend on who looks.
    let actor = Actor::Person { person: PersonId(uuid::Uuid::nil()), role: Role::Engineer };
    let events = match decide(&held.rollout, &held.facts, command, actor, held.rollout.time) {
        Ok(events) => events,
        Err(_) => return String::new(),
    };
    let undone = events.iter().filter_map(|event| match event {
        Event::Lowered { undone, .. } | Event::Unattested { undone, .. } | Event::Accepted { undone, .. } => {
            Some(undone)
        }
        _ => None,
    });
    words(undone)
}

/// The same of several lowerings; a gate or step that two of them name counts once.
pub fn words<'a>(undone: impl Iterator<Item = &'a Undone>) -> String {
    use std::collections::BTreeSet;
    let (mut gates, mut steps, mut lines) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for undone in undone {
        gates.extend(&undone.gates);
        steps.extend(&undone.steps);
        lines.extend(&undone.lines);
    }
    let gates: Vec<String> = gates.into_iter().map(ToString::to_string).collect();
    let ends = match gates.len() {
        0 => None,
        1 => Some(format!("ends the go at gate {}", gates[0])),
        _ => Some(format!("ends the go at gates {}", and(&gates))),
    };
    let count = |n: usize, word: &str| match n {
        0 => None,
        1 => Some(format!("1 {word}")),
        n => Some(format!("{n} {word}s")),
    };
    let reopened: Vec<String> =
        [count(steps.len(), "step"), count(lines.len(), "line")].into_iter().flatten().collect();
    let reopens = (!reopened.is_empty()).then(|| format!("reopens {}", and(&reopened)));
    match [ends, reopens].into_iter().flatten().collect::<Vec<_>>() {
        parts if parts.is_empty() => String::new(),
        parts => format!(" It {}.", parts.join(" and ")),
    }
}

/// "1, 2 and 3".
pub fn and(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rollout::{LineSlug, StepSlug};

    #[test]
    fn it_says_which_goes_end_and_how_much_reopens() {
        let step = |text: &str| StepSlug::new(text).expect("a slug");
        let line = |text: &str| LineSlug::new(text).expect("a slug");
        let one = Undone { gates: vec![1, 2], steps: vec![step("csf-on")], lines: vec![line("csf-errors")] };
        let two = Undone { gates: vec![2], steps: vec![step("workshops-on")], lines: vec![] };
        assert_eq!(words([&one, &two].into_iter()), " It ends the go at gates 1 and 2 and reopens 2 steps and 1 line.");
        assert_eq!(words([&Undone::default()].into_iter()), "");
        let step_only = Undone { steps: vec![step("x")], ..Undone::default() };
        assert_eq!(words([&step_only].into_iter()), " It reopens 1 step.");
    }
}
