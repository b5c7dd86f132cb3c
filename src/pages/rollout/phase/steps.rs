//! The phase's steps in order, each with how it stands.

use crate::{
    pages::rollout::{
        by::By,
        here::{Here, use_here},
        said::Said,
    },
    paths,
    ui::Icon,
};
use leptos::prelude::*;
use rollout::{
    Place,
    plan::{Phase, Step},
    state::{StepDone, StepStatus},
    text::duration,
};

/// The steps.
#[component]
pub fn Steps(phase: usize, body: Phase) -> impl IntoView {
    let steps = body.steps.into_iter();
    view! { <ol class="steps">{steps.map(|step| view! { <One phase step /> }).collect_view()}</ol> }
}

/// How a step stands, without its countdown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stands {
    LeftOut,
    Open,
    Next,
    UnderWay,
    Soaking { standing: bool },
    Done,
}

fn stands(here: Here, phase: usize, step: &Step) -> Stands {
    let held = here.held();
    match held.rollout.step_status(step, here.now()) {
        StepStatus::Open if held.rollout.is_skipped(phase) => Stands::LeftOut,
        StepStatus::Open if held.rollout.next_step(phase).is_some_and(|(_, next)| next.slug == step.slug) => {
            Stands::Next
        }
        StepStatus::Open => Stands::Open,
        StepStatus::UnderWay => Stands::UnderWay,
        StepStatus::Soaking(soak) => Stands::Soaking { standing: soak.standing },
        StepStatus::Done => Stands::Done,
    }
}

fn icon(stands: Stands) -> Icon {
    match stands {
        Stands::LeftOut | Stands::Open => Icon::Off,
        Stands::Next => Icon::Next,
        Stands::UnderWay => Icon::Clock,
        Stands::Soaking { .. } => Icon::Soak,
        Stands::Done => Icon::Clear,
    }
}

#[component]
fn One(phase: usize, step: Step) -> impl IntoView {
    let here = use_here();
    let anchor = paths::anchor(&Place::Step(step.slug.clone()));
    let text = step.text.clone();
    let step = StoredValue::new(step);
    let stands = Memo::new(move |_| step.with_value(|step| stands(here, phase, step)));
    let words = Memo::new(move |_| step.with_value(|step| words(here, step, stands.get())));
    let done = Memo::new(move |_| step.with_value(|step| here.held().rollout.steps.get(&step.slug).cloned()));
    let current = move || (!matches!(stands.get(), Stands::LeftOut | Stands::Open | Stands::Done)).then_some("step");
    view! {
        <li id=anchor tabindex="-1" class:done=move || stands.get() == Stands::Done aria-current=current>
            <Icon name=Signal::derive(move || icon(stands.get())) />
            <div>
                {text}
                ": "
                <span class="s">{words}</span>
                {move || done.get().map(|done| view! { <DoneBy done attested=step.with_value(|s| s.exposure().is_none()) /> })}
            </div>
        </li>
    }
}

#[component]
fn DoneBy(done: StepDone, attested: bool) -> impl IntoView {
    let verb = if attested { ", attested " } else { ", raised " };
    view! {
        <span class="s">{verb}<By actor=done.asked.by at=done.asked.time /></span>
        <Said words=done.asked.words />
    }
}

fn words(here: Here, step: &Step, stands: Stands) -> String {
    let soak = here.held().rollout.soak(step, here.now());
    let left = soak.map_or(0, |soak| soak.left_ms);
    match stands {
        Stands::LeftOut => "left out".into(),
        Stands::Open => match step.soak_hours {
            Some(hours) => format!("open, then {hours} h of soak"),
            None => "open".into(),
        },
        Stands::Next => match step.soak_hours {
            Some(hours) => format!("next, then {hours} h of soak"),
            None => "next".into(),
        },
        Stands::UnderWay => "on its way to the backend".into(),
        Stands::Soaking { standing: false } => format!("soaking, {} left", duration(left)),
        Stands::Soaking { standing: true } => format!("its soak stands still, {} left", duration(left)),
        Stands::Done => "done".into(),
    }
}
