use super::flow::For;
use std::time::Duration;

use leptos::prelude::*;

use super::{Icon, Tone};

/// How long a toast stays. One that reports a danger stays until it is dismissed.
const STAY: Duration = Duration::from_secs(8);

#[derive(Clone, Debug)]
struct Toast {
    id: u32,
    tone: Tone,
    text: String,
}

/// The messages at the foot of the page: what has just happened, for people who did not look.
#[derive(Clone, Copy, Debug)]
pub struct Toasts {
    shown: RwSignal<Vec<Toast>>,
    next: StoredValue<u32>,
}

impl Toasts {
    fn new() -> Self {
        Self { shown: RwSignal::new(Vec::new()), next: StoredValue::new(0) }
    }

    /// Shows a message.
    pub fn show(self, tone: Tone, text: impl Into<String>) {
        let id = self.next.get_value();
        self.next.set_value(id.wrapping_add(1));
        self.shown.update(|toasts| toasts.push(Toast { id, tone, text: text.into() }));
        if tone != Tone::Danger {
            set_timeout(move || self.dismiss(id), STAY);
        }
    }

    fn dismiss(self, id: u32) {
        self.shown.update(|toasts| toasts.retain(|toast| toast.id != id));
    }
}

/// Makes the toasts known to everything below; the app's root calls it once.
pub fn provide_toasts() -> Toasts {
    let toasts = Toasts::new();
    provide_context(toasts);
    toasts
}

/// The page's toasts.
///
/// # Panics
/// When nothing above has called [`provide_toasts`].
pub fn use_toasts() -> Toasts {
    expect_context()
}

/// Where the toasts stand. It is in the page from the start: a live region that comes with its message is not read out.
#[component]
pub fn ToastStack() -> impl IntoView {
    let toasts = use_toasts();
    view! {
        <section class="toasts" aria-label="Messages" aria-live="polite">
            <For each=move || toasts.shown.get() key=|toast| toast.id let(toast)>
                <div class=format!("toast {}", toast.tone.class())>
                    <Icon name=toast.tone.icon() />
                    <p>{toast.text}</p>
                    <button type="button" class="shut" aria-label="Dismiss" on:click=move |_| toasts.dismiss(toast.id)>
                        <Icon name=Icon::X />
                    </button>
                </div>
            </For>
        </section>
    }
}
