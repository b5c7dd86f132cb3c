//! The palette: type a few letters, and go there.

mod entries;
mod matching;

use super::keys::use_keyboard;
use crate::{
    pages::rollout::place::go_to,
    ui::{Button, Dialog, Show, fresh_id, print},
};
use entries::{Entry, Goal, acting, entries};
use leptos::{
    ev::{Event, KeyboardEvent, MouseEvent},
    prelude::*,
};
use leptos_router::hooks::use_navigate;
use matching::{finds, folded};
use std::time::Duration;
use web_sys::{HtmlElement, ScrollIntoViewOptions, ScrollLogicalPosition, wasm_bindgen::JsCast};

/// So many of a section are listed; typing brings the others.
const SHOWN: usize = 6;
/// The router draws the page first.
const DRAWN: Duration = Duration::from_millis(150);

/// What is found: under its heading, and how many more there are.
#[derive(Debug, Clone, PartialEq)]
struct Found {
    section: &'static str,
    /// Each with its place in the whole list.
    entries: Vec<(usize, Entry)>,
    more: usize,
}

fn found(all: &[Entry], typed: &str) -> Vec<Found> {
    let typed = folded(typed);
    let mut sections: Vec<Found> = vec![];
    let mut place = 0;
    for entry in all.iter().filter(|entry| finds(&typed, &entry.folded)) {
        if sections.last().is_none_or(|last| last.section != entry.section) {
            sections.push(Found { section: entry.section, entries: vec![], more: 0 });
        }
        let Some(section) = sections.last_mut() else { continue };
        if section.entries.len() < SHOWN {
            section.entries.push((place, entry.clone()));
            place += 1;
        } else {
            section.more += 1;
        }
    }
    sections
}

/// The palette.
#[component]
pub fn Palette() -> impl IntoView {
    let keyboard = use_keyboard();
    let navigate = StoredValue::new_local(use_navigate());
    let goal = RwSignal::new(None::<Goal>);
    // Only once the palette is gone: what it opens gets the focus for good.
    let gone = move || {
        let Some(goal) = goal.try_update(Option::take).flatten() else { return };
        match goal {
            Goal::Page(path) => navigate.with_value(|navigate| navigate(&path, Default::default())),
            Goal::Place(path, anchor) => {
                navigate.with_value(|navigate| navigate(&path, Default::default()));
                set_timeout(move || go_to(&anchor), DRAWN);
            }
            Goal::Press(words) => press(&words),
            Goal::Map => keyboard.map.set(true),
            Goal::Print => print(),
        }
    };
    let choose = move |chosen: Goal| {
        goal.set(Some(chosen));
        keyboard.palette.set(false);
        set_timeout(gone, Duration::ZERO);
    };
    view! {
        <Dialog
            open=keyboard.palette
            title="Go anywhere, or do something"
            sentence=|| "Type a word of it. Up and Down choose, Enter goes there."
            footer=move || view! { <Button on_click=move || keyboard.palette.set(false)>"Close"</Button> }
        >
            <Chooser choose=Callback::new(choose) />
        </Dialog>
    }
}

/// Presses the element that stands for this act, as a person would.
fn press(words: &str) {
    let stands_for = |element: &web_sys::Element| element.get_attribute("data-act").as_deref() == Some(words);
    let found = acting().into_iter().find(stands_for);
    if let Some(element) = found.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        element.click();
    }
}

