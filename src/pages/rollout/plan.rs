//! The plan as it was agreed: what counts as success, what calls for a rollback, who is responsible, whom to call.

mod adopt;
mod around;
mod flags;

use super::{by::By, here::use_here};
use crate::{
    paths,
    ui::{Icon, Lamp, Tone},
};
use adopt::Adopt;
use around::{Communications, Contacts, Procedures, Risks};
use flags::Flags;
use leptos::prelude::*;
use rollout::{
    Place, Plan,
    plan::{Measure, MeasureKind, Named, Responsibility},
};
use std::sync::Arc;

/// All of it, below the work.
#[component]
pub fn PlanSection() -> impl IntoView {
    let here = use_here();
    // The plan is the same until another revision is attached: its digest says so without comparing it all.
    let digest = Memo::new(move |_| here.held().rollout.plan_digest);
    let adopted = Memo::new(move |_| here.held().rollout.adopted.clone());
    let force = move || match adopted.get() {
        Some(mark) => view! { "In force, adopted "<By actor=mark.by at=mark.time /> }.into_any(),
        None => view! { <Lamp tone=Tone::Caution word="Not in force" /> <Adopt /> }.into_any(),
    };
    view! {
        <section class="page" id=paths::anchor(&Place::Plan) tabindex="-1" aria-labelledby="plan-heading">
            <div class="head">
                <h2 id="plan-heading">"The plan"</h2>
                <span class="end sm s">{force}</span>
            </div>
            {move || {
                digest.track();
                let plan = untrack(move || here.plan());
                view! { <Parts plan /> }
            }}
        </section>
    }
}

#[component]
fn Parts(plan: Arc<Plan>) -> impl IntoView {
    let days = plan.duration.map(|days| format!("Meant to take {} to {} days.", days.min_days, days.max_days));
    view! {
        <div class="prose" style:padding-block="var(--s3)">
            <p>{plan.summary.clone()} " " {days}</p>
            <ul>{plan.objectives.iter().cloned().map(|one| view! { <li>{one}</li> }).collect_view()}</ul>
        </div>
        <div class="watch">
            <div class="wide"><Flags /></div>
            <Measures title="Success is measured by" measures=plan.kpis.clone() />
            <Measures title="Roll back when" measures=plan.rollback_triggers.clone() />
            <Measures title="Look closely when" measures=plan.warnings.clone() />
            <Measures title="Act at once when" measures=plan.critical.clone() />
            <NamedList title="Where to look" list=plan.monitoring.clone() />
            <NamedList title="Every rollback" list=plan.rollback_principles.clone() />
            <Risks list=plan.risks.clone() />
            <Procedures title="If it goes wrong all the same" list=plan.contingencies.clone() />
            <Procedures title="Ways back" list=plan.ways_back.clone() />
            <Procedures title="By hand" list=plan.runbooks.clone() />
            <Responsibilities list=plan.responsibilities.clone() />
            <Communications list=plan.communications.clone() />
            <Contacts title="Whom to call, and when" list=plan.contacts.clone() />
            <Contacts title="Who is called next" list=plan.escalation.clone() />
            <NamedList title="Where this comes from" list=plan.documents.clone() />
            <Assignments list=plan.assignments.clone() />
        </div>
    }
}

/// Bounds that somebody has to look at: nothing here measures them.
#[component]
fn Measures(title: &'static str, measures: Vec<Measure>) -> impl IntoView {
    let row = |measure: Measure| {
        let kind = match measure.kind {
            Some(MeasureKind::Technical) => "technical",
            Some(MeasureKind::Business) => "business",
            Some(MeasureKind::Operational) => "operational",
            None => "",
        };
        view! { <tr><th scope="row">{measure.name}</th><td>{measure.bound}</td><td class="q">{kind}</td></tr> }
    };
    (!measures.is_empty()).then(|| {
        view! {
            <section>
                <div class="head">
                    <h3>{title}</h3>
                    <span class="end sm s"><Icon name=Icon::Unknown class="inline" /></span>
                    <span class="sm s">"Shown, not measured: look for yourself"</span>
                </div>
                <table class="table kpis">
                    <thead class="sr"><tr><th scope="col">"Measure"</th><th scope="col">"Bound"</th><th scope="col">"Kind"</th></tr></thead>
                    <tbody>{measures.into_iter().map(row).collect_view()}</tbody>
                </table>
            </section>
        }
    })
}

#[component]
fn NamedList(title: &'static str, list: Vec<Named>) -> impl IntoView {
    let row = |named: Named| view! { <tr><th scope="row">{named.name}</th><td>{named.text}</td></tr> };
    (!list.is_empty()).then(|| {
        view! {
            <section>
                <div class="head"><h3>{title}</h3></div>
                <table class="table kpis"><tbody>{list.into_iter().map(row).collect_view()}</tbody></table>
            </section>
        }
    })
}

#[component]
fn Responsibilities(list: Vec<Responsibility>) -> impl IntoView {
    let row = |one: Responsibility| {
        let duties = one.duties.into_iter().map(|duty| view! { <li>{duty}</li> }).collect_view();
        view! { <tr><th scope="row">{one.role.name()}</th><td><ul>{duties}</ul></td></tr> }
    };
    (!list.is_empty()).then(|| {
        view! {
            <section>
                <div class="head"><h3>"Responsible"</h3></div>
                <table class="table kpis"><tbody>{list.into_iter().map(row).collect_view()}</tbody></table>
            </section>
        }
    })
}

/// What the plan adds to the document it comes from.
#[component]
fn Assignments(list: Vec<String>) -> impl IntoView {
    (!list.is_empty()).then(|| {
        view! {
            <section class="wide">
                <div class="head"><h3>"What this plan adds to its document"</h3></div>
                <div class="prose"><ul>{list.into_iter().map(|one| view! { <li>{one}</li> }).collect_view()}</ul></div>
            </section>
        }
    })
}
