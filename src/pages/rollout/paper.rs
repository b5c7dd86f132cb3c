//! What stands only on paper: which state it is, who printed it and when; and the phases that are not on screen.

use super::{
    checklist::Checklist,
    gate::{GateBox, gates_around},
    here::{Here, use_here},
    phase::{Notes, PhaseHead},
    place::use_shown_phase,
};
use crate::{
    session::use_session,
    ui::{Show, time::absolute_words},
};
use leptos::prelude::*;
use rollout::GateNumber;

/// The head of a printed page: the state that it shows, and in whose name it was printed.
#[component]
pub fn PaperHead(here: Here) -> impl IntoView {
    let session = use_session();
    let who = move || match (session.signed_in(), session.role()) {
        (Some(who), Some(role)) => format!("{}, {role}", who.name),
        _ => "nobody who is signed in".to_owned(),
    };
    let state = move || {
        let held = here.held();
        let rollout = &held.rollout;
        format!(
            "{} in {}, as it stands after record {} of its ledger. Plan: SHA-256 {}.",
            rollout.plan().name,
            rollout.environment,
            rollout.version,
            rollout.plan_digest
        )
    };
    view! {
        <div class="paperhead">
            <p>{state}</p>
            <p>{move || format!("Printed {}, by {}.", absolute_words(here.clock.now().get()), who())}</p>
        </div>
    }
}

/// Which side of the phase on screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Before,
    After,
}

/// The phases on one side of the one on screen, each with its gates. Drawn only for paper.
#[component]
pub fn OtherPhases(paper: Signal<bool>, side: Side) -> impl IntoView {
    let (here, shown) = (use_here(), use_shown_phase());
    let phases = Memo::new(move |_| {
        let held = here.held();
        let gates = (0..held.rollout.plan().phases.len()).map(|phase| gates_around(&held.rollout, phase)).collect();
        each_once(gates, shown.get())
    });
    let rows = move || {
        let on_side = |phase: usize| (phase < shown.get()) == (side == Side::Before) && phase != shown.get();
        let all = phases.get().into_iter().enumerate().filter(|(phase, _)| on_side(*phase));
        all.map(|(phase, gates)| view! { <PaperPhase phase gates /> }).collect_view()
    };
    view! { <Show when=move || paper.get()>{rows}</Show> }
}

#[component]
fn PaperPhase(phase: usize, gates: Vec<GateNumber>) -> impl IntoView {
    let (entry, exit): (Vec<_>, Vec<_>) = gates.into_iter().partition(|gate| usize::from(*gate) <= phase + 1);
    let boxes = |gates: Vec<GateNumber>| gates.into_iter().map(|gate| view! { <GateBox gate /> }).collect_view();
    let phase = Signal::stored(phase);
    view! {
        <PhaseHead phase />
        <div class="work">
            <div class="people stack">
                {boxes(entry)}
                <Checklist phase />
                {boxes(exit)}
            </div>
            <div class="watch"><Notes phase /></div>
        </div>
    }
}

/// Each gate once: those of the phase on screen stand there, the others where they first belong.
fn each_once(around: Vec<Vec<GateNumber>>, shown: usize) -> Vec<Vec<GateNumber>> {
    let mut taken = around.get(shown).cloned().unwrap_or_default();
    let mut left = |mut gates: Vec<GateNumber>| {
        gates.sort_unstable();
        gates.retain(|gate| !taken.contains(gate));
        taken.extend(&gates);
        gates
    };
    around.into_iter().map(&mut left).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_gate_is_printed_once() {
        let around = || vec![vec![2, 1], vec![3, 2], vec![4, 3], vec![5, 4]];
        assert_eq!(each_once(around(), 0), [vec![], vec![3], vec![4], vec![5]]);
        assert_eq!(each_once(around(), 2), [vec![1, 2], vec![], vec![], vec![5]]);
    }
}
