//! Why an act did not work, said where the person who did it looks.

use super::{act::Act, blockers::Blockers, prove::Prove};
use crate::ui::Icon;
use crate::ui::Show;
use leptos::prelude::*;

/// What went wrong with an act, and what the rulebook has against it. Draws nothing while all is well.
#[component]
pub fn Trouble(act: Act) -> impl IntoView {
    let any = Memo::new(move |_| act.problem.with(Option::is_some));
    let refused = Memo::new(move |_| act.blockers.with(|blockers| !blockers.is_empty()));
    view! {
        <Show when=move || act.to_prove.get()><Prove act /></Show>
        <Show when=move || any.get()>
            <div class="field below" role="alert">
                <p class="error"><Icon name=Icon::Danger />{move || act.problem.get()}</p>
                <Show when=move || refused.get()>
                    <Blockers blockers=act.blockers />
                </Show>
            </div>
        </Show>
    }
}
