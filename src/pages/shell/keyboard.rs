//! The palette and the keyboard's map. They come in a module of their own: nobody needs them on the first screen.

use super::{help::Help, keys::use_keyboard, palette::Palette};
use crate::{
    part::NotLoaded,
    ui::{Drawing, Tone, use_toasts},
};
use leptos::{prelude::*, task::spawn_local, wasm_split::wasm_split};

/// Draws them once one of them was asked for.
#[component]
pub fn KeyboardDialogs() -> impl IntoView {
    let (keyboard, toasts) = (use_keyboard(), use_toasts());
    let drawing = RwSignal::new(None::<fn() -> AnyView>);
    let asked = Memo::new(move |_| keyboard.palette.get() || keyboard.map.get());
    Effect::new(move |_| {
        if !asked.get() || drawing.with_untracked(Option::is_some) {
            return;
        }
        spawn_local(async move {
            match dialogs().await {
                Ok(draw) => drawing.set(Some(draw)),
                Err(NotLoaded) => {
                    keyboard.palette.set(false);
                    keyboard.map.set(false);
                    toasts.show(Tone::Danger, "The gateway did not hand out this part of the console. Try again.");
                }
            }
        });
    });
    move || drawing.get().map(|draw| draw())
}

/// Both. They show when they are asked for.
#[wasm_split(keyboard, wasm_split_path = leptos::wasm_split, preload(preload_keyboard), fallible)]
pub fn dialogs() -> Drawing {
    Ok(|| view! { <Palette /><Help /> }.into_any())
}
