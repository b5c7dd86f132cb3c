//! The plan as it was agreed: what counts as success, what calls for a rollback, who is responsible, whom to call.

mod adopt;
mod around;
mod dates;
mod flags;
mod risks;
mod topic;

pub use around::range;
pub use topic::Topic;

use super::{by::By, here::use_here, line::days};
use crate::{
    paths,
    ui::{Icon, Lamp, Tone},
};
use adopt::Adopt;
use around::{Communications, Contacts, Procedures};
use flags::Flags;
use leptos::prelude::*;
use risks::Risks;
use rollout::{
    Place, Plan,
    plan::{Measure, MeasureKind, Named, Responsibility},
};
use std::sync::Arc;
use topic::{Contents, Fold};

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
    let topics: Vec<Topic> = Topic::ALL.into_iter().filter(|topic| topic.is_in(&plan)).collect();
    let contents = topics.clone();
    let fold = |topic: Topic| {
        let plan = plan.clone();
        view! { <Fold topic><Told topic plan /></Fold> }
    };
    view! {
        <Contents topics=contents />
        {topics.into_iter().map(fold).collect_view()}
    }
}

/// What the plan says about a topic.
#[component]
fn Told(topic: Topic, plan: Arc<Plan>) -> impl IntoView {
    match topic {
        Topic::About => view! { <About plan /> }.into_any(),
        Topic::Flags => view! { <Flags /> }.into_any(),
        Topic::Measures => view! {
            <Measures title="Success is measured by" measures=plan.kpis.clone() />
            <Measures title="Roll back when" measures=plan.rollback_triggers.clone() />
            <Measures title="Look closely when" measures=plan.warnings.clone() />
            <Measures title="Act at once when" measures=plan.critical.clone() />
            <NamedList title="Where to look" list=plan.monitoring.clone() />
        }
        .into_any(),
        Topic::Risks => view! {
            <Risks list=plan.risks.clone() />
            <Procedures title="If it goes wrong all the same" list=plan.contingencies.clone() />
        }
        .into_any(),
        Topic::WaysBack => view! {
            <NamedList title="Every rollback" list=plan.rollback_principles.clone() />
            <Procedures title="Ways back" list=plan.ways_back.clone() />
            <Procedures title="By hand" list=plan.runbooks.clone() />
        }
        .into_any(),
        Topic::People => view! {
            <Responsibilities list=plan.responsibilities.clone() />
            <Communications list=plan.communications.clone() />
            <Contacts title="Whom to call, and when" list=plan.contacts.clone() />
            <Contacts title="Who is called next" list=plan.escalation.clone() />
        }
        .into_any(),
        Topic::Sources => view! {
            <NamedList title="Documents" list=plan.documents.clone() />
            <Assignments list=plan.assignments.clone() />
        }
        .into_any(),
    }
}

#[component]
fn About(plan: Arc<Plan>) -> impl IntoView {
    view! {
        <div class="prose">
            <p>{plan.summary.clone()}</p>
            <ul>{plan.objectives.iter().cloned().map(|one| view! { <li>{one}</li> }).collect_view()}</ul>
        </div>
        <dl class="dl">
            {plan.duration.map(|range| view! { <dt>"Meant to take"</dt><dd>{days(range)}</dd> })}
            {plan.effort.map(|effort| view! { <dt>"Work in it"</dt><dd>{range(effort)} ", soaks not counted"</dd> })}
            <dt>"Decides at gates"</dt>
            <dd>{plan.decider.name()}</dd>
        </dl>
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
                    <h4>{title}</h4>
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
                <div class="head"><h4>{title}</h4></div>
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
                <div class="head"><h4>"Responsible"</h4></div>
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
                <div class="head"><h4>"What this plan adds to its document"</h4></div>
                <div class="prose"><ul>{list.into_iter().map(|one| view! { <li>{one}</li> }).collect_view()}</ul></div>
            </section>
        }
    })
}
