//! A phase as it stands in a plan's file: prerequisites, steps, criteria, exit slots.

use super::{Days, LineKind, Minutes, Rounds, Safeguards, Window};
use crate::{
    exposure::Exposure,
    id::{FlagSlug, LineSlug, PhaseSlug, StepSlug},
    role::Role,
    time::{HOUR, Millis},
};
use serde::{Deserialize, Serialize};

fn no(flag: &bool) -> bool {
    !*flag
}

fn one() -> u8 {
    1
}

fn is_one(people: &u8) -> bool {
    *people == 1
}

/// How much can go wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Risk {
    /// Low.
    Low,
    /// Medium.
    Medium,
    /// High.
    High,
}

impl Risk {
    /// The word on screen.
    pub fn name(self) -> &'static str {
        match self {
            Self::Low => "Low risk",
            Self::Medium => "Medium risk",
            Self::High => "High risk",
        }
    }
}

/// A phase: the section between two gates.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Phase {
    /// The phase within the plan.
    pub slug: PhaseSlug,
    /// Name on screen.
    pub name: String,
    /// What it does, in a sentence or two.
    pub summary: String,
    /// How much can go wrong.
    pub risk: Risk,
    /// Why that much.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub risk_note: Option<String>,
    /// It may be skipped.
    #[serde(default, skip_serializing_if = "no")]
    pub optional: bool,
    /// Who decides at its entry gate, if not the plan's decider.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decider: Option<Role>,
    /// What is asked of people in it beyond their roles, instead of what the plan asks: less where less can go wrong.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub safeguards: Option<Safeguards>,
    /// The rollout of this very plan in this environment must be closed before the entry gate. Does not hold in that
    /// environment itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proven_in: Option<String>,
    /// When it is meant to start. Informs, never locks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<PlannedStart>,
    /// How long it is meant to take.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration: Option<Days>,
    /// Which teams work on it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub teams: Vec<String>,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub objectives: Vec<String>,
    /// What must be clear before its entry gate.
    pub prerequisites: Vec<Prerequisite>,
    /// What it does, in order.
    pub steps: Vec<Step>,
    /// What one looks at meanwhile.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub watch: Vec<String>,
    /// How often one looks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rounds: Vec<Rounds>,
    /// What must be true at its end.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub criteria: Vec<Criterion>,
    /// What must be signed at its end.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exit: Vec<Slot>,
    /// How to go back.
    pub rollback: RollbackProcedure,
}

/// When a phase is meant to start.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PlannedStart {
    /// Counted from the start of this phase.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<PhaseSlug>,
    /// So many days after it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days: Option<u32>,
    /// What is known when there is no date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// A line before a phase's entry gate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Prerequisite {
    /// Ticked by a role.
    Task(Task),
    /// Signed by a role.
    SignOff(Slot),
    /// Closes by itself when the phases it names succeeded.
    Dependency(Dependency),
}

impl Prerequisite {
    /// As a line.
    pub fn kind(&self) -> LineKind<'_> {
        match self {
            Self::Task(task) => LineKind::Task(task),
            Self::SignOff(slot) => LineKind::Slot(slot),
            Self::Dependency(dependency) => LineKind::Dependency(dependency),
        }
    }
}

/// Something to do, ticked when done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Task {
    /// The line within the plan.
    pub slug: LineSlug,
    /// What is to be done.
    pub text: String,
    /// Who ticks it.
    pub by: Role,
    /// It should be done so many days before the phase starts. Informs, never locks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days_before: Option<u32>,
    /// The document shows it ticked: a claim, not a record. It is open until somebody ticks it.
    #[serde(default, skip_serializing_if = "no")]
    pub claimed: bool,
}

/// Something to be true at a phase's end, ticked or waived with a reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Criterion {
    /// The line within the plan.
    pub slug: LineSlug,
    /// What must be true.
    pub text: String,
    /// Who ticks it.
    pub by: Role,
    /// Ticking needs evidence.
    #[serde(default, skip_serializing_if = "no")]
    pub evidence: bool,
}

/// Closes by itself when everything behind the gate is closed and the earlier phases are accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Dependency {
    /// The line within the plan.
    pub slug: LineSlug,
    /// What must have succeeded, for the reader.
    pub text: String,
    /// Which phases, all earlier ones.
    pub phases: Vec<PhaseSlug>,
    /// The document shows it ticked. It is derived all the same.
    #[serde(default, skip_serializing_if = "no")]
    pub claimed: bool,
}

/// A sign-off slot: who signs what, and what the signature means.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Slot {
    /// The line within the plan.
    pub slug: LineSlug,
    /// What is signed.
    pub text: String,
    /// Who signs.
    pub role: Role,
    /// What the signature means.
    pub meaning: Meaning,
    /// How many different people must sign: 1 or 2.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub people: u8,
    /// A signature counts for so many days; for ever, if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_days: Option<u32>,
}

/// What a signature means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Meaning {
    /// The signer agrees.
    Approved,
    /// The signer looked at it.
    Reviewed,
    /// The signer's advice stands beside it.
    AdviceRecorded,
}

impl Meaning {
    /// The word on screen.
    pub fn name(self) -> &'static str {
        match self {
            Self::Approved => "approved",
            Self::Reviewed => "reviewed",
            Self::AdviceRecorded => "advice recorded",
        }
    }
}

/// One thing a phase does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Step {
    /// The step within the plan.
    pub slug: StepSlug,
    /// What it does.
    pub text: String,
    /// How it is done.
    #[serde(rename = "do")]
    pub act: StepAct,
    /// When it is meant to be so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window: Option<Window>,
    /// The command for doing it by hand, without Signalbox.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by_hand: Option<String>,
    /// So many hours must run clean after it, before the next step or gate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub soak_hours: Option<u32>,
}

impl Step {
    /// The soak in milliseconds; 0 if there is none.
    pub fn soak(&self) -> Millis {
        Millis::from(self.soak_hours.unwrap_or(0)) * HOUR
    }

    /// Who does it.
    pub fn done_by(&self) -> Vec<Role> {
        match &self.act {
            StepAct::Exposure(_) => Role::MAY_RAISE.to_vec(),
            StepAct::Attested(act) => act.by.map_or_else(|| Role::MAY_ATTEST.to_vec(), |role| vec![role]),
        }
    }

    /// The flag and exposure it sets, if it is an exposure step.
    pub fn exposure(&self) -> Option<(&FlagSlug, &Exposure)> {
        match &self.act {
            StepAct::Exposure(act) => Some((&act.flag, &act.to)),
            StepAct::Attested(_) => None,
        }
    }
}

/// How a step is done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum StepAct {
    /// Sets one flag.
    Exposure(ExposureAct),
    /// Done outside the flag; a person attests it, with evidence.
    Attested(AttestedAct),
}

/// Sets one flag.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ExposureAct {
    /// Which.
    pub flag: FlagSlug,
    /// To what.
    pub to: Exposure,
}

/// Done outside the flag.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AttestedAct {
    /// Who may attest it; engineer or operations, if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<Role>,
    /// How long it should take.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target_minutes: Option<u32>,
    /// It cannot be undone: attesting it types the step's slug.
    #[serde(default, skip_serializing_if = "no")]
    pub destructive: bool,
}

/// How to go back from a phase.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RollbackProcedure {
    /// What to do, and what becomes of the data.
    pub text: String,
    /// The command for doing it by hand, without Signalbox.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by_hand: Option<String>,
    /// How long it may take.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub takes: Option<Minutes>,
}
