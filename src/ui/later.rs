use super::{Failed, Loading};
use crate::part::{NotLoaded, Part};
use leptos::{prelude::*, task::spawn_local};
use std::pin::Pin;

/// How to draw a part of the page that is in a module of its own.
pub type Drawing<P> = Part<fn(P) -> AnyView>;

/// A part on its way.
pub type Coming<P> = Pin<Box<dyn Future<Output = Drawing<P>>>>;

/// Draws a part of the page with `with`, as soon as its module is there.
#[component]
pub fn Later<P: Copy + Send + Sync + 'static>(
    /// What is loading, "the ledger".
    what: &'static str,
    part: fn() -> Coming<P>,
    with: P,
) -> impl IntoView {
    let loaded = RwSignal::new(None::<Drawing<P>>);
    let load = move || {
        spawn_local(async move {
            let part = part().await;
            // None there any more: whoever waited for it has gone on.
            loaded.try_set(Some(part));
        });
    };
    load();
    move || {
        match loaded.get() {
        None => view! { <Loading what /> }.into_any(),
        Some(Ok(draw)) => draw(with),
        Some(Err(NotLoaded)) => view! {
            <Failed
                title=format!("It did not load: {what}")
                message="The gateway did not hand out this part of the console. Try again; if that does not help, reload the page."
                retry=move |()| load()
            />
        }
        .into_any(),
    }
    }
}
