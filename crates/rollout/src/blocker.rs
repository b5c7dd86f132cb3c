//! Blockers: the typed reasons why a command is refused. A refusal is a list of them, never empty.

mod words;

use crate::{
    exposure::Exposure,
    id::{FlagSlug, GateNumber, LineSlug, PhaseSlug, RolloutId, Seq, StepSlug},
    role::Role,
    state::Aspect,
    time::{Millis, Timestamp},
};
use serde::{Deserialize, Serialize};

/// One reason, who can clear it, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Blocker {
    /// The reason.
    #[serde(flatten)]
    pub why: Why,
    /// Who can clear it.
    pub cleared_by: ClearedBy,
    /// Where that is done.
    pub place: Place,
}

/// Who can clear a blocker.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum ClearedBy {
    /// Anyone in one of these roles.
    Roles(Vec<Role>),
    /// It clears by itself, at this time if nothing happens meanwhile.
    At(Timestamp),
    /// It clears by itself, no telling when.
    ByItself,
    /// The one who asked, by asking differently.
    Asker,
    /// Nobody.
    Nobody,
}

/// Where something is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Place {
    /// A gate.
    Gate(GateNumber),
    /// A phase.
    Phase(PhaseSlug),
    /// A line of a checklist.
    Line(LineSlug),
    /// A step.
    Step(StepSlug),
    /// A flag.
    Flag(FlagSlug),
    /// An incident.
    Incident(Seq),
    /// The flag backend.
    Backend,
    /// Another rollout.
    Rollout(RolloutId),
    /// The plan.
    Plan,
}

/// A reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "code", rename_all = "kebab-case")]
#[rustfmt::skip]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Why {
    /// The role may not do this.
    WrongRole { needs: Vec<Role> },
    /// The plan has not been adopted.
    PlanNotInForce {},
    /// No go was given there.
    GateWithoutGo { gate: GateNumber },
    /// A no-go stands there.
    NoGo { gate: GateNumber },
    /// These roles hold it.
    Held { gate: GateNumber, by: Vec<Role> },
    /// A rollback ended the go there.
    GoEnded { gate: GateNumber },
    /// An incident is open.
    IncidentOpen { incident: Seq },
    /// The first step of the phase is not applied.
    PhaseNotBegun { phase: PhaseSlug },
    /// A step of the phase was already asked for or done.
    PhaseBegun { phase: PhaseSlug },
    /// The phase was skipped.
    PhaseSkipped { phase: PhaseSlug },
    /// The phase is not optional.
    PhaseNotOptional { phase: PhaseSlug },
    /// The rollout of the same plan in that environment is not closed.
    NotProven { environment: String },
    /// A task is not ticked.
    TaskOpen { line: LineSlug },
    /// A criterion is neither ticked nor waived.
    CriterionOpen { line: LineSlug },
    /// An earlier phase has not succeeded yet.
    DependencyOpen { line: LineSlug },
    /// A slot is not signed.
    SignOffMissing { line: LineSlug },
    /// Somebody objects.
    SignOffObjected { line: LineSlug },
    /// A signature was taken back.
    SignOffWithdrawn { line: LineSlug },
    /// A signature ran out.
    SignOffExpired { line: LineSlug },
    /// What was signed has changed since.
    SignOffVoid { line: LineSlug },
    /// One person signed, another is needed.
    TwoPeopleNeeded { line: LineSlug },
    /// An earlier step is not applied.
    EarlierStepOpen { step: StepSlug },
    /// Another step is next.
    NotTheNextStep { step: StepSlug, next: Option<StepSlug> },
    /// The soak has still to run; `standing` while it stands still.
    SoakRunning { step: StepSlug, left_ms: Millis, standing: bool },
    /// The backend has something that the ledger did not ask for.
    ObservedNotAccepted { flag: FlagSlug, observed: Exposure },
    /// The backend cannot express this exposure.
    NotExpressible { exposure: Exposure },
    /// The backend has not answered for too long.
    BackendUnreachable { since: Timestamp },
    /// A delivery to this flag is on its way.
    DeliveryPending { flag: FlagSlug },
    /// The typed text is not the one expected.
    ConfirmationWrong { expected: String },
    /// The confirmation is missing, used, out of date or another one's.
    NotConfirmed {},
    /// The person has not proven themselves anew of late.
    ProofNeeded {},
    /// The person gave the go there, and the plan lets them not raise behind it.
    DecidedIt { gate: GateNumber },
    /// The person began the rollout, and the plan lets them not approve it.
    BeganIt {},
    /// A broken glass keeps the flag up, and nobody has reviewed it.
    GlassStands { flag: FlagSlug, glass: Seq },
    /// The time of a broken glass is up.
    GlassOver { flag: FlagSlug, glass: Seq },
    /// Nobody has reviewed a broken glass for a day.
    ReviewOwed { flag: FlagSlug, glass: Seq },
    /// Whoever broke the glass reviews it not.
    OwnGlass { glass: Seq },
    /// It is so already.
    AlreadySo {},
    /// There is nothing to take back, release, resolve or accept.
    NotSo {},
    /// The named exposure would give the flag to somebody who has it not.
    NotALowering { flag: FlagSlug, now: Exposure },
    /// Ticking or attesting this needs evidence.
    EvidenceNeeded {},
    /// This kind of step or line is not done that way.
    WrongKind { expected: String },
    /// The rollout is closed.
    RolloutClosed {},
    /// Another open rollout holds the flag: it is done there.
    HeldElsewhere { flag: FlagSlug, rollout: RolloutId },
    /// The plan has nothing of that name.
    Unknown { what: String, name: String },
}

