//! Who may do what, as a table to be read: made of what [`crate::decide`] asks, and held to it by a test.

use crate::{
    decide::resolvers,
    plan::{LineKind, Plan, StepAct},
    role::Role,
};

/// What a role may be allowed to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Act {
    /// Decide go or no-go at a gate.
    Decide,
    /// Hold a gate, and release it.
    Hold,
    /// Let the plan take force.
    Adopt,
    /// Sign a slot, object to it, take that back.
    Sign,
    /// Tick a task or criterion, and open it again.
    Tick,
    /// Do without a criterion.
    Waive,
    /// Skip an optional phase, and take it back in.
    Skip,
    /// Raise a flag, and put one back up.
    Raise,
    /// Lower a flag, roll back, take an attestation back.
    Lower,
    /// Attest a step done outside the flag.
    Attest,
    /// Accept drift.
    AcceptDrift,
    /// Accept a baseline.
    AcceptBaseline,
    /// Raise past the blockers in an emergency.
    BreakGlass,
    /// Review a broken glass.
    Review,
    /// Open an incident.
    Incident,
    /// Resolve an incident.
    Resolve,
    /// Say something.
    Note,
}

impl Act {
    /// Every act, from deciding to saying.
    pub const ALL: [Self; 17] = [
        Self::Decide,
        Self::Hold,
        Self::Adopt,
        Self::Sign,
        Self::Tick,
        Self::Waive,
        Self::Skip,
        Self::Raise,
        Self::Lower,
        Self::Attest,
        Self::AcceptDrift,
        Self::AcceptBaseline,
        Self::BreakGlass,
        Self::Review,
        Self::Incident,
        Self::Resolve,
        Self::Note,
    ];

    /// The act on screen.
    pub fn name(self) -> &'static str {
        match self {
            Self::Decide => "Decide go or no-go",
            Self::Hold => "Hold a gate",
            Self::Adopt => "Adopt the plan",
            Self::Sign => "Sign or object",
            Self::Tick => "Tick a line",
            Self::Waive => "Waive a criterion",
            Self::Skip => "Skip a phase",
            Self::Raise => "Raise a flag",
            Self::Lower => "Lower or roll back",
            Self::Attest => "Attest a step",
            Self::AcceptDrift => "Accept drift",
            Self::AcceptBaseline => "Accept a baseline",
            Self::BreakGlass => "Break the glass",
            Self::Review => "Review a broken glass",
            Self::Incident => "Open an incident",
            Self::Resolve => "Resolve an incident",
            Self::Note => "Add a note",
        }
    }

    /// Where it is allowed, if not everywhere.
    pub fn only(self) -> Option<&'static str> {
        match self {
            Self::Decide => Some("at own gates"),
            Self::Hold => Some("deciders at own gates; released by the role that held"),
            Self::Sign => Some("own slots"),
            Self::Tick => Some("own lines"),
            Self::Waive | Self::Skip => Some("the phase's decider"),
            Self::Attest => Some("steps that name the role, or nobody"),
            Self::BreakGlass => Some("in an emergency, with a review owed"),
            Self::Review => Some("never whoever broke it"),
            Self::Resolve => Some("what legal or privacy opened, they alone"),
            _ => None,
        }
    }

    /// The roles that this plan lets do it somewhere, in the order of [`Role::ALL`].
    pub fn roles(self, plan: &Plan) -> Vec<Role> {
        let phases = plan.phases.iter().enumerate();
        // Phase n stands between gates n and n + 1; a plan has few enough for a gate's number.
        let gate = |phase: usize| plan.decider(phase as u8 + 1);
        let given: Vec<Role> = match self {
            Self::Decide => (1..=plan.last_gate()).map(|gate| plan.decider(gate)).collect(),
            Self::Hold => [Self::Decide.roles(plan), Role::MAY_HOLD.to_vec()].concat(),
            Self::Adopt => vec![plan.decider(1)],
            Self::Sign => cleared(plan, |kind| matches!(kind, LineKind::Slot(_))),
            Self::Tick => cleared(plan, |kind| matches!(kind, LineKind::Task(_) | LineKind::Criterion(_))),
            Self::Waive => phases.filter(|(_, phase)| !phase.criteria.is_empty()).map(|(n, _)| gate(n + 1)).collect(),
            Self::Skip => phases.filter(|(_, phase)| phase.optional).map(|(n, _)| gate(n)).collect(),
            Self::Raise => Role::MAY_RAISE.to_vec(),
            Self::Lower => Role::MAY_LOWER.to_vec(),
            Self::Attest => {
                let steps = plan.phases.iter().flat_map(|phase| &phase.steps);
                let attested = steps.filter(|step| matches!(step.act, StepAct::Attested(_)));
                attested.flat_map(|step| step.done_by()).collect()
            }
            Self::AcceptDrift => Role::may_accept(false).to_vec(),
            Self::AcceptBaseline => Role::may_accept(true).to_vec(),
            Self::BreakGlass => plan.break_glass.iter().flat_map(|terms| terms.roles.clone()).collect(),
            Self::Review => plan.break_glass.iter().flat_map(|terms| terms.reviewers.clone()).collect(),
            Self::Incident | Self::Note => Role::MAY_SPEAK.to_vec(),
            Self::Resolve => Role::MAY_SPEAK.into_iter().flat_map(|role| resolvers(Some(role))).collect(),
        };
        Role::ALL.into_iter().filter(|role| given.contains(role)).collect()
    }
}

/// Who may clear the lines of these kinds.
fn cleared(plan: &Plan, of: impl Fn(&LineKind<'_>) -> bool) -> Vec<Role> {
    let lines = (0..plan.phases.len()).flat_map(|phase| plan.lines(phase));
    lines.filter(|line| of(&line.kind)).filter_map(|line| line.kind.cleared_by()).collect()
}
