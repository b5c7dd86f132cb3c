//! The state of a rollout: the fold of its records, and the questions one may ask of it.

mod gates;
mod glass;
mod lines;
mod steps;

pub use gates::Aspect;
pub use glass::{Glass, REVIEW_WITHIN};
pub use lines::{SlotStatus, TaskStatus};
pub use steps::{Soak, StepStatus};

use crate::{
    RULEBOOK_VERSION,
    asker::ProvenBy,
    canonical,
    event::{CancelCause, Event, FailureCause, Words},
    exposure::Exposure,
    id::{Digest, FlagSlug, GateNumber, LineSlug, PersonId, PhaseSlug, RolloutId, Seq, StepSlug},
    plan::Plan,
    record::Record,
    role::{Actor, Role},
    time::{Millis, Timestamp},
};
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeMap,
    ops::{Deref, DerefMut},
    sync::Arc,
};

/// One plan being carried out in one environment: the plan, and what the ledger says is so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rollout {
    plan: Arc<Plan>,
    state: State,
}

impl Deref for Rollout {
    type Target = State;
    fn deref(&self) -> &State {
        &self.state
    }
}

impl DerefMut for Rollout {
    fn deref_mut(&mut self) -> &mut State {
        &mut self.state
    }
}

/// What a ledger says is so. Its canonical JSON is the same wherever it was folded; the plan is not part of it, but its
/// digest is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct State {
    /// The version of the rulebook that folded it.
    pub rulebook: u32,
    /// The rollout, and its ledger.
    pub id: RolloutId,
    /// Where it is carried out.
    pub environment: String,
    /// Made by the demo.
    pub sample: bool,
    /// The ledger's head: the last record's number.
    pub version: Seq,
    /// The last record's time.
    pub time: Timestamp,
    /// The attached plan.
    pub plan_digest: Digest,
    /// The person who began it; none, if a system did. They may have to leave the approving to others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub began_by: Option<PersonId>,
    /// When the plan took force.
    pub adopted: Option<Mark>,
    /// What was decided at each gate; a gate where nothing was is not in it.
    pub gates: BTreeMap<GateNumber, Gate>,
    /// Skipped phases.
    pub skipped: BTreeMap<PhaseSlug, Mark>,
    /// Tasks and criteria that somebody touched.
    pub tasks: BTreeMap<LineSlug, TaskStatus>,
    /// Slots that somebody touched, by who did.
    pub slots: BTreeMap<LineSlug, BTreeMap<PersonId, Signature>>,
    /// Steps asked for or done.
    pub steps: BTreeMap<StepSlug, StepDone>,
    /// Every flag.
    pub flags: BTreeMap<FlagSlug, FlagState>,
    /// Open incidents, by the number of the record that opened them.
    pub incidents: BTreeMap<Seq, Mark>,
    /// Raises past the blockers that nobody has reviewed, by the number of the record that broke the glass.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub glasses: BTreeMap<Seq, Glass>,
}

/// Who did it, when, in which record, and what was said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Mark {
    /// The record.
    pub seq: Seq,
    /// Its time.
    pub time: Timestamp,
    /// Who.
    pub by: Actor,
    /// How they had proven themselves anew, if they had, of a signature, an adoption or a decision.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proof: Option<ProvenBy>,
    /// What was said.
    pub words: Words,
}

/// What was decided at a gate.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Gate {
    /// The go that was given and not ended.
    pub go: Option<Mark>,
    /// The no-go that stands.
    pub no_go: Option<Mark>,
    /// The lowering that ended a go, until a new one.
    pub ended: Option<Mark>,
    /// Holds, by the role that holds.
    pub holds: BTreeMap<Role, Mark>,
}

/// One person's mark in a slot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Signature {
    /// Signed, objected or withdrawn.
    pub act: SlotAct,
    /// What was signed: the slot's text with its phase.
    pub scope_digest: Digest,
    /// Who, when, what was said.
    pub mark: Mark,
}

/// What a person last did in a slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum SlotAct {
    /// Signed it.
    Signed,
    /// Objected to it.
    Objected,
    /// Took back what stood there.
    Withdrawn,
}

/// A step that was asked for, or done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct StepDone {
    /// Who asked for it, or attested it.
    pub asked: Mark,
    /// When it was applied and read back, or attested; none while it is under way.
    pub applied: Option<Timestamp>,
    /// How long its soak had run when it last stood still.
    pub ran_ms: Millis,
    /// Since when its soak runs; none while it stands still.
    pub running_since: Option<Timestamp>,
}

/// A flag, wanted and delivered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FlagState {
    /// What the backend had when the rollout was attached.
    pub baseline: Exposure,
    /// What the ledger wants.
    pub wanted: Exposure,
    /// What was last read back.
    pub applied: Exposure,
    /// When it was read back; none if never.
    pub applied_at: Option<Timestamp>,
    /// What is on its way to the backend.
    pub pending: Option<Pending>,
    /// What the backend has that the ledger did not ask for.
    pub observed: Option<Observed>,
    /// The last raise that something overtook before it was read back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overtaken: Option<Overtaken>,
    /// The number of the last record about it: what a confirmation binds to.
    pub last: Seq,
    /// Who last asked for its exposure.
    pub last_by: Option<Mark>,
}

