//! Blockers as locking bars: what locks, who can clear it, the way there.

use super::{
    here::{Here, use_here},
    place::PlaceLink,
};
use crate::ui::For;
use leptos::prelude::*;
use rollout::{Blocker, ClearedBy, Place, Plan, Why, text::duration};

/// The list of what speaks against something. A soak's time counts down by itself.
#[component]
pub fn Blockers(#[prop(into)] blockers: Signal<Vec<Blocker>>) -> impl IntoView {
    view! {
        <ol class="blockers">
            <For each=move || blockers.get() key=row_key let(blocker)>
                <Row blocker />
            </For>
        </ol>
    }
}

#[component]
fn Row(blocker: Blocker) -> impl IntoView {
    let here = use_here();
    let blocker = StoredValue::new(blocker);
    let sentence = Memo::new(move |_| blocker.with_value(|blocker| sentence(blocker, here)));
    let link = blocker.with_value(|blocker| leads_somewhere(blocker).then(|| blocker.place.clone()));
    view! {
        <li>
            <span>
                <b>{sentence}</b>
                <small>{blocker.with_value(Blocker::who)}</small>
            </span>
            {link
                .map(|place| {
                    let word = blocker.with_value(|blocker| link_word(blocker, &untrack(move || here.plan())));
                    let label = Signal::derive(move || Some(format!("{word}: {}", sentence.get())));
                    view! { <PlaceLink place label>{word}</PlaceLink> }
                })}
        </li>
    }
}

/// What makes a row another one. Not its countdown: a row that counts down must not be drawn anew each second.
fn row_key(blocker: &Blocker) -> String {
    match &blocker.why {
        Why::SoakRunning { step, standing, .. } => format!("soak {step} {standing}"),
        why => format!("{why:?}"),
    }
}

fn sentence(blocker: &Blocker, here: Here) -> String {
    let plan = here.plan();
    if let Why::SoakRunning { step, .. } = &blocker.why {
        let soak = plan.step(step).and_then(|(_, _, step)| here.held().rollout.soak(step, here.now()));
        return match soak {
            Some(soak) if soak.left_ms == 0 => "The soak has run".into(),
            Some(soak) if soak.standing => format!("The soak stands still with {} to run", duration(soak.left_ms)),
            Some(soak) => format!("The soak has {} to run", duration(soak.left_ms)),
            None => blocker.sentence(&plan),
        };
    }
    blocker.sentence(&plan)
}

/// Some blockers are cleared nowhere on this page.
fn leads_somewhere(blocker: &Blocker) -> bool {
    let cleared = matches!(blocker.cleared_by, ClearedBy::Roles(_) | ClearedBy::At(_) | ClearedBy::ByItself);
    let here = matches!(blocker.place, Place::Rollout(_)) || cleared;
    here && !matches!(blocker.why, Why::WrongRole { .. })
}

fn link_word(blocker: &Blocker, plan: &Plan) -> &'static str {
    match (&blocker.why, &blocker.place) {
        (Why::SoakRunning { .. }, _) => "Soak",
        (_, Place::Gate(_)) => "Gate",
        (_, Place::Phase(_)) => "Phase",
        (_, Place::Line(slug)) => match plan.line(slug).map(|line| line.kind) {
            Some(rollout::plan::LineKind::Slot(_)) => "Sign-off",
            Some(rollout::plan::LineKind::Criterion(_)) => "Criterion",
            Some(rollout::plan::LineKind::Dependency(_)) => "Dependency",
            _ => "Task",
        },
        (_, Place::Step(_)) => "Step",
        (_, Place::Flag(_)) => "Lever",
        (_, Place::Incident(_)) => "Incident",
        (_, Place::Backend) => "Backend",
        (_, Place::Rollout(_)) => "Rollout",
        (_, Place::Plan) => "Plan",
    }
}
