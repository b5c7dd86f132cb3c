use leptos::prelude::*;

use super::{Icon, fresh_id};

/// A labelled line or area of text, its hint and its error tied to it for those who do not see them.
#[component]
pub fn TextField(
    value: RwSignal<String>,
    #[prop(into)] label: Signal<String>,
    /// A quiet word behind the label, "optional".
    #[prop(optional, into)]
    aside: MaybeProp<String>,
    /// What must be typed, set behind the label as a key.
    #[prop(optional, into)]
    key: MaybeProp<String>,
    #[prop(optional, into)] hint: MaybeProp<String>,
    /// What is wrong with the value, and what to do.
    #[prop(optional, into)]
    error: MaybeProp<String>,
    /// An area of several lines.
    #[prop(optional)]
    multiline: bool,
    /// A password, and what a password manager may take it for: "current-password" or "new-password".
    #[prop(optional)]
    secret: Option<&'static str>,
    /// What a browser may fill in.
    #[prop(default = "off")]
    autocomplete: &'static str,
    #[prop(optional)] autofocus: bool,
    #[prop(optional, into)] placeholder: MaybeProp<String>,
) -> impl IntoView {
    let id = fresh_id("field");
    let (hint_id, error_id) = (format!("{id}-hint"), format!("{id}-error"));
    let described_by = {
        let (hint_id, error_id) = (hint_id.clone(), error_id.clone());
        Signal::derive(move || {
            let shown = [hint.get().map(|_| hint_id.clone()), error.get().map(|_| error_id.clone())];
            let ids = shown.into_iter().flatten().collect::<Vec<_>>().join(" ");
            (!ids.is_empty()).then_some(ids)
        })
    };
    let invalid = move || error.get().map(|_| "true");
    let control = if multiline {
        view! {
            <textarea class="input" id=id.clone() rows="3" autofocus=autofocus placeholder=move || placeholder.get()
                aria-describedby=described_by aria-invalid=invalid bind:value=value></textarea>
        }
        .into_any()
    } else {
        view! {
            <input class="input" id=id.clone() type=if secret.is_some() { "password" } else { "text" } autofocus=autofocus placeholder=move || placeholder.get()
                autocomplete=secret.unwrap_or(autocomplete) autocapitalize="none" spellcheck="false"
                aria-describedby=described_by aria-invalid=invalid bind:value=value />
        }
        .into_any()
    };
    view! {
        <div class="field">
            <label for=id>
                {move || label.get()} {move || key.get().map(|key| view! { " " <span class="key strong">{key}</span> })}
                {move || aside.get().map(|aside| view! { " " <span class="q">{aside}</span> })}
            </label>
            {control}
            {move || {
                let id = hint_id.clone();
                hint.get().map(|hint| view! { <p class="hint" id=id>{hint}</p> })
            }}
            {move || {
                let id = error_id.clone();
                error.get().map(|error| view! { <p class="error" id=id><Icon name=Icon::Danger />{error}</p> })
            }}
        </div>
    }
}
