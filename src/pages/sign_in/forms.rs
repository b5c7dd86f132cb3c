//! Signing in outside the demo: at the company's provider, with a local account, or for the first time.

use super::{local::Local, set_up::SetUpForm};
use crate::{
    paths,
    session::use_session,
    ui::{Icon, Show},
};
use gateway_api::sign_in_problem;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// What this gateway has of them; or what came of it, where somebody has proved themselves once more.
#[component]
pub fn Forms() -> impl IntoView {
    let query = use_query_map();
    let proved = Memo::new(move |_| query.with(|query| query.get("proved").is_some()));
    view! { <Show when=move || proved.get() fallback=Ways><Proved /></Show> }
}

#[component]
fn Ways() -> impl IntoView {
    let (session, query) = (use_session(), use_query_map());
    let setup = Memo::new(move |_| session.view().with(|view| view.ready().is_some_and(|view| view.setup)));
    let provider = Memo::new(move |_| session.view().with(|view| view.ready().and_then(|view| view.provider.clone())));
    let next = Memo::new(move |_| paths::after_sign_in(query.with(|query| query.get("next"))));
    // What went wrong at the provider, in the gateway's words.
    let went_wrong = Memo::new(move |_| query.with(|query| query.get("problem")));
    view! {
        <main id="main" class="signin">
            <div>
                <h1>{move || if setup.get() { "Welcome" } else { "Sign in" }}</h1>
                <p class="lead">"What you do here stands in the ledger in your name."</p>
            </div>
            {move || went_wrong.get().map(|problem| view! { <p role="alert" class="error"><Icon name=Icon::Danger />{words(&problem)}</p> })}
            {move || provider.get().map(|name| {
                let next = String::from(js_sys::encode_uri_component(&next.get()));
                let to = format!("{}?next={next}", gateway_api::paths::PROVIDER);
                view! { <p><a class="btn primary" href=to rel="external">{format!("Sign in with {name}")}</a></p> }
            })}
            <Show when=move || setup.get() fallback=move || view! { <Local next has_provider=provider.with(Option::is_some) /> }>
                <SetUpForm next />
            </Show>
        </main>
    }
}

/// What to tell whoever comes back from the provider and did not get what they went for.
fn words(problem: &str) -> &'static str {
    sign_in_problem(problem)
        .unwrap_or("Nobody was signed in, and this page does not know why. Try again, or ask an administrator.")
}

/// For whoever has proved again, in a tab of its own, who they are.
#[component]
fn Proved() -> impl IntoView {
    view! {
        <main id="main" class="signin">
            <div>
                <h1>"You have proved who you are"</h1>
                <p class="lead" role="status">"It counts for five minutes. Close this tab, and go on where you came from."</p>
                <p><a href=paths::ROLLOUTS>"All rollouts"</a></p>
            </div>
        </main>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use gateway_api::SIGN_IN_PROBLEMS;

    #[test]
    fn every_problem_is_told_in_words_of_its_own() {
        for (problem, told) in SIGN_IN_PROBLEMS {
            assert_eq!(words(problem), told);
        }
        assert!(words("<script>").ends_with("ask an administrator."));
    }
}
