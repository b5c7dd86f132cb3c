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
    plan::{ByHand, Flag, Flaw, Flaws},
};
use std::{
    collections::{BTreeMap, HashSet},
    sync::Arc,
};

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
        // Before flags are made: a plan that cannot begin changes nothing.
        let mut flaws = inexpressible(&plan, |flag| self.capabilities_of(flag));
        flaws.extend(self.unknown_targets(&plan));
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
        let wanted: HashSet<Claim> = plan.flags.iter().map(|flag| self.claim(environment, flag)).collect();
        let held: Vec<_> = claims.into_iter().filter(|(claim, _)| wanted.contains(claim)).collect();
        let Some((_, by)) = held.first() else { return Ok(()) };
        let keys = held.iter().filter(|(_, other)| other == by).map(|(claim, _)| claim.flag_key.clone());
        Err(NotBegun::FlagsHeld { keys: keys.collect(), by: *by })
    }

    /// What the backend has of each flag.
    async fn baselines(&self, plan: &Plan, environment: &str) -> Result<BTreeMap<FlagSlug, Exposure>, NotBegun> {
        let (mut baselines, mut missing) = (BTreeMap::new(), vec![]);
        for flag in &plan.flags {
            let found = match flag.manual() {
                // Nobody but a person can tell, and the plan is a person's word.
                Some(ByHand { verify: None, .. }) => Ok(flag.initial.clone()),
                Some(by_hand) => self.ask(by_hand, environment, &flag.key).await,
                None => self.read(environment, &flag.key).await,
            };
            match found {
                Ok(exposure) => drop(baselines.insert(flag.slug.clone(), exposure)),
                Err(BackendError::FlagMissing) if flag.manual().is_none() => missing.push(flag.key.clone()),
                Err(error) => return Err(NotBegun::Backend { key: flag.key.clone(), error }),
            }
        }
        let Some(first) = missing.first().cloned() else { return Ok(baselines) };
        let why = self.why_missing(environment, missing).await;
        Err(why.map_or_else(|error| NotBegun::Backend { key: first, error }, NotBegun::FlagsMissing))
    }

    /// What a plan wants asked where the gateway cannot ask.
    fn unknown_targets(&self, plan: &Plan) -> Vec<Flaw> {
        let flags = plan.flags.iter().enumerate().filter_map(|(f, flag)| {
            let target = flag.manual()?.verify.as_ref().filter(|target| !self.manual.knows(target))?;
            let message = format!(
                "the gateway's configuration has no target \"{target}\": add `[manual.targets.{target}]` there, or leave \
                 `verify` out, and the person's word counts"
            );
            Some(Flaw { place: format!("flags[{f}].by_hand.verify"), message })
        });
        flags.collect()
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
fn inexpressible(plan: &Plan, capabilities: impl Fn(&Flag) -> Capabilities) -> Vec<Flaw> {
    let no = |flag: &Flag, to: &Exposure| {
        let capabilities = capabilities(flag);
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
        let message = no(flag, &flag.initial)?;
        Some(Flaw { place: format!("flags[{f}].initial"), message: format!("flag {}: {message}", flag.key) })
    });
    let steps = plan.phases.iter().enumerate().flat_map(|(p, phase)| {
        phase.steps.iter().enumerate().filter_map(move |(s, step)| Some((p, s, step, step.exposure()?.1)))
    });
    let steps = steps.filter_map(|(p, s, step, to)| {
        let flag = plan.flag(step.exposure()?.0)?;
        let place = format!("phases[{p}].steps[{s}].do.exposure.to");
        Some(Flaw { place, message: format!("step {}: {}", step.slug, no(flag, to)?) })
    });
    flags.chain(steps).collect()
}

/// What is no flaw of a plan, but should be known.
pub fn plan_warnings(plan: &Plan) -> Vec<String> {
    let open = plan.flags.iter().filter(|flag| flag.fails_open());
    let open = open
        .map(|flag| format!("{} fails open: an application that loses its override turns the feature on.", flag.key));
    let unasked = plan.flags.iter().filter(|flag| flag.manual().is_some_and(|by_hand| by_hand.verify.is_none()));
    let unasked = unasked.map(|flag| {
        let Flag { key, initial, .. } = flag;
        format!("{key} is moved by hand and nothing tells what it is: it begins at {initial}, as the plan says.")
    });
    open.chain(unasked).collect()
}
