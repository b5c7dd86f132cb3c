//! The levers: one a flag. Down is always free; up passes the rules.

mod attest;
mod by_hand;
mod lever;
mod lower;
mod model;
mod past_rules;
mod quadrant;
mod raise;
mod reach;
mod strange;
mod waits;

use super::here::use_here;
use crate::ui::For;
use attest::FlaglessSteps;
use leptos::prelude::*;
use lever::Lever;
pub use lever::failure;
use rollout::FlagSlug;
pub use waits::unverified;

/// Every lever, in the plan's order. Those of the shown phase, and those that are not at rest, are drawn whole.
#[component]
pub fn Levers(#[prop(into)] phase: Signal<usize>) -> impl IntoView {
    let here = use_here();
    let flags = Memo::new(move |_| {
        let plan = here.plan();
        plan.flags.iter().enumerate().map(|(n, flag)| (n + 1, flag.slug.clone())).collect::<Vec<(usize, FlagSlug)>>()
    });
    view! {
        <section class="levers" aria-labelledby="levers">
            <div class="head">
                <h3 id="levers">"Levers"</h3>
                <span class="sm q">"Down is always free. Up passes the interlocking."</span>
            </div>
            <FlaglessSteps phase />
            <For each=move || flags.get() key=|flag| flag.clone() let((number, flag))>
                <Lever number flag phase />
            </For>
        </section>
    }
}
