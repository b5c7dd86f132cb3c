//! The router and the few providers.

use crate::{
    api::{Cache, Clock, live::Live},
    pages::{
        ledger::LedgerPage, new_rollout::NewRolloutPage, not_found::NotFound, rollout::RolloutPage,
        rollouts::RolloutsPage, shell::Shell, sign_in::SignInPage,
    },
    session::Session,
    ui::provide_toasts,
};
use leptos::prelude::*;
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
    view! {
        <Router>
            <Shell>
                <Routes fallback=NotFound>
                    <Route path=path!("/") view=RolloutsPage />
                    <Route path=path!("/sign-in") view=SignInPage />
                    <Route path=path!("/new-rollout") view=NewRolloutPage />
                    <Route path=path!("/rollouts/:id") view=RolloutPage />
                    <Route path=path!("/rollouts/:id/ledger/:seq?") view=LedgerPage />
                </Routes>
            </Shell>
        </Router>
    }
}
