//! A plan becomes a rollout: flags are looked up, their baselines noted, the ledger begun.

use super::{App, Replied};
use crate::{
    backend::BackendError,
    clock,
    store::{Claim, StoreError},
};
use gateway_api::{BegunRollout, MissingFlag};
use rollout::{
    Actor, Event, Exposure, FlagSlug, Plan, Record, Rollout, RolloutId,
    facts::Capabilities,
    plan::{Flaw, Flaws},
};
use std::{collections::BTreeMap, sync::Arc};

/// Why a rollout did not begin. Nothing was stored.
#[derive(Debug, thiserror::Error)]
pub enum NotBegun {
    #[error("the open rollout {by} holds {} in this environment", keys.join(", "))]
    FlagsHeld { keys: Vec<String>, by: RolloutId },
    #[error("the backend cannot express what the plan asks for: {0}")]
    Inexpressible(Flaws),
    #[error("the backend has not {}", words(.0))]
    FlagsMissing(Vec<MissingFlag>),
    #[error("the flag {key} could not be looked up: {error}")]
    Backend { key: String, error: BackendError },
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("{0:#}")]
    Broken(anyhow::Error),
}

impl App {
    /// Attaches a plan in an environment, with these events of one person after it. The backend must have its flags. The plan takes force when it is adopted. The answer is kept for the key, if there is one.
    pub async fn attach(
        &self,
        plan: Plan,
        environment: &str,
        (by, sample): (Actor, bool),
        replied: Option<Replied>,
        then: impl FnOnce(&Rollout) -> anyhow::Result<(Actor, Vec<Event>)>,
    ) -> Result<BegunRollout, NotBegun> {
        let flaws = inexpressible(&plan, &self.backend.capabilities());
        if !flaws.is_empty() {
            return Err(NotBegun::Inexpressible(Flaws(flaws)));
        }
        self.needs_free_flags(&plan, environment).await?;
        let baselines = self.baselines(&plan, environment).await?;
        let warnings = self.warnings(&plan, &baselines);
        let (plan, plan_digest) = (Arc::new(plan.clone()), plan.digest());
        let attached = Event::Attached { environment: environment.to_owned(), baselines, sample };
        let first = Record::new(clock::rollout_id(), 1, self.clock.now(), by, plan_digest, attached);
        let id = first.ledger;
        let answer = |version| BegunRollout { id, version, plan_digest, warnings };
        match self.begin(first, plan.clone(), then, replied, answer).await {
            Ok(begun) => Ok(begun),
            Err(error) => match error.downcast::<StoreError>() {
                // Somebody was faster.
                Ok(held @ StoreError::FlagHeld(_)) => {
                    self.needs_free_flags(&plan, environment).await?;
                    Err(held.into())
                }
                Ok(error) => Err(error.into()),
                Err(error) => Err(NotBegun::Broken(error)),
            },
        }
    }

    async fn needs_free_flags(&self, plan: &Plan, environment: &str) -> Result<(), NotBegun> {
        let claims = self.store.claims().await?;
        let wanted = |claim: &Claim| {
            let is_here = claim.environment == environment && claim.backend == self.backend.kind();
            is_here && plan.flags.iter().any(|flag| flag.key == claim.flag_key)
        };
        let held: Vec<_> = claims.into_iter().filter(|(claim, _)| wanted(claim)).collect();
        let Some((_, by)) = held.first() else { return Ok(()) };
        let keys = held.iter().filter(|(_, other)| other == by).map(|(claim, _)| claim.flag_key.clone());
        Err(NotBegun::FlagsHeld { keys: keys.collect(), by: *by })
    }

    /// What the backend has of each flag.
    async fn baselines(&self, plan: &Plan, environment: &str) -> Result<BTreeMap<FlagSlug, Exposure>, NotBegun> {
        let (mut baselines, mut missing) = (BTreeMap::new(), vec![]);
        for flag in &plan.flags {
            match self.read_back(environment, &flag.key).await {
                Ok(exposure) => drop(baselines.insert(flag.slug.clone(), exposure)),
                Err(BackendError::FlagMissing) => missing.push(flag.key.clone()),
                Err(error) => return Err(NotBegun::Backend { key: flag.key.clone(), error }),
            }
        }
        let Some(first) = missing.first().cloned() else { return Ok(baselines) };
        let why = self.why_missing(environment, missing).await;
        Err(why.map_or_else(|error| NotBegun::Backend { key: first, error }, NotBegun::FlagsMissing))
    }

    fn warnings(&self, plan: &Plan, baselines: &BTreeMap<FlagSlug, Exposure>) -> Vec<String> {
        let mut warnings = plan_warnings(plan);
        for flag in &plan.flags {
            if let Some(found) = baselines.get(&flag.slug).filter(|found| **found != flag.initial) {
                warnings.push(format!(
                    "{} is at {found} at the backend, and the plan begins with {}: accept it or put it back, or it is \
                     not raised.",
                    flag.key, flag.initial
                ));
            }
        }
        warnings
    }
}

/// So many missing flags are told in a sentence.
const TOLD: usize = 6;

/// "A (archived: …), B (not made yet), and 3 more".
pub fn words(missing: &[MissingFlag]) -> String {
    let mut words: Vec<String> = missing.iter().map(|MissingFlag { key, why }| format!("{key} ({why})")).collect();
    if words.len() > TOLD {
        let more = words.split_off(TOLD).len();
        words.push(format!("and {more} more"));
    }
    words.join(", ")
}

/// What a plan asks of its flags that the backend cannot do.
fn inexpressible(plan: &Plan, capabilities: &Capabilities) -> Vec<Flaw> {
    let no = |to: &Exposure| {
        let alone = Exposure::new(to.ppm(), None).ok()?;
        let why = match capabilities.percentage_step_ppm.and_then(|step| Exposure::new(step, None).ok()) {
            _ if capabilities.can(to) => return None,
            _ if capabilities.can(&alone) => "it knows no segments".to_owned(),
            Some(step) => format!("its percentages go in steps of {step}"),
            None => "it knows off and on alone".to_owned(),
        };
        Some(format!("the backend cannot express {to}: {why}"))
    };
    let flags = plan.flags.iter().enumerate().filter_map(|(f, flag)| {
        let message = no(&flag.initial)?;
        Some(Flaw { place: format!("flags[{f}].initial"), message: format!("flag {}: {message}", flag.key) })
    });
    let steps = plan.phases.iter().enumerate().flat_map(|(p, phase)| {
        phase.steps.iter().enumerate().filter_map(move |(s, step)| Some((p, s, step, step.exposure()?.1)))
    });
    let steps = steps.filter_map(|(p, s, step, to)| {
        let place = format!("phases[{p}].steps[{s}].do.exposure.to");
        Some(Flaw { place, message: format!("step {}: {}", step.slug, no(to)?) })
    });
    flags.chain(steps).collect()
}

/// What is no flaw of a plan, but should be known.
pub fn plan_warnings(plan: &Plan) -> Vec<String> {
    let open = plan.flags.iter().filter(|flag| flag.fails_open());
    let warning = |key: &str| format!("{key} fails open: an application that loses its override turns the feature on.");
    open.map(|flag| warning(&flag.key)).collect()
}
