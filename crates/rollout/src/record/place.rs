//! Where in a rollout a record belongs. Which phases it is about follows from that and the plan, here and nowhere else.

use super::Record;
use crate::{
    blocker::Place,
    event::Event,
    plan::{Plan, Step},
};

impl Record {
    /// The gate, line, step, flag, phase or incident it is about; none if it is about none of them alone.
    pub fn place(&self) -> Option<Place> {
        match &self.event {
            Event::Attached { .. } | Event::Adopted { .. } => Some(Place::Plan),
            Event::Ticked { line, .. } | Event::Unticked { line, .. } | Event::Waived { line, .. } => {
                Some(Place::Line(line.clone()))
            }
            Event::Signed { slot, .. } | Event::Objected { slot, .. } | Event::Withdrawn { slot, .. } => {
                Some(Place::Line(slot.clone()))
            }
            Event::Decided { gate, .. } | Event::Released { gate, .. } => Some(Place::Gate(*gate)),
            Event::Raised { step, .. } | Event::Attested { step, .. } | Event::Unattested { step, .. } => {
                Some(Place::Step(step.clone()))
            }
            Event::Lowered { flag, .. }
            | Event::PutBack { flag, .. }
            | Event::MovedByHand { flag, .. }
            | Event::Accepted { flag, .. }
            | Event::Applied { flag, .. }
            | Event::Failed { flag, .. }
            | Event::Cancelled { flag, .. }
            | Event::Observed { flag, .. }
            | Event::GlassBroken { flag, .. }
            | Event::GlassExpired { flag, .. }
            | Event::GlassReviewed { flag, .. } => Some(Place::Flag(flag.clone())),
            Event::Skipped { phase, .. } | Event::Unskipped { phase, .. } => Some(Place::Phase(phase.clone())),
            Event::IncidentOpened { .. } => Some(Place::Incident(self.seq)),
            Event::IncidentResolved { incident, .. } => Some(Place::Incident(*incident)),
            Event::Noted { .. } | Event::ClockMoved { .. } => None,
        }
    }

    /// Is it about this phase? A gate belongs to the phase it opens, the last one to the phase it closes; a flag to every
    /// phase that moves it. The plan, incidents, notes and the clock belong to no phase.
    pub fn is_about(&self, plan: &Plan, phase: usize) -> bool {
        let last = plan.phases.len() - 1;
        match self.place() {
            Some(Place::Gate(gate)) => usize::from(gate).saturating_sub(1).min(last) == phase,
            Some(Place::Phase(slug)) => plan.phase(&slug).is_some_and(|(index, _)| index == phase),
            Some(Place::Line(slug)) => plan.line(&slug).is_some_and(|line| line.phase == phase),
            Some(Place::Step(slug)) => plan.step(&slug).is_some_and(|(index, _, _)| index == phase),
            Some(Place::Flag(slug)) => {
                let moved = plan.phases.get(phase).into_iter().flat_map(|phase| &phase.steps);
                moved.filter_map(Step::exposure).any(|(flag, _)| *flag == slug)
            }
            Some(Place::Incident(_) | Place::Plan | Place::Backend | Place::Rollout(_)) | None => false,
        }
    }
}
