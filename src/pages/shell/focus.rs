//! After a page change the focus goes to the new page's heading, so that those who do not see the page hear where they are.

use gloo_timers::future::TimeoutFuture;
use leptos::{prelude::*, task::spawn_local};
use leptos_router::hooks::use_location;
use web_sys::{FocusOptions, HtmlElement, wasm_bindgen::JsCast};

/// How often the heading is looked for while the new page loads, and how long to wait between.
const LOOKS: u32 = 40;
const PAUSE_MS: u32 = 50;

/// Follows the address. A fragment says itself where the focus goes.
pub fn follow_navigation() {
    let location = use_location();
    Effect::new(move |before: Option<String>| {
        let now = location.pathname.get();
        if before.is_some_and(|before| before != now) && location.hash.with_untracked(String::is_empty) {
            spawn_local(focus_heading());
        }
        now
    });
}

async fn focus_heading() {
    for _ in 0..LOOKS {
        TimeoutFuture::new(PAUSE_MS).await;
        if find("dialog[open]").is_some() {
            return;
        }
        if let Some(heading) = find("main [data-heading]").or_else(|| find("main h1")) {
            return focus(&heading);
        }
    }
    focus_main();
}

/// Moves the focus to the page's content.
pub fn focus_main() {
    if let Some(main) = find("#main") {
        focus(&main);
    }
}

fn find(selector: &str) -> Option<HtmlElement> {
    document().query_selector(selector).ok().flatten().and_then(|found| found.dyn_into().ok())
}

fn focus(element: &HtmlElement) {
    if !element.has_attribute("tabindex") {
        element.set_tab_index(-1);
    }
    // By itself the browser scrolls as if the sticky title bar stood over everything, also over what stands beside it.
    let options = FocusOptions::new();
    options.set_prevent_scroll(true);
    if let Err(problem) = element.focus_with_options(&options) {
        leptos::logging::warn!("the page could not take the focus: {problem:?}");
    }
    let (top, height) = (element.get_bounding_client_rect().top(), window().inner_height());
    let below = height.ok().and_then(|height| height.as_f64()).is_some_and(|height| top >= height);
    if top < 0.0 || below {
        element.scroll_into_view();
    }
}
