//! The commands that do a flag's steps by hand, without Signalbox.

use super::{lever::Of, model::steps_of};
use crate::{
    pages::rollout::here::use_here,
    ui::{CommandLine, Icon, Show},
};
use leptos::prelude::*;

/// The commands of a flag's steps, folded until somebody needs them.
#[component]
pub fn ByHand(of: Of) -> impl IntoView {
    let here = use_here();
    let commands = Memo::new(move |_| {
        let (plan, flag) = (here.plan(), of.slug());
        let commands = steps_of(&plan, &flag).filter_map(|(_, step)| Some((step.text.clone(), step.by_hand.clone()?)));
        commands.collect::<Vec<_>>()
    });
    let row = |(text, command): (String, String)| view! { <li>{text}<CommandLine command /></li> };
    view! {
        <Show when=move || commands.with(|commands| !commands.is_empty())>
            <details class="why">
                <summary><Icon name=Icon::Tri />"By hand, without Signalbox"</summary>
                <ul class="sm">{move || commands.get().into_iter().map(row).collect_view()}</ul>
            </details>
        </Show>
    }
}
