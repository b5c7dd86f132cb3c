//! One record: what it says, its bytes as they are stored, and whether they are the ones that were hashed.

mod bytes;

use super::{
    records::{Entry, Records},
    row::by,
    sentence::sentence,
    words::Said,
};
use crate::{
    api::{Failure, use_clock},
    pages::rollout::here::Here,
    paths,
    ui::{Empty, Face, Failed, Lamp, Loading, Tone, When, capitalized},
};
use bytes::Bytes;
use leptos::{prelude::*, task::spawn_local};
use rollout::{Seq, record::leaf_hash};

/// The record that the address names.
#[component]
pub fn Detail(here: Here, records: Records, seq: Seq, version: Memo<Seq>) -> impl IntoView {
    let failure = RwSignal::new(None::<Failure>);
    let fetch = move || {
        failure.set(None);
        spawn_local(async move {
            if let Err(problem) = records.fetch_single(seq).await {
                failure.try_update(|failure| *failure = Some(problem));
            }
        });
    };
    if untrack(|| records.get(seq)).is_none() {
        fetch();
    }
    let there = Memo::new(move |_| records.get(seq).is_some());
    view! {
        <section class="detail" aria-labelledby="record">
            <div class="head">
                <h2 id="record" data-heading="" tabindex="-1">"Record " {seq}</h2>
                <Neighbours here seq version />
            </div>
            {move || match (there.get(), failure.get()) {
                (true, _) => untrack(|| records.get(seq)).map(|entry| view! { <Shown here records entry /> }).into_any(),
                (false, None) => view! { <Loading what="the record" /> }.into_any(),
                (false, Some(Failure::NotFound(detail))) => {
                    view! { <Empty title="There is no such record"><p>{detail}</p></Empty> }.into_any()
                }
                (false, Some(failure)) => view! {
                    <Failed title="The record did not load" message=failure.message() retry=move |()| fetch() />
                }
                .into_any(),
            }}
        </section>
    }
}

/// The records before and after, and the way back to the list alone.
#[component]
fn Neighbours(here: Here, seq: Seq, version: Memo<Seq>) -> impl IntoView {
    let link = move |seq: Seq, word: &'static str| {
        view! { <a class="btn quiet" href=paths::record(here.id, seq) data-noscroll="">{word}</a> }
    };
    view! {
        <nav class="btns end" aria-label="Records beside this one">
            {(seq > 1).then(|| link(seq - 1, "Previous"))}
            {move || (seq < version.get()).then(|| link(seq + 1, "Next"))}
            <a class="btn quiet" href=paths::ledger(here.id) data-noscroll="">"Close"</a>
        </nav>
    }
}

#[component]
fn Shown(here: Here, records: Records, entry: Entry) -> impl IntoView {
    let now = use_clock().now();
    let view = entry.view.clone();
    let about = match entry.record {
        Ok(record) => {
            let what = sentence(&record.event, here.held_untracked().rollout.plan());
            let words = record.event.words().cloned();
            let (actor, time) = (record.actor, record.time);
            view! {
                <p class="what">{what}</p>
                {words.map(|words| view! { <Said records words /> })}
                <dl class="dl">
                    <dt>"Who"</dt><dd>{move || by(records, &actor)}</dd>
                    <dt>"When"</dt><dd><When at=time.millis() now face=Face::DateTime /></dd>
                    {fields(&view.bytes).into_iter().map(|(name, value)| view! { <dt>{name}</dt><dd>{value}</dd> }).collect_view()}
                </dl>
            }
            .into_any()
        }
        Err(problem) => view! {
            <p class="what">"A record this page cannot read"</p>
            <p class="quote">{problem.to_string()}</p>
        }
        .into_any(),
    };
    let same = leaf_hash(view.bytes.as_bytes()) == view.leaf;
    view! {
        <div class="about">{about}</div>
        <div class="head"><h3>"Leaf hash"</h3></div>
        <p class="hash">{view.leaf.to_string()}</p>
        <p class="sm s">
            {if same {
                view! { <Lamp tone=Tone::Clear word="Matches" /> }
            } else {
                view! { <Lamp tone=Tone::Danger word="Does not match" /> }
            }}
            " SHA-256 of a zero byte and the bytes below, computed again in this browser."
        </p>
        <Bytes bytes=view.bytes.clone() />
    }
}

/// The record's own fields, by name, as text. What was said is shown as words instead.
fn fields(bytes: &str) -> Vec<(String, String)> {
    let Ok(serde_json::Value::Object(record)) = serde_json::from_slice(bytes.as_bytes()) else { return vec![] };
    let body = record.get("body").and_then(|body| body.as_object()).into_iter().flatten();
    let own = body.filter(|(name, _)| *name != "words").map(|(name, value)| (readable(name), plain(value)));
    let head = ["kind", "plan_digest"].into_iter().filter_map(|name| Some((readable(name), plain(record.get(name)?))));
    head.chain(own).collect()
}

fn readable(name: &str) -> String {
    capitalized(&name.replace('_', " "))
}

fn plain(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::String(text) => text.clone(),
        serde_json::Value::Null => "none".into(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_records_fields_are_its_head_and_its_body_without_the_words() {
        let bytes = r#"{"actor":{"system":"demo"},"body":{"by_ms":5,"about":null,"words":{"reason":null}},"kind":"x","plan_digest":"ab","seq":1}"#;
        let expected = [("Kind", "x"), ("Plan digest", "ab"), ("About", "none"), ("By ms", "5")];
        assert_eq!(fields(bytes), expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
        assert_eq!(fields("no record"), []);
    }
}
