//! One rollout: the line, the phase, people, levers, record.

pub mod act;
pub mod blockers;
pub mod evidence;
pub mod here;
pub mod place;
pub mod said;

use crate::{
    api::{Failure, Remote, use_cache},
    pages::not_found::NotFound,
    ui::{Failed, Loading},
};
use here::Here;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use rollout::RolloutId;

/// One rollout. A bad id is Not Found, not an error.
#[component]
pub fn RolloutPage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id")?.parse::<RolloutId>().ok()));
    move || match id.get() {
        Some(id) => view! { <Fetched id /> }.into_any(),
        None => view! { <NotFound /> }.into_any(),
    }
}

#[component]
fn Fetched(id: RolloutId) -> impl IntoView {
    let cache = use_cache();
    let remote = cache.rollout(id);
    // Which of the four states it is; what is in the rollout changes without drawing the page anew.
    let failure = Memo::new(move |_| {
        remote.with(|remote| match remote {
            Remote::Ready(_) => Ok(true),
            Remote::Loading => Ok(false),
            Remote::Failed(failure) => Err(failure.clone()),
        })
    });
    move || match failure.get() {
        Ok(true) => view! { <Shown here=Here::new(id, remote) /> }.into_any(),
        Ok(false) => view! { <main id="main" class="page"><Loading what="the rollout" /></main> }.into_any(),
        Err(Failure::NotFound(_)) => view! { <NotFound /> }.into_any(),
        Err(failure) => view! {
            <main id="main" class="page">
                <Failed title="The rollout did not load" message=failure.message() retry=move |()| cache.refetch(id) />
            </main>
        }
        .into_any(),
    }
}

#[component]
fn Shown(here: Here) -> impl IntoView {
    provide_context(here);
    view! {
        <main id="main">
            <div class="titlebar"><h1>{move || here.plan().name.clone()}</h1></div>
        </main>
    }
}
