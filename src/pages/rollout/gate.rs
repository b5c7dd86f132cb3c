//! A gate's box: how its signal stands, who decided what and why, what a go still waits for, and the decision itself.

mod acts;
mod told;
mod words;

use super::{
    blockers::Blockers,
    here::{Here, use_here},
    line::roles,
};
use crate::{
    paths,
    ui::{self, AspectWord, Badge, Icon, Semaphore, Show, Tone, fresh_id},
};
use acts::Acts;
use leptos::prelude::*;
use rollout::{Actor, Blocker, Command, Decision, GateNumber, Place, Rollout, SystemActor, Text, Why};
use told::Decided;

/// A gate's aspect, as its signal shows it.
pub fn signal_of(aspect: rollout::Aspect) -> ui::Aspect {
    match aspect {
        rollout::Aspect::Clear => ui::Aspect::Clear,
        rollout::Aspect::Danger => ui::Aspect::Danger,
        rollout::Aspect::Held => ui::Aspect::Held,
        rollout::Aspect::Idle => ui::Aspect::Idle,
    }
}

/// The gates around a phase, the one that matters now first.
pub fn gates_around(rollout: &Rollout, phase: usize) -> Vec<GateNumber> {
    let entry = rollout.entry_gate(phase);
    match rollout.aspect(entry) {
        _ if rollout.is_skipped(phase) => vec![entry],
        rollout::Aspect::Clear => vec![rollout.exit_gate(phase), entry],
        _ => vec![entry, rollout.exit_gate(phase)],
    }
}

/// What a go at this gate still waits for, whoever gives it. Nothing, if one is in force.
fn open_before_go(here: Here, gate: GateNumber) -> Vec<Blocker> {
    let Ok(reason) = Text::new("asked") else { return vec![] };
    let go = Command::Decide { gate, decision: Decision::Go, reason, conditions: None, evidence: vec![] };
    let nobody = Actor::System { system: SystemActor::Demo };
    let mut blockers = here.held().locks(&go, nobody, here.now());
    blockers.retain(|blocker| !matches!(blocker.why, Why::WrongRole { .. } | Why::AlreadySo {}));
    blockers
}

/// The box.
#[component]
pub fn GateBox(gate: GateNumber) -> impl IntoView {
    let here = use_here();
    let heading = fresh_id("gate-heading");
    let labelled_by = heading.clone();
    let title = Memo::new(move |_| words::title(&here.held().rollout, gate));
    let aspect = Memo::new(move |_| signal_of(here.held().rollout.aspect(gate)));
    let blockers = Memo::new(move |_| open_before_go(here, gate));
    let asked = RwSignal::new(false);
    let in_use = Memo::new(move |_| here.held().rollout.has_gate(gate) && !here.held().rollout.is_closed());
    view! {
        <section id=paths::anchor(&Place::Gate(gate)) tabindex="-1" aria-labelledby=labelled_by>
            <div class="head">
                <h3 id=heading>{title}</h3>
                <span class="end"><Yours gate blockers /></span>
            </div>
            <div class="decision">
                <Semaphore aspect />
                <div>
                    <p><AspectWord aspect /></p>
                    <Decided gate />
                    <WaitsFor gate />
                </div>
                <Acts gate blockers asked />
                <Show when=move || in_use.get() && blockers.with(|blockers| !blockers.is_empty())>
                    <OpenBefore blockers asked />
                </Show>
            </div>
        </section>
    }
}

/// What a go waits for, folded until somebody asks.
#[component]
fn OpenBefore(blockers: Memo<Vec<Blocker>>, asked: RwSignal<bool>) -> impl IntoView {
    let summary = Memo::new(move |_| blockers.with(|blockers| words::locked_by(blockers)));
    let toggled = move |event: leptos::ev::Event| asked.set(event_target::<web_sys::HtmlDetailsElement>(&event).open());
    view! {
        <details class="why" prop:open=move || asked.get() on:toggle=toggled>
            <summary><Icon name=Icon::Tri />{summary}</summary>
            <Blockers blockers />
        </details>
    }
}

/// Who is waited for, while somebody is.
#[component]
fn WaitsFor(gate: GateNumber) -> impl IntoView {
    let here = use_here();
    let waits = Memo::new(move |_| {
        let held = here.held();
        let waits = if held.rollout.is_closed() { vec![] } else { held.rollout.waits_for(gate, here.now()) };
        (!waits.is_empty()).then(|| format!("Waits for {}.", roles(&waits)))
    });
    move || waits.get().map(|waits| view! { <p class="sm s">{waits}</p> })
}

/// Marks the gate that waits for whoever looks.
#[component]
fn Yours(gate: GateNumber, blockers: Memo<Vec<Blocker>>) -> impl IntoView {
    let here = use_here();
    let word = Memo::new(move |_| {
        let held = here.held();
        let rollout = &held.rollout;
        let next = rollout.stopped_at(rollout.plan().last_gate()) == Some(gate) && blockers.with(Vec::is_empty);
        match rollout.gates.get(&gate) {
            Some(state) if here.roles().iter().any(|role| state.holds.contains_key(role)) => Some("Held by you"),
            _ if next && here.is_any(&[rollout.plan().decider(gate)]) => Some("Yours to decide"),
            _ => None,
        }
    });
    move || word.get().map(|word| view! { <Badge tone=Tone::You word /> })
}
