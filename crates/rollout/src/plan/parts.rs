//! A plan as it stands in its file: its flags, and what it says besides its phases.

use super::{BreakGlass, ByHand, Communication, Contact, FlagBackend, Minutes, Phase, PlanRisk, Procedure, Safeguards};
use crate::{
    exposure::Exposure,
    id::{FlagSlug, PlanSlug},
    role::Role,
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

fn product_owner() -> Role {
    Role::ProductOwner
}

fn is_product_owner(role: &Role) -> bool {
    *role == Role::ProductOwner
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
    /// What is asked of people beyond their roles, unless a phase says otherwise for itself.
    #[serde(default, skip_serializing_if = "Safeguards::ask_nothing")]
    pub safeguards: Safeguards,
    /// Who may raise past the blockers in an emergency. Nobody, if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub break_glass: Option<BreakGlass>,
    /// How long all of it is meant to take.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration: Option<Days>,
    /// How long the work itself takes, soaks not counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effort: Option<Minutes>,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub objectives: Vec<String>,
    /// The documents it comes from.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub documents: Vec<Named>,
    /// Groups of flags, for the reader. Where there are any, each flag is in one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<Named>,
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
    /// What calls for looking closely.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<Measure>,
    /// What calls for acting at once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub critical: Vec<Measure>,
    /// Where one looks while it runs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub monitoring: Vec<Named>,
    /// What could go wrong, and what is done about it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub risks: Vec<PlanRisk>,
    /// What to do when something goes wrong all the same.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub contingencies: Vec<Procedure>,
    /// Every way back there is, and how long it may take.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ways_back: Vec<Procedure>,
    /// How to look after it by hand: what to check, and with which command.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub runbooks: Vec<Procedure>,
    /// Principles that hold for every rollback.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rollback_principles: Vec<Named>,
    /// Who is responsible for what.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub responsibilities: Vec<Responsibility>,
    /// Who is told what, and when.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub communications: Vec<Communication>,
    /// Whom to call, for what.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub contacts: Vec<Contact>,
    /// Who is called next if that does not help, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub escalation: Vec<Contact>,
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
    /// The people who run it.
    Operational,
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
    /// Its group, by name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
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
    /// What moves it.
    #[serde(default, skip_serializing_if = "FlagBackend::is_configured")]
    pub backend: FlagBackend,
    /// How a person moves it. Needed where only a person can.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by_hand: Option<ByHand>,
}

impl Flag {
    /// Losing the override turns the feature on.
    pub fn fails_open(&self) -> bool {
        !self.code_default.is_off()
    }

    /// How a person moves it, if only a person can.
    pub fn manual(&self) -> Option<&ByHand> {
        self.by_hand.as_ref().filter(|_| self.backend == FlagBackend::Manual)
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