/// The field, and the list that it steers: the focus stays in the field.
#[component]
fn Chooser(choose: Callback<Goal>) -> impl IntoView {
    let (field, list) = (fresh_id("palette"), fresh_id("palette-list"));
    let (typed, at) = (RwSignal::new(String::new()), RwSignal::new(0_usize));
    let all = entries();
    let found = Memo::new(move |_| all.with(|all| typed.with(|typed| found(all, typed))));
    let count = Memo::new(move |_| found.with(|found| found.iter().map(|found| found.entries.len()).sum::<usize>()));
    let option = {
        let list = list.clone();
        move |place: usize| format!("{list}-{place}")
    };
    let active = {
        let option = option.clone();
        move || (count.get() > 0).then(|| option(at.get().min(count.get() - 1)))
    };
    Effect::new({
        let active = active.clone();
        move |_| active().as_deref().map(show)
    });
    let steer = move |event: KeyboardEvent| {
        let now = at.get_untracked();
        if let Some(next) = steered(&event.key(), now, count.get_untracked()) {
            event.prevent_default();
            at.set(next);
        } else if event.key() == "Enter" {
            event.prevent_default();
            let goal = found.with_untracked(|found| goal_at(found, now));
            goal.into_iter().for_each(|goal| choose.run(goal));
        }
    };
    let typing = move |event: Event| {
        typed.set(event_target_value(&event));
        at.set(0);
    };
    view! {
        <label class="sr" for=field.clone()>"Where to?"</label>
        <input class="input" id=field type="text" role="combobox" autofocus=true autocomplete="off" autocapitalize="none"
            spellcheck="false" placeholder="A page, a rollout, a gate, a flag, a line" aria-autocomplete="list"
            aria-expanded="true" aria-controls=list.clone() aria-activedescendant=active on:input=typing on:keydown=steer />
        <p class="sr" role="status">{move || said(count.get())}</p>
        <div class="palette" id=list role="listbox" tabindex="-1" aria-label="Places and acts">
            {move || found.get().into_iter().map(|found| section(found, at, option.clone(), choose)).collect_view()}
        </div>
        <Show when=move || count.get() == 0>
            <p class="s">"Nothing matches. Each word you type must begin a word of what you look for."</p>
        </Show>
    }
}

fn said(count: usize) -> String {
    match count {
        0 => "Nothing matches".into(),
        1 => "1 match".into(),
        n => format!("{n} matches"),
    }
}

/// Where a key leads in the list; none, if it means something else.
fn steered(key: &str, at: usize, count: usize) -> Option<usize> {
    let last = count.checked_sub(1)?;
    match key {
        "ArrowDown" if at >= last => Some(0),
        "ArrowDown" => Some(at + 1),
        "ArrowUp" if at == 0 => Some(last),
        "ArrowUp" => Some(at - 1),
        "Home" => Some(0),
        "End" => Some(last),
        _ => None,
    }
}

fn goal_at(found: &[Found], at: usize) -> Option<Goal> {
    let entries = found.iter().flat_map(|found| &found.entries);
    entries.clone().find(|(place, _)| *place == at).or_else(|| entries.last()).map(|(_, entry)| entry.goal.clone())
}

fn section(found: Found, at: RwSignal<usize>, option: impl Fn(usize) -> String, choose: Callback<Goal>) -> AnyView {
    let heading = fresh_id("palette-section");
    let entry = |(place, entry): (usize, Entry)| {
        let Entry { label, note, goal, .. } = entry;
        // The focus stays in the field.
        let keep = |event: MouseEvent| event.prevent_default();
        view! {
            <div role="option" id=option(place) aria-selected=move || (at.get() == place).to_string()
                on:mousedown=keep on:click=move |_| choose.run(goal.clone())>
                <span>{label}</span> " " <small>{note}</small>
            </div>
        }
    };
    let more = (found.more > 0).then(|| format!(", {} more by typing", found.more));
    view! {
        <div role="group" aria-labelledby=heading.clone()>
            <div class="group" role="presentation" id=heading.clone()>{found.section}{more}</div>
            {found.entries.into_iter().map(entry).collect_view()}
        </div>
    }
    .into_any()
}

/// Scrolls the list to this entry.
fn show(option: &str) {
    let options = ScrollIntoViewOptions::new();
    options.set_block(ScrollLogicalPosition::Nearest);
    if let Some(option) = document().get_element_by_id(option) {
        option.scroll_into_view_with_scroll_into_view_options(&options);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_steer_the_list_round_and_round() {
        assert_eq!([steered("ArrowDown", 0, 3), steered("ArrowDown", 2, 3)], [Some(1), Some(0)]);
        assert_eq!([steered("ArrowUp", 0, 3), steered("ArrowUp", 2, 3)], [Some(2), Some(1)]);
        assert_eq!([steered("Home", 1, 3), steered("End", 1, 3)], [Some(0), Some(2)]);
        assert_eq!([steered("ArrowDown", 0, 0), steered("a", 0, 3)], [None, None]);
    }
}
