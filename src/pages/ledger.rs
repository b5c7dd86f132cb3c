//! The ledger of a rollout, and each record of it.

pub mod sentence;

use leptos::prelude::*;

/// The ledger.
#[component]
pub fn LedgerPage() -> impl IntoView {
    view! { <main id="main"></main> }
}
