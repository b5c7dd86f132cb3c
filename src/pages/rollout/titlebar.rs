//! The title bar: which rollout, where, how far, and the way to danger at its end.

use super::{here::use_here, incident::OpenIncident, place::PlaceLink, rollback::RollBack};
use crate::ui::{Button, Kind, Lamp, Show, Tone, capitalized, print};
use leptos::prelude::*;
use rollout::{Digest, Place, Role, Rollout};

/// The title bar. It sticks to the top, and what stands at its end never moves.
#[component]
pub fn TitleBar() -> impl IntoView {
    let here = use_here();
    let environment = Memo::new(move |_| here.held().rollout.environment.clone());
    let digest = Memo::new(move |_| here.held().rollout.plan_digest);
    let stage = Memo::new(move |_| stage(&here.held().rollout));
    view! {
        <div class="titlebar">
            <h1>{move || here.plan().name.clone()}</h1>
            <span class="env" class:prod=move || is_production(&environment.get())>
                {move || capitalized(&environment.get())}
            </span>
            <div class="facts">
                <span>
                    "Plan "
                    <span class="digest q" title=move || format!("SHA-256 {}", digest.get())>{move || short(&digest.get())}</span>
                </span>
                <span>{stage}</span>
                <IncidentLamp />
                <Show when=move || here.is_any(&Role::MAY_SPEAK)>
                    <OpenIncident />
                </Show>
                <span class="wideonly"><Button kind=Kind::Quiet on_click=print>"Print"</Button></span>
            </div>
            <span class="spring"></span>
            <RollBack />
        </div>
    }
}

/// Red while an incident is open; a link to the first.
#[component]
fn IncidentLamp() -> impl IntoView {
    let here = use_here();
    let open = Memo::new(move |_| here.held().rollout.incidents.keys().copied().collect::<Vec<_>>());
    move || {
        let first = *open.read().first()?;
        let word = match open.read().len() {
            1 => format!("Incident {first} is open"),
            n => format!("{n} incidents are open"),
        };
        Some(view! {
            <PlaceLink place=Signal::derive(move || Place::Incident(first))>
                <Lamp tone=Tone::Danger word />
            </PlaceLink>
        })
    }
}

fn stage(rollout: &Rollout) -> String {
    match rollout.current_phase() {
        _ if rollout.is_closed() => "Closed".into(),
        Some(phase) => format!("Phase {} of {}", phase + 1, rollout.plan().phases.len()),
        None => "All phases accepted".into(),
    }
}

fn is_production(environment: &str) -> bool {
    environment.eq_ignore_ascii_case("production")
}

/// The first 16 digits, in fours: enough to compare by eye.
fn short(digest: &Digest) -> String {
    let digits = digest.to_string();
    let fours: Vec<&str> = (0..4).filter_map(|four| digits.get(four * 4..four * 4 + 4)).collect();
    fours.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_is_shown_by_its_first_sixteen_digits() {
        let digest = Digest::of(&[b"abc"]);
        assert_eq!(short(&digest), "ba78 16bf 8f01 cfea");
    }

    #[test]
    fn production_is_known_however_it_is_written() {
        assert!(is_production("Production") && !is_production("staging"));
    }
}
