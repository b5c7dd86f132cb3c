use leptos::prelude::*;

/// Every rollout one may see.
#[component]
pub fn RolloutsPage() -> impl IntoView {
    view! { <main id="main" class="page"><h1>"Rollouts"</h1></main> }
}
