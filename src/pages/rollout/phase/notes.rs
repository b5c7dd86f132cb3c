//! What the phase is for, what to watch while it runs, and how to go back from it.

use crate::{
    pages::rollout::{here::use_here, plan::range},
    ui::{CommandLine, fresh_id},
};
use leptos::prelude::*;
use rollout::{
    Plan,
    plan::{Flag, Phase, RollbackProcedure, Rounds, Step},
};

/// The objectives, what to watch and how often, the way back, the data.
#[component]
pub fn Notes(phase: Signal<usize>) -> impl IntoView {
    let here = use_here();
    let body = Memo::new(move |_| {
        let plan = here.plan();
        plan.phases.get(phase.get()).map(|body| (body.clone(), flags(&plan, body)))
    });
    move || {
        body.get().map(|(body, flags)| {
            view! {
                <Listed title="What it is for" list=body.objectives />
                <Listed title="What to watch" list=body.watch />
                <Listed title="How often to look" list=body.rounds.into_iter().map(round).collect() />
                <WayBack rollback=body.rollback flags />
            }
        })
    }
}

/// "Hours 0 to 2: every 15 min".
fn round(rounds: Rounds) -> String {
    format!("Hours {} to {}: every {}", rounds.from_hour, rounds.to_hour, range(rounds.every))
}

/// The flags this phase moves, each once.
fn flags(plan: &Plan, phase: &Phase) -> Vec<Flag> {
    let moved: Vec<_> = phase.steps.iter().filter_map(Step::exposure).map(|(flag, _)| flag).collect();
    plan.flags.iter().filter(|flag| moved.contains(&&flag.slug)).cloned().collect()
}

#[component]
fn Listed(title: &'static str, list: Vec<String>) -> impl IntoView {
    let heading = fresh_id("notes");
    (!list.is_empty()).then(|| {
        view! {
            <section aria-labelledby=heading.clone()>
                <div class="head"><h3 id=heading.clone()>{title}</h3></div>
                <div class="prose">
                    <ul>{list.into_iter().map(|one| view! { <li>{one}</li> }).collect_view()}</ul>
                </div>
            </section>
        }
    })
}

#[component]
fn WayBack(rollback: RollbackProcedure, flags: Vec<Flag>) -> impl IntoView {
    let heading = fresh_id("notes");
    let data = flags.into_iter().filter_map(|flag| Some((flag.name, flag.data?)));
    view! {
        <section aria-labelledby=heading.clone()>
            <div class="head"><h3 id=heading.clone()>"The way back"</h3></div>
            <div class="prose">
                <p>{rollback.text} " " {rollback.takes.map(|takes| format!("It takes {}.", range(takes)))}</p>
                {data.map(|(name, data)| view! { <p><b class="strong">{format!("Data of {name}: ")}</b>{data}</p> }).collect_view()}
            </div>
            {rollback
                .by_hand
                .map(|command| {
                    view! {
                        <p class="sm s">"By hand, without Signalbox:"</p>
                        <CommandLine command />
                    }
                })}
        </section>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rollout::plan::Minutes;

    #[test]
    fn a_round_tells_its_hours_and_how_often() {
        let every = Minutes { min_minutes: 60, max_minutes: 120 };
        assert_eq!(round(Rounds { from_hour: 2, to_hour: 12, every }), "Hours 2 to 12: every 1 h to 2 h");
    }
}
