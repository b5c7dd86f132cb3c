//! Adopting the plan: from then on it is in force.

use crate::{
    api::Held,
    pages::rollout::{
        act::use_act,
        confirm::{Asks, Confirm, Given},
        here::use_here,
    },
    ui::{Button, Kind, Show},
};
use leptos::prelude::*;
use rollout::Command;
use std::sync::Arc;

/// The button, for who decides at the starting gate.
#[component]
pub fn Adopt() -> impl IntoView {
    let (here, act, open) = (use_here(), use_act(), RwSignal::new(false));
    let may = Memo::new(move |_| here.is_any(&[here.plan().decider(1)]));
    let sentence = |held: &Held| {
        let (name, digest) = (&held.rollout.plan().name, held.rollout.plan_digest.to_string());
        format!("The plan {name}, {}…, takes force in {}.", &digest[..16], held.rollout.environment)
    };
    let command =
        move |given: Given| Some(Command::Adopt { plan: here.held().rollout.plan_digest, reason: given.reason });
    view! {
        <Show when=move || may.get()>
            <Button label="Adopt the plan" on_click=move || open.set(true)>"Adopt…"</Button>
        </Show>
        <Confirm
            open act title="Adopt the plan" sentence=Arc::new(sentence) verb="Adopt" keep="Not yet" kind=Kind::Primary
            reason=Asks::Optional command=Callback::new(command) said="The plan is in force."
        />
    }
}
