use super::fresh_id;
use leptos::prelude::*;

/// A labelled choice of one out of several, on the native element. The children are [`Choice`]s, perhaps in groups.
#[component]
pub fn Select(
    #[prop(into)] label: Signal<String>,
    /// Runs with the value of what was chosen.
    choose: Callback<String>,
    children: Children,
) -> impl IntoView {
    let id = fresh_id("select");
    view! {
        <div class="field">
            <label for=id.clone()>{move || label.get()}</label>
            <select class="input" id=id on:change=move |event| choose.run(event_target_value(&event))>{children()}</select>
        </div>
    }
}

/// One of the choices.
#[component]
pub fn Choice(
    #[prop(into)] value: String,
    #[prop(into)] word: String,
    /// The value that is chosen.
    #[prop(into)]
    chosen: Signal<String>,
) -> impl IntoView {
    let own = value.clone();
    view! { <option value=value prop:selected=move || chosen.with(|chosen| *chosen == own)>{word}</option> }
}
