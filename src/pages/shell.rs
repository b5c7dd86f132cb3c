//! What stands on every page: the bars, the banners, the keyboard, and the door that asks who one is.

mod account;
mod alarms;
mod alerts;
mod demo;
mod door;
mod focus;
mod help;
mod keyboard;
mod keys;
mod palette;
mod title;
mod top_bar;

pub use account::initials;
pub use keyboard::preload_keyboard;
pub use title::use_title;

use crate::{
    session::use_session,
    ui::{Failed, Loading, ToastStack},
};
use alarms::Alarms;
use alerts::Alerts;
use demo::DemoBanner;
use door::Door;
use keyboard::KeyboardDialogs;
use keys::{Keyboard, Letters};
use leptos::{ev::MouseEvent, prelude::*};
use top_bar::TopBar;

/// Every page stands in it. Pages are drawn only once it is known who looks.
#[component]
pub fn Shell(children: ChildrenFn) -> impl IntoView {
    let session = use_session();
    let door = door::watch();
    let keyboard =
        Keyboard { palette: RwSignal::new(false), map: RwSignal::new(false), letters: Letters::remembered() };
    provide_context(keyboard);
    focus::follow_navigation();
    keys::listen(keyboard);
    // The router would scroll there without moving the focus.
    let skip = |event: MouseEvent| {
        event.prevent_default();
        focus::focus_main();
    };
    view! {
        <a class="skip" href="#main" on:click=skip>"Skip to the content"</a>
        <TopBar />
        <Alerts />
        <Alarms />
        <DemoBanner />
        {move || match door.get() {
            Door::Open => children().into_any(),
            Door::Asking => view! { <main id="main" class="page"><Loading what="who is signed in" /></main> }.into_any(),
            Door::Failed(failure) => view! {
                <main id="main" class="page">
                    <Failed
                        title="The gateway did not say who is signed in"
                        message=failure.message()
                        retry=move |()| session.refetch()
                    />
                </main>
            }
            .into_any(),
        }}
        <KeyboardDialogs />
        <ToastStack />
    }
}
