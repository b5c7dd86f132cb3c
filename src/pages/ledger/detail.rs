//! One record: what it says, its bytes as they are stored, and whether they are the ones that were hashed.

mod bytes;

use super::{
    filter::bar::Filtering,
    records::{Entry, Records},
    row::by,
    sentence::sentence,
    words::Said,
};
use crate::{
    api::{Failure, use_clock},
    pages::rollout::{here::Here, place::phase_of},
    paths,
    ui::{Empty, Face, Failed, Lamp, Loading, Tone, When, capitalized},
};
use bytes::{Bytes, Copy};
use leptos::{prelude::*, task::spawn_local};
use rollout::{Digest, Place, Record, Seq, record::leaf_hash};
use std::sync::Arc;

/// The record that the address names. It stays here when the list beside it shows others.
#[component]
pub fn Detail(here: Here, records: Records, filtering: Filtering, seq: Seq, version: Memo<Seq>) -> impl IntoView {
    let failure = RwSignal::new(None::<Failure>);
    let fetch = move || {
        failure.set(None);
        spawn_local(async move {
            if let Err(problem) = records.fetch_single(seq).await {
                failure.try_update(|failure| *failure = Some(problem));
            }
        });
    };
    let entry = RwSignal::new(untrack(|| records.get(seq)));
    if entry.with_untracked(Option::is_none) {
        fetch();
    }
    Effect::new(move |_| {
        if let Some(found) = records.get(seq).filter(|_| entry.with_untracked(Option::is_none)) {
            entry.set(Some(found));
        }
    });
    view! {
        <section class="detail" aria-labelledby="record">
            <div class="head">
                <h2 id="record" data-heading="" tabindex="-1">"Record " {seq}</h2>
                <Neighbours filtering seq version />
            </div>
            {move || match (entry.get(), failure.get()) {
                (Some(entry), _) => view! { <Shown here records entry /> }.into_any(),
                (None, None) => view! { <Loading what="the record" /> }.into_any(),
                (None, Some(Failure::NotFound(detail))) => {
                    view! { <Empty title="There is no such record"><p>{detail}</p></Empty> }.into_any()
                }
                (None, Some(failure)) => view! {
                    <Failed title="The record did not load" message=failure.message() retry=move |()| fetch() />
                }
                .into_any(),
            }}
        </section>
    }
}

/// The records before and after, and the way back to the list alone.
#[component]
fn Neighbours(filtering: Filtering, seq: Seq, version: Memo<Seq>) -> impl IntoView {
    let link = move |seq: Option<Seq>, word: &'static str| {
        view! { <a class="btn quiet" href=move || filtering.address(seq) data-noscroll="">{word}</a> }
    };
    view! {
        <nav class="btns end" aria-label="Records beside this one">
            {(seq > 1).then(|| link(Some(seq - 1), "Previous"))}
            {move || (seq < version.get()).then(|| link(Some(seq + 1), "Next"))}
            {link(None, "Close")}
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
                <Ways here record />
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
    view! {
        <div class="about">{about}</div>
        <Leaf leaf=view.leaf same=leaf_hash(view.bytes.as_bytes()) == view.leaf />
        <Bytes bytes=view.bytes.clone() />
    }
}

/// To the rollout as the record left it, and to what the record is about as that stands now.
#[component]
fn Ways(here: Here, record: Arc<Record>) -> impl IntoView {
    let held = here.held_untracked();
    let (rollout, seq) = (&held.rollout, record.seq);
    // One that is resolved is on the page no more.
    let is_there = |place: &Place| !matches!(place, Place::Incident(seq) if !rollout.incidents.contains_key(seq));
    let place = record.place().filter(is_there);
    let phases = &rollout.plan().phases;
    let about = (0..phases.len()).find(|phase| record.is_about(rollout.plan(), *phase));
    let at = paths::rollout_at(here.id, seq);
    let then = about.map_or(at.clone(), |phase| paths::phase_on(&at, phases[phase].slug.as_str()));
    let now = place.map(|place| {
        let shown = about.or(rollout.current_phase()).unwrap_or(0);
        let phase = &phases[phase_of(rollout, &place, shown)].slug;
        let href = paths::place_on(&paths::rollout(here.id), phase, &place);
        view! { <a class="btn" href=href>{named(&place)}</a> }
    });
    view! {
        <p class="btns">
            <a class="btn" href=then>"See the rollout as it stood then"</a>
            {now}
        </p>
    }
}

fn named(place: &Place) -> String {
    match place {
        Place::Gate(gate) => format!("Gate {gate} as it is now"),
        Place::Phase(_) => "The phase as it is now".into(),
        Place::Line(_) => "The line as it is now".into(),
        Place::Step(_) => "The step as it is now".into(),
        Place::Flag(_) | Place::Backend => "The flag as it is now".into(),
        Place::Incident(seq) => format!("Incident {seq} as it is now"),
        Place::Plan | Place::Rollout(_) => "The plan".into(),
    }
}

/// The leaf hash, and whether it is that of the bytes.
#[component]
fn Leaf(leaf: Digest, same: bool) -> impl IntoView {
    let hash = leaf.to_string();
    view! {
        <div class="head">
            <h3>"Leaf hash"</h3>
            <div class="btns end"><Copy text=hash.clone() label="Copy the leaf hash" done="The leaf hash is on the clipboard." /></div>
        </div>
        <p class="hash">{hash}</p>
        <p class="sm s">
            {if same {
                view! { <Lamp tone=Tone::Clear word="Matches" /> }
            } else {
                view! { <Lamp tone=Tone::Danger word="Does not match" /> }
            }}
            " SHA-256 of a zero byte and the bytes below, computed again in this browser."
        </p>
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
