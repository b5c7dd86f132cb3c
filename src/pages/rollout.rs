//! One rollout: the line, the phase, people, levers, record.

pub mod act;
pub mod blockers;
pub mod by;
pub mod checklist;
pub mod confirm;
pub mod evidence;
pub mod fingerprint;
pub mod gate;
pub mod glass;
pub mod here;
pub mod incident;
pub mod levers;
pub mod line;
pub mod lock;
pub mod looked;
pub mod paper;
pub mod phase;
pub mod place;
pub mod plan;
pub mod prove;
mod record;
pub mod rollback;
pub mod said;
pub mod sign;
pub mod stood;
pub mod titlebar;
pub mod trouble;
pub mod unconfirmed;
pub mod undone;

use crate::{
    pages::{loaded::Loaded, not_found::NotFound, shell::use_title},
    ui::{Empty, For, Show, use_paper},
};
use checklist::Checklist;
use gate::{GateBox, gates_around};
use glass::Glasses;
use here::{Here, use_here};
use incident::Incidents;
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};
use levers::Levers;
use line::Line;
use looked::keep_looking;
use paper::{OtherPhases, PaperHead, Side};
use phase::{Notes, PhaseHead};
use place::{ShownPhase, follow_fragment, use_shown_phase};
use plan::PlanSection;
use record::RecordPanel;
use rollout::RolloutId;
use titlebar::TitleBar;
use unconfirmed::Unconfirmed;

/// One rollout. A bad id is Not Found, not an error.
#[component]
pub fn RolloutPage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id")?.parse::<RolloutId>().ok()));
    move || match id.get() {
        Some(id) => {
            view! { <Loaded id what="the rollout" page=|here| view! { <Shown here /> }.into_any() /> }.into_any()
        }
        None => view! { <NotFound /> }.into_any(),
    }
}

/// Which phase is on screen: the one the address names, else the one we are in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Choice {
    Phase(usize),
    Unknown,
}

fn choice(here: Here, named: Option<String>) -> Choice {
    let held = here.held();
    let phases = &held.rollout.plan().phases;
    match named {
        Some(slug) => {
            phases.iter().position(|phase| phase.slug.as_str() == slug).map_or(Choice::Unknown, Choice::Phase)
        }
        None => Choice::Phase(held.rollout.current_phase().or(held.rollout.phases().next_back()).unwrap_or(0)),
    }
}

#[component]
fn Shown(here: Here) -> impl IntoView {
    provide_context(here);
    keep_looking(here);
    use_title(move || here.plan().name.clone());
    let chosen = choose_phase(here);
    view! {
        <main id="main">
            <TitleBar />
            <Unconfirmed />
            <Parts chosen />
        </main>
    }
}

/// Follows the phase that the address names; every part of the page knows it then.
fn choose_phase(here: Here) -> Memo<Choice> {
    let query = use_query_map();
    let chosen = Memo::new(move |_| choice(here, query.with(|query| query.get("phase"))));
    let phase: Signal<usize> = Memo::new(move |last: Option<&usize>| match chosen.get() {
        Choice::Phase(phase) => phase,
        Choice::Unknown => last.copied().unwrap_or(0),
    })
    .into();
    provide_context(ShownPhase(phase));
    follow_fragment();
    chosen
}

/// All that the live page and the one that stands still have in common.
#[component]
fn Parts(chosen: Memo<Choice>) -> impl IntoView {
    let (here, phase) = (use_here(), use_shown_phase());
    let paper = use_paper();
    view! {
        <Show when=move || paper.get()><PaperHead here /></Show>
        <Glasses />
        <Incidents />
        <Line />
        <OtherPhases paper side=Side::Before />
        <Show when=move || chosen.get() != Choice::Unknown fallback=move || view! { <NoSuchPhase here /> }>
            <PhaseHead phase />
            <Work phase />
        </Show>
        <OtherPhases paper side=Side::After />
        <PlanSection />
    }
}

/// People, levers and record, side by side.
#[component]
fn Work(phase: Signal<usize>) -> impl IntoView {
    let here = use_here();
    let gates = Memo::new(move |_| gates_around(&here.held().rollout, phase.get()));
    view! {
        <div class="work">
            <div class="people stack">
                <For each=move || gates.get().into_iter().take(1) key=|gate| *gate let(gate)>
                    <GateBox gate />
                </For>
                <Checklist phase />
                <For each=move || gates.get().into_iter().skip(1) key=|gate| *gate let(gate)>
                    <GateBox gate />
                </For>
            </div>
            <div class="frame"><Levers phase /></div>
            <div class="watch"><Notes phase /></div>
            <RecordPanel />
        </div>
    }
}

#[component]
fn NoSuchPhase(here: Here) -> impl IntoView {
    view! {
        <div class="page">
            <Empty title="The plan has no such phase">
                <p>"The link may be old. Choose a phase on the line."</p>
                <a href=here.page()>"Show the current phase"</a>
            </Empty>
        </div>
    }
}
