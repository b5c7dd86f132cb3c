//! Signing in outside the demo: at the company's provider, with a local account, or for the first time.

use super::{local::Local, set_up::SetUpForm};
use crate::{paths, session::use_session, ui::Show};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// What this gateway has of them.
#[component]
pub fn Forms() -> impl IntoView {
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
            {move || went_wrong.get().map(|problem| view! { <p role="alert" class="error">{words(&problem)}</p> })}
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

/// What to tell whoever comes back from the provider and is not signed in.
fn words(problem: &str) -> &'static str {
    match problem {
        "denied" => {
            "The provider let nobody in: it was called off, or denied there. Try again, or ask who runs the provider."
        }
        "no-role" => {
            "The provider knows you, and nothing was granted to you here. Ask an administrator to map one of your groups to a role."
        }
        "unreachable" => "The provider does not answer. Try again in a moment; whoever runs it should look after it.",
        "expired" => "It took too long, or was begun in another browser. Begin again.",
        "disabled" => "Your account is disabled here. Ask an administrator.",
        "someone-else" => "Somebody else signed in there than is signed in here. Sign out here first.",
        _ => {
            "What the provider answered cannot be trusted, so nobody was signed in. Try again; if it stays so, an administrator finds out why in the gateway's log."
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_problem_says_what_to_do() {
        for problem in ["denied", "no-role", "unreachable", "expired", "disabled", "someone-else", "<script>"] {
            assert!(words(problem).split(". ").count() > 1, "{problem}");
        }
    }
}
