//! Raising: the button, and the confirmation that takes the flag's key.

use super::{
    lever::Of,
    model::{At, Notch, notches, raise},
    quadrant::Quadrant,
    reach::raised,
};
use crate::{
    api::Held,
    pages::rollout::{
        act::use_act,
        blockers::Blockers,
        by::By,
        confirm::{Confirm, Sentence},
        here::use_here,
        trouble::Trouble,
    },
    paths,
    ui::{Button, Kind, Show, TextField},
};
use leptos::prelude::*;
use rollout::{Exposure, Place, Role, StepSlug, state::StepDone, text::duration};
use std::sync::Arc;

/// What a raise changes for whom.
pub fn sentence(held: &Held, step: &StepSlug) -> String {
    let rollout = &held.rollout;
    let named = rollout.plan().step(step).and_then(|(_, _, step)| step.exposure());
    let body = named.and_then(|(flag, to)| Some((rollout.plan().flag(flag)?, rollout.flags.get(flag)?, to)));
    match body {
        Some((flag, state, to)) => {
            format!("{}: {} → {to}. {}", flag.name, state.wanted, raised(&state.wanted, to, &rollout.environment))
        }
        None => "The plan has no such step any more.".into(),
    }
}

/// What a hint says while the key is typed.
pub fn key_hint(typed: &str, key: &str) -> String {
    let typed = typed.trim();
    let rest = key.strip_prefix(typed).map(|rest| rest.chars().count());
    match rest {
        Some(0) => "That is it.".into(),
        Some(1) => "1 character to go. Pasting is fine.".into(),
        Some(n) => format!("{n} characters to go. Pasting is fine."),
        None => {
            let same = typed.chars().zip(key.chars()).take_while(|(a, b)| a == b).count();
            format!("It differs from character {} on. Pasting is fine.", same + 1)
        }
    }
}

/// The button and its dialog, for the engineer.
#[component]
pub fn RaisePart(of: Of) -> impl IntoView {
    let here = use_here();
    let act = use_act();
    let (open, typed) = (RwSignal::new(false), RwSignal::new(String::new()));
    // What the dialog is about stays the same while it is open, even when somebody else raises first.
    let step = RwSignal::new(None::<StepSlug>);
    let label = of.flag.with_value(|flag| format!("Raise {}", flag.name));
    let press = move || match untrack(move || (of.is_locked(), of.next.get())) {
        (false, Some(next)) => {
            typed.set(String::new());
            step.set(Some(next));
            open.set(true);
        }
        _ => of.pinned.update(|pinned| *pinned = !*pinned),
    };
    let ask = move || of.asked.set(untrack(move || of.is_locked()));
    let shows = Memo::new(move |_| here.is_any(&[Role::Engineer]) && of.next.with(Option::is_some));
    let title = label.clone();
    view! {
        <Show when=move || shows.get()>
            <span on:focusin=move |_| ask() on:pointerenter=move |_| ask()>
                <Button kind=Kind::Primary label=label.clone() busy=act.busy
                    locked=Signal::derive(move || of.is_locked()) on_click=press>"Raise…"</Button>
            </span>
        </Show>
        <Show when=move || !open.get()><Trouble act /></Show>
        {move || step.get().map(|step| view! { <RaiseDialog of step open typed act title=title.clone() /> })}
    }
}

#[component]
fn RaiseDialog(
    of: Of,
    step: StepSlug,
    open: RwSignal<bool>,
    typed: RwSignal<String>,
    act: crate::pages::rollout::act::Act,
    title: String,
) -> impl IntoView {
    let here = use_here();
    let key = of.flag.with_value(|flag| flag.key.clone());
    let plan = untrack(move || here.plan());
    let body = plan.step(&step).map(|(_, _, step)| step.clone());
    let to = body.as_ref().and_then(|step| step.exposure()).map(|(_, to)| to.clone()).unwrap_or(Exposure::OFF);
    let step = StoredValue::new(step);
    let sentence: Sentence = Arc::new(move |held| step.with_value(|step| sentence(held, step)));
    let against = Memo::new(move |_| {
        let command = raise(&here.plan(), &step.get_value());
        command.map(|command| here.blockers(&command)).unwrap_or(vec![])
    });
    let right = {
        let key = key.clone();
        Memo::new(move |_| typed.with(|typed| typed.trim() == key))
    };
    let locked = Signal::derive(move || !right.get() || of.lost.get() || against.with(|against| !against.is_empty()));
    let from = move || of.state.with(|state| state.as_ref().map_or(Exposure::OFF, |state| state.wanted.clone()));
    let done = Memo::new(move |_| here.held().rollout.steps.get(&step.get_value()).cloned());
    let command = Callback::new(move |_| {
        Some(rollout::Command::Raise { step: step.get_value(), confirm: typed.get_untracked().trim().to_owned() })
    });
    let soak = body.map_or(0, |step| step.soak());
    let (name, verb) = (of.name(), format!("Raise to {to}"));
    view! {
        <Confirm open act title lands=paths::anchor(&Place::Flag(of.slug())) sentence verb keep=Signal::derive(move || format!("Keep {}", from())) kind=Kind::Primary
            locked command said=format!("Raise of {name} to {to} asked for. {}", of.what_follows())>
            <Faster done />
            <Quadrant name=of.name() locked=Signal::derive(|| false)
                notches=Signal::derive(move || shown(notches(&here.held().rollout, &of.slug()))) />
            <dl class="dl">
                <dt>"After it"</dt><dd>{after(soak)}</dd>
                <dt>"Way back"</dt><dd>"Lower, at any time, one button"</dd>
            </dl>
            <Show when=move || against.with(|against| !against.is_empty())><Blockers blockers=against /></Show>
            <KeyField key=key.clone() typed what="Type the flag’s key," />
        </Confirm>
    }
}

fn shown(notches: Vec<Notch>) -> Vec<Notch> {
    // What lies beyond the next notch is not what is asked for here.
    notches.into_iter().filter(|notch| notch.at != At::Later).collect()
}

fn after(soak: i64) -> String {
    match soak {
        0 => "No soak: the next step follows at once".into(),
        soak => format!("{} of soak, from the moment it is confirmed", duration(soak)),
    }
}

/// Somebody else was faster.
#[component]
fn Faster(#[prop(into)] done: Signal<Option<StepDone>>) -> impl IntoView {
    move || {
        done.get().map(|done| {
            view! {
                <p role="status" class="strong">
                    "Raised already " <By actor=done.asked.by at=done.asked.time /> ". There is nothing left to do here."
                </p>
            }
        })
    }
}

/// The field that takes the key: never filled by itself, pasting allowed.
#[component]
pub fn KeyField(key: String, typed: RwSignal<String>, what: &'static str) -> impl IntoView {
    let hint = {
        let key = key.clone();
        Signal::derive(move || Some(typed.with(|typed| key_hint(typed, &key))))
    };
    view! { <TextField value=typed label=what key=key hint /> }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hint_counts_what_is_left_to_type() {
        assert_eq!(key_hint("", "FEATURE"), "7 characters to go. Pasting is fine.");
        assert_eq!(key_hint(" FEATUR", "FEATURE"), "1 character to go. Pasting is fine.");
        assert_eq!(key_hint("FEATURE ", "FEATURE"), "That is it.");
        assert_eq!(key_hint("FEXT", "FEATURE"), "It differs from character 3 on. Pasting is fine.");
        assert_eq!(key_hint("FEATURES", "FEATURE"), "It differs from character 8 on. Pasting is fine.");
    }
}
