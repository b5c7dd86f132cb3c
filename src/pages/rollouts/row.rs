//! A rollout in the list.

use super::{mini::Mini, summary};
use crate::{
    api::use_clock,
    paths,
    session::use_session,
    ui::{Lamp, When, capitalized},
};
use gateway_api::RolloutSummary;
use leptos::prelude::*;
use rollout::{RolloutId, Seq, Timestamp};

/// A row is drawn anew when its rollout has moved, or time has changed what it waits for.
pub fn key(one: &RolloutSummary) -> (RolloutId, Seq, Option<Timestamp>, String) {
    (one.id, one.version, one.soak_ends, summary::waits_for(one, &[]))
}

/// An environment in a line of text: filled for production, hollow elsewhere.
#[component]
pub fn Environment(name: String) -> impl IntoView {
    let class = if name.eq_ignore_ascii_case("production") { "env in prod" } else { "env in" };
    view! { <span class=class>{capitalized(&name)}</span> }
}

/// One rollout.
#[component]
pub fn Row(one: RolloutSummary) -> impl IntoView {
    let session = use_session();
    let now = summary::now(&one).into_iter().map(|(tone, word)| view! { <Lamp tone word /> " " }).collect_view();
    let waits_for = {
        let one = one.clone();
        move || summary::waits_for(&one, &session.roles())
    };
    view! {
        <tr>
            <th scope="row">
                <a href=paths::rollout(one.id) data-row="">{one.name.clone()}</a>
                <Environment name=one.environment.clone() />
                <small>{summary::phase(&one)}</small>
            </th>
            <td class="linecell"><Mini one=one.clone() /></td>
            <td><span class="lbl">"Now"</span>{now}</td>
            <td><span class="lbl">"Waits for"</span>{waits_for}</td>
            <td><span class="lbl">"Next"</span><Next one /></td>
        </tr>
    }
}

/// What comes next, and when if that is known.
#[component]
fn Next(one: RolloutSummary) -> impl IntoView {
    let clock = use_clock();
    let now = clock.now();
    let gate = summary::gate(&one);
    match one.soak_ends {
        _ if one.closed => view! { "Nothing more" }.into_any(),
        Some(ends) => {
            let ends = ends.millis();
            let over = Memo::new(move |_| now.get() >= ends);
            view! {
                <When at=ends now />
                <small>{move || if over.get() { "Soak has ended" } else { "Soak ends" }}</small>
            }
            .into_any()
        }
        None => view! { {format!("Gate {gate}")} <small>"No date"</small> }.into_any(),
    }
}
