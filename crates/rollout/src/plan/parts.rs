//! The parts of a plan, as they stand in its file.

use crate::{
    exposure::Exposure,
    id::{FlagSlug, LineSlug, PhaseSlug, PlanSlug, StepSlug},
    plan::LineKind,
    role::Role,
    time::{HOUR, Millis},
};
use serde::{Deserialize, Serialize};

/// The schema this rulebook reads; part of every plan digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Schema {
    /// The first.
    #[serde(rename = "signalbox-plan/1")]
    One,
}

fn no(flag: &bool) -> bool {
    !*flag
}

fn product_owner() -> Role {
    Role::ProductOwner
}

fn is_product_owner(role: &Role) -> bool {
    *role == Role::ProductOwner
}

fn one() -> u8 {
    1
}

fn is_one(people: &u8) -> bool {
    *people == 1
}

/// A plan as it stands in its file, not yet checked. See [`crate::Plan`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Draft {
    /// Which edition of the file form this is.
    pub schema: Schema,
    /// Short name, the same in all revisions.
    pub slug: PlanSlug,
    /// Name on screen.
    pub name: String,
    /// What it is about, in a paragraph.
    pub summary: String,
    /// Who decides at gates and adopts the plan, unless a phase names another decider for its entry gate.
    #[serde(default = "product_owner", skip_serializing_if = "is_product_owner")]
    pub decider: Role,
    /// How long all of it is meant to take.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration: Option<Days>,
    /// The flags, in the order of their levers.
    pub flags: Vec<Flag>,
    /// The phases, in order.
    pub phases: Vec<Phase>,
    /// What counts as success, measured over the whole rollout.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kpis: Vec<Measure>,
    /// What calls for a rollback.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rollback_triggers: Vec<Measure>,
    /// Where one looks while it runs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub monitoring: Vec<Named>,
    /// What could go wrong, and what is done about it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub risks: Vec<Named>,
    /// Principles that hold for every rollback.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rollback_principles: Vec<Named>,
    /// Who is responsible for what.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub responsibilities: Vec<Responsibility>,
    /// Whom to call, for what.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub contacts: Vec<Named>,
    /// What the plan adds to the document it comes from, and says so.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub assignments: Vec<String>,
}

/// A range of days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Days {
    /// At least so many.
    pub min_days: u32,
    /// At most so many.
    pub max_days: u32,
}

/// A name with what is to be said about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Named {
    /// The name.
    pub name: String,
    /// What about it.
    pub text: String,
}

/// A metric with its bound, shown but not yet measured.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Measure {
    /// What is measured.
    pub name: String,
    /// The bound, with its unit and what it is relative to.
    pub bound: String,
    /// Technical or business.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<MeasureKind>,
}

/// What a measure is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum MeasureKind {
    /// The system.
    Technical,
    /// What it is for.
    Business,
}

/// What a role has to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Responsibility {
    /// The role.
    pub role: Role,
    /// Its duties.
    pub duties: Vec<String>,
}

/// A flag of the plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Flag {
    /// The flag within the plan.
    pub slug: FlagSlug,
    /// Its key at the backend: the text people type to raise it.
    pub key: String,
    /// The environment variable that sets it where no backend does, if it differs from the key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variable: Option<String>,
    /// A short name other tools use.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alias: Option<String>,
    /// Name on screen.
    pub name: String,
    /// What it is for.
    pub purpose: String,
    /// What the application does when nobody sets the flag. If on, losing the override turns the feature on.
    pub code_default: Exposure,
    /// The exposure before the first phase.
    pub initial: Exposure,
    /// Where a rollback takes it.
    #[serde(default, skip_serializing_if = "RollbackTo::is_off")]
    pub rollback_to: RollbackTo,
    /// What becomes of the data when it is lowered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<String>,
}

impl Flag {
    /// Losing the override turns the feature on.
    pub fn fails_open(&self) -> bool {
        !self.code_default.is_off()
    }
}

/// Where a rollback takes a flag. Never "the default".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum RollbackTo {
    /// Off.
    #[default]
    Off,
    /// The exposure it had before the phase.
    BeforePhase,
}

impl RollbackTo {
    fn is_off(&self) -> bool {
        *self == Self::Off
    }
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
    /// When it is meant to start. Informs, never locks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<PlannedStart>,
    /// How long it is meant to take.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration: Option<Days>,
    /// What must be clear before its entry gate.
    pub prerequisites: Vec<Prerequisite>,
    /// What it does, in order.
    pub steps: Vec<Step>,
    /// What one looks at meanwhile.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub watch: Vec<String>,
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
            StepAct::Exposure(_) => vec![Role::Engineer],
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
}
