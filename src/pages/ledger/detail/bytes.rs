//! A record's bytes, as stored or laid out to be read.

use crate::ui::{Button, Tone, to_clipboard, use_toasts};
use leptos::{prelude::*, task::spawn_local};

fn laid_out(bytes: &str) -> Option<String> {
    let value: serde_json::Value = serde_json::from_slice(bytes.as_bytes()).ok()?;
    serde_json::to_string_pretty(&value).ok()
}

/// The button that writes to the clipboard.
#[component]
pub fn Copy(
    text: String,
    label: &'static str,
    /// What is said when it is there.
    done: &'static str,
) -> impl IntoView {
    let toasts = use_toasts();
    let text = StoredValue::new(text);
    let copy = move || {
        spawn_local(async move {
            match to_clipboard(&text.get_value()).await {
                true => toasts.show(Tone::Clear, done),
                false => toasts.show(
                    Tone::Danger,
                    "The browser does not let this page write to the clipboard. Select what you need and copy it.",
                ),
            }
        });
    };
    view! { <Button label on_click=copy>"Copy"</Button> }
}

/// The bytes. What is copied is always what is stored.
#[component]
pub fn Bytes(bytes: String) -> impl IntoView {
    let length = bytes.len();
    let pretty = laid_out(&bytes);
    let raw = RwSignal::new(pretty.is_none());
    let stored = StoredValue::new(bytes.clone());
    let shown =
        move || if raw.get() { stored.get_value() } else { pretty.clone().unwrap_or_else(|| stored.get_value()) };
    view! {
        <div class="head">
            <h3>"Bytes"</h3>
            <span class="q sm num">{length} " bytes of RFC 8785 JSON"</span>
            <div class="btns end">
                <Button on_click=move || raw.update(|raw| *raw = !*raw)>
                    {move || if raw.get() { "Lay out" } else { "As stored" }}
                </Button>
                <Copy text=bytes label="Copy the bytes" done="The record's bytes are on the clipboard." />
            </div>
        </div>
        <code class="bytes" tabindex="0" role="region" aria-label="The record's bytes">{shown}</code>
    }
}
