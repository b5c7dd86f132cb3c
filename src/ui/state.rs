use leptos::prelude::*;

use super::{Button, Icon};

/// The answer is on its way. The skeleton appears only after 150 ms, so that a quick answer never flashes.
#[component]
pub fn Loading(
    /// What is loading, "the ledger".
    #[prop(into)]
    what: Signal<String>,
    #[prop(default = 5)] lines: usize,
) -> impl IntoView {
    view! {
        <div class="state loading" role="status">
            <p class="sr">{move || format!("Loading {}", what.get())}</p>
            {(0..lines).map(|_| view! { <span class="bone"></span> }).collect_view()}
        </div>
    }
}

/// There is nothing yet; the children say what to do about it.
#[component]
pub fn Empty(#[prop(into)] title: Signal<String>, children: Children) -> impl IntoView {
    view! {
        <div class="state empty">
            <Icon name=Icon::Off />
            <p class="title">{move || title.get()}</p>
            {children()}
        </div>
    }
}

/// It did not work: what happened, and the way to try again.
#[component]
pub fn Failed(
    #[prop(into)] title: Signal<String>,
    #[prop(into)] message: Signal<String>,
    #[prop(optional, into)] retry: Option<Callback<()>>,
) -> impl IntoView {
    view! {
        <div class="state failed" role="alert">
            <Icon name=Icon::Danger />
            <p class="title">{move || title.get()}</p>
            <p>{move || message.get()}</p>
            {retry
                .map(|retry| {
                    view! {
                        <div class="btns">
                            <Button on_click=retry>"Try again"</Button>
                        </div>
                    }
                })}
        </div>
    }
}

/// The person may not see this; the children say who may, and who can change that.
#[component]
pub fn Forbidden(#[prop(into)] title: Signal<String>, children: Children) -> impl IntoView {
    view! {
        <div class="state forbidden">
            <Icon name=Icon::Lock />
            <p class="title">{move || title.get()}</p>
            {children()}
        </div>
    }
}