/// Why a command is refused: at least one blocker.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Refusal(Vec<Blocker>);

impl Refusal {
    /// Nothing, if there are no blockers.
    pub fn from_blockers(blockers: Vec<Blocker>) -> Result<(), Self> {
        if blockers.is_empty() { Ok(()) } else { Err(Self(blockers)) }
    }

    /// Is it refused to the role, whatever else speaks against it?
    pub fn is_of_role(&self) -> bool {
        self.0.iter().any(|blocker| matches!(blocker.why, Why::WrongRole { .. }))
    }

    /// The blockers; at least one.
    pub fn blockers(&self) -> &[Blocker] {
        &self.0
    }

    /// The blockers, owned.
    pub fn into_blockers(self) -> Vec<Blocker> {
        self.0
    }
}

impl From<Blocker> for Refusal {
    fn from(blocker: Blocker) -> Self {
        Self(vec![blocker])
    }
}

impl Blocker {
    /// A reason that these roles can clear there.
    pub(crate) fn roles(why: Why, roles: &[Role], place: Place) -> Self {
        Self { why, cleared_by: ClearedBy::Roles(roles.to_vec()), place }
    }

    /// A reason that the asker can clear by asking differently.
    pub(crate) fn asker(why: Why, place: Place) -> Self {
        Self { why, cleared_by: ClearedBy::Asker, place }
    }

    /// A reason that clears by itself.
    pub(crate) fn by_itself(why: Why, place: Place) -> Self {
        Self { why, cleared_by: ClearedBy::ByItself, place }
    }

    /// A reason that nobody can clear.
    pub(crate) fn nobody(why: Why, place: Place) -> Self {
        Self { why, cleared_by: ClearedBy::Nobody, place }
    }

    /// Why no go is in force at this gate; none if one is. A gate may be held and without a go: both are named, since
    /// each is cleared by somebody else.
    pub(crate) fn of_gate(rollout: &crate::Rollout, gate: GateNumber) -> Vec<Self> {
        if matches!(rollout.aspect(gate), Aspect::Clear | Aspect::Idle) {
            return vec![];
        }
        let (place, state) = (|| Place::Gate(gate), rollout.gates.get(&gate));
        let mut blockers = Vec::new();
        let by: Vec<Role> = state.into_iter().flat_map(|state| state.holds.keys().copied()).collect();
        if !by.is_empty() {
            blockers.push(Self {
                cleared_by: ClearedBy::Roles(by.clone()),
                why: Why::Held { gate, by },
                place: place(),
            });
        }
        let why = match state {
            Some(state) if state.go.is_some() => return blockers,
            Some(state) if state.no_go.is_some() => Why::NoGo { gate },
            Some(state) if state.ended.is_some() => Why::GoEnded { gate },
            _ => Why::GateWithoutGo { gate },
        };
        blockers.push(Self::roles(why, &[rollout.plan().decider(gate)], place()));
        blockers
    }
}
