//! The hash of an evidence: typed, or computed here from a file that goes nowhere.

use crate::ui::{TextField, fresh_id};
use leptos::{ev::Event, prelude::*, task::spawn_local};
use rollout::Digest;
use wasm_bindgen_futures::JsFuture;
use web_sys::HtmlInputElement;

/// The file's SHA-256; none if the browser may not or cannot read it.
async fn digest(file: web_sys::File) -> Option<Digest> {
    let buffer = JsFuture::from(file.array_buffer()).await.ok()?;
    Some(Digest::of(&[&js_sys::Uint8Array::new(&buffer).to_vec()]))
}

/// The field, and a file to fill it from.
#[component]
pub fn HashField(
    value: RwSignal<String>,
    #[prop(into)] error: Signal<Option<String>>,
    number: Memo<usize>,
) -> impl IntoView {
    let id = fresh_id("hashed");
    let unread = RwSignal::new(false);
    let error = Signal::derive(move || match unread.get() {
        true => Some("The file could not be read: choose it again, or type its SHA-256.".to_owned()),
        false => error.get(),
    });
    // Unfolds where something is wrong, and only then.
    let wrong = Memo::new(move |_| error.with(Option::is_some));
    let choose = move |event: Event| {
        let input = event_target::<HtmlInputElement>(&event);
        let Some(file) = input.files().and_then(|files| files.get(0)) else { return };
        spawn_local(async move {
            let digest = digest(file).await;
            // The dialog may have been closed meanwhile.
            unread.try_set(digest.is_none());
            if let Some(digest) = digest {
                value.try_set(digest.to_string());
            }
        });
    };
    view! {
        <details class="hashed" prop:open=wrong>
            <summary>{move || format!("Evidence {}: its SHA-256 (optional)", number.get())}</summary>
            <TextField value error label="SHA-256 of what the link shows"
                hint="So that whoever follows the link later can tell whether it still shows the same." />
            <div class="field">
                <label for=id.clone()>"Take it from a file"</label>
                <input class="input" id=id type="file" on:change=choose />
                <p class="hint">"It is computed here. The file itself goes nowhere."</p>
            </div>
        </details>
    }
}
