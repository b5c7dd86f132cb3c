//! What everybody must know before they trust the page, worst first.

use crate::{
    api::{
        live::{Connection, use_live},
        use_cache, use_clock,
    },
    session::use_session,
    ui::{Button, Face, Icon, Show, When},
};
use leptos::prelude::*;
use rollout::text::duration;

/// The banners under the top bar.
#[component]
pub fn Alerts() -> impl IntoView {
    let outdated = use_cache().outdated;
    let (connection, session) = (use_live().connection(), use_session());
    // Whoever is not signed in, or no longer, has no connection to lose.
    let lost = Memo::new(move |_| match connection.get() {
        Connection::Lost { heard } => session.person().map(|_| heard),
        Connection::Opening | Connection::Live => None,
    });
    view! {
        <Show when=move || outdated.get()>
            <Outdated />
        </Show>
        <Lost lost />
    }
}

#[component]
fn Outdated() -> impl IntoView {
    let reload = || {
        if let Err(problem) = window().location().reload() {
            leptos::logging::error!("the page did not reload: {problem:?}");
        }
    };
    view! {
        <section class="banner danger" aria-label="Outdated">
            <Icon name=Icon::Danger />
            <p role="alert">
                <b>"This page is older than the gateway."</b> " What it shows may be wrong. Reload it to get the current one."
            </p>
            <div class="btns"><Button on_click=reload>"Reload"</Button></div>
        </section>
    }
}

/// It is in the page from the start: once the connection is lost, its icon can no longer be fetched.
#[component]
fn Lost(lost: Memo<Option<i64>>) -> impl IntoView {
    let live = use_live();
    view! {
        <section class="banner caution" aria-label="Connection" hidden=move || lost.get().is_none()>
            <Icon name=Icon::Plug />
            <p>{move || lost.get().map(|heard| view! { <Age heard /> })}</p>
            <div class="btns"><Button on_click=move || live.retry()>"Try now"</Button></div>
        </section>
    }
}

#[component]
fn Age(heard: i64) -> impl IntoView {
    let now = use_clock().now();
    // It counts, so it stands outside the alert: nobody wants to hear each second.
    let age = move || duration(now.get() - heard);
    view! {
        <span role="alert"><b>"Connection lost."</b> " Raising is locked; lowering may be tried."</span>
        " What you see is from " <When at=heard now face=Face::DateTime /> ", " <span class="num">{age}</span> " old."
    }
}
