//! The way to a place of this page: in which phase it shows, under which anchor. A link there moves the focus too.

use super::here::use_here;
use crate::paths;
use leptos::{ev::MouseEvent, prelude::*};
use leptos_router::hooks::use_location;
use rollout::{Place, Rollout};
use std::time::Duration;
use web_sys::{Element, HtmlDialogElement, HtmlElement, ScrollBehavior, ScrollIntoViewOptions, wasm_bindgen::JsCast};

/// The phase whose parts are on screen, by its index.
#[derive(Debug, Clone, Copy)]
pub struct ShownPhase(pub Signal<usize>);

/// The phase whose parts are on screen.
///
/// # Panics
/// Outside a rollout's page.
pub fn use_shown_phase() -> Signal<usize> {
    expect_context::<ShownPhase>().0
}

/// The phase that must be on screen for this place to be there; `shown` where it does not matter.
pub fn phase_of(rollout: &Rollout, place: &Place, shown: usize) -> usize {
    let plan = rollout.plan();
    let found = match place {
        Place::Gate(gate) if rollout.entry_gate(shown) == *gate => None,
        Place::Gate(gate) if !rollout.is_skipped(shown) && rollout.exit_gate(shown) == *gate => None,
        Place::Gate(gate) => rollout.ahead(*gate).or_else(|| rollout.behind(*gate)),
        Place::Phase(slug) => plan.phase(slug).map(|(index, _)| index),
        Place::Line(slug) => plan.line(slug).map(|line| line.phase),
        Place::Step(slug) => plan.step(slug).map(|(phase, _, _)| phase),
        Place::Flag(_) | Place::Incident(_) | Place::Backend | Place::Rollout(_) | Place::Plan => None,
    };
    found.unwrap_or(shown)
}

/// Scrolls to the element with this id and gives it the focus.
pub fn go_to(anchor: &str) {
    let Some(element) = document().get_element_by_id(anchor) else { return };
    unfold(&element);
    let options = ScrollIntoViewOptions::new();
    options.set_behavior(ScrollBehavior::Auto);
    element.scroll_into_view_with_scroll_into_view_options(&options);
    if let Some(element) = element.dyn_ref::<HtmlElement>()
        && let Err(problem) = element.focus()
    {
        leptos::logging::warn!("a place could not take the focus: {problem:?}");
    }
}

/// A place that is folded away could not be seen.
fn unfold(element: &Element) {
    let Ok(Some(details)) = element.closest("details") else { return };
    if let Err(problem) = details.set_attribute("open", "") {
        leptos::logging::warn!("a place did not unfold: {problem:?}");
    }
}

/// Goes where the address's fragment points, once, when the page has been drawn.
pub fn follow_fragment() {
    let fragment = use_location().hash.get_untracked();
    let anchor = fragment.trim_start_matches('#').to_owned();
    if !anchor.is_empty() {
        set_timeout(move || go_to(&anchor), Duration::from_millis(120));
    }
}

/// A modal dialog would cover the place: following a link in it closes it.
fn close_dialog_around(event: &MouseEvent) {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let dialog = target.and_then(|target| target.closest("dialog").ok().flatten());
    if let Some(dialog) = dialog.and_then(|dialog| dialog.dyn_into::<HtmlDialogElement>().ok()) {
        dialog.close();
    }
}

/// A link to a place of this page.
#[component]
pub fn PlaceLink(
    #[prop(into)] place: Signal<Place>,
    /// What it says to those who hear it out of its place.
    #[prop(optional, into)]
    label: MaybeProp<String>,
    /// It is one of the rows that the keyboard goes through.
    #[prop(optional)]
    row: bool,
    children: Children,
) -> impl IntoView {
    let (here, shown) = (use_here(), use_shown_phase());
    let href = Memo::new(move |_| {
        let held = here.held();
        let phase = place.with(|place| phase_of(&held.rollout, place, shown.get()));
        match place.get() {
            Place::Rollout(other) => paths::rollout(other),
            Place::Backend => paths::BACKEND.into(),
            place => paths::place_on(&here.page(), &held.rollout.plan().phases[phase].slug, &place),
        }
    });
    let follow = move |event: MouseEvent| {
        close_dialog_around(&event);
        let anchor = place.with_untracked(paths::anchor);
        // The router draws another phase first.
        set_timeout(move || go_to(&anchor), Duration::from_millis(80));
    };
    view! { <a href=href data-noscroll="" data-row=row.then_some("") aria-label=move || label.get() on:click=follow>{children()}</a> }
}
