//! What to watch while the phase runs, and how to go back from it.

use crate::pages::rollout::here::use_here;
use leptos::prelude::*;
use rollout::{
    Plan,
    plan::{Flag, Phase, Step},
};

/// What to watch, the way back, the data.
#[component]
pub fn Notes(phase: Signal<usize>) -> impl IntoView {
    let here = use_here();
    let body = Memo::new(move |_| {
        let plan = here.plan();
        plan.phases.get(phase.get()).map(|body| (body.clone(), flags(&plan, body)))
    });
    move || {
        body.get().map(|(body, flags)| view! { <Watch watch=body.watch /> <WayBack rollback=body.rollback flags /> })
    }
}

/// The flags this phase moves, each once.
fn flags(plan: &Plan, phase: &Phase) -> Vec<Flag> {
    let moved: Vec<_> = phase.steps.iter().filter_map(Step::exposure).map(|(flag, _)| flag).collect();
    plan.flags.iter().filter(|flag| moved.contains(&&flag.slug)).cloned().collect()
}

#[component]
fn Watch(watch: Vec<String>) -> impl IntoView {
    (!watch.is_empty()).then(|| {
        view! {
            <section aria-labelledby="watch-heading">
                <div class="head"><h3 id="watch-heading">"What to watch"</h3></div>
                <div class="prose">
                    <ul>{watch.into_iter().map(|what| view! { <li>{what}</li> }).collect_view()}</ul>
                </div>
            </section>
        }
    })
}

#[component]
fn WayBack(rollback: rollout::plan::RollbackProcedure, flags: Vec<Flag>) -> impl IntoView {
    let data = flags.into_iter().filter_map(|flag| Some((flag.name, flag.data?)));
    view! {
        <section aria-labelledby="back-heading">
            <div class="head"><h3 id="back-heading">"The way back"</h3></div>
            <div class="prose">
                <p>{rollback.text}</p>
                {data.map(|(name, data)| view! { <p><b class="strong">{format!("Data of {name}: ")}</b>{data}</p> }).collect_view()}
                {rollback
                    .by_hand
                    .map(|by_hand| {
                        view! {
                            <p>"By hand, without Signalbox:"</p>
                            <code class="bytes">{by_hand}</code>
                        }
                    })}
            </div>
        </section>
    }
}
