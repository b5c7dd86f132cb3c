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

/// Copies the address of this page, or of another page of this console.
#[component]
pub fn CopyAddress(#[prop(optional, into)] path: Option<String>) -> impl IntoView {
    let toasts = use_toasts();
    let copy = move || {
        let location = window().location();
        let address = match &path {
            Some(path) => location.origin().map(|origin| format!("{origin}{path}")),
            None => location.href(),
        };
        spawn_local(async move {
            match address {
                Ok(address) if to_clipboard(&address).await => {
                    toasts.show(Tone::Clear, "The address is on the clipboard.")
                }
                _ => toasts.show(
                    Tone::Danger,
                    "The browser does not let this page write to the clipboard. Copy the address by hand.",
                ),
            }
        });
    };
    view! { <Button on_click=copy>"Copy the address"</Button> }
}
