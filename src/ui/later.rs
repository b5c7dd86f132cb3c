use super::{Failed, Loading};
use crate::part::{NotLoaded, Part};
use leptos::{prelude::*, task::spawn_local};
use std::pin::Pin;

/// How to draw a page that is in a module of its own.
pub type Drawing = Part<fn() -> AnyView>;

/// A page on its way.
pub type Coming = Pin<Box<dyn Future<Output = Drawing>>>;

/// Draws a page as soon as its module is there.
#[component]
pub fn Later(
    /// What is loading, "the ledger".
    what: &'static str,
    page: fn() -> Coming,
) -> impl IntoView {
    let loaded = RwSignal::new(None::<Drawing>);
    let load = move || {
        loaded.set(None);
        spawn_local(async move {
            let page = page().await;
            // Whoever has gone on meanwhile no longer waits for it.
            loaded.try_set(Some(page));
        });
    };
    load();
    move || match loaded.get() {
        Some(Ok(draw)) => draw(),
        None => view! { <main id="main" class="page"><Loading what /></main> }.into_any(),
        Some(Err(NotLoaded)) => view! {
            <main id="main" class="page">
                <h1 class="sr">{what}</h1>
                <Failed
                    title=format!("It did not load: {what}")
                    message="The gateway did not hand out this part of the console. Try again; if that does not help, \
                             reload the page."
                    retry=move |()| load()
                />
            </main>
        }
        .into_any(),
    }
}
