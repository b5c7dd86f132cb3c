//! What is dangerous in any rollout, on every page. It comes with the module of the first page that most people see.

use crate::{
    api::use_cache,
    pages::{fresh::keep_fresh, glasses::BrokenGlasses, late::LateEverywhere, past_gates::PastGates},
    part::NotLoaded,
    session::use_session,
    ui::{Button, Drawing, Icon, Show},
};
use leptos::{prelude::*, task::spawn_local, wasm_split::wasm_split};

/// The alarms, for whoever is signed in.
#[component]
pub fn Alarms() -> impl IntoView {
    let session = use_session();
    view! {
        <Show when=move || session.person().is_some()>
            <Loaded />
        </Show>
    }
}

#[component]
fn Loaded() -> impl IntoView {
    let loaded = RwSignal::new(None::<Drawing>);
    let load = move || {
        loaded.set(None);
        spawn_local(async move {
            let drawing = alarms().await;
            loaded.try_set(Some(drawing));
        });
    };
    load();
    // No alarm must not look as if nothing were wrong.
    let missing = move || {
        view! {
            <section class="banner danger" aria-label="Alarms">
                <Icon name=Icon::Danger />
                <p role="alert"><b>"Alarms do not show on this page."</b> " The gateway did not hand out that part of the console."</p>
                <div class="btns"><Button on_click=load>"Try again"</Button></div>
            </section>
        }
    };
    move || match loaded.get()? {
        Ok(draw) => Some(draw()),
        Err(NotLoaded) => Some(missing().into_any()),
    }
}

#[wasm_split(signed_in, wasm_split_path = leptos::wasm_split, fallible)]
fn alarms() -> Drawing {
    Ok(|| view! { <Kept /> }.into_any())
}

/// Whatever the page shows, the list of rollouts is kept fresh for them.
#[component]
fn Kept() -> impl IntoView {
    let cache = use_cache();
    keep_fresh(move || cache.refetch_list());
    view! {
        <LateEverywhere />
        <PastGates />
        <BrokenGlasses />
    }
}