fn is_false(flag: &bool) -> bool {
    !*flag
}

/// Wanted, and not yet read back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Pending {
    /// The record that wants it.
    pub want: Seq,
    /// Since when.
    pub since: Timestamp,
    /// The step it carries out, if it is a raise.
    pub raise: Option<StepSlug>,
    /// Who puts the flag back up to what the ledger says, if that is what it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub put_back: Option<Mark>,
    /// The glass was broken for it: it goes past the blockers.
    #[serde(default, skip_serializing_if = "is_false")]
    pub glass: bool,
    /// Why it has not got through, if an attempt failed.
    pub failure: Option<FailureCause>,
    /// Who says that it was done by hand, while that is verified.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moved: Option<Mark>,
    /// It takes back a raise by hand that was cancelled, for this cause: perhaps somebody carried it out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recalled: Option<CancelCause>,
}

impl Pending {
    /// Wanted by this record; nothing is known of it yet.
    pub(crate) fn new(want: Seq, since: Timestamp) -> Self {
        Self { want, since, raise: None, put_back: None, glass: false, failure: None, moved: None, recalled: None }
    }

    /// Does it give the flag to somebody? Then the rules of raising hold for it.
    pub fn is_upward(&self) -> bool {
        self.raise.is_some() || self.put_back.is_some() || self.glass
    }
}

/// A raise that was cancelled, or that a lowering came before. If it was sent, it may come through yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Overtaken {
    /// The record that wanted it.
    pub want: Seq,
    /// What it wanted.
    pub to: Exposure,
    /// The record that overtook it.
    pub by: Seq,
}

/// An exposure that the ledger did not ask for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Observed {
    /// What the backend has.
    pub exposure: Exposure,
    /// It was so when the rollout was attached.
    pub baseline: bool,
    /// Seen in this record.
    pub seq: Seq,
    /// Seen then.
    pub time: Timestamp,
    /// Who did it there, in words that delivery found out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told: Option<Mark>,
}

/// Why a record begins no rollout.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoRollout {
    /// It is not the first of its ledger, or attaches nothing.
    #[error("a rollout begins with record 1 attaching a plan; this is record {0}")]
    NotTheFirst(Seq),
    /// It attaches another plan than the one given.
    #[error("the ledger begins with the plan {expected}, not with {found}")]
    OtherPlan {
        /// The digest in the record.
        expected: Digest,
        /// The digest of the plan given.
        found: Digest,
    },
}

impl Rollout {
    /// The rollout that a ledger's first record begins.
    ///
    /// Errors: it is not a first record, or it attaches another plan.
    pub fn begin(record: &Record, plan: Arc<Plan>) -> Result<Self, NoRollout> {
        let Event::Attached { environment, baselines, sample } = &record.event else {
            return Err(NoRollout::NotTheFirst(record.seq));
        };
        if record.seq != 1 {
            return Err(NoRollout::NotTheFirst(record.seq));
        }
        let found = plan.digest();
        if found != record.plan_digest {
            return Err(NoRollout::OtherPlan { expected: record.plan_digest, found });
        }
        let flag = |flag: &crate::plan::Flag| {
            let baseline = baselines.get(&flag.slug).unwrap_or(&flag.initial).clone();
            let surprising = !flag.initial.lowers_to(&baseline);
            let observed = surprising.then(|| Observed {
                exposure: baseline.clone(),
                baseline: true,
                seq: record.seq,
                time: record.time,
                told: None,
            });
            let state = FlagState {
                wanted: if surprising { flag.initial.clone() } else { baseline.clone() },
                applied: baseline.clone(),
                applied_at: None,
                pending: None,
                observed,
                overtaken: None,
                last: record.seq,
                last_by: None,
                baseline,
            };
            (flag.slug.clone(), state)
        };
        let flags = plan.flags.iter().map(flag).collect();
        let state = State {
            rulebook: RULEBOOK_VERSION,
            id: record.ledger,
            environment: environment.clone(),
            sample: *sample,
            version: record.seq,
            time: record.time,
            plan_digest: record.plan_digest,
            began_by: record.actor.person(),
            adopted: None,
            gates: BTreeMap::new(),
            skipped: BTreeMap::new(),
            tasks: BTreeMap::new(),
            slots: BTreeMap::new(),
            steps: BTreeMap::new(),
            flags,
            incidents: BTreeMap::new(),
            glasses: BTreeMap::new(),
        };
        Ok(Self { plan, state })
    }

    /// A state that was folded elsewhere, with its plan.
    ///
    /// Errors: another plan than the state's.
    pub fn resume(state: State, plan: Arc<Plan>) -> Result<Self, NoRollout> {
        match plan.digest() {
            found if found == state.plan_digest => Ok(Self { plan, state }),
            found => Err(NoRollout::OtherPlan { expected: state.plan_digest, found }),
        }
    }

    /// The plan in force, or on the way to it.
    pub fn plan(&self) -> &Arc<Plan> {
        &self.plan
    }

    /// The state alone, for the wire.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// The state's canonical bytes: equal wherever the same records were folded by the same rulebook.
    pub fn canonical_bytes(&self) -> Vec<u8> {
        canonical::bytes(&self.state)
    }
}
