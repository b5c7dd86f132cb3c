//! The plan's text: pasted, or from a file that is opened or dropped.

use super::encoding::{Foreign, ForeignNotice, text_of};
use gateway_api::PlanFlaw;
use js_sys::Uint8Array;
use leptos::{
    ev::{DragEvent, Event},
    html::Textarea,
    prelude::*,
    task::spawn_local,
};
use wasm_bindgen_futures::JsFuture;
use web_sys::{File, HtmlInputElement};

/// Why a file's text is not here.
#[derive(Debug, Clone, PartialEq)]
enum Unread {
    /// The browser may not or cannot read it.
    File,
    /// It is no UTF-8.
    Encoding(Foreign),
}

async fn read(file: File) -> Result<String, Unread> {
    let buffer = JsFuture::from(file.array_buffer()).await.map_err(|_| Unread::File)?;
    text_of(Uint8Array::new(&buffer).to_vec()).map_err(Unread::Encoding)
}

#[component]
pub fn PlanText(text: RwSignal<String>, area: NodeRef<Textarea>, flaws: RwSignal<Vec<PlanFlaw>>) -> impl IntoView {
    let unread = RwSignal::new(None::<Unread>);
    let take = move |read: String| {
        flaws.try_update(Vec::clear);
        unread.try_update(|unread| *unread = None);
        text.try_update(|text| *text = read);
    };
    let fetch = move |file: File| {
        spawn_local(async move {
            match read(file).await {
                Ok(read) => take(read),
                Err(why) => drop(unread.try_update(|unread| *unread = Some(why))),
            }
        });
    };
    let open = move |event: Event| {
        let input = event_target::<HtmlInputElement>(&event);
        let Some(file) = input.files().and_then(|files| files.get(0)) else { return };
        // So that the same file can be opened again after it was changed.
        input.set_value("");
        fetch(file);
    };
    // Else the browser would leave this page for the file. Text that is dropped is the text field's own affair.
    let drop_file = move |event: DragEvent| {
        let file = event.data_transfer().and_then(|dropped| dropped.files()).and_then(|files| files.get(0));
        if let Some(file) = file {
            event.prevent_default();
            fetch(file);
        }
    };
    let holds_files =
        |event: &DragEvent| event.data_transfer().is_some_and(|held| held.types().includes(&"Files".into(), 0));
    let hold = move |event: DragEvent| {
        if holds_files(&event) {
            event.prevent_default();
        }
    };
    let invalid = move || (!flaws.with(Vec::is_empty)).then_some("true");
    view! {
        <div class="field" on:dragover=hold on:drop=drop_file>
            <label for="plan-file">"Open a file, or drop it on the text"</label>
            <input class="input" id="plan-file" type="file" accept=".yaml,.yml,.json" on:change=open />
            {move || unread.get().map(|why| match why {
                Unread::File => view! {
                    <p class="error" role="alert">"The file could not be read: open it again, or paste its text."</p>
                }
                .into_any(),
                Unread::Encoding(foreign) => view! { <ForeignNotice foreign take=Callback::new(take) /> }.into_any(),
            })}
            <label for="plan-text">"Plan, YAML or JSON"</label>
            <textarea class="input plantext" id="plan-text" node_ref=area rows="24" spellcheck="false" autocapitalize="none"
                wrap="off" aria-invalid=invalid bind:value=text></textarea>
        </div>
    }
}
