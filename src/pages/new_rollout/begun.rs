//! It began: what should be known before it is adopted, and the way there.

use crate::{
    paths,
    ui::{Lamp, Tone},
};
use gateway_api::BegunRollout;
use leptos::prelude::*;
use rollout::Place;

#[component]
pub fn BegunNotice(begun: RwSignal<Option<BegunRollout>>) -> impl IntoView {
    let notice = |begun: BegunRollout| {
        let warning = |text: String| view! { <li><Lamp tone=Tone::Caution word="Warning" /> " " {text}</li> };
        let warnings = begun.warnings.into_iter().map(warning).collect_view();
        let plan = format!("{}#{}", paths::rollout(begun.id), paths::anchor(&Place::Plan));
        view! {
            <section aria-labelledby="begun" role="status">
                <div class="sec"><h2 id="begun">"The rollout began"</h2></div>
                <div class="prose">
                    <p>"Nothing is in force yet: read the plan, then adopt it."</p>
                    <ul>{warnings}</ul>
                </div>
                <p class="btns"><a class="btn primary" href=plan>"Open its plan"</a></p>
            </section>
        }
    };
    move || begun.get().map(notice)
}
