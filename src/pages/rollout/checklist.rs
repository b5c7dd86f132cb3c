//! A phase's checklist: what must be so before it, and what must be so before the next.

mod asked;
mod row;
mod slot;
mod standing;
mod task;

use super::here::{Here, use_here};
use crate::ui::{For, Show, fresh_id};
use leptos::prelude::*;
use rollout::{LineSlug, plan::Side};
use row::Row;
use standing::tally;

/// Prerequisites, success criteria and exit slots of a phase.
#[component]
pub fn Checklist(#[prop(into)] phase: Signal<usize>) -> impl IntoView {
    let here = use_here();
    let heading = fresh_id("checklist");
    let count = Memo::new(move |_| tally(&here.held().rollout, phase.get(), None, here.now()));
    view! {
        <section aria-labelledby=heading.clone()>
            <div class="head">
                <h3 id=heading.clone()>"Checklist"</h3>
                <span class="end sm s">{move || words_of(count.get())}</span>
            </div>
            <Group phase side=Side::Entry />
            <Group phase side=Side::Exit />
        </section>
    }
}

fn words_of((met, all): (usize, usize)) -> String {
    format!("{met} of {all} met")
}

/// The lines on one side of the phase.
#[component]
fn Group(phase: Signal<usize>, side: Side) -> impl IntoView {
    let here = use_here();
    let lines = Memo::new(move |_| {
        let plan = here.plan();
        let own = plan.lines(phase.get()).filter(|line| line.side == side);
        own.map(|line| line.kind.slug().clone()).collect::<Vec<LineSlug>>()
    });
    let count = Memo::new(move |_| tally(&here.held().rollout, phase.get(), Some(side), here.now()));
    let title = Memo::new(move |_| title(here, phase.get(), side));
    let note = Memo::new(move |_| note(here, phase.get(), side));
    view! {
        <Show when=move || lines.with(|lines| !lines.is_empty())>
            <h4 class="group">
                <span>{title}</span>
                <span class="q">{move || words_of(count.get())}</span>
            </h4>
            {move || note.get().map(|note| view! { <p class="sm s note">{note}</p> })}
            <ul class="checks">
                <For each=move || lines.get() key=LineSlug::clone let(slug)>
                    <Row slug />
                </For>
            </ul>
        </Show>
    }
}

fn title(here: Here, phase: usize, side: Side) -> String {
    let held = here.held();
    match side {
        Side::Entry => format!("Before gate {}: prerequisites", held.rollout.entry_gate(phase)),
        Side::Exit => format!("Before gate {}: what counts as success", held.rollout.exit_gate(phase)),
    }
}

/// Why none of these lines can be cleared now.
fn note(here: Here, phase: usize, side: Side) -> Option<&'static str> {
    let held = here.held();
    let rollout = &held.rollout;
    if rollout.is_skipped(phase) {
        Some("The phase is skipped: nothing here is waited for.")
    } else if rollout.adopted.is_none() {
        Some("Locked: the plan is not in force until it is adopted.")
    } else if side == Side::Exit && !rollout.has_begun(phase) {
        Some("Locked until the phase has begun: its first step is not applied yet.")
    } else {
        None
    }
}
