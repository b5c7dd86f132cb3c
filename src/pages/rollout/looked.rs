//! Up to which record this person has looked at this rollout, in this browser: what is newer is news to them.

use super::here::Here;
use leptos::prelude::*;
use rollout::Seq;

/// The version that was on screen when this person last looked, before this page came up; none if they never did here.
#[derive(Debug, Clone, Copy)]
pub struct Looked(pub Option<Seq>);

fn key(here: Here) -> Option<String> {
    Some(format!("signalbox-looked/{}/{}", here.person()?, here.id))
}

/// Reads what was kept, and keeps from now on what is on screen.
pub fn keep_looking(here: Here) {
    let before = untrack(move || key(here)).and_then(|key| read(&key));
    provide_context(Looked(before));
    Effect::new(move |_| {
        let version = here.held().rollout.version;
        // A page in the background is not looked at.
        if let Some(key) = key(here).filter(|_| !document().hidden()) {
            write(&key, version);
        }
    });
}

fn read(key: &str) -> Option<Seq> {
    let storage = window().local_storage().ok()??;
    storage.get_item(key).ok()??.parse().ok()
}

fn write(key: &str, version: Seq) {
    let kept = window().local_storage().and_then(|storage| match storage {
        Some(storage) => storage.set_item(key, &version.to_string()),
        None => Ok(()),
    });
    if let Err(problem) = kept {
        leptos::logging::warn!("what was looked at is not remembered, the browser keeps no storage: {problem:?}");
    }
}
