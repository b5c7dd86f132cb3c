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
use chrono::NaiveDate;
use leptos::prelude::*;
use rollout::{
    Place,
    plan::{Phase, Step, StepAct, Window},
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
    let (text, meant, by_hand) = (step.text.clone(), meant(&step), step.by_hand.clone());
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
                <span class="s">{words}{meant}</span>
                {by_hand.map(|command| view! { <span class="onpaper">", by hand: "<code>{command}</code></span> })}
                {move || done.get().map(|done| view! { <DoneBy done attested=step.with_value(|s| s.exposure().is_none()) /> })}
            </div>
        </li>
    }
}

/// What the plan says of its time and of its way back, going on behind how it stands.
fn meant(step: &Step) -> String {
    let window = step.window.as_ref().map(|window| format!(", meant for {}", days(window)));
    let (target, destructive) = match &step.act {
        StepAct::Attested(act) => (act.target_minutes, act.destructive),
        StepAct::Exposure(_) => (None, false),
    };
    let target = target.map(|minutes| format!(", to be done in {}", duration(i64::from(minutes) * 60_000)));
    let destructive = destructive.then(|| ", cannot be undone".to_owned());
    [window, target, destructive].into_iter().flatten().collect()
}

/// "1 Dec 2024 to 15 Dec 2024"; a plan's days are real ones.
fn days(window: &Window) -> String {
    let day = |day: &str| match day.parse::<NaiveDate>() {
        Ok(date) => date.format("%-d %b %Y").to_string(),
        Err(_) => day.to_owned(),
    };
    format!("{} to {}", day(&window.from), day(&window.to))
}

#[component]
fn DoneBy(done: StepDone, attested: bool) -> impl IntoView {
    let verb = if attested { ", attested " } else { ", raised " };
    view! {
        <span class="s">{verb}<By actor=done.asked.by at=done.asked.time /></span>
        <Said words=done.asked.words />
    }
}

fn is_manual(here: Here, step: &Step) -> bool {
    let plan = here.plan();
    step.exposure().and_then(|(flag, _)| plan.flag(flag)?.manual()).is_some()
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
        Stands::UnderWay if is_manual(here, step) => "waits for a person".into(),
        Stands::UnderWay => "on its way to the backend".into(),
        Stands::Soaking { standing: false } => format!("soaking, {} left", duration(left)),
        Stands::Soaking { standing: true } => format!("its soak stands still, {} left", duration(left)),
        Stands::Done => "done".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_plan_says_of_a_step_goes_on_behind_how_it_stands() {
        let step = |json: &str| serde_json::from_str::<Step>(json).expect("a step");
        let raised = step(
            r#"{"slug": "a", "text": "A", "do": {"exposure": {"flag": "a", "to": "on"}},
                "window": {"from": "2024-12-01", "to": "2024-12-15"}}"#,
        );
        assert_eq!(meant(&raised), ", meant for 1 Dec 2024 to 15 Dec 2024");
        let attested =
            step(r#"{"slug": "a", "text": "A", "do": {"attested": {"target_minutes": 240, "destructive": true}}}"#);
        assert_eq!(meant(&attested), ", to be done in 4 h, cannot be undone");
        assert_eq!(meant(&step(r#"{"slug": "a", "text": "A", "do": {"attested": {}}}"#)), "");
    }
}
