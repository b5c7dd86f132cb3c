use leptos::prelude::*;

/// Names the page in the browser's tab and history; follows what the name is made of.
pub fn use_title(title: impl Fn() -> String + 'static) {
    Effect::new(move |_| document().set_title(&format!("{} · Signalbox", title())));
}
