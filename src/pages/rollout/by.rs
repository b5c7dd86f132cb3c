//! Who did it, and when.

use super::here::use_here;
use crate::{
    session::use_session,
    ui::{Face, When},
};
use leptos::prelude::*;
use rollout::{Actor, Timestamp};

/// A person's name; "You" for whoever looks, "you" in the middle of a sentence.
#[component]
pub fn Name(actor: Actor, #[prop(optional)] within: bool) -> impl IntoView {
    let (here, session) = (use_here(), use_session());
    move || match actor.person() {
        Some(person) if session.person() == Some(person) => if within { "you" } else { "You" }.to_owned(),
        _ => here.held().name(&actor),
    }
}

/// "3 min ago", with the absolute time on hover and focus. Where the page stands still, "ago" would be ambiguous: the other
/// way round.
#[component]
pub fn At(at: Timestamp) -> impl IntoView {
    let here = use_here();
    let face = if here.stands_still() { Face::DateTime } else { Face::Relative };
    view! { <When at=at.millis() now=here.clock.now() face /> }
}

/// "by you, 3 min ago", with the absolute time on hover and focus.
#[component]
pub fn By(actor: Actor, at: Timestamp) -> impl IntoView {
    view! { "by " <Name actor within=true /> ", " <At at /> }
}

/// In whose name it will stand in the ledger.
#[component]
pub fn Recorded() -> impl IntoView {
    let (session, here) = (use_session(), use_here());
    let words = move || {
        let (who, roles) = (session.signed_in()?, here.roles());
        let names: Vec<&str> = roles.iter().map(|role| role.name()).collect();
        Some(format!("Recorded in the ledger as {}, {}.", who.name, names.join(" or ")))
    };
    view! { <p class="note">{words}</p> }
}
