//! How a flag is moved by hand: its own commands, and those of its steps.

use super::{lever::Of, model::steps_of};
use crate::{
    pages::rollout::here::use_here,
    ui::{CommandLine, Icon, Show},
};
use leptos::prelude::*;
use rollout::plan::ByHand;

/// The commands, folded until somebody needs them.
#[component]
pub fn ByHand(of: Of) -> impl IntoView {
    let here = use_here();
    let commands = Memo::new(move |_| {
        let (plan, flag) = (here.plan(), of.slug());
        let commands = steps_of(&plan, &flag).filter_map(|(_, step)| Some((step.text.clone(), step.by_hand.clone()?)));
        let own = of.flag.with_value(|flag| flag.by_hand.clone());
        let own = own.map(|ByHand { enable, disable, .. }| [("On".to_owned(), enable), ("Off".to_owned(), disable)]);
        own.into_iter().flatten().chain(commands).collect::<Vec<_>>()
    });
    let summary = match of.flag.with_value(|flag| flag.manual().is_some()) {
        true => "How it is moved by hand",
        false => "By hand, without Signalbox",
    };
    let row = |(text, command): (String, String)| view! { <li>{text}<CommandLine command /></li> };
    view! {
        <Show when=move || commands.with(|commands| !commands.is_empty())>
            <details class="why">
                <summary><Icon name=Icon::Tri />{summary}</summary>
                <ul class="sm">{move || commands.get().into_iter().map(row).collect_view()}</ul>
            </details>
        </Show>
    }
}
