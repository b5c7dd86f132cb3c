//! What exactly a signature is about.

use crate::pages::rollout::{fingerprint::Fingerprint, here::use_here};
use crate::{session::use_session, ui::Icon};
use leptos::prelude::*;
use rollout::{
    LineSlug,
    plan::{LineKind, Phase, Plan},
};

/// The text, its phase, the digests, and as whom one signs.
#[component]
pub fn Scope(slug: LineSlug) -> impl IntoView {
    let (here, session) = (use_here(), use_session());
    move || {
        let plan = here.plan();
        let line = plan.line(&slug)?;
        let LineKind::Slot(slot) = line.kind else { return None };
        let phase = &plan.phases[line.phase];
        let scope = plan.scope_digest(&slug)?;
        let digest = here.held().rollout.plan_digest;
        let name = session.signed_in().map(|who| who.name).unwrap_or_default();
        let expiry = slot.expires_days.map(|days| format!(", for {days} days")).unwrap_or_default();
        Some(view! {
            <dl class="dl">
                <dt>"Text"</dt><dd>{slot.text.clone()}</dd>
                <dt>"Means"</dt><dd>{slot.meaning.name()}{expiry}</dd>
                <dt>"Phase"</dt><dd>{format!("{}, {}", line.phase + 1, phase.name)}</dd>
                <dt>"Plan"</dt><dd>{plan.name.clone()} " " <Fingerprint name="Plan digest" digest /></dd>
                <dt>"Scope"</dt><dd>"this text with its phase " <Fingerprint name="Scope digest" digest=scope /></dd>
                <dt>"As"</dt><dd>{format!("{name}, {}", slot.role)}</dd>
            </dl>
            <details class="why">
                <summary><Icon name=Icon::Tri />"The phase as it is signed"</summary>
                {whole(&plan, line.phase, phase)}
            </details>
        })
    }
}

/// The phase, as the scope digest covers it.
fn whole(plan: &Plan, index: usize, phase: &Phase) -> impl IntoView + use<> {
    let steps = phase.steps.iter().map(|step| match step.soak_hours {
        Some(hours) => format!("{}, then {hours} h of soak", step.text),
        None => step.text.clone(),
    });
    let list = |items: Vec<String>| items.into_iter().map(|item| view! { <li>{item}</li> }).collect_view();
    let lines = plan.lines(index).map(|line| line.kind.text().to_owned()).collect();
    view! {
        <div class="prose sm">
            <p>{phase.summary.clone()} " " {phase.risk.name()}</p>
            <p class="strong">"Steps"</p>
            <ol>{list(steps.collect())}</ol>
            <p class="strong">"Before and after"</p>
            <ul>{list(lines)}</ul>
            <p class="strong">"Way back"</p>
            <p>{phase.rollback.text.clone()}</p>
        </div>
    }
}
