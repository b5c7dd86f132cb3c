use leptos::prelude::*;
use web_sys::wasm_bindgen::{JsCast, closure::Closure};

/// The page is being printed, or shown as it would be: what stands only on paper is drawn then.
pub fn use_paper() -> Signal<bool> {
    let paper = RwSignal::new(false);
    for (event, is_paper) in [("beforeprint", true), ("afterprint", false)] {
        let listener = window_event_listener_untyped(event, move |_| paper.set(is_paper));
        on_cleanup(move || listener.remove());
    }
    follow_medium(paper);
    paper.into()
}

/// A browser may show the printed page without asking to print it.
fn follow_medium(paper: RwSignal<bool>) {
    let Ok(Some(medium)) = window().match_media("print") else { return };
    paper.set(medium.matches());
    let changed = {
        let medium = medium.clone();
        Closure::<dyn FnMut()>::new(move || paper.set(medium.matches()))
    };
    let listen = |medium: &web_sys::MediaQueryList| {
        medium.add_event_listener_with_callback("change", changed.as_ref().unchecked_ref())
    };
    if let Err(problem) = listen(&medium) {
        leptos::logging::warn!("the page does not hear of its printing: {problem:?}");
    }
    let kept = StoredValue::new_local(Some((medium, changed)));
    on_cleanup(move || {
        let Some((medium, changed)) = kept.try_update_value(Option::take).flatten() else { return };
        if let Err(problem) = medium.remove_event_listener_with_callback("change", changed.as_ref().unchecked_ref()) {
            leptos::logging::warn!("the page still hears of its printing: {problem:?}");
        }
    });
}

/// Opens the browser's own way to print.
pub fn print() {
    if let Err(problem) = window().print() {
        leptos::logging::error!("the page could not be printed: {problem:?}");
    }
}
