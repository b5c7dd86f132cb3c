//! The router and the few providers.

use crate::{
    api::{Cache, Clock, live::Live},
    pages::{
        backend::BackendPage,
        flags::FlagsPage,
        ledger::LedgerPage,
        new_rollout::NewRolloutPage,
        not_found::NotFound,
        people::PeoplePage,
        rollout::{RolloutPage, stood::StoodPage},
        rollouts::RolloutsPage,
        sessions::SessionsPage,
        shell::{Shell, preload_keyboard},
        sign_in::SignInPage,
    },
    session::Session,
    ui::{Coming, Drawing, Later, provide_toasts},
};
use leptos::{prelude::*, task::spawn_local, wasm_split::wasm_split};
use leptos_router::{
    components::{Route, Router, Routes},
    path,
};

/// The console.
#[component]
pub fn App() -> impl IntoView {
    let clock = Clock::start();
    let session = Session::start();
    let cache = Cache::new(clock);
    let live = Live::new(cache, clock, session);
    live.keep();
    provide_context(clock);
    provide_context(session);
    provide_context(cache);
    provide_context(live);
    provide_toasts();
    // Most who come go on to these: they are fetched while one signs in. One that does not come is asked for again by
    // its page, which says so if it fails then.
    spawn_local(async { drop(futures::join!(preload_rollouts(), preload_rollout(), preload_keyboard())) });
    view! {
        <Router>
            <Shell>
                <Routes fallback=NotFound>
                    <Route path=path!("/") view=|| page("the rollouts", || Box::pin(rollouts_page())) />
                    <Route path=path!("/sign-in") view=SignInPage />
                    <Route path=path!("/new-rollout") view=|| page("the page for a new rollout", || Box::pin(new_rollout_page())) />
                    <Route path=path!("/flags") view=|| page("the flags", || Box::pin(flags_page())) />
                    <Route path=path!("/people") view=|| page("the people", || Box::pin(people_page())) />
                    <Route path=path!("/sessions") view=|| page("your sessions", || Box::pin(sessions_page())) />
                    <Route path=path!("/backend") view=|| page("the backend", || Box::pin(backend_page())) />
                    <Route path=path!("/rollouts/:id") view=|| page("the rollout", || Box::pin(rollout_page())) />
                    <Route path=path!("/rollouts/:id/at/:seq") view=|| page("the rollout as it stood", || Box::pin(stood_page())) />
                    <Route path=path!("/rollouts/:id/ledger/:seq?") view=|| page("the ledger", || Box::pin(ledger_page())) />
                </Routes>
            </Shell>
        </Router>
    }
}

/// A page in a module of its own.
fn page(what: &'static str, page: fn() -> Coming) -> AnyView {
    view! { <Later what page /> }.into_any()
}

#[wasm_split(signed_in, wasm_split_path = leptos::wasm_split, preload(preload_rollouts), fallible)]
fn rollouts_page() -> Drawing {
    Ok(|| view! { <RolloutsPage /> }.into_any())
}

#[wasm_split(rollout, wasm_split_path = leptos::wasm_split, preload(preload_rollout), fallible)]
fn rollout_page() -> Drawing {
    Ok(|| view! { <RolloutPage /> }.into_any())
}

#[wasm_split(rollout, wasm_split_path = leptos::wasm_split, fallible)]
fn stood_page() -> Drawing {
    Ok(|| view! { <StoodPage /> }.into_any())
}

#[wasm_split(ledger, wasm_split_path = leptos::wasm_split, fallible)]
fn ledger_page() -> Drawing {
    Ok(|| view! { <LedgerPage /> }.into_any())
}

#[wasm_split(flags, wasm_split_path = leptos::wasm_split, fallible)]
fn flags_page() -> Drawing {
    Ok(|| view! { <FlagsPage /> }.into_any())
}

#[wasm_split(people, wasm_split_path = leptos::wasm_split, fallible)]
fn people_page() -> Drawing {
    Ok(|| view! { <PeoplePage /> }.into_any())
}

#[wasm_split(people, wasm_split_path = leptos::wasm_split, fallible)]
fn sessions_page() -> Drawing {
    Ok(|| view! { <SessionsPage /> }.into_any())
}

#[wasm_split(backend, wasm_split_path = leptos::wasm_split, fallible)]
fn backend_page() -> Drawing {
    Ok(|| view! { <BackendPage /> }.into_any())
}

#[wasm_split(new_rollout, wasm_split_path = leptos::wasm_split, fallible)]
fn new_rollout_page() -> Drawing {
    Ok(|| view! { <NewRolloutPage /> }.into_any())
}
