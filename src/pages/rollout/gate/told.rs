//! Who decided what at a gate, when and why.

use crate::pages::rollout::{by::By, here::use_here, said::Said};
use leptos::prelude::*;
use rollout::{GateNumber, state::Mark};

/// Every decision that stands at the gate, the one that counts first.
#[component]
pub fn Decided(gate: GateNumber) -> impl IntoView {
    let here = use_here();
    let stands = Memo::new(move |_| here.held().rollout.gates.get(&gate).cloned());
    move || {
        let state = stands.get().unwrap_or_default();
        let holds = state.holds.into_iter().map(|(role, mark)| (format!("Held as {role}"), mark));
        let no_go = state.no_go.map(|mark| ("No-go".to_owned(), mark));
        let ended = state.ended.map(|mark| ("The go was ended by a rollback".to_owned(), mark));
        let go = state.go.map(|mark| ("Go".to_owned(), mark));
        let all = holds.chain(no_go).chain(ended).chain(go);
        all.map(|(word, mark)| view! { <One word mark /> }).collect_view()
    }
}

#[component]
fn One(word: String, mark: Mark) -> impl IntoView {
    view! {
        <Said words=mark.words />
        <p class="sm q">{word}" "<By actor=mark.by at=mark.time /></p>
    }
}
