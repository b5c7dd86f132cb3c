//! Incidents: what is wrong and what it locks, at the top of the page; opening one, resolving one.

use super::{
    act::use_act,
    by::By,
    confirm::{Asks, Confirm, Given},
    here::{Here, use_here},
    said::Said,
};
use crate::{
    paths,
    ui::{Button, For, Icon, Kind, Show},
};
use leptos::prelude::*;
use rollout::{Command, Place, Seq, Text, Why, state::Mark};
use std::sync::Arc;

/// Every open incident.
#[component]
pub fn Incidents() -> impl IntoView {
    let here = use_here();
    let open = Memo::new(move |_| {
        here.held().rollout.incidents.iter().map(|(seq, mark)| (*seq, mark.clone())).collect::<Vec<_>>()
    });
    view! {
        <For each=move || open.get() key=|(seq, _)| *seq let((seq, mark))>
            <Open seq mark />
        </For>
    }
}

#[component]
fn Open(seq: Seq, mark: Mark) -> impl IntoView {
    let here = use_here();
    let may = Memo::new(move |_| may_resolve(here, seq));
    view! {
        <section id=paths::anchor(&Place::Incident(seq)) tabindex="-1" class="banner danger" aria-label=format!("Incident {seq}")>
            <Icon name=Icon::Danger />
            <div style:flex="1 1 220px">
                <p role="alert">
                    <b>{format!("Incident {seq} is open.")}</b>
                    " It locks raising, attesting, skipping and go; soaks stand still. Lowering is free."
                </p>
                <Said words=mark.words />
                <p class="sm q">"Opened "<By actor=mark.by at=mark.time /></p>
            </div>
            <Show when=move || may.get()>
                <div class="btns"><Resolve seq /></div>
            </Show>
        </section>
    }
}

/// The rulebook knows who may; whoever may not does not see the button.
fn may_resolve(here: Here, incident: Seq) -> bool {
    let Ok(reason) = Text::new("asked") else { return false };
    let blockers = here.blockers(&Command::Resolve { incident, reason });
    here.role().is_some() && !blockers.iter().any(|blocker| matches!(blocker.why, Why::WrongRole { .. }))
}

#[component]
fn Resolve(seq: Seq) -> impl IntoView {
    let (act, open) = (use_act(), RwSignal::new(false));
    let sentence = move |held: &crate::api::Held| {
        let others = held.rollout.incidents.keys().filter(|open| **open != seq).count();
        let then =
            if others == 0 { "What it locked is free again, and soaks go on." } else { "Others are still open." };
        format!("Incident {seq} is over. {then}")
    };
    let command = move |given: Given| Some(Command::Resolve { incident: seq, reason: given.reason? });
    view! {
        <Button label=format!("Resolve incident {seq}") on_click=move || open.set(true)>"Resolve…"</Button>
        <Confirm
            open act title=format!("Resolve incident {seq}") sentence=Arc::new(sentence) verb="Resolve" keep="Leave it open"
            kind=Kind::Primary reason=Asks::Required label="What was it, and what ended it?"
            command=Callback::new(command) said=format!("Incident {seq} is resolved.")
        />
    }
}

/// The button that opens one, for everybody who may speak.
#[component]
pub fn OpenIncident() -> impl IntoView {
    let (act, open) = (use_act(), RwSignal::new(false));
    let sentence = |held: &crate::api::Held| {
        format!(
            "An incident in {} locks raising, attesting, skipping and go at once, and soaks stand still until it is \
             resolved. No flag moves: to take one back, lower it or roll back.",
            held.rollout.environment
        )
    };
    let command = |given: Given| Some(Command::Incident { reason: given.reason?, evidence: given.evidence });
    view! {
        <Button kind=Kind::Quiet label="Open an incident" act="Open an incident…" on_click=move || open.set(true)>"Open an incident…"</Button>
        <Confirm
            open act title="Open an incident" sentence=Arc::new(sentence) verb="Open the incident" keep="Not now"
            kind=Kind::Danger reason=Asks::Required label="What is wrong, and since when?" evidence=Asks::Optional
            command=Callback::new(command) said="The incident is open."
        />
    }
}
