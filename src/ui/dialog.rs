use super::flow::Show;
use leptos::{ev::SubmitEvent, html, prelude::*};
use web_sys::wasm_bindgen::JsCast;

use super::fresh_id;

/// A modal dialog on the native element, which keeps the focus inside, closes on Esc and gives the focus back to its opener.
///
/// Its contents exist only while it is open, so each opening starts afresh. Give `autofocus` to the least destructive
/// control. A click beside it does not close it: what a person typed must not go by a slip of the hand.
#[component]
pub fn Dialog(
    open: RwSignal<bool>,
    #[prop(into)] title: Signal<String>,
    /// The one sentence that says what will change for whom.
    #[prop(optional, into)]
    sentence: Option<ViewFn>,
    /// Marks the sentence as one that takes something away.
    #[prop(optional)]
    danger: bool,
    /// Runs when the form is sent, by its submit button or by Enter in a field.
    #[prop(optional, into)]
    on_submit: Option<Callback<()>>,
    /// Runs when it has closed, by whatever way.
    #[prop(optional, into)]
    on_close: Option<Callback<()>>,
    #[prop(into)] footer: ViewFn,
    children: ChildrenFn,
) -> impl IntoView {
    let children = StoredValue::new(children);
    let footer = StoredValue::new(footer);
    let sentence = StoredValue::new(sentence);
    view! {
        <Show when=move || open.get()>
            <Modal open danger title on_submit on_close sentence=sentence.get_value() footer=footer.get_value()>
                {children.with_value(|children| children())}
            </Modal>
        </Show>
    }
}

#[component]
fn Modal(
    open: RwSignal<bool>,
    danger: bool,
    title: Signal<String>,
    sentence: Option<ViewFn>,
    on_submit: Option<Callback<()>>,
    on_close: Option<Callback<()>>,
    footer: ViewFn,
    children: Children,
) -> impl IntoView {
    let (heading, description) = (fresh_id("dialog"), fresh_id("dialog-sentence"));
    let element = NodeRef::<html::Dialog>::new();
    element.on_load(|dialog| {
        if let Err(problem) = dialog.show_modal() {
            leptos::logging::error!("a dialog could not be shown: {problem:?}");
        }
    });
    // Only closing the element gives the focus back to the opener; removing it from the page would lose the focus.
    on_cleanup(move || {
        if let Some(dialog) = element.get_untracked() {
            dialog.close();
        }
        if let Some(on_close) = on_close {
            on_close.run(());
        }
    });
    // The event comes late: after a caller's own closing the element is gone, and a new dialog may be open already.
    let closed = move |event: leptos::ev::Event| {
        let here = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        if here.is_some_and(|dialog| dialog.is_connected()) {
            open.set(false);
        }
    };
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        if let Some(on_submit) = on_submit {
            on_submit.run(());
        }
    };
    let described_by = sentence.is_some().then(|| description.clone());
    view! {
        <dialog node_ref=element aria-labelledby=heading.clone() aria-describedby=described_by on:close=closed>
            <form on:submit=send novalidate>
                <header>
                    <h2 id=heading.clone()>{move || title.get()}</h2>
                </header>
                <div class="body">
                    {sentence
                        .map(|sentence| {
                            view! { <p class="sentence" class:danger=danger id=description>{sentence.run()}</p> }
                        })}
                    {children()}
                </div>
                <footer>{footer.run()}</footer>
            </form>
        </dialog>
    }
}
