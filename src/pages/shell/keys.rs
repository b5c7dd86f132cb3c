//! The keyboard: ⌘ or Ctrl with K opens the palette; single letters go somewhere, move among rows, search, show what there
//! is. Not while somebody types, and the letters not at all for who has switched them off.

mod rows;
mod setting;

pub use setting::Letters;

use crate::{paths, session::use_session};
use gloo_timers::callback::Timeout;
use leptos::{ev, prelude::*};
use leptos_router::hooks::{use_location, use_navigate};
use rows::Towards;
use web_sys::{Element, HtmlElement, KeyboardEvent, wasm_bindgen::JsCast};

/// How long `g` waits for its letter.
const PATIENCE_MS: u32 = 1_500;

/// What the keyboard opens.
#[derive(Debug, Clone, Copy)]
pub struct Keyboard {
    /// Go anywhere, or do something.
    pub palette: RwSignal<bool>,
    /// What there is.
    pub map: RwSignal<bool>,
    /// Are single letters shortcuts?
    pub letters: Letters,
}

/// What the keyboard opens.
///
/// # Panics
/// Outside the shell.
pub fn use_keyboard() -> Keyboard {
    expect_context()
}

/// What a key asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wish {
    /// The next letter says where to go.
    Go,
    Rollouts,
    Ledger,
    Flags,
    People,
    Backend,
    Row(Towards),
    Search,
    Map,
}

fn wish(after_g: bool, key: &str) -> Option<Wish> {
    match (after_g, key) {
        (true, "r") => Some(Wish::Rollouts),
        (true, "l") => Some(Wish::Ledger),
        (true, "f") => Some(Wish::Flags),
        (true, "p") => Some(Wish::People),
        (true, "b") => Some(Wish::Backend),
        (_, "g") => Some(Wish::Go),
        (_, "j") => Some(Wish::Row(Towards::Next)),
        (_, "k") => Some(Wish::Row(Towards::Previous)),
        (_, "/") => Some(Wish::Search),
        (_, "?") => Some(Wish::Map),
        _ => None,
    }
}

/// Listens for as long as the page is open.
pub fn listen(keyboard: Keyboard) {
    let (session, navigate, path) = (use_session(), use_navigate(), use_location().pathname);
    let after_g = RwSignal::new(false);
    // Dropped with the next one: an earlier `g` does not make a later one be forgotten.
    let patience = StoredValue::new_local(None::<Timeout>);
    let listener = window_event_listener(ev::keydown, move |event| {
        if event.alt_key() || untrack(move || session.person()).is_none() {
            return;
        }
        if event.ctrl_key() || event.meta_key() {
            return toggle_palette(keyboard, &event);
        }
        if !keyboard.letters.are_on() || is_inside(&event, "input, textarea, select, [contenteditable], dialog") {
            return;
        }
        let wish = wish(after_g.get_untracked(), &event.key());
        after_g.set(wish == Some(Wish::Go));
        let there = match wish {
            Some(Wish::Go) => {
                let forget = move || {
                    after_g.try_update(|after_g| *after_g = false);
                };
                patience.set_value(Some(Timeout::new(PATIENCE_MS, forget)));
                None
            }
            Some(Wish::Rollouts) => Some(paths::ROLLOUTS.to_owned()),
            Some(Wish::Flags) => Some(paths::FLAGS.to_owned()),
            Some(Wish::People) => Some(paths::PEOPLE.to_owned()),
            Some(Wish::Backend) => Some(paths::BACKEND.to_owned()),
            Some(Wish::Ledger) => path.with_untracked(|path| paths::rollout_of(path)).map(paths::ledger),
            Some(Wish::Row(towards)) => {
                rows::go(towards);
                None
            }
            Some(Wish::Search) => {
                search(keyboard, &event);
                None
            }
            Some(Wish::Map) => {
                keyboard.map.set(true);
                None
            }
            None => None,
        };
        if let Some(there) = there {
            navigate(&there, Default::default());
        }
    });
    on_cleanup(move || listener.remove());
}

/// Also while somebody types, but not over another dialog.
fn toggle_palette(keyboard: Keyboard, event: &KeyboardEvent) {
    let is_open = keyboard.palette.get_untracked();
    if event.key().eq_ignore_ascii_case("k") && !event.shift_key() && (is_open || find("dialog[open]").is_none()) {
        event.prevent_default();
        keyboard.palette.set(!is_open);
    }
}

/// The page's own search, if it has one; else the palette.
fn search(keyboard: Keyboard, event: &KeyboardEvent) {
    event.prevent_default();
    match find("[data-search]").and_then(|field| field.dyn_into::<HtmlElement>().ok()) {
        Some(field) => rows::focus(&field),
        None => keyboard.palette.set(true),
    }
}

/// The first such element of the page.
pub fn find(selector: &str) -> Option<Element> {
    document().query_selector(selector).ok().flatten()
}

/// Keys in a field or a dialog are meant for it.
fn is_inside(event: &KeyboardEvent, selector: &str) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    target.is_some_and(|target| target.closest(selector).ok().flatten().is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_go_somewhere_only_after_g() {
        assert_eq!(["r", "l", "f", "p", "b"].map(|key| wish(false, key)), [None; 5]);
        let places = [Wish::Rollouts, Wish::Ledger, Wish::Flags, Wish::People, Wish::Backend].map(Some);
        assert_eq!(["r", "l", "f", "p", "b"].map(|key| wish(true, key)), places);
        for (key, wanted) in [
            ("g", Wish::Go),
            ("?", Wish::Map),
            ("/", Wish::Search),
            ("j", Wish::Row(Towards::Next)),
            ("k", Wish::Row(Towards::Previous)),
        ] {
            assert_eq!([wish(false, key), wish(true, key)], [Some(wanted); 2], "{key}");
        }
    }
}
