//! What somebody said with an act: the reason, the conditions, the evidence.

use super::{fingerprint::Fingerprint, here::use_here};
use leptos::prelude::*;
use rollout::{Evidence, event::Words, text::EvidenceWire, wire};

/// An evidence as the side table keeps it; none if it was erased. Its link has been checked to be a web address.
pub fn evidence_of(text: &str) -> Option<EvidenceWire> {
    wire::read::<Evidence>(text.as_bytes()).ok().map(EvidenceWire::from)
}

/// Reason, conditions and evidence. Draws nothing where nothing was said.
#[component]
pub fn Said(words: Words) -> impl IntoView {
    let here = use_here();
    let reason =
        words.reason.map(|hash| view! { <blockquote class="quote">{move || here.held().text(&hash)}</blockquote> });
    let conditions = words.conditions.map(|hash| {
        view! { <p class="sm s"><b class="strong">"On condition: "</b>{move || here.held().text(&hash)}</p> }
    });
    let evidence = (!words.evidence.is_empty()).then(|| {
        let links = words.evidence.into_iter().map(|hash| view! { <li>{move || link(&here.held().text(&hash))}</li> });
        view! { <ul class="sm evidence" aria-label="Evidence">{links.collect_view()}</ul> }
    });
    view! {
        {reason}
        {conditions}
        {evidence}
    }
}

fn link(text: &str) -> AnyView {
    match evidence_of(text) {
        Some(shown) => {
            let digest = shown.sha256.map(|digest| view! { " " <Fingerprint name="What was there" digest /> });
            view! { <a href=shown.url target="_blank" rel="noopener noreferrer external">{shown.title}</a> {digest} }
                .into_any()
        }
        None => view! { <span class="q">"Evidence (erased)"</span> }.into_any(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_web_address_becomes_a_link() {
        let good = evidence_of(r#"{"title":"Dashboard","url":"https://example.org/d"}"#).expect("evidence");
        assert_eq!((good.title.as_str(), good.url.as_str()), ("Dashboard", "https://example.org/d"));
        assert_eq!(evidence_of(r#"{"title":"x","url":"javascript:alert(1)"}"#), None);
        assert_eq!(evidence_of("(erased)"), None);
    }
}
