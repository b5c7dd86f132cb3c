//! What the palette leads to. It goes to places and opens dialogs; it decides and raises nothing.

use crate::{
    api::{Held, Remote, use_cache},
    pages::rollout::{place::phase_of, plan::Topic},
    paths,
    session::use_session,
};
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use rollout::{Place, Role, RolloutId, plan::Line};
use std::sync::Arc;
use web_sys::{Element, wasm_bindgen::JsCast};

use super::matching::folded;

/// Where an entry leads.
#[derive(Debug, Clone, PartialEq)]
pub enum Goal {
    /// Another page.
    Page(String),
    /// A place of a rollout's page, and its anchor there.
    Place(String, String),
    /// Presses what the page marks with these words as `data-act`.
    Press(String),
    /// The keyboard's map.
    Map,
    /// The browser's way to print.
    Print,
}

/// One thing to choose.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The heading it stands under.
    pub section: &'static str,
    /// What it is.
    pub label: String,
    /// What else tells it from others.
    pub note: String,
    /// Both, as they are searched.
    pub folded: String,
    /// Where it leads.
    pub goal: Goal,
}

fn entry(section: &'static str, label: impl Into<String>, note: impl Into<String>, goal: Goal) -> Entry {
    let (label, note) = (label.into(), note.into());
    let folded = folded(&format!("{label} {note}"));
    Entry { section, label, note, folded, goal }
}

/// Everything there is to choose, followed.
pub fn entries() -> Memo<Vec<Entry>> {
    let (session, cache, path) = (use_session(), use_cache(), use_location().pathname);
    if cache.list().with_untracked(|list| list.ready().is_none()) {
        cache.refetch_list();
    }
    let here = Memo::new(move |_| path.with(|path| paths::rollout_of(path)));
    let acts = acts();
    Memo::new(move |_| {
        let mut all = pages(&session.roles(), here.get(), &path.get());
        all.extend(acts.clone());
        all.extend(cache.list().with(|list| {
            let known = list.ready().into_iter().flatten();
            let one = |one: &gateway_api::RolloutSummary| {
                entry("Rollouts", one.name.clone(), one.environment.clone(), Goal::Page(paths::rollout(one.id)))
            };
            known.map(one).collect::<Vec<_>>()
        }));
        if let Some(id) = here.get() {
            cache.rollout(id).with(|remote: &Remote<Arc<Held>>| {
                all.extend(remote.ready().into_iter().flat_map(|held| places(id, held)));
            });
        }
        all
    })
}

fn pages(roles: &[Role], here: Option<RolloutId>, path: &str) -> Vec<Entry> {
    let page = |label: &str, note: &str, path: String| entry("Pages", label, note, Goal::Page(path));
    let mut all = vec![];
    if let Some(id) = here {
        all.push(page("This rollout", "", paths::rollout(id)));
        all.push(page("Ledger", "of this rollout", paths::ledger(id)));
        all.extend(
            paths::record_of(path)
                .map(|seq| page("As it stood", &format!("the rollout after record {seq}"), paths::rollout_at(id, seq))),
        );
    }
    all.push(page("Rollouts", "", paths::ROLLOUTS.into()));
    all.push(page("Flags", "of every rollout", paths::FLAGS.into()));
    all.push(page("People", "and their roles", paths::PEOPLE.into()));
    all.push(page("Backend", "whether it answers, and what was delivered", paths::BACKEND.into()));
    all.push(page("Your sessions", "where you are signed in", paths::SESSIONS.into()));
    if roles.contains(&Role::ProductOwner) {
        all.push(page("New rollout", "from a plan", paths::NEW_ROLLOUT.into()));
    }
    all
}

/// What the page offers to open or switch, and what every page does.
fn acts() -> Vec<Entry> {
    let pressed = acting().into_iter().filter_map(|element| element.get_attribute("data-act"));
    let pressed = pressed.map(|words| entry("Acts", words.clone(), "", Goal::Press(words)));
    let always =
        [entry("Acts", "Print this page", "", Goal::Print), entry("Acts", "Keyboard", "what it can do", Goal::Map)];
    pressed.chain(always).collect()
}

/// The elements of the page that stand for an act.
pub fn acting() -> Vec<Element> {
    let Ok(all) = document().query_selector_all("[data-act]") else { return vec![] };
    (0..all.length()).filter_map(|index| all.get(index)?.dyn_into().ok()).collect()
}

/// The places of a rollout.
fn places(id: RolloutId, held: &Held) -> Vec<Entry> {
    let (rollout, plan) = (&held.rollout, held.rollout.plan());
    let place = |section: &'static str, label: String, note: String, place: Place| {
        let phase = &plan.phases[phase_of(rollout, &place, rollout.current_phase().unwrap_or(0))].slug;
        let goal = Goal::Place(paths::rollout_place(id, phase, &place), paths::anchor(&place));
        entry(section, label, note, goal)
    };
    let phases = plan.phases.iter().enumerate().map(|(n, phase)| {
        place("Phases", format!("Phase {}: {}", n + 1, phase.name), String::new(), Place::Phase(phase.slug.clone()))
    });
    let gates = (1..=plan.last_gate()).filter(|gate| rollout.has_gate(*gate)).map(|gate| {
        let ahead = rollout.ahead(gate).and_then(|phase| plan.phases.get(phase));
        let note = ahead.map_or("closes the rollout".to_owned(), |phase| format!("before {}", phase.name));
        place("Gates", format!("Gate {gate}"), note, Place::Gate(gate))
    });
    let flags = plan
        .flags
        .iter()
        .map(|flag| place("Flags", flag.name.clone(), flag.key.clone(), Place::Flag(flag.slug.clone())));
    let line = |line: Line<'_>| {
        let by = line.kind.cleared_by().map_or("by itself", Role::name);
        let note = format!("phase {}, {by}", line.phase + 1);
        place("Checklists", line.kind.text().to_owned(), note, Place::Line(line.kind.slug().clone()))
    };
    let lines = (0..plan.phases.len()).flat_map(|phase| plan.lines(phase)).map(line);
    let topics = Topic::ALL.into_iter().filter(|topic| topic.is_in(plan)).map(|topic| {
        let goal = Goal::Place(format!("{}#{}", paths::rollout(id), topic.anchor()), topic.anchor().to_owned());
        entry("Plan", topic.title(), "in the plan", goal)
    });
    phases.chain(gates).chain(flags).chain(lines).chain(topics).collect()
}
