//! One backend: what it is, whether it answers, what it can, how fast it is.

use super::{fact, words};
use crate::{
    api::use_clock,
    ui::{Lamp, Tone, When},
};
use gateway_api::{BackendView, Standing};
use leptos::prelude::*;

#[component]
pub fn One(kind: String, one: Memo<Option<BackendView>>) -> impl IntoView {
    let now = use_clock().now();
    let id = format!("backend-{kind}");
    let place = fact(one, |one| Some(words::place(one)));
    let version =
        fact(one, |one| Some(one.told.as_ref().map_or_else(|| "Not told".to_owned(), |told| told.version.clone())));
    let environments = fact(one, |one| one.told.as_ref().map(words::environments));
    let can = fact(one, |one| Some(words::capabilities(one.capabilities)));
    let latency = fact(one, |one| Some(words::latency(one.latency)));
    let synced = fact(one, |one| one.synced.map(|at| at.millis()));
    let problem = fact(one, |one| one.problem.clone());
    view! {
        <section aria-labelledby=id.clone()>
            <div class="sec"><h2 id=id.clone()>{words::kind(&kind)}</h2></div>
            <dl class="dl">
                <dt>"Address"</dt>
                <dd>{move || place.get()}</dd>
                <dt>"Reachable"</dt>
                <dd>
                    <Reachable one />
                    {move || problem.get().map(|problem| view! { <p class="s">{words::sentence(&problem)}</p> })}
                </dd>
                <dt>"Version"</dt>
                <dd class="num">{move || version.get()}</dd>
                <dt>"Environments"</dt>
                <dd>{move || environments.get().unwrap_or_else(|| "Not told".into())}</dd>
                <dt>"Can do"</dt>
                <dd>{move || can.get()}</dd>
                <dt>"Calls"</dt>
                <dd>{move || latency.get()}</dd>
                <dt>"Flags last read"</dt>
                <dd>{move || match synced.get() {
                    Some(at) => view! { "All of them " <When at now /> }.into_any(),
                    None => "Not all of them yet, since the gateway started".into_any(),
                }}</dd>
            </dl>
        </section>
    }
}

/// Whether it answers, and since when.
#[component]
fn Reachable(one: Memo<Option<BackendView>>) -> impl IntoView {
    let now = use_clock().now();
    let standing = fact(one, |one| Some(one.standing));
    let words = move || match standing.get()? {
        Standing::Unasked => Some(view! { <Lamp tone=Tone::Off word="Nothing was asked of it yet" /> }.into_any()),
        Standing::Answers(since) => {
            Some(view! { <Lamp tone=Tone::Clear word="Answers" /> " since " <When at=since.millis() now /> }.into_any())
        }
        Standing::Silent(since) => Some(
            view! {
                <Lamp tone=Tone::Danger word="Does not answer" />
                " since " <When at=since.millis() now />
                ". Lowering is tried again and again; raising is locked when it lasts."
            }
            .into_any(),
        ),
    };
    view! { <span role="status">{words}</span> }
}
