//! The plan's text: pasted, or from a file.

use gateway_api::PlanFlaw;
use leptos::{ev::Event, html::Textarea, prelude::*, task::spawn_local};
use wasm_bindgen_futures::JsFuture;
use web_sys::HtmlInputElement;

/// What a file holds; nothing if the browser may not or cannot read it.
async fn read(file: web_sys::File) -> Option<String> {
    JsFuture::from(file.text()).await.ok()?.as_string()
}

#[component]
pub fn PlanText(text: RwSignal<String>, area: NodeRef<Textarea>, flaws: RwSignal<Vec<PlanFlaw>>) -> impl IntoView {
    let unread = RwSignal::new(false);
    let open = move |event: Event| {
        let input = event_target::<HtmlInputElement>(&event);
        let Some(file) = input.files().and_then(|files| files.get(0)) else { return };
        // So that the same file can be opened again after it was changed.
        input.set_value("");
        spawn_local(async move {
            let read = read(file).await;
            unread.try_update(|unread| *unread = read.is_none());
            if let Some(read) = read {
                flaws.try_update(Vec::clear);
                text.try_update(|text| *text = read);
            }
        });
    };
    let invalid = move || (!flaws.with(Vec::is_empty)).then_some("true");
    view! {
        <div class="field">
            <label for="plan-file">"Open a file"</label>
            <input class="input" id="plan-file" type="file" accept=".yaml,.yml,.json" on:change=open />
            {move || unread.get().then(|| view! { <p class="error" role="alert">"The file could not be read: open it again, or paste its text."</p> })}
            <label for="plan-text">"Plan, YAML or JSON"</label>
            <textarea class="input plantext" id="plan-text" node_ref=area rows="24" spellcheck="false" autocapitalize="none"
                wrap="off" aria-invalid=invalid bind:value=text></textarea>
        </div>
    }
}
