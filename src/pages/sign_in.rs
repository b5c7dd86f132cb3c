use leptos::prelude::*;

/// Sign in, in the demo by one click.
#[component]
pub fn SignInPage() -> impl IntoView {
    view! { <main id="main" class="page"><h1>"Sign in"</h1></main> }
}
