//! A page about one rollout: on its way, not to be had, not to be seen, or there.

use super::{not_found::NotFound, rollout::here::Here};
use crate::{
    api::{Failure, Remote, use_cache},
    ui::{Failed, Forbidden, Loading},
};
use leptos::prelude::*;
use rollout::RolloutId;

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
    let failure = Memo::new(move |_| {
        remote.with(|remote| match remote {
            Remote::Ready(_) => Ok(true),
            Remote::Loading => Ok(false),
            Remote::Failed(failure) => Err(failure.clone()),
        })
    });
    move || match failure.get() {
        Ok(true) => page(Here::new(id, remote)),
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
                <Failed
                    title=format!("It did not load: {what}")
                    message=failure.message()
                    retry=move |()| cache.refetch(id)
                />
            </main>
        }
        .into_any(),
    }
}
