//! Whether single letters are shortcuts. They disturb who dictates, or whose hand slips: they can be switched off.

use leptos::prelude::*;

/// Where the choice is kept. Only `off` is.
const KEY: &str = "signalbox-letters";

/// Are single letters shortcuts?
#[derive(Debug, Clone, Copy)]
pub struct Letters(RwSignal<bool>);

impl Letters {
    /// As this browser remembers it; on, if it remembers nothing.
    pub fn remembered() -> Self {
        let word = window().local_storage().map(|storage| storage.map(|storage| storage.get_item(KEY)));
        Self(RwSignal::new(!matches!(word, Ok(Some(Ok(Some(word)))) if word == "off")))
    }

    /// They are, at this moment.
    pub fn are_on(self) -> bool {
        self.0.get_untracked()
    }

    /// Followed.
    pub fn get(self) -> bool {
        self.0.get()
    }

    /// Switches them, and remembers it.
    pub fn switch(self, on: bool) {
        self.0.set(on);
        let kept = window().local_storage().and_then(|storage| match storage {
            None => Ok(()),
            Some(storage) if on => storage.remove_item(KEY),
            Some(storage) => storage.set_item(KEY, "off"),
        });
        if let Err(problem) = kept {
            leptos::logging::warn!("the choice is not remembered, the browser keeps no storage: {problem:?}");
        }
    }
}
