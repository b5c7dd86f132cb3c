//! The plan: what was agreed. Immutable; a change is a new revision with its own digest.
//!
//! A [`Plan`] exists only checked: its parts are reached through it, never built around it. The file form is YAML or
//! JSON with the fields of [`Draft`]; what a document says that the rules do not need (KPIs, contacts) is data too.

mod around;
mod by_hand;
mod check;
mod glass;
mod parts;
mod phase;
mod safeguards;

pub use around::*;
pub use by_hand::{ByHand, FlagBackend};
pub use check::{ENVIRONMENT_EXPECTED, Flaw, Flaws, is_environment};
pub use glass::BreakGlass;
pub use parts::*;
pub use phase::*;
pub use safeguards::Safeguards;

use crate::{
    canonical,
    id::{Digest, FlagSlug, GateNumber, LineSlug, PhaseSlug, StepSlug},
    role::Role,
};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, ops::Deref};

/// A checked plan. Its digest is SHA-256 over its RFC 8785 JSON, defaults omitted, tagged by the `schema` field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Draft", into = "Draft")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(with = "Draft"))]
pub struct Plan {
    draft: Draft,
    // Asked for by every lever on screen, so computed once.
    digest: Digest,
    scopes: BTreeMap<LineSlug, Digest>,
}

impl Deref for Plan {
    type Target = Draft;
    fn deref(&self) -> &Draft {
        &self.draft
    }
}

impl TryFrom<Draft> for Plan {
    type Error = Flaws;
    fn try_from(draft: Draft) -> Result<Self, Flaws> {
        check::check(&draft)?;
        let digest = canonical::digest(&draft);
        let mut plan = Self { draft, digest, scopes: BTreeMap::new() };
        plan.scopes = plan.slot_scopes();
        Ok(plan)
    }
}

impl From<Plan> for Draft {
    fn from(plan: Plan) -> Self {
        plan.draft
    }
}

/// A line of a checklist, where it stands and what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line<'a> {
    /// Index of its phase.
    pub phase: usize,
    /// Before the phase's entry gate, or behind the phase.
    pub side: Side,
    /// What it is.
    pub kind: LineKind<'a>,
}

/// On which side of its phase a line stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// A prerequisite: before the gate that opens the phase.
    Entry,
    /// A success criterion or an exit slot: before the gate that accepts the phase.
    Exit,
}

/// What a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineKind<'a> {
    /// Ticked.
    Task(&'a Task),
    /// Signed.
    Slot(&'a Slot),
    /// Closes by itself.
    Dependency(&'a Dependency),
    /// Ticked or waived.
    Criterion(&'a Criterion),
}

impl<'a> LineKind<'a> {
    /// The line's slug.
    pub fn slug(&self) -> &'a LineSlug {
        match self {
            Self::Task(task) => &task.slug,
            Self::Slot(slot) => &slot.slug,
            Self::Dependency(dependency) => &dependency.slug,
            Self::Criterion(criterion) => &criterion.slug,
        }
    }

    /// The line's text.
    pub fn text(&self) -> &'a str {
        match self {
            Self::Task(task) => &task.text,
            Self::Slot(slot) => &slot.text,
            Self::Dependency(dependency) => &dependency.text,
            Self::Criterion(criterion) => &criterion.text,
        }
    }

    /// Who may clear it; nobody, if it closes by itself.
    pub fn cleared_by(&self) -> Option<Role> {
        match self {
            Self::Task(task) => Some(task.by),
            Self::Slot(slot) => Some(slot.role),
            Self::Dependency(_) => None,
            Self::Criterion(criterion) => Some(criterion.by),
        }
    }
}

impl Plan {
    /// SHA-256 over the plan's RFC 8785 JSON.
    pub fn digest(&self) -> Digest {
        self.digest
    }

    /// What a signer signs: SHA-256 over the slot's text with its phase. A revision voids exactly the sign-offs whose
    /// scope digest it changed.
    pub fn scope_digest(&self, slot: &LineSlug) -> Option<Digest> {
        self.scopes.get(slot).copied()
    }

    fn slot_scopes(&self) -> BTreeMap<LineSlug, Digest> {
        let scope = |line: Line<'_>| match line.kind {
            LineKind::Slot(slot) => {
                let digest = canonical::digest(&(&self.draft.schema, &slot.slug, &self.draft.phases[line.phase]));
                Some((slot.slug.clone(), digest))
            }
            _ => None,
        };
        (0..self.draft.phases.len()).flat_map(|phase| self.lines(phase)).filter_map(scope).collect()
    }

    /// The number of the gate that closes the rollout, if no phase is skipped.
    pub fn last_gate(&self) -> GateNumber {
        // At most MOST_PHASES phases: checked when the plan was made.
        self.draft.phases.len() as GateNumber + 1
    }

    /// Who decides at a gate: the phase ahead may name its own decider.
    pub fn decider(&self, gate: GateNumber) -> Role {
        let ahead = self.draft.phases.get(usize::from(gate).saturating_sub(1));
        ahead.and_then(|phase| phase.decider).unwrap_or(self.draft.decider)
    }

    /// What is asked of people in a phase beyond their roles: its own safeguards, if it has any.
    pub fn safeguards_of(&self, phase: usize) -> Safeguards {
        let own = self.draft.phases.get(phase).and_then(|phase| phase.safeguards);
        own.unwrap_or(self.draft.safeguards)
    }

    /// A phase with its index.
    pub fn phase(&self, slug: &PhaseSlug) -> Option<(usize, &Phase)> {
        self.draft.phases.iter().enumerate().find(|(_, phase)| phase.slug == *slug)
    }

    /// A flag.
    pub fn flag(&self, slug: &FlagSlug) -> Option<&Flag> {
        self.draft.flags.iter().find(|flag| flag.slug == *slug)
    }

    /// A step, with the index of its phase and its own index there.
    pub fn step(&self, slug: &StepSlug) -> Option<(usize, usize, &Step)> {
        self.draft.phases.iter().enumerate().find_map(|(p, phase)| {
            phase.steps.iter().enumerate().find_map(|(s, step)| (step.slug == *slug).then_some((p, s, step)))
        })
    }

    /// Every line of a phase, prerequisites first, in the plan's order.
    pub fn lines(&self, phase: usize) -> impl Iterator<Item = Line<'_>> {
        let body = &self.draft.phases[phase];
        let entry = body.prerequisites.iter().map(Prerequisite::kind).map(move |kind| (Side::Entry, kind));
        let criteria = body.criteria.iter().map(|c| (Side::Exit, LineKind::Criterion(c)));
        let exit = body.exit.iter().map(|slot| (Side::Exit, LineKind::Slot(slot)));
        entry.chain(criteria).chain(exit).map(move |(side, kind)| Line { phase, side, kind })
    }

    /// A line.
    pub fn line(&self, slug: &LineSlug) -> Option<Line<'_>> {
        (0..self.draft.phases.len()).flat_map(|phase| self.lines(phase)).find(|line| line.kind.slug() == slug)
    }
}
