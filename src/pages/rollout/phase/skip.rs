//! Skipping an optional phase, and taking it back in.

use crate::pages::rollout::{
    act::use_act,
    by::By,
    confirm::{Asks, Confirm, Given, Sentence},
    here::use_here,
    lock::{Lock, LockedBy},
    said::Said,
};
use crate::ui::{Button, Kind, Show};
use leptos::prelude::*;
use rollout::{Command, PhaseSlug, Rollout, Text};
use std::sync::Arc;

/// The button, for the decider of the phase's entry gate; for everybody, why it was skipped.
#[component]
pub fn Skip(phase: usize, slug: PhaseSlug, name: String) -> impl IntoView {
    let here = use_here();
    let kept = StoredValue::new((slug, name));
    let skipped = Memo::new(move |_| kept.with_value(|(slug, _)| here.held().rollout.skipped.get(slug).cloned()));
    let closed = Memo::new(move |_| here.held().rollout.is_closed());
    let decides = Memo::new(move |_| {
        let held = here.held();
        here.is_any(&[held.rollout.plan().decider(held.rollout.entry_gate(phase))])
    });
    let is_skipped = Memo::new(move |_| skipped.with(Option::is_some));
    view! {
        {move || {
            skipped
                .get()
                .map(|mark| {
                    view! {
                        <Said words=mark.words />
                        <p class="sm q">"Skipped "<By actor=mark.by at=mark.time /></p>
                    }
                })
        }}
        <Show when=move || decides.get() && (is_skipped.get() || !closed.get())>
            {move || {
                let (slug, name) = kept.get_value();
                view! { <SkipButton phase slug name back=is_skipped.get() /> }
            }}
        </Show>
    }
}

#[component]
fn SkipButton(phase: usize, slug: PhaseSlug, name: String, back: bool) -> impl IntoView {
    let (here, act, open) = (use_here(), use_act(), RwSignal::new(false));
    let asked = {
        let slug = slug.clone();
        move || Text::new("asked").map(|reason| command(slug.clone(), Some(reason), back))
    };
    let lock = Lock::of(move || match asked() {
        Ok(Some(command)) => here.blockers(&command),
        _ => vec![],
    });
    let (verb, keep) = if back { ("Take back in", "Leave it skipped") } else { ("Skip", "Keep it") };
    let label = if back { format!("Take {name} back in") } else { format!("Skip {name}") };
    let sentence: Sentence = Arc::new(move |held| sentence(&held.rollout, phase, back));
    let said = if back { format!("{name} is back in.") } else { format!("{name} is skipped.") };
    let send = move |given: Given| command(slug.clone(), given.reason, back);
    view! {
        <div>
            <Button locked=lock.locked() label=label.clone() on_click=move || lock.press(|| open.set(true))>
                {if back { "Take it back in…" } else { "Skip this phase…" }}
            </Button>
            <LockedBy lock />
        </div>
        <Confirm
            open act title=label sentence verb keep kind=Kind::Primary
            reason=if back { Asks::Optional } else { Asks::Required }
            command=Callback::new(send) said
        />
    }
}

fn command(phase: PhaseSlug, reason: Option<Text>, back: bool) -> Option<Command> {
    match back {
        true => Some(Command::Unskip { phase, reason }),
        false => Some(Command::Skip { phase, reason: reason? }),
    }
}

fn sentence(rollout: &Rollout, phase: usize, back: bool) -> String {
    let Some(body) = rollout.plan().phases.get(phase) else { return String::new() };
    let gate = rollout.entry_gate(phase);
    let next = rollout.phases().find(|next| *next > phase).and_then(|next| rollout.plan().phases.get(next));
    let then = match next {
        Some(next) => format!("opens {}", next.name),
        None => "closes the rollout".into(),
    };
    match back {
        true => format!("{} is part of the rollout again: go at gate {gate} opens it.", body.name),
        false => format!("{} is left out: go at gate {gate} {then}. Until then it can be taken back in.", body.name),
    }
}
