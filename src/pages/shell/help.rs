//! What the keyboard can do on this page.

use super::keys::{find, use_keyboard};
use crate::{
    paths,
    ui::{Button, Dialog},
};
use leptos::{ev::Event, prelude::*};
use leptos_router::hooks::use_location;

/// A shortcut: what is pressed, what it does.
type Shortcut = (&'static [&'static str], &'static str);

const ALWAYS: [Shortcut; 3] = [
    (&["Ctrl K", "⌘ K"], "Go anywhere, or do something"),
    (&["Tab"], "Go to the next control; locked ones say what locks them"),
    (&["Esc"], "Close what is open"),
];

/// The letters that do something on this page.
fn letters(path: &str, has_search: bool, has_rows: bool) -> Vec<Shortcut> {
    let mut letters: Vec<Shortcut> =
        vec![(&["/"], if has_search { "Search on this page" } else { "Go anywhere, or do something" })];
    if has_rows {
        letters.push((&["j"], "Go to the next row"));
        letters.push((&["k"], "Go to the previous row"));
    }
    letters.push((&["g", "r"], "Go to the rollouts"));
    if paths::rollout_of(path).is_some() {
        letters.push((&["g", "l"], "Go to the ledger of this rollout"));
    }
    letters.push((&["g", "f"], "Go to the flags"));
    letters.push((&["g", "p"], "Go to the people"));
    letters.push((&["g", "b"], "Go to the backend"));
    letters.push((&["?"], "Show this list"));
    letters
}

/// The map.
#[component]
pub fn Help() -> impl IntoView {
    let keyboard = use_keyboard();
    let close = move || keyboard.map.set(false);
    view! {
        <Dialog
            open=keyboard.map
            title="Keyboard"
            sentence=|| "What the keys do on this page."
            footer=move || view! { <Button autofocus=true on_click=close>"Close"</Button> }
        >
            <Map />
        </Dialog>
    }
}

#[component]
fn Map() -> impl IntoView {
    let (letters_on, path) = (use_keyboard().letters, use_location().pathname);
    let here = path.with_untracked(|path| letters(path, find("[data-search]").is_some(), find("[data-row]").is_some()));
    let switch = move |event: Event| letters_on.switch(event_target_checked(&event));
    view! {
        <dl class="dl keys">{ALWAYS.into_iter().map(row).collect_view()}</dl>
        <dl class="dl keys" class:off=move || !letters_on.get() aria-label="Single letters">
            {here.into_iter().map(row).collect_view()}
        </dl>
        <div class="choices">
            <label>
                <input type="checkbox" prop:checked=move || letters_on.get() on:change=switch />
                <span>
                    <b>"Single letters are shortcuts"</b>
                    <small>
                        "Switch it off if you dictate, or if keys get pressed by accident. This browser remembers it; Ctrl K and ⌘ K always work."
                    </small>
                </span>
            </label>
        </div>
    }
}

fn row((pressed, does): Shortcut) -> AnyView {
    let keys = pressed.iter().map(|key| view! { <kbd>{*key}</kbd>" " }).collect_view();
    view! { <dt>{keys}</dt><dd>{does}</dd> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_works_here_is_listed() {
        let pressed = |path: &str, search, rows| {
            letters(path, search, rows).iter().map(|(keys, _)| keys.join(" ")).collect::<Vec<_>>().join(", ")
        };
        assert_eq!(pressed("/", false, true), "/, j, k, g r, g f, g p, g b, ?");
        let rollout = "/rollouts/0193a5c0-0000-7000-8000-000000000001";
        assert_eq!(pressed(rollout, false, false), "/, g r, g l, g f, g p, g b, ?");
        assert_eq!(letters("/", true, false)[0].1, "Search on this page");
    }
}
