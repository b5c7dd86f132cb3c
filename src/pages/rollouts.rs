//! Every rollout one may see: what waits for me, what runs, what is closed.

mod mini;
mod row;
mod summary;

use super::shell::use_title;
use crate::{
    api::{Failure, Remote, use_cache},
    paths,
    session::use_session,
    ui::{Empty, Failed, For, Forbidden, Icon, Loading, Show},
};
use gateway_api::RolloutSummary;
use leptos::prelude::*;
use rollout::Role;
pub use row::Environment;

/// Every rollout one may see.
#[component]
pub fn RolloutsPage() -> impl IntoView {
    use_title(|| "Rollouts".into());
    let cache = use_cache();
    // The alarms keep it fresh from then on.
    cache.refetch_list();
    let list = cache.list();
    let failure = Memo::new(move |_| {
        list.with(|list| match list {
            Remote::Ready(_) => Ok(true),
            Remote::Loading => Ok(false),
            Remote::Failed(failure) => Err(failure.clone()),
        })
    });
    let rollouts = Memo::new(move |_| list.with(|list| list.ready().cloned().unwrap_or_default()));
    view! {
        <main id="main">
            <div class="titlebar plain"><h1>"Rollouts"</h1><span class="spring"></span><Begin /></div>
            <div class="page">
                {move || match failure.get() {
                    Ok(true) => view! { <Sections rollouts /> }.into_any(),
                    Ok(false) => view! { <Loading what="the rollouts" /> }.into_any(),
                    Err(Failure::Forbidden(detail)) => {
                        view! { <Forbidden title="The rollouts are not open to you"><p>{detail}</p></Forbidden> }.into_any()
                    }
                    Err(failure) => view! {
                        <Failed
                            title="The rollouts did not load"
                            message=failure.message()
                            retry=move |()| cache.refetch_list()
                        />
                    }
                    .into_any(),
                }}
            </div>
        </main>
    }
}

/// The way to a new one, for whom it is.
#[component]
fn Begin() -> impl IntoView {
    let session = use_session();
    view! {
        <Show when=move || session.roles().contains(&Role::ProductOwner)>
            <a class="btn" href=paths::NEW_ROLLOUT>"New rollout"</a>
        </Show>
    }
}

/// How the first one comes about, for whoever looks.
#[component]
fn NothingYet() -> impl IntoView {
    let session = use_session();
    let begins = move || session.roles().contains(&Role::ProductOwner);
    let administers = move || session.signed_in().is_some_and(|who| who.administrator);
    view! {
        <Show when=begins fallback=|| view! {
            <p>"A product owner begins one: a plan, attached to an environment. It is here from then on."</p>
        }>
            <p>"You begin one with "<a href=paths::NEW_ROLLOUT>"New rollout"</a>": a plan, attached to an environment."</p>
        </Show>
        <Show when=move || administers() && !begins()>
            <p>"Whoever is to be one is given that role by "<code>"signalbox user role add LOGIN product-owner"</code>", or by a group of your provider."</p>
        </Show>
    }
}

#[component]
fn Sections(rollouts: Memo<Vec<RolloutSummary>>) -> impl IntoView {
    let session = use_session();
    let some = move |keep: fn(&RolloutSummary) -> bool| {
        Memo::new(move |_| rollouts.with(|all| all.iter().filter(|one| keep(one)).cloned().collect::<Vec<_>>()))
    };
    let (running, closed) = (some(|one| !one.closed), some(|one| one.closed));
    let mine = Memo::new(move |_| {
        let roles = session.roles();
        running.with(|all| {
            let waits = |one: &&RolloutSummary| one.waits_for.iter().any(|role| roles.contains(role));
            all.iter().filter(waits).cloned().collect::<Vec<_>>()
        })
    });
    view! {
        <Show when=move || rollouts.with(Vec::is_empty)>
            <Empty title="There is no rollout yet">
                <NothingYet />
            </Empty>
        </Show>
        <Show when=move || !mine.with(Vec::is_empty)>
            <Mine rollouts=mine />
        </Show>
        <Show when=move || !running.with(Vec::is_empty)>
            <Table title="Running" rollouts=running />
        </Show>
        <Show when=move || !closed.with(Vec::is_empty)>
            <Table title="Closed" rollouts=closed />
        </Show>
    }
}

/// What waits for the person who looks.
#[component]
fn Mine(rollouts: Memo<Vec<RolloutSummary>>) -> impl IntoView {
    let session = use_session();
    view! {
        <section aria-labelledby="mine">
            <div class="sec"><h2 id="mine">"Waits for you"</h2><span class="q num">{move || rollouts.with(Vec::len)}</span></div>
            <ul class="mine">
                <For each=move || rollouts.get() key=|one| (one.id, one.version) let(one)>
                    <li>
                        <Icon name=Icon::Slot />
                        <span>
                            <b>{one.name.clone()}</b><br />
                            <Environment name=one.environment.clone() />
                        </span>
                        <span class="what s">{
                            let one = one.clone();
                            move || summary::waits_for_you(&one, &session.roles())
                        }</span>
                        <span class="btns act">
                            <a class="btn primary" data-row="" href=summary::gate_path(&one) aria-label=format!("Open {}", one.name)>"Open"</a>
                        </span>
                    </li>
                </For>
            </ul>
        </section>
    }
}

#[component]
fn Table(title: &'static str, rollouts: Memo<Vec<RolloutSummary>>) -> impl IntoView {
    let heading = StoredValue::new(title.to_lowercase());
    let heading = move || heading.get_value();
    view! {
        <section aria-labelledby=heading>
            <div class="sec">
                <h2 id=heading>{title}</h2>
                <span class="q num">{move || rollouts.with(Vec::len)}</span>
                <span class="end sm q">"Lines are drawn to each plan's own length"</span>
            </div>
            <table class="table rollouts" aria-labelledby=heading>
                <thead>
                    <tr>
                        <th scope="col">"Rollout"</th><th scope="col">"The line"</th><th scope="col">"Now"</th>
                        <th scope="col">"Waits for"</th><th scope="col">"Next"</th>
                    </tr>
                </thead>
                <tbody>
                    <For each=move || rollouts.get() key=row::key let(one)>
                        <row::Row one />
                    </For>
                </tbody>
            </table>
        </section>
    }
}
