//! Flags that somebody raised past the rules: the red line on every page, until they go back or somebody has reviewed it.

use crate::{
    api::use_cache,
    api::use_clock,
    paths,
    ui::{For, Icon, When},
};
use gateway_api::rollouts::BrokenGlass;
use leptos::prelude::*;
use rollout::{Place, RolloutId};

#[derive(Debug, Clone, PartialEq)]
struct Broken {
    id: RolloutId,
    name: String,
    glass: BrokenGlass,
}

/// The red lines, one a flag. In the page from the start, so that they are read out when they come.
#[component]
pub fn BrokenGlasses() -> impl IntoView {
    let list = use_cache().list();
    let broken = Memo::new(move |_| {
        list.with(|list| {
            let of = |one: &gateway_api::RolloutSummary| {
                let (id, name) = (one.id, one.name.clone());
                one.glasses
                    .iter()
                    .map(|glass| Broken { id, name: name.clone(), glass: glass.clone() })
                    .collect::<Vec<_>>()
            };
            list.ready().map(|all| all.iter().flat_map(of).collect::<Vec<_>>()).unwrap_or_default()
        })
    });
    view! {
        <div role="alert">
            <For each=move || broken.get() key=|one| (one.id, one.glass.seq) let(one)>
                <Line one />
            </For>
        </div>
    }
}

#[component]
fn Line(one: Broken) -> impl IntoView {
    let now = use_clock().now();
    let Broken { id, name: rollout, glass: BrokenGlass { flag, name, from, to, until, .. } } = one;
    let there = format!("{}#{}", paths::rollout(id), paths::anchor(&Place::Flag(flag)));
    view! {
        <div class="banner danger">
            <Icon name=Icon::Danger />
            <p>
                <b>{name}</b>
                {format!(" of {rollout} is at {to} past the rules: somebody broke the glass. It goes back to {from} by itself ")}
                <When at=until.millis() now />
                ", unless it is reviewed. "
                <a href=there>"Look at it"</a>
            </p>
        </div>
    }
}
