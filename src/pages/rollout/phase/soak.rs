//! The countdown of the soak that runs, large.

use crate::{
    pages::rollout::here::{Here, use_here},
    ui::{Face, When},
};
use leptos::prelude::*;
use rollout::{
    Rollout,
    plan::Step,
    state::{Soak, StepStatus},
    text::duration,
};

/// The soak of this phase that has still to run. Draws nothing if none has.
#[component]
pub fn SoakCountdown(phase: usize) -> impl IntoView {
    let here = use_here();
    let running = Memo::new(move |_| soaking(here, phase).map(|(index, soak)| (index, soak.standing)));
    move || running.get().map(|(_, standing)| view! { <Countdown phase standing /> })
}

fn soaking(here: Here, phase: usize) -> Option<(usize, Soak)> {
    let held = here.held();
    let steps = held.rollout.plan().phases.get(phase)?.steps.iter().enumerate();
    steps.into_iter().find_map(|(index, step)| match held.rollout.step_status(step, here.now()) {
        StepStatus::Soaking(soak) => Some((index, soak)),
        _ => None,
    })
}

#[component]
fn Countdown(phase: usize, standing: bool) -> impl IntoView {
    let here = use_here();
    let soak = Memo::new(move |_| soaking(here, phase).map(|(_, soak)| soak));
    let read = move |what: fn(&Soak) -> i64| soak.with(|soak| soak.as_ref().map_or(0, what));
    let left = Memo::new(move |_| duration(read(|soak| soak.left_ms)));
    let ran = Memo::new(move |_| duration(read(|soak| soak.ran_ms)));
    let whole = Memo::new(move |_| duration(read(|soak| soak.whole_ms)));
    let share = Memo::new(move |_| {
        format!("{:.1}%", 100.0 * read(|soak| soak.ran_ms) as f64 / read(|soak| soak.whole_ms.max(1)) as f64)
    });
    // Counted from the clock it would tremble by a second; to the minute it stands still.
    let ends = Memo::new(move |_| (here.now().millis() + read(|soak| soak.left_ms) + 30_000) / 60_000 * 60_000);
    let why = Memo::new(move |_| why_standing(&here.held().rollout, phase));
    let label = move || format!("Soak: {} of {} have run clean", ran.get(), whole.get());
    view! {
        <div class="soak" class:standing=standing>
            <p class="count">
                <span class="num">{left}</span>
                " "
                <small>{if standing { "of soak left, standing still" } else { "of soak left, clean so far" }}</small>
            </p>
            <div class="bar" role="img" aria-label=label>
                <i style:inline-size=share></i>
                <b></b>
            </div>
            <p class="ends">
                <span>{move || format!("Ran {} of {}", ran.get(), whole.get())}</span>
                {if standing {
                    view! { <span>{why}</span> }.into_any()
                } else {
                    view! { <span>"Ends "<When at=ends now=here.clock.now() face=Face::DateTime /></span> }.into_any()
                }}
            </p>
        </div>
    }
}

/// A soak counts only time with its exposure applied and no incident open.
fn why_standing(rollout: &Rollout, phase: usize) -> String {
    if let Some(incident) = rollout.incidents.keys().next() {
        return format!("Incident {incident} is open");
    }
    let flags = rollout.plan().phases[phase].steps.iter().filter_map(Step::exposure).map(|(flag, _)| flag);
    let drifted = flags.into_iter().find(|flag| rollout.flags.get(flag).is_some_and(|state| state.observed.is_some()));
    match drifted.and_then(|flag| rollout.plan().flag(flag)) {
        Some(flag) => format!("The backend has {} otherwise than the ledger says", flag.name),
        None => "It goes on when its exposure is applied".into(),
    }
}
