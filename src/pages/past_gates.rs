//! Flags that the backend gives to people past a gate that is not clear: the red line on every page.

use crate::{
    api::use_cache,
    api::use_clock,
    paths,
    ui::{For, Icon, When},
};
use gateway_api::{RolloutSummary, rollouts::PastGate};
use leptos::prelude::*;
use rollout::{Place, RolloutId};

#[derive(Debug, Clone, PartialEq)]
struct Past {
    id: RolloutId,
    name: String,
    environment: String,
    flag: PastGate,
}

fn all(list: &[RolloutSummary]) -> Vec<Past> {
    let of = |one: &RolloutSummary| {
        let past = |flag: &PastGate| Past {
            id: one.id,
            name: one.name.clone(),
            environment: one.environment.clone(),
            flag: flag.clone(),
        };
        one.past_gates.iter().map(past).collect::<Vec<_>>()
    };
    list.iter().flat_map(of).collect()
}

/// The red lines, one a flag. In the page from the start, so that they are read out when they come.
#[component]
pub fn PastGates() -> impl IntoView {
    let list = use_cache().list();
    let past = Memo::new(move |_| list.with(|list| list.ready().map(|list| all(list)).unwrap_or_default()));
    let key = |past: &Past| (past.id, past.flag.flag.clone(), past.flag.exposure.to_string(), past.flag.gate);
    view! {
        <div role="alert">
            <For each=move || past.get() key=key let(past)>
                <Line past />
            </For>
        </div>
    }
}

#[component]
fn Line(past: Past) -> impl IntoView {
    let now = use_clock().now();
    let Past { id, name, environment, flag: PastGate { flag, name: of, gate, wanted, exposure, since } } = past;
    let there = format!("{}#{}", paths::rollout(id), paths::anchor(&Place::Flag(flag)));
    // "S4 in production" says it already.
    let of_what = if name.ends_with(&environment) { name } else { format!("{name} in {environment}") };
    view! {
        <div class="banner danger">
            <Icon name=Icon::Drift />
            <p>
                <b>{of}</b>
                {format!(
                    " of {of_what} has gone up past gate {gate}, which is not clear: the backend gives it at \
                     {exposure}, the ledger wants {wanted}. Seen "
                )}
                <When at=since.millis() now />
                ". "
                <a href=there>"Put it back, or accept it"</a>
            </p>
        </div>
    }
}
