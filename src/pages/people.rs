//! Everyone the gateway knows, and their parts in a rollout: who decides, who signs, who may do what. To be read only.

mod authority;
mod care;
mod known;
mod parts;

use super::{not_found::NotFound, shell::use_title};
use crate::{
    api::{Cache, Failure, Held, Remote, client, use_cache},
    paths,
    ui::{Empty, Failed, Forbidden, Loading, Show, fresh_id},
};
use authority::Authority;
use gateway_api::{KnownPerson, RolloutSummary};
use known::Known;
use leptos::{ev::Event, prelude::*, task::spawn_local};
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map},
};
use parts::Parts;
use rollout::RolloutId;
use std::sync::Arc;

/// Which rollout the address names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Named {
    None,
    Rollout(RolloutId),
    /// Something that is no rollout's id.
    Nonsense,
}

fn named(rollout: Option<String>) -> Named {
    match rollout {
        None => Named::None,
        Some(text) => text.parse().map_or(Named::Nonsense, Named::Rollout),
    }
}

/// The people and the rollouts, as far as they are here.
#[derive(Clone, Copy)]
struct Everyone {
    cache: Cache,
    people: RwSignal<Remote<Vec<KnownPerson>>>,
    list: Signal<Remote<Vec<RolloutSummary>>>,
}

impl Everyone {
    fn fetch(self) {
        self.cache.refetch_list();
        self.fetch_people();
    }

    fn fetch_people(self) {
        spawn_local(async move {
            let known = client::people().await.map_or_else(Remote::Failed, Remote::Ready);
            // The page may have been left meanwhile.
            self.people.try_set(known);
        });
    }

    /// Both are here, or one is not to be had.
    fn state(self) -> Result<bool, Failure> {
        let people = self.people.with(state);
        let list = self.list.with(state);
        Ok(people? & list?)
    }
}

fn state<T>(remote: &Remote<T>) -> Result<bool, Failure> {
    match remote {
        Remote::Ready(_) => Ok(true),
        Remote::Loading => Ok(false),
        Remote::Failed(failure) => Err(failure.clone()),
    }
}

/// The people. An address that names no rollout is Not Found.
#[component]
pub fn PeoplePage() -> impl IntoView {
    let cache = use_cache();
    let everyone = Everyone { cache, people: RwSignal::new(Remote::Loading), list: cache.list() };
    everyone.fetch();
    let query = use_query_map();
    let named = Memo::new(move |_| named(query.with(|query| query.get("rollout"))));
    let unknown = Memo::new(move |_| match named.get() {
        Named::None => false,
        Named::Nonsense => true,
        Named::Rollout(id) => {
            everyone.list.with(|list| list.ready().is_some_and(|all| all.iter().all(|one| one.id != id)))
        }
    });
    let chosen = Memo::new(move |_| match named.get() {
        Named::Rollout(id) => Some(id),
        // The first that runs, else the first.
        _ => everyone.list.with(|list| {
            let all = list.ready()?;
            all.iter().find(|one| !one.closed).or(all.first()).map(|one| one.id)
        }),
    });
    move || match unknown.get() {
        true => view! { <NotFound /> }.into_any(),
        false => view! { <Page everyone chosen /> }.into_any(),
    }
}

#[component]
fn Page(everyone: Everyone, chosen: Memo<Option<RolloutId>>) -> impl IntoView {
    use_title(|| "People".into());
    let state = Memo::new(move |_| everyone.state());
    let people = Memo::new(move |_| everyone.people.with(|people| people.ready().cloned()).unwrap_or_default());
    view! {
        <main id="main">
            <div class="titlebar plain"><h1>"People"</h1></div>
            <div class="page">
                {move || match state.get() {
                    Ok(true) => view! { <Known people on_change=move |()| everyone.fetch_people() /><InRollout everyone people chosen /> }.into_any(),
                    Ok(false) => view! { <Loading what="the people" /> }.into_any(),
                    Err(Failure::Forbidden(detail)) => {
                        view! { <Forbidden title="The people are not open to you"><p>{detail}</p></Forbidden> }.into_any()
                    }
                    Err(failure) => view! {
                        <Failed
                            title="The people did not load"
                            message=failure.message()
                            retry=move |()| everyone.fetch()
                        />
                    }
                    .into_any(),
                }}
            </div>
        </main>
    }
}

/// Their parts in one rollout.
#[component]
fn InRollout(everyone: Everyone, people: Memo<Vec<KnownPerson>>, chosen: Memo<Option<RolloutId>>) -> impl IntoView {
    let cache = everyone.cache;
    view! {
        <section aria-labelledby="parts">
            <div class="sec"><h2 id="parts">"In a rollout"</h2></div>
            <Show when=move || chosen.get().is_some() fallback=|| view! {
                <Empty title="There is no rollout yet"><p>"Who decides and who signs stands in its plan."</p></Empty>
            }>
                <Choose list=everyone.list chosen />
                {move || chosen.get().map(|id| {
                    let remote = cache.rollout(id);
                    let state = Memo::new(move |_| remote.with(state));
                    move || match state.get() {
                        Ok(true) => view! { <Of remote people /> }.into_any(),
                        Ok(false) => view! { <Loading what="its plan" /> }.into_any(),
                        Err(failure) => view! {
                            <Failed title="Its plan did not load" message=failure.message()
                                retry=move |()| cache.refetch(id) />
                        }
                        .into_any(),
                    }
                })}
            </Show>
        </section>
    }
}

/// Which rollout; the address says so.
#[component]
fn Choose(list: Signal<Remote<Vec<RolloutSummary>>>, chosen: Memo<Option<RolloutId>>) -> impl IntoView {
    let id = fresh_id("rollout");
    let navigate = use_navigate();
    let changed = move |event: Event| {
        if let Named::Rollout(id) = named(Some(event_target_value(&event))) {
            navigate(&paths::people_of(id), NavigateOptions { scroll: false, ..NavigateOptions::default() });
        }
    };
    let option = move |one: &RolloutSummary| {
        let (id, words) = (one.id, format!("{}, {}", one.name, one.environment));
        view! { <option value=id.to_string() prop:selected=move || chosen.get() == Some(id)>{words}</option> }
    };
    let options = move || list.with(|list| list.ready().map(|all| all.iter().map(option).collect_view()));
    view! {
        <div class="filters">
            <div class="field">
                <label for=id.clone()>"Rollout"</label>
                <select class="input" id=id on:change=changed>{options}</select>
            </div>
        </div>
    }
}

#[component]
fn Of(remote: Signal<Remote<Arc<Held>>>, people: Memo<Vec<KnownPerson>>) -> impl IntoView {
    // Only the plan and what is skipped matter here: a tick elsewhere draws nothing anew.
    let parts =
        Memo::new(move |_| remote.with(|held| held.ready().map(|held| parts::of(&held.rollout)).unwrap_or_default()));
    let may = Memo::new(move |_| {
        remote.with(|held| held.ready().map(|held| authority::of(held.rollout.plan())).unwrap_or_default())
    });
    view! {
        <Parts parts people />
        <Authority may />
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_names_a_rollout_or_none() {
        let id = "0193a5c0-0000-7000-8000-000000000001";
        assert_eq!(named(None), Named::None);
        assert_eq!(named(Some(id.into())), Named::Rollout(id.parse().expect("a UUID")));
        assert_eq!(named(Some("first".into())), Named::Nonsense);
    }
}
