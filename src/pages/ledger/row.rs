//! A record in the list.

use super::{
    filter::bar::Filtering,
    records::{Entry, Records},
    sentence::sentence,
    words::Said,
};
use crate::{api::use_clock, pages::rollout::here::Here, ui::When};
use leptos::prelude::*;
use rollout::{Actor, Seq};

/// Who did it, in which role.
pub fn by(records: Records, actor: &Actor) -> String {
    match actor {
        Actor::Person { role, .. } => format!("{}, {role}", records.name(actor)),
        Actor::System { .. } => records.name(actor),
    }
}

/// One record: what, who, when, what was said. A record never changes.
#[component]
pub fn Row(here: Here, records: Records, filtering: Filtering, entry: Entry, seq: Memo<Option<Seq>>) -> impl IntoView {
    let now = use_clock().now();
    let number = entry.seq;
    let current = move || (seq.get() == Some(number)).then_some("true");
    let href = move || filtering.address(Some(number));
    let body = match entry.record {
        Ok(record) => {
            let what = sentence(&record.event, here.held_untracked().rollout.plan());
            let words = record.event.words().cloned();
            let (actor, time) = (record.actor, record.time.millis());
            view! {
                <a class="what" href=href data-row="" data-noscroll="" aria-current=current>{what}</a>
                {words.map(|words| view! { <Said records words /> })}
                <p class="meta"><span>{move || by(records, &actor)}</span><When at=time now /></p>
            }
            .into_any()
        }
        Err(problem) => view! {
            <a class="what" href=href data-row="" data-noscroll="" aria-current=current>"A record this page cannot read"</a>
            <p class="quote">{problem.to_string()}</p>
        }
        .into_any(),
    };
    view! { <li class:new=entry.new><span class="seq num">{number}</span><div>{body}</div></li> }
}
