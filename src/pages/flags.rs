//! Every flag of every rollout, ten thousand of them without lag: what is wanted, what the backend has, who moved it last.

mod filters;
mod row;
mod rows;
mod shown;
mod standing;
mod table;
mod window;

use super::{fresh::keep_fresh, not_found::NotFound, shell::use_title};
use crate::{
    api::{Failure, Flags, Remote, use_cache, use_clock},
    paths::{self, FlagsQuery},
    ui::{Button, Empty, Failed, Forbidden, Icon, Loading, Show, When},
};
use filters::Filters;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use rows::Counts;
use shown::Shown;
use std::sync::Arc;
use table::Table;

/// Every flag one may see. An address that means nothing, or names no rollout, is Not Found.
#[component]
pub fn FlagsPage() -> impl IntoView {
    let cache = use_cache();
    keep_fresh(move || cache.refetch_flags());
    let remote = cache.flags();
    let parameters = use_query_map();
    let query = Memo::new(move |_| parameters.with(|parameters| FlagsQuery::read(|name| parameters.get(name))));
    let unknown = Memo::new(move |_| {
        let named = query.with(|query| query.as_ref().map(|query| query.rollout));
        let known = |id| remote.with(|remote| remote.ready().is_none_or(|flags| flags.rollouts.contains_key(&id)));
        named.is_none_or(|rollout| rollout.is_some_and(|id| !known(id)))
    });
    move || match unknown.get() {
        true => view! { <NotFound /> }.into_any(),
        false => view! { <Page remote query /> }.into_any(),
    }
}

#[component]
fn Page(remote: Signal<Remote<Arc<Flags>>>, query: Memo<Option<FlagsQuery>>) -> impl IntoView {
    use_title(|| "Flags".into());
    let cache = use_cache();
    let shown = Shown::follow(remote, query);
    let failure = Memo::new(move |_| {
        remote.with(|remote| match remote {
            Remote::Ready(_) => Ok(true),
            Remote::Loading => Ok(false),
            Remote::Failed(failure) => Err(failure.clone()),
        })
    });
    view! {
        <main id="main">
            <div class="titlebar plain"><h1>"Flags"</h1><Facts shown /></div>
            <Unreachable shown />
            <div class="page">
                {move || match failure.get() {
                    Ok(true) => view! { <Listed shown /> }.into_any(),
                    Ok(false) => view! { <Loading what="the flags" lines=10 /> }.into_any(),
                    Err(Failure::Forbidden(detail)) => {
                        view! { <Forbidden title="The flags are not open to you"><p>{detail}</p></Forbidden> }.into_any()
                    }
                    Err(failure) => view! {
                        <Failed
                            title="The flags did not load"
                            message=failure.message()
                            retry=move |()| cache.refetch_flags()
                        />
                    }
                    .into_any(),
                }}
            </div>
        </main>
    }
}

/// How many there are, and in which states. Nothing while nobody knows.
#[component]
fn Facts(shown: Shown) -> impl IntoView {
    let facts = move || {
        let Counts { all, raised, pending, drifts } = shown.counts.get();
        let all = if all == 1 { (1, "flag") } else { (all, "flags") };
        let states = [(raised, "raised"), (pending, "not read back yet"), (drifts, "drifted")];
        let facts = [all].into_iter().chain(states).filter(|(n, _)| *n > 0);
        facts.map(|(n, what)| view! { <span class="num">{format!("{n} {what}")}</span> }).collect_view()
    };
    view! { <div class="facts">{facts}</div> }
}

/// While the backend does not answer, nobody knows what it has.
#[component]
fn Unreachable(shown: Shown) -> impl IntoView {
    let now = use_clock().now();
    view! {
        <div role="alert">
            {move || shown.unreachable.get().map(|since| view! {
                <div class="banner caution">
                    <Icon name=Icon::Plug />
                    <p>
                        <b>"The backend has not answered since "<When at=since.millis() now />"."</b>
                        " What it is said to have here was read before that."
                    </p>
                </div>
            })}
        </div>
    }
}

#[component]
fn Listed(shown: Shown) -> impl IntoView {
    let none_at_all = move || shown.counts.with(|counts| counts.all == 0);
    let none_found = move || shown.found.with(|found| found.is_empty());
    view! {
        <Show when=move || !none_at_all() fallback=|| view! {
            <Empty title="There is no flag yet">
                <p>"Flags come with the plan of a rollout. The product owner begins one."</p>
                <a href=paths::ROLLOUTS>"Go to the rollouts"</a>
            </Empty>
        }>
            <Filters shown />
            <Show when=move || !none_found() fallback=move || view! {
                <Empty title="No flag is like that">
                    <p>"Search for less, or for something else."</p>
                    <div class="btns"><Button on_click=move || shown.clear()>"Clear search and filters"</Button></div>
                </Empty>
            }>
                <Table shown />
            </Show>
        </Show>
    }
}
