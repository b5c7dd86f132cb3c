//! The head of the phase on screen: what it risks, when it runs, its steps, and the soak that runs.

mod notes;
mod skip;
mod soak;
mod steps;

pub use notes::Notes;

use super::{
    here::use_here,
    line::{Span, length, parted, planned_start, span_at},
};
use crate::{
    paths,
    ui::{Face, Show, When},
};
use leptos::prelude::*;
use rollout::{Place, Timestamp, plan::Phase};
use skip::Skip;
use soak::SoakCountdown;
use steps::Steps;

/// The head.
#[component]
pub fn PhaseHead(phase: Signal<usize>) -> impl IntoView {
    let here = use_here();
    let body = Memo::new(move |_| here.plan().phases.get(phase.get()).cloned());
    move || body.get().map(|body| view! { <Head phase=phase.get_untracked() body /> })
}

#[component]
fn Head(phase: usize, body: Phase) -> impl IntoView {
    let here = use_here();
    let skipped = Memo::new(move |_| here.held().rollout.is_skipped(phase));
    let risk = match &body.risk_note {
        Some(note) => format!("{}: {}", body.risk.name(), lowered(note)),
        None => body.risk.name().to_owned(),
    };
    let planned = length(&body).map(|length| format!("Planned for {length}"));
    let optional = body.optional;
    view! {
        <div class="phasehead" id=paths::anchor(&Place::Phase(body.slug.clone())) tabindex="-1">
            <div>
                <h2><i>{format!("Phase {} ", phase + 1)}</i>{body.name.clone()}</h2>
                <p class="prose s">{body.summary.clone()}</p>
                <div class="facts">
                    <span><b>{risk}</b></span>
                    {optional.then(|| view! { <span>"Optional"</span> })}
                    {planned.map(|planned| view! { <span>{planned}</span> })}
                    {around(&body).into_iter().map(|fact| view! { <span>{fact}</span> }).collect_view()}
                    <Show when=move || !skipped.get() fallback=|| view! { <span><b>"Skipped"</b></span> }>
                        <Times phase />
                    </Show>
                </div>
                <Steps phase body=body.clone() />
                {optional.then(|| view! { <Skip phase slug=body.slug.clone() name=body.name.clone() /> })}
            </div>
            <SoakCountdown phase />
        </div>
    }
}

/// Who works on it and who decides, where the plan names somebody; where it must have been carried out before.
fn around(body: &Phase) -> Vec<String> {
    let teams = (!body.teams.is_empty()).then(|| format!("Teams: {}", body.teams.join(", ")));
    let decider = body.decider.map(|decider| format!("{decider} decides at its gate"));
    let proven = body.proven_in.as_ref().map(|environment| format!("Only once it is closed in {environment}"));
    [teams, decider, proven].into_iter().flatten().collect()
}

/// When it began, and when it ends.
#[component]
fn Times(phase: usize) -> impl IntoView {
    let here = use_here();
    let span = Memo::new(move |_| to_the_minute(span_at(&here.held().rollout, phase, here.now())));
    let now = here.clock.now();
    let date = move |at: Timestamp| view! { <b><When at=at.millis() now face=Face::Date /></b> };
    let plan = move |span: &Span| {
        let planned =
            span.over.and(span.planned_end).map(|at| view! { ", plan " <When at=at.millis() now face=Face::Date /> });
        let over = span.over.map(|over| format!(", {} over plan", parted(over)));
        view! { {planned} {over} }
    };
    move || {
        let span = span.get();
        match (span.began, span.ended, span.expected_end) {
            (Some(began), Some(ended), _) => {
                view! { <span>"Started "{date(began)}</span> <span>"Accepted "{date(ended)}{plan(&span)}</span> }
                    .into_any()
            }
            (Some(began), None, Some(end)) => view! {
                <span>"Started "{date(began)}</span>
                <span>"Can end "{date(end)}" at the earliest"{plan(&span)}</span>
            }
            .into_any(),
            _ => view! { <Start phase /> }.into_any(),
        }
    }
}

/// When it is meant to start, as far as anybody knows.
#[component]
fn Start(phase: usize) -> impl IntoView {
    let here = use_here();
    let now = here.clock.now();
    let planned = Memo::new(move |_| planned_start(&here.held().rollout, phase));
    let note = move || here.plan().phases.get(phase)?.start.as_ref()?.note.clone();
    move || match planned.get() {
        Some(at) => {
            view! { <span>"Planned to start "<b><When at=at.millis() now face=Face::Date /></b></span> }.into_any()
        }
        None => {
            view! { <span>"No start date yet"{note().map(|note| format!(": {}", lowered(&note)))}</span> }.into_any()
        }
    }
}

/// Expected ends move with every second that nothing happens; their dates do not.
fn to_the_minute(span: Span) -> Span {
    let minute = |at: Timestamp| Timestamp::from_millis(at.millis() / 60_000 * 60_000);
    Span { expected_end: span.expected_end.map(minute), over: span.over.map(|over| over / 60_000 * 60_000), ..span }
}

/// A sentence going on in the middle of another; a name in capitals stays as it is.
fn lowered(text: &str) -> String {
    let mut letters = text.chars();
    match (letters.next(), letters.clone().next()) {
        (Some(first), Some(second)) if !second.is_uppercase() => first.to_lowercase().chain(letters).collect(),
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_goes_on_with_a_small_letter() {
        assert_eq!(lowered("Read only"), "read only");
        assert_eq!(lowered("GDPR applies"), "GDPR applies");
        assert_eq!(lowered(""), "");
    }
}
