//! The latest deliveries: what was to go where, and what came of each attempt.

use super::words;
use crate::{
    api::use_clock,
    pages::rollouts::Environment,
    paths,
    ui::{Empty, For, Icon, Lamp, Show, Tone, When},
};
use gateway_api::{DeliveryView, backends::AttemptView};
use leptos::prelude::*;
use rollout::{Place, RolloutId, Seq};

type Key = (RolloutId, String, Seq);

fn key(one: &DeliveryView) -> Key {
    (one.rollout, one.key.clone(), one.want)
}

#[component]
pub fn Deliveries(deliveries: Memo<Vec<DeliveryView>>) -> impl IntoView {
    view! {
        <section aria-labelledby="deliveries">
            <div class="sec">
                <h2 id="deliveries">"Latest deliveries"</h2>
                <span class="q num">{move || deliveries.with(Vec::len)}</span>
            </div>
            <Show when=move || deliveries.with(Vec::is_empty)>
                <Empty title="Nothing was delivered yet">
                    <p>"What is raised or lowered is sent to the backend and read back; each attempt shows here."</p>
                </Empty>
            </Show>
            <Show when=move || !deliveries.with(Vec::is_empty)>
                <table class="table fold deliveries" aria-labelledby="deliveries">
                    <thead>
                        <tr><th scope="col">"Flag"</th><th scope="col">"To"</th><th scope="col">"Attempts"</th></tr>
                    </thead>
                    <tbody>
                        <For each=move || deliveries.get() key=key let(one)>
                            <Row deliveries one />
                        </For>
                    </tbody>
                </table>
            </Show>
        </section>
    }
}

#[component]
fn Row(deliveries: Memo<Vec<DeliveryView>>, one: DeliveryView) -> impl IntoView {
    let flag = format!("{}#{}", paths::rollout(one.rollout), paths::anchor(&Place::Flag(one.flag.clone())));
    let mine = key(&one);
    let attempts = Memo::new(move |_| {
        let is_mine = |one: &&DeliveryView| key(one) == mine;
        deliveries.with(|all| all.iter().find(is_mine).map(|one| (one.attempts.clone(), one.earlier)))
    });
    let backend = one.backend;
    view! {
        <tr>
            <th scope="row">
                <a href=flag data-row="">{one.key}</a>
                <small>
                    <a href=paths::rollout(one.rollout)>{one.name}</a> " " <Environment name=one.environment />
                </small>
            </th>
            <td>
                <b class="num">{one.to.to_string()}</b>
                <small>"asked for by " <a href=paths::record(one.rollout, one.want)>{format!("record {}", one.want)}</a></small>
            </td>
            <td class="full">{move || attempts.get().map(|(attempts, earlier)| view! { <Attempts backend=backend.clone() attempts earlier /> })}</td>
        </tr>
    }
}

/// The last attempt, and those before it folded away.
#[component]
fn Attempts(backend: String, attempts: Vec<AttemptView>, earlier: u64) -> impl IntoView {
    let mut attempts = attempts.into_iter();
    let last = attempts.next();
    let before: Vec<_> = attempts.collect();
    let tried = before.len() as u64 + earlier;
    let summary = if tried == 1 { "1 earlier attempt".to_owned() } else { format!("{tried} earlier attempts") };
    let left_out = (earlier > 0).then(|| view! { <li class="q">{format!("and {earlier} more")}</li> });
    let told = move |attempt: AttemptView| (attempt, words::outcome(&backend, attempt.outcome));
    let one = |(attempt, told)| view! { <li><Attempt attempt told /></li> };
    view! {
        {last.map(&told).map(|(attempt, told)| view! { <Attempt attempt told /> })}
        {(tried > 0).then(|| view! {
            <details>
                <summary><Icon name=Icon::Tri />{summary}</summary>
                <ol>{before.into_iter().map(told).map(one).collect_view()}{left_out}</ol>
            </details>
        })}
    }
}

#[component]
fn Attempt(attempt: AttemptView, told: (Tone, &'static str, &'static str)) -> impl IntoView {
    let now = use_clock().now();
    let (tone, word, means) = told;
    view! {
        <p>
            <Lamp tone word /> " " <When at=attempt.at.millis() now />
            <span class="num">{format!(", took {}. ", words::took(attempt.took_ms))}</span>
            <span class="s">{means}</span>
        </p>
    }
}
