//! Creating flags, once an engineer has confirmed which.

use super::Flags;
use crate::ui::{Button, Dialog, Kind};
use leptos::prelude::*;

fn counted(n: usize) -> String {
    if n == 1 { "1 flag".into() } else { format!("{n} flags") }
}

/// The button, and the dialog that says what will be there then.
#[component]
pub fn Create(flags: Flags, open: Memo<Vec<String>>) -> impl IntoView {
    let shown = RwSignal::new(false);
    let many = Memo::new(move |_| counted(open.with(Vec::len)));
    let environment = flags.asked.with_value(|asked| asked.environment.clone());
    let title = {
        let environment = environment.clone();
        Signal::derive(move || format!("Create {} in {environment}", many.get()))
    };
    let sentence =
        move || view! { {many} " will be created at the backend, off: nobody gets them until a rollout raises them." };
    let confirm = move || {
        shown.set(false);
        flags.create(open.get_untracked());
    };
    let item = |key: String| view! { <li class="key">{key}</li> };
    view! {
        <Button kind=Kind::Primary busy=flags.busy on_click=move || shown.set(true)>{move || format!("Create {}, off…", many.get())}</Button>
        <Dialog open=shown title sentence on_submit=confirm footer=move || view! {
            <Button autofocus=true on_click=move || shown.set(false)>"Change nothing"</Button>
            <Button kind=Kind::Primary submit=true>{move || format!("Create {}", many.get())}</Button>
        }>
            <ul>{move || open.get().into_iter().map(item).collect_view()}</ul>
        </Dialog>
    }
}
