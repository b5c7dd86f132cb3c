//! Blockers in words: the same on screen and in the gateway's answers.

use super::{Blocker, ClearedBy, Why};
use crate::{
    id::{FlagSlug, LineSlug, PhaseSlug, StepSlug},
    plan::Plan,
    role::Role,
    text::duration,
};

fn names(roles: &[Role]) -> String {
    let names: Vec<&str> = roles.iter().map(|role| role.name()).collect();
    names.join(" or ")
}

impl Blocker {
    /// What blocks, in a short sentence without a full stop.
    pub fn sentence(&self, plan: &Plan) -> String {
        let line = |slug: &LineSlug| plan.line(slug).map_or(slug.as_str(), |line| line.kind.text()).to_owned();
        let step = |slug: &StepSlug| plan.step(slug).map_or(slug.as_str(), |(_, _, step)| &step.text).to_owned();
        let flag = |slug: &FlagSlug| plan.flag(slug).map_or(slug.as_str(), |flag| &flag.name).to_owned();
        let phase = |slug: &PhaseSlug| plan.phase(slug).map_or(slug.as_str(), |(_, phase)| &phase.name).to_owned();
        match &self.why {
            Why::WrongRole { needs } if needs.is_empty() => "Nobody may do this".into(),
            Why::WrongRole { needs } => format!("This is for {}", names(needs)),
            Why::PlanNotInForce {} => "The plan is not in force: it has not been adopted".into(),
            Why::GateWithoutGo { gate } => format!("Gate {gate} has no go"),
            Why::NoGo { gate } => format!("Gate {gate} is at no-go"),
            Why::Held { gate, by } => format!("Gate {gate} is held by {}", names(by).replace(" or ", " and ")),
            Why::GoEnded { gate } => format!("A rollback ended the go at gate {gate}"),
            Why::IncidentOpen { incident } => format!("Incident {incident} is open"),
            Why::PhaseNotBegun { phase: slug } => {
                format!("{} has not begun: its first step is not applied", phase(slug))
            }
            Why::PhaseBegun { phase: slug } => format!("{} has begun", phase(slug)),
            Why::PhaseSkipped { phase: slug } => format!("{} was skipped", phase(slug)),
            Why::PhaseNotOptional { phase: slug } => format!("{} is not optional", phase(slug)),
            Why::NotProven { environment } => format!("The rollout of this very plan in {environment} is not closed"),
            Why::TaskOpen { line: slug } => format!("Not ticked: {}", line(slug)),
            Why::CriterionOpen { line: slug } => format!("Not confirmed: {}", line(slug)),
            Why::DependencyOpen { line: slug } => format!("Not yet so: {}", line(slug)),
            Why::SignOffMissing { line: slug } => format!("Not signed: {}", line(slug)),
            Why::SignOffObjected { line: slug } => format!("Objected to: {}", line(slug)),
            Why::SignOffWithdrawn { line: slug } => format!("Signature withdrawn: {}", line(slug)),
            Why::SignOffExpired { line: slug } => format!("Signature expired: {}", line(slug)),
            Why::SignOffVoid { line: slug } => format!("Changed since it was signed: {}", line(slug)),
            Why::TwoPeopleNeeded { line: slug } => format!("A second person must sign: {}", line(slug)),
            Why::EarlierStepOpen { step: slug } => format!("An earlier step is not done: {}", step(slug)),
            Why::NotTheNextStep { next: Some(next), .. } => format!("Another step is next: {}", step(next)),
            Why::NotTheNextStep { next: None, .. } => "The phase has no step left".into(),
            Why::SoakRunning { left_ms, standing: false, .. } => format!("The soak has {} to run", duration(*left_ms)),
            Why::SoakRunning { left_ms, standing: true, .. } => {
                format!("The soak stands still with {} to run", duration(*left_ms))
            }
            Why::ObservedNotAccepted { flag: slug, observed } => {
                format!("The backend has {} at {observed}, which the ledger did not ask for", flag(slug))
            }
            Why::NotExpressible { exposure } => format!("The backend cannot express {exposure}"),
            Why::BackendUnreachable { .. } => "The backend does not answer".into(),
            Why::DeliveryPending { flag: slug } => {
                format!("A change to {} is still on its way to the backend", flag(slug))
            }
            Why::ConfirmationWrong { expected } => format!("The typed text is not {expected}"),
            Why::NotConfirmed {} => "This needs a confirmation of its own, used once and given a moment ago".into(),
            Why::ProofNeeded {} => "Prove yourself again first: this counts for five minutes".into(),
            Why::DecidedIt { gate } => {
                format!("Who gave the go at gate {gate} does not raise behind it: another person does")
            }
            Why::BeganIt {} => "Who began the rollout does not approve it: another person does".into(),
            Why::GlassStands { flag: slug, glass } => {
                format!("The glass was broken for {} (record {glass}), and it is still up unreviewed", flag(slug))
            }
            Why::GlassOver { flag: slug, glass } => {
                format!("The time of the glass broken for {} (record {glass}) is up", flag(slug))
            }
            Why::ReviewOwed { flag: slug, glass } => {
                format!("The glass broken for {} (record {glass}) has not been reviewed for a day", flag(slug))
            }
            Why::OwnGlass { .. } => "Who broke the glass does not review it: another person does".into(),
            Why::AlreadySo {} => "It is so already".into(),
            Why::NotSo {} => "There is nothing to take back here".into(),
            Why::NotALowering { flag: slug, now } => {
                format!("That would raise {}, which is at {now}; lowering goes down", flag(slug))
            }
            Why::EvidenceNeeded {} => "Evidence is needed: a title and a link".into(),
            Why::WrongKind { expected } => format!("This is not done that way: {expected}"),
            Why::RolloutClosed {} => "The rollout is closed".into(),
            Why::HeldElsewhere { flag: slug, .. } => format!("Another open rollout holds {}: do it there", flag(slug)),
            Why::Unknown { what, name } => format!("The plan has no {what} called \"{name}\""),
        }
    }

    /// Who can clear it, in a short sentence without a full stop.
    pub fn who(&self) -> String {
        match &self.cleared_by {
            ClearedBy::Roles(roles) => format!("{} can clear it", names(roles)),
            ClearedBy::At(_) => "Clears by itself when the time has run".into(),
            ClearedBy::ByItself => "Clears by itself".into(),
            ClearedBy::Asker => "You can clear it by asking differently".into(),
            ClearedBy::Nobody => "Nobody can clear it".into(),
        }
    }
}
