//! What the backend has that the ledger did not ask for: accept it, or put it back.

use super::{lever::Of, raise::KeyField, reach::who_gets_it};
use crate::{
    api::Held,
    pages::rollout::{
        act::use_act,
        by::At,
        confirm::{Asks, Confirm, Given, Sentence},
        here::use_here,
        lock::{Lock, LockedBy},
        said::Said,
        undone::undone_words,
    },
    ui::{Button, Icon, Kind, Lamp, Show, Tone},
};
use leptos::prelude::*;
use rollout::{Command, FlagSlug, Role, Text, state::Observed};
use std::sync::Arc;

fn sentence(held: &Held, flag: &FlagSlug, put_back: bool) -> String {
    let state = held.rollout.flags.get(flag);
    let name = held.rollout.plan().flag(flag).map_or(flag.as_str(), |flag| &flag.name);
    let Some((state, observed)) = state.and_then(|state| Some((state, state.observed.as_ref()?))) else {
        return format!("{name} is what the ledger says again.");
    };
    if put_back {
        let who = who_gets_it(&state.wanted, &held.rollout.environment);
        return format!("{name}: {} → {}, as the ledger says. {who}", observed.exposure, state.wanted);
    }
    let undone = match Text::new("-") {
        Ok(reason) => undone_words(held, &Command::Accept { flag: flag.clone(), reason }),
        Err(_) => String::new(),
    };
    format!("{name} stays at {}. The ledger takes it over; it said {}.{undone}", observed.exposure, state.wanted)
}

/// The warning and its two ways out.
#[component]
pub fn Strange(of: Of) -> impl IntoView {
    // What is told about it comes later, and must not close a dialog that is open by then.
    let observed = Memo::new(move |_| observed_of(of).map(|observed| Observed { told: None, ..observed }));
    move || observed.get().map(|observed| view! { <Seen of observed /> })
}

fn observed_of(of: Of) -> Option<Observed> {
    of.state.with(|state| state.as_ref().and_then(|state| state.observed.clone()))
}

#[component]
fn Seen(of: Of, observed: Observed) -> impl IntoView {
    let word = format!("The backend has it at {}", observed.exposure);
    let there = observed.exposure.clone();
    let goes_down =
        Memo::new(move |_| of.state.with(|state| state.as_ref().is_some_and(|state| there.lowers_to(&state.wanted))));
    let accept_lock = accept_lock(of, observed.baseline);
    let put_back_lock = put_back_lock(of, goes_down);
    let told = Memo::new(move |_| observed_of(of).and_then(|observed| observed.told));
    view! {
        <div class="why" role="status">
            <p>
                <Lamp tone=Tone::Danger icon=Icon::Drift word />
                <span class="s">", and the ledger did not ask for that. Seen " <At at=observed.time /> "."</span>
            </p>
            {move || told.get().map(|mark| view! { <Said words=mark.words /> })}
            <div class="btns">
                <AcceptPart of observed lock=accept_lock />
                <Show when=move || goes_down.get() fallback=move || view! { <RaiseBack of lock=put_back_lock /> }>
                    <LowerBack of />
                </Show>
            </div>
            <LockedBy lock=accept_lock />
            <LockedBy lock=put_back_lock />
        </div>
    }
}

fn accepter(baseline: bool) -> Role {
    if baseline { Role::ProductOwner } else { Role::Engineer }
}

/// What locks accepting it, for those who may.
fn accept_lock(of: Of, baseline: bool) -> Lock {
    let here = use_here();
    Lock::of(move || match Text::new("-") {
        Ok(reason) if here.is_any(&[accepter(baseline)]) => here.blockers(&Command::Accept { flag: of.slug(), reason }),
        _ => vec![],
    })
}

/// What locks putting it back up, for those who may.
fn put_back_lock(of: Of, goes_down: Memo<bool>) -> Lock {
    let here = use_here();
    Lock::of(move || match here.is_any(&[Role::Engineer]) && !goes_down.get() {
        true => here.blockers(&put_back(of, of.flag.with_value(|flag| flag.key.clone()))),
        false => vec![],
    })
}

fn put_back(of: Of, confirm: String) -> Command {
    Command::PutBack { flag: of.slug(), confirm }
}

#[component]
fn AcceptPart(of: Of, observed: Observed, lock: Lock) -> impl IntoView {
    let here = use_here();
    let (act, open) = (use_act(), RwSignal::new(false));
    let may = Memo::new(move |_| here.is_any(&[accepter(observed.baseline)]));
    let name = of.name();
    let label = format!("Accept {name} at {}", observed.exposure);
    let sentence: Sentence = Arc::new(move |held| sentence(held, &of.slug(), false));
    let command = move |given: Given| Some(Command::Accept { flag: of.slug(), reason: given.reason? });
    view! {
        <Show when=move || may.get()>
            <Button label=label.clone() locked=lock.locked() on_click=move || lock.press(|| open.set(true))>
                "Accept…"
            </Button>
        </Show>
        <Confirm open act title=format!("Accept {name}") sentence verb="Accept" keep="Do not accept" kind=Kind::Primary
            reason=Asks::Required command=Callback::new(command) said="Accepted." />
    }
}

/// Down: free, as any lowering is.
#[component]
fn LowerBack(of: Of) -> impl IntoView {
    let here = use_here();
    let (act, open) = (use_act(), RwSignal::new(false));
    let name = of.name();
    let label = format!("Put {name} back");
    let sentence: Sentence = Arc::new(move |held| sentence(held, &of.slug(), true));
    let command = move |given: Given| {
        let to = of.state.with_untracked(|state| state.as_ref().map(|state| state.wanted.clone()))?;
        Some(Command::Lower { flag: of.slug(), to, reason: given.reason })
    };
    view! {
        <Show when=move || here.is_any(&Role::MAY_LOWER)>
            <Button label=label.clone() on_click=move || open.set(true)>"Put back…"</Button>
        </Show>
        <Confirm open act title=format!("Put {name} back") sentence verb="Put back" keep="Change nothing"
            kind=Kind::Danger reason=Asks::Optional command=Callback::new(command) said="Putting it back." />
    }
}

/// Up: by the rules of a raise, with the flag's key typed.
#[component]
fn RaiseBack(of: Of, lock: Lock) -> impl IntoView {
    let here = use_here();
    let (act, open, typed) = (use_act(), RwSignal::new(false), RwSignal::new(String::new()));
    let (name, key) = (of.name(), StoredValue::new(of.flag.with_value(|flag| flag.key.clone())));
    let label = format!("Put {name} back");
    let sentence: Sentence = Arc::new(move |held| sentence(held, &of.slug(), true));
    let is_locked = Signal::derive(move || of.lost.get() || lock.locked().get());
    let wrong = move || key.with_value(|key| typed.with(|typed| typed.trim() != key));
    let press = move || {
        if !of.lost.get_untracked() {
            lock.press(|| {
                typed.set(String::new());
                open.set(true);
            });
        }
    };
    let command = move |_| Some(put_back(of, typed.get_untracked().trim().to_owned()));
    view! {
        <Show when=move || here.is_any(&[Role::Engineer])>
            <Button label=label.clone() locked=is_locked on_click=press>"Put back…"</Button>
        </Show>
        <Confirm open act title=format!("Put {name} back") sentence verb="Put back" keep="Leave it down"
            kind=Kind::Primary locked=Signal::derive(move || is_locked.get() || wrong())
            command=Callback::new(command) said="Putting it back. The lever shows when the backend has it.">
            <KeyField key=key.get_value() typed what="Type the flag’s key," />
        </Confirm>
    }
}
