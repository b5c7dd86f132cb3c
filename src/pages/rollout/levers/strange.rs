//! What the backend has that the ledger did not ask for: accept it, or put it back.

use super::{lever::Of, raise::who_gets_it};
use crate::{
    api::Held,
    pages::rollout::{
        act::use_act,
        by::At,
        confirm::{Asks, Confirm, Given, Sentence},
        here::use_here,
        lock::{Lock, LockedBy},
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
    let observed = Memo::new(move |_| of.state.with(|state| state.as_ref().and_then(|state| state.observed.clone())));
    move || observed.get().map(|observed| view! { <Seen of observed /> })
}

#[component]
fn Seen(of: Of, observed: Observed) -> impl IntoView {
    let here = use_here();
    let act = use_act();
    let (accept, back) = (RwSignal::new(false), RwSignal::new(false));
    let accepter = if observed.baseline { Role::ProductOwner } else { Role::Engineer };
    let may_accept = Memo::new(move |_| here.is_any(&[accepter]));
    let seen = observed.exposure.clone();
    let goes_down = move || of.state.with(|state| state.as_ref().is_some_and(|state| seen.lowers_to(&state.wanted)));
    let may_put_back = Memo::new(move |_| here.is_any(&Role::MAY_LOWER) && goes_down());
    let lock = Lock::of(move || match Text::new("-") {
        Ok(reason) if may_accept.get() => here.blockers(&Command::Accept { flag: of.slug(), reason }),
        _ => vec![],
    });
    let name = of.name();
    let accepting: Sentence = Arc::new(move |held| sentence(held, &of.slug(), false));
    let putting_back: Sentence = Arc::new(move |held| sentence(held, &of.slug(), true));
    let accept_command = move |given: Given| Some(Command::Accept { flag: of.slug(), reason: given.reason? });
    let back_command = move |given: Given| {
        let to = of.state.with_untracked(|state| state.as_ref().map(|state| state.wanted.clone()))?;
        Some(Command::Lower { flag: of.slug(), to, reason: given.reason })
    };
    let word = format!("The backend has it at {}", observed.exposure);
    let labels = (format!("Accept {name} at {}", observed.exposure), format!("Put {name} back"));
    view! {
        <div class="why" role="status">
            <p>
                <Lamp tone=Tone::Danger icon=Icon::Drift word />
                <span class="s">", and the ledger did not ask for that. Seen " <At at=observed.time /> "."</span>
            </p>
            <div class="btns">
                <Show when=move || may_accept.get()>
                    <Button label=labels.0.clone() locked=lock.locked() on_click=move || lock.press(|| accept.set(true))>
                        "Accept…"
                    </Button>
                </Show>
                <Show when=move || may_put_back.get()>
                    <Button label=labels.1.clone() on_click=move || back.set(true)>"Put back…"</Button>
                </Show>
            </div>
            <LockedBy lock />
            <Confirm open=accept act title=format!("Accept {name}") sentence=accepting verb="Accept" keep="Do not accept"
                kind=Kind::Primary reason=Asks::Required command=Callback::new(accept_command) said="Accepted." />
            <Confirm open=back act title=format!("Put {name} back") sentence=putting_back verb="Put back"
                keep="Change nothing" kind=Kind::Danger reason=Asks::Optional command=Callback::new(back_command)
                said="Putting it back." />
        </div>
    }
}
