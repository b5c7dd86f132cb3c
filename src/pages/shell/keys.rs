//! The keyboard: `g` and a letter go somewhere, `?` shows what there is. Not while somebody types.

use crate::paths;
use gloo_timers::callback::Timeout;
use leptos::{ev, prelude::*};
use leptos_router::hooks::{use_location, use_navigate};
use web_sys::{Element, KeyboardEvent, wasm_bindgen::JsCast};

/// How long `g` waits for its letter.
const PATIENCE_MS: u32 = 1_500;

/// What a key asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wish {
    /// The next letter says where to go.
    Go,
    Rollouts,
    Ledger,
    Help,
}

fn wish(after_g: bool, key: &str) -> Option<Wish> {
    match (after_g, key) {
        (true, "r") => Some(Wish::Rollouts),
        (true, "l") => Some(Wish::Ledger),
        (_, "g") => Some(Wish::Go),
        (_, "?") => Some(Wish::Help),
        _ => None,
    }
}

/// Listens for as long as the page is open.
pub fn listen(help: RwSignal<bool>) {
    let navigate = use_navigate();
    let path = use_location().pathname;
    let after_g = RwSignal::new(false);
    let listener = window_event_listener(ev::keydown, move |event| {
        if event.ctrl_key() || event.meta_key() || event.alt_key() || is_typing(&event) {
            return;
        }
        let wish = wish(after_g.get_untracked(), &event.key());
        after_g.set(wish == Some(Wish::Go));
        let there = match wish {
            Some(Wish::Go) => {
                let forget = move || {
                    after_g.try_update(|after_g| *after_g = false);
                };
                Timeout::new(PATIENCE_MS, forget).forget();
                None
            }
            Some(Wish::Help) => {
                help.set(true);
                None
            }
            Some(Wish::Rollouts) => Some(paths::ROLLOUTS.to_owned()),
            Some(Wish::Ledger) => path.with_untracked(|path| paths::rollout_of(path)).map(paths::ledger),
            None => None,
        };
        if let Some(there) = there {
            navigate(&there, Default::default());
        }
    });
    on_cleanup(move || listener.remove());
}

/// Keys in a field or a dialog are meant for it.
fn is_typing(event: &KeyboardEvent) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    target.is_some_and(|target| {
        target.closest("input, textarea, select, [contenteditable], dialog").ok().flatten().is_some()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_go_somewhere_only_after_g() {
        assert_eq!([wish(false, "r"), wish(false, "l")], [None, None]);
        assert_eq!([wish(true, "r"), wish(true, "l")], [Some(Wish::Rollouts), Some(Wish::Ledger)]);
        assert_eq!([wish(false, "g"), wish(true, "g")], [Some(Wish::Go); 2]);
        assert_eq!([wish(false, "?"), wish(true, "?")], [Some(Wish::Help); 2]);
    }
}
