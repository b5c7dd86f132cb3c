use super::shell::use_title;
use crate::{paths, ui::Empty};
use leptos::prelude::*;

/// A URL that leads nowhere.
#[component]
pub fn NotFound() -> impl IntoView {
    use_title(|| "Not found".into());
    view! {
        <main id="main" class="page">
            <h1 class="sr">"Not found"</h1>
            <Empty title="There is nothing at this address">
                <p>"The link may be old, or a part of it may be missing."</p>
                <a href=paths::ROLLOUTS>"Go to the rollouts"</a>
            </Empty>
        </main>
    }
}
