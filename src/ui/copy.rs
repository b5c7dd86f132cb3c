use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen_futures::JsFuture;

use super::{Button, Kind, Tone, use_toasts};

/// Writes to the clipboard. False if the browser does not let it.
pub async fn to_clipboard(text: &str) -> bool {
    let clipboard = window().navigator().clipboard();
    // Over plain HTTP from another machine there is none.
    !clipboard.is_undefined() && JsFuture::from(clipboard.write_text(text)).await.is_ok()
}

/// A command for a terminal, with a button that copies it.
#[component]
pub fn CommandLine(#[prop(into)] command: String) -> impl IntoView {
    let toasts = use_toasts();
    let label = format!("Copy {command}");
    let shown = command.clone();
    let copy = move || {
        let command = command.clone();
        spawn_local(async move {
            match to_clipboard(&command).await {
                true => toasts.show(Tone::Clear, "The command is on the clipboard."),
                false => toasts.show(
                    Tone::Danger,
                    "The browser does not let this page write to the clipboard. Select the command and copy it.",
                ),
            }
        });
    };
    view! {
        <div class="byhand">
            <code>{shown}</code>
            <Button kind=Kind::Quiet label on_click=copy>"Copy"</Button>
        </div>
    }
}
