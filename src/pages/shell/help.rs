use crate::ui::{Button, Dialog};
use leptos::prelude::*;

const KEYS: [(&[&str], &str); 5] = [
    (&["g", "r"], "Go to the rollouts"),
    (&["g", "l"], "Go to the ledger of this rollout"),
    (&["Tab"], "Go to the next control; locked ones say what locks them"),
    (&["Esc"], "Close what is open"),
    (&["?"], "Show this list"),
];

/// What the keyboard can do.
#[component]
pub fn Help(open: RwSignal<bool>) -> impl IntoView {
    let close = move || open.set(false);
    let keys = |keys: &'static [&'static str]| keys.iter().map(|key| view! { <kbd>{*key}</kbd>" " }).collect_view();
    view! {
        <Dialog
            open
            title="Keyboard"
            footer=move || view! { <Button autofocus=true on_click=close>"Close"</Button> }
        >
            <dl class="dl keys">
                {KEYS
                    .into_iter()
                    .map(|(pressed, does)| view! { <dt>{keys(pressed)}</dt><dd>{does}</dd> })
                    .collect_view()}
            </dl>
        </Dialog>
    }
}
