//! Questions about steps and soaks.

use super::Rollout;
use crate::{
    exposure::Exposure,
    id::FlagSlug,
    plan::{Phase, RollbackTo, Step},
    time::{Millis, Timestamp},
};

/// How a step stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepStatus {
    /// Not asked for.
    Open,
    /// Asked for, not read back yet.
    UnderWay,
    /// Applied and read back, or attested; its soak has still to run.
    Soaking(Soak),
    /// Applied, and its soak has run.
    Done,
}

/// How much of a soak has run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Soak {
    /// How long it must run.
    pub whole_ms: Millis,
    /// How long it has run clean.
    pub ran_ms: Millis,
    /// How long it has still to run.
    pub left_ms: Millis,
    /// It stands still: an incident is open, or the exposure is not what the ledger says.
    pub standing: bool,
}

impl Rollout {
    /// How much of a step's soak has run; none while the step is not applied.
    pub fn soak(&self, step: &Step, now: Timestamp) -> Option<Soak> {
        let done = self.steps.get(&step.slug)?;
        done.applied?;
        let whole_ms = step.soak();
        let running = done.running_since.map_or(0, |since| now.since(since));
        let ran_ms = (done.ran_ms + running).min(whole_ms);
        Some(Soak { whole_ms, ran_ms, left_ms: whole_ms - ran_ms, standing: done.running_since.is_none() })
    }

    /// How a step stands.
    pub fn step_status(&self, step: &Step, now: Timestamp) -> StepStatus {
        match (self.steps.get(&step.slug), self.soak(step, now)) {
            (None, _) => StepStatus::Open,
            (Some(_), None) => StepStatus::UnderWay,
            (Some(_), Some(soak)) if soak.left_ms > 0 => StepStatus::Soaking(soak),
            (Some(_), Some(_)) => StepStatus::Done,
        }
    }

    /// The phase's first step that was not asked for, with its index.
    pub fn next_step(&self, phase: usize) -> Option<(usize, &Step)> {
        let steps = self.plan.phases[phase].steps.iter().enumerate();
        steps.into_iter().find(|(_, step)| !self.steps.contains_key(&step.slug))
    }

    /// Where a rollback of this phase takes the flag.
    pub fn rollback_target(&self, phase: usize, flag: &FlagSlug) -> Exposure {
        let Some(body) = self.plan.flag(flag) else { return Exposure::OFF };
        match body.rollback_to {
            RollbackTo::Off => Exposure::OFF,
            RollbackTo::BeforePhase => {
                let earlier = self.plan.phases[..phase].iter().flat_map(|p: &Phase| &p.steps);
                let last = earlier.filter_map(Step::exposure).rfind(|(slug, _)| *slug == flag);
                last.map_or_else(|| body.initial.clone(), |(_, to)| to.clone())
            }
        }
    }

    /// Does a soak of this phase run? Only while no incident is open, and the phase's flags are what the ledger
    /// says and what the steps made them.
    pub(crate) fn soaks_run(&self, phase: usize) -> bool {
        let flags = self.plan.phases[phase].steps.iter().filter_map(Step::exposure).map(|(flag, _)| flag);
        let as_agreed = |flag: &FlagSlug| {
            self.flags.get(flag).is_none_or(|state| state.observed.is_none()) && self.standing_glass(flag).is_none()
        };
        self.incidents.is_empty() && flags.into_iter().all(as_agreed)
    }
}
