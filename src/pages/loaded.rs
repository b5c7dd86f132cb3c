//! A page about one rollout: on its way, not to be had, not to be seen, or there.

use super::{not_found::NotFound, rollout::here::Here};
use crate::{
    api::{Failure, Held, Remote, use_cache},
    ui::{Failed, Forbidden, Loading},
};
use leptos::prelude::*;
use rollout::RolloutId;
use std::sync::Arc;

/// Draws the page once its rollout is loaded. What is in the rollout changes without drawing the page anew.
#[component]
pub fn Loaded(
    id: RolloutId,
    /// What is loading, "the ledger".
    what: &'static str,
    page: fn(Here) -> AnyView,
) -> impl IntoView {
    let cache = use_cache();
    let remote = cache.rollout(id);
    let retry = Callback::new(move |()| cache.refetch(id));
    view! { <Fetched remote here=Here::new(id, remote) what retry page=Callback::new(page) /> }
}

/// The same for a rollout that is fetched by the page itself.
#[component]
pub fn Fetched(
    #[prop(into)] remote: Signal<Remote<Arc<Held>>>,
    /// The rollout that `remote` brings.
    here: Here,
    what: &'static str,
    retry: Callback<()>,
    page: Callback<Here, AnyView>,
) -> impl IntoView {
    let failure = Memo::new(move |_| {
        remote.with(|remote| match remote {
            Remote::Ready(_) => Ok(true),
            Remote::Loading => Ok(false),
            Remote::Failed(failure) => Err(failure.clone()),
        })
    });
    move || match failure.get() {
        Ok(true) => page.run(here),
        Ok(false) => view! { <main id="main" class="page"><Loading what /></main> }.into_any(),
        Err(Failure::NotFound(_)) => view! { <NotFound /> }.into_any(),
        Err(Failure::Forbidden(detail)) => view! {
            <main id="main" class="page">
                <h1 class="sr">{what}</h1>
                <Forbidden title="This rollout is not open to you"><p>{detail}</p></Forbidden>
            </main>
        }
        .into_any(),
        Err(failure) => view! {
            <main id="main" class="page">
                <h1 class="sr">{what}</h1>
                <Failed title=format!("It did not load: {what}") message=failure.message() retry />
            </main>
        }
        .into_any(),
    }
}
