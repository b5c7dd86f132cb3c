//! What a plan must keep to before it exists.

mod around;
mod by_hand;
mod glass;

pub use around::{ENVIRONMENT_EXPECTED, is_environment};

use super::{Draft, LineKind, Phase, Prerequisite, Slot, StepAct};
use crate::{id::PhaseSlug, role::Role};
use std::{collections::BTreeSet, fmt};

/// The most phases a plan may have: gate numbers fit a byte, and a line of more could not be read.
const MOST_PHASES: usize = 100;

/// One thing that is wrong with a plan, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flaw {
    /// The place, as a path into the file: `phases[1].steps[0].do.exposure.flag`.
    pub place: String,
    /// What is wrong there, and what was expected.
    pub message: String,
}

/// Everything that is wrong with a plan; never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flaws(pub Vec<Flaw>);

impl fmt::Display for Flaws {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let flaws: Vec<String> = self.0.iter().map(|flaw| format!("{}: {}", flaw.place, flaw.message)).collect();
        f.write_str(&flaws.join("; "))
    }
}

impl std::error::Error for Flaws {}

struct Checker<'a> {
    draft: &'a Draft,
    seen: BTreeSet<(&'static str, String)>,
    flaws: Vec<Flaw>,
}

/// Errors: everything that is wrong.
pub(super) fn check(draft: &Draft) -> Result<(), Flaws> {
    let mut checker = Checker { draft, seen: BTreeSet::new(), flaws: Vec::new() };
    checker.plan();
    if checker.flaws.is_empty() { Ok(()) } else { Err(Flaws(checker.flaws)) }
}

