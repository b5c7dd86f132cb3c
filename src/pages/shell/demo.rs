//! The demo's banner: that it is one, what time it is in it, and the way to let time pass.

use crate::{
    api::{client, use_clock},
    session::use_session,
    ui::{Button, Icon, Show, Tone, time::absolute_words, use_toasts},
};
use leptos::{prelude::*, task::spawn_local};

const MOVES: [(u32, &str); 3] = [(24, "24 h ahead"), (48, "48 h ahead"), (168, "A week ahead")];

/// On every page of the demo. Nothing elsewhere.
#[component]
pub fn DemoBanner() -> impl IntoView {
    let (session, clock) = (use_session(), use_clock());
    let time = Memo::new(move |_| absolute_words(clock.now().get()));
    view! {
        <Show when=move || session.is_demo()>
            <section class="banner demo" aria-label="Demo">
                <Icon name=Icon::Clock />
                <p><b>"This is a demo with sample accounts."</b> " Its clock says " <span class="num">{time}</span> "."</p>
                <Show when=move || session.person().is_some()>
                    <Moves />
                </Show>
            </section>
        </Show>
    }
}

#[component]
fn Moves() -> impl IntoView {
    let (clock, toasts) = (use_clock(), use_toasts());
    let under_way = RwSignal::new(None::<u32>);
    let ahead = move |hours: u32| {
        if under_way.get_untracked().is_some() {
            return;
        }
        under_way.set(Some(hours));
        spawn_local(async move {
            match client::move_clock(hours).await {
                Ok(view) => {
                    clock.heard(view.now);
                    let words = absolute_words(view.now.millis());
                    toasts.show(Tone::Clear, format!("The demo's clock was moved. It is now {words}."));
                }
                Err(failure) => {
                    toasts.show(Tone::Danger, format!("The clock was not moved. {}", failure.message()));
                }
            }
            // Whoever signed out meanwhile has no buttons any more.
            under_way.try_update(|under_way| *under_way = None);
        });
    };
    let button = move |(hours, words): (u32, &'static str)| {
        let busy = Signal::derive(move || Some(under_way.get() == Some(hours)));
        view! { <Button busy on_click=move || ahead(hours)>{words}</Button> }
    };
    view! {
        <div class="btns" role="group" aria-label="Move the demo's clock">{MOVES.map(button).into_iter().collect_view()}</div>
    }
}
