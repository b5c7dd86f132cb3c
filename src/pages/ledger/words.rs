//! What was said with a record: the reason, the conditions, the evidence.

use super::records::Records;
use crate::pages::rollout::{fingerprint::Fingerprint, said::evidence_of};
use leptos::prelude::*;
use rollout::{TextHash, event::Words};

const ERASED: &str = "(erased)";

/// The words. Draws nothing where nothing was said.
#[component]
pub fn Said(records: Records, words: Words) -> impl IntoView {
    let text = move |hash: TextHash| move || records.text(&hash).unwrap_or_else(|| ERASED.into());
    view! {
        {words.reason.map(|hash| view! { <p class="quote">{text(hash)}</p> })}
        {words.conditions.map(|hash| view! { <p class="quote"><b class="strong">"On condition: "</b>{text(hash)}</p> })}
        {words.evidence.into_iter().map(|hash| view! { <p class="quote">"Evidence: " {move || link(records.text(&hash))}</p> }).collect_view()}
    }
}

fn link(text: Option<String>) -> AnyView {
    match text.as_deref().and_then(evidence_of) {
        Some(shown) => {
            let digest = shown.sha256.map(|digest| view! { " " <Fingerprint name="What was there" digest /> });
            view! { <a href=shown.url target="_blank" rel="noopener noreferrer">{shown.title}</a> {digest} }.into_any()
        }
        None => ERASED.into_any(),
    }
}