impl Checker<'_> {
    fn flaw(&mut self, place: impl Into<String>, message: impl Into<String>) {
        self.flaws.push(Flaw { place: place.into(), message: message.into() });
    }

    fn once(&mut self, what: &'static str, name: &str, place: String) {
        if !self.seen.insert((what, name.to_owned())) {
            self.flaw(place, format!("the {what} \"{name}\" stands twice in the plan"));
        }
    }

    fn said(&mut self, text: &str, place: String) {
        if text.trim().is_empty() {
            self.flaw(place, "is empty; say what it is");
        }
    }

    fn plan(&mut self) {
        let draft = self.draft;
        self.said(&draft.name, "name".into());
        if draft.decider == Role::Viewer {
            self.flaw("decider", "a viewer decides nothing");
        }
        if draft.phases.is_empty() || draft.phases.len() > MOST_PHASES {
            self.flaw("phases", format!("1 to {MOST_PHASES} phases are expected, {} found", draft.phases.len()));
            return;
        }
        for (i, flag) in draft.flags.iter().enumerate() {
            let place = format!("flags[{i}]");
            self.once("flag", flag.slug.as_str(), format!("{place}.slug"));
            self.once("flag key", &flag.key, format!("{place}.key"));
            self.said(&flag.name, format!("{place}.name"));
            if flag.key.trim() != flag.key || flag.key.is_empty() || flag.key.chars().any(char::is_control) {
                self.flaw(format!("{place}.key"), "a key is the text people type: not empty, no white space around it");
            }
            self.by_hand(flag, &place);
            let sets = |step: &super::Step| step.exposure().is_some_and(|(slug, _)| *slug == flag.slug);
            if !draft.phases.iter().flat_map(|phase| &phase.steps).any(sets) {
                self.flaw(format!("{place}.slug"), format!("no step sets the flag \"{}\"", flag.slug));
            }
        }
        for (i, phase) in draft.phases.iter().enumerate() {
            self.phase(i, phase);
        }
        self.glass();
        self.around();
    }

    fn phase(&mut self, i: usize, phase: &Phase) {
        let place = format!("phases[{i}]");
        self.once("phase", phase.slug.as_str(), format!("{place}.slug"));
        self.said(&phase.name, format!("{place}.name"));
        if phase.decider == Some(Role::Viewer) {
            self.flaw(format!("{place}.decider"), "a viewer decides nothing");
        }
        let decider = |index: usize| self.draft.phases.get(index).and_then(|p| p.decider).unwrap_or(self.draft.decider);
        if phase.optional && decider(i) != decider(i + 1) {
            let message = "skipping it would give the next gate to another decider; both need the same one";
            self.flaw(format!("{place}.decider"), message);
        }
        if let Some(after) = phase.start.as_ref().and_then(|start| start.after.as_ref()) {
            self.earlier(i, after, format!("{place}.start.after"));
        }
        if phase.duration.is_some_and(|days| days.min_days > days.max_days) {
            self.flaw(format!("{place}.duration"), "min_days is more than max_days");
        }
        if phase.steps.is_empty() {
            self.flaw(format!("{place}.steps"), "a phase without a step does nothing; give it at least one");
        }
        for (k, line) in phase.prerequisites.iter().enumerate() {
            self.line(&line.kind(), format!("{place}.prerequisites[{k}]"));
            if let Prerequisite::Dependency(dependency) = line {
                for (n, on) in dependency.phases.iter().enumerate() {
                    self.earlier(i, on, format!("{place}.prerequisites[{k}].dependency.phases[{n}]"));
                }
            }
        }
        for (k, criterion) in phase.criteria.iter().enumerate() {
            self.line(&LineKind::Criterion(criterion), format!("{place}.criteria[{k}]"));
        }
        for (k, slot) in phase.exit.iter().enumerate() {
            self.line(&LineKind::Slot(slot), format!("{place}.exit[{k}]"));
        }
        self.steps(i, phase, &place);
        self.around_phase(phase, &place);
    }

    fn steps(&mut self, i: usize, phase: &Phase, place: &str) {
        let draft = self.draft;
        for (k, step) in phase.steps.iter().enumerate() {
            let place = format!("{place}.steps[{k}]");
            self.once("step", step.slug.as_str(), format!("{place}.slug"));
            self.said(&step.text, format!("{place}.text"));
            let StepAct::Exposure(act) = &step.act else { continue };
            let Some(flag) = draft.flags.iter().find(|flag| flag.slug == act.flag) else {
                self.flaw(format!("{place}.do.exposure.flag"), format!("the plan has no flag \"{}\"", act.flag));
                continue;
            };
            let before = draft.phases[..i].iter().flat_map(|p| &p.steps).chain(&phase.steps[..k]);
            let last = before.filter_map(|s| s.exposure()).rfind(|(slug, _)| **slug == flag.slug);
            let from = last.map_or(&flag.initial, |(_, to)| to);
            if from.lowers_to(&act.to) {
                let message = format!(
                    "{} is no raise: the flag is at {from} by then; steps raise, lowering is always free",
                    act.to
                );
                self.flaw(format!("{place}.do.exposure.to"), message);
            } else if !act.to.lowers_to(from) {
                let message = format!(
                    "{} takes the flag from some who have it at {from}; a step reaches everybody whom the one before it \
                     reached",
                    act.to
                );
                self.flaw(format!("{place}.do.exposure.to"), message);
            }
        }
    }

    fn line(&mut self, line: &LineKind<'_>, place: String) {
        self.once("line", line.slug().as_str(), format!("{place}.slug"));
        self.said(line.text(), format!("{place}.text"));
        if line.cleared_by() == Some(Role::Viewer) {
            self.flaw(place.clone(), "a viewer clears nothing");
        }
        if let LineKind::Slot(Slot { people, .. }) = line
            && !(1..=2).contains(people)
        {
            self.flaw(format!("{place}.people"), format!("{people} people cannot be asked; 1 or 2 are expected"));
        }
    }

    fn earlier(&mut self, i: usize, slug: &PhaseSlug, place: String) {
        if !self.draft.phases[..i].iter().any(|phase| phase.slug == *slug) {
            self.flaw(place, format!("no earlier phase is called \"{slug}\""));
        }
    }
}
