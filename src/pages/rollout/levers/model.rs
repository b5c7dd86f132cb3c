//! What a lever shows: its notches, where its handle stands, what is next.

use rollout::{
    Actor, Command, Exposure, FlagSlug, PersonId, Plan, Role, Rollout, StepSlug,
    plan::Step,
    state::{FlagState, Mark},
};
use std::collections::BTreeSet;

/// One notch of the quadrant.
#[derive(Debug, Clone, PartialEq)]
pub struct Notch {
    /// The exposure there.
    pub exposure: Exposure,
    /// How it is drawn.
    pub at: At,
}

/// Where a notch is, seen from the handle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum At {
    /// Below the handle.
    Past,
    /// The handle stands here.
    Here,
    /// The next step goes here.
    Next,
    /// Further up.
    Later,
}

/// The exposure steps of a flag, over all phases, with the index of their phase.
pub fn steps_of<'a>(plan: &'a Plan, flag: &FlagSlug) -> impl Iterator<Item = (usize, &'a Step)> {
    let phases = plan.phases.iter().enumerate();
    let steps = phases.flat_map(|(index, phase)| phase.steps.iter().map(move |step| (index, step)));
    steps.filter(move |(_, step)| step.exposure().is_some_and(|(slug, _)| slug == flag))
}

/// The flag's next step: the first that was not asked for.
pub fn next_step<'a>(rollout: &'a Rollout, flag: &FlagSlug) -> Option<(usize, &'a Step)> {
    steps_of(rollout.plan(), flag).find(|(_, step)| !rollout.steps.contains_key(&step.slug))
}

/// Every exposure the plan knows for the flag, and where it is now, from low to high.
pub fn notches(rollout: &Rollout, flag: &FlagSlug) -> Vec<Notch> {
    let plan = rollout.plan();
    let (Some(body), Some(state)) = (plan.flag(flag), rollout.flags.get(flag)) else { return vec![] };
    let here = standing_at(state);
    let planned = steps_of(plan, flag).filter_map(|(_, step)| step.exposure().map(|(_, to)| to));
    let all: BTreeSet<&Exposure> = planned.chain([&body.initial, here]).collect();
    let next = next_step(rollout, flag).and_then(|(_, step)| step.exposure().map(|(_, to)| to));
    place(&all.into_iter().collect::<Vec<_>>(), here, next)
}

fn place(all: &[&Exposure], here: &Exposure, next: Option<&Exposure>) -> Vec<Notch> {
    let index = all.iter().position(|exposure| *exposure == here);
    let at = |n: usize, exposure: &Exposure| match index {
        Some(here) if n == here => At::Here,
        Some(here) if n < here => At::Past,
        _ if next == Some(exposure) => At::Next,
        _ => At::Later,
    };
    let notch = |(n, exposure): (usize, &&Exposure)| Notch { exposure: (*exposure).clone(), at: at(n, exposure) };
    all.iter().enumerate().map(notch).collect()
}

/// What the backend was last seen to have.
pub fn standing_at(state: &FlagState) -> &Exposure {
    state.observed.as_ref().map_or(&state.applied, |observed| &observed.exposure)
}

/// Where the flag can be lowered to: off first, then the plan's notches below wherever it may be.
pub fn lower_targets(rollout: &Rollout, flag: &FlagSlug) -> Vec<Exposure> {
    let Some(state) = rollout.flags.get(flag) else { return vec![] };
    let seen = state.observed.as_ref().map(|observed| &observed.exposure);
    let maybe: Vec<&Exposure> = [Some(&state.wanted), Some(&state.applied), seen].into_iter().flatten().collect();
    let below = |to: &Exposure| maybe.iter().all(|from| from.lowers_to(to) && *from != to);
    let between = notches(rollout, flag).into_iter().map(|notch| notch.exposure);
    [Exposure::OFF].into_iter().chain(between.filter(|to| !to.is_off() && below(to))).collect()
}

/// The raise of this step, with its key typed right.
pub fn raise(plan: &Plan, step: &StepSlug) -> Option<Command> {
    let (flag, _) = plan.step(step)?.2.exposure()?;
    Some(Command::Raise { step: step.clone(), confirm: plan.flag(flag)?.key.clone() })
}

/// An engineer: what locks a lever is asked as one, whoever looks.
pub fn engineer() -> Actor {
    Actor::Person { person: PersonId(uuid::Uuid::nil()), role: Role::Engineer }
}

/// A lowering by this person that nobody has given a reason for yet.
pub fn unexplained(rollout: &Rollout, flag: &FlagSlug, person: Option<PersonId>) -> Option<Mark> {
    let state = rollout.flags.get(flag)?;
    let mark = state.last_by.as_ref()?;
    let own = person.is_some() && mark.by.person() == person;
    let raised = steps_of(rollout.plan(), flag)
        .any(|(_, step)| rollout.steps.get(&step.slug).is_some_and(|done| done.asked.seq == mark.seq));
    // A raise that was cancelled leaves no step behind, but nothing was read back after it either.
    let carried_out = state.pending.as_ref().is_some_and(|pending| pending.raise.is_none())
        || state.applied_at.is_some_and(|at| at >= mark.time);
    (own && mark.words.reason.is_none() && !raised && carried_out).then(|| mark.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(here: &str, next: Option<&str>, expect: &str) {
        let read = |text: &str| serde_json::from_value::<Exposure>(text.into()).expect("an exposure");
        let (here, next) = (read(here), next.map(read));
        let all: BTreeSet<Exposure> = ["off", "10", "50", "on"].map(read).into_iter().chain([here.clone()]).collect();
        let notches = place(&all.iter().collect::<Vec<_>>(), &here, next.as_ref());
        let drawn: Vec<String> = notches.iter().map(|notch| format!("{} {:?}", notch.exposure, notch.at)).collect();
        assert_eq!(drawn.join(", "), expect);
    }

    #[test]
    fn the_handle_stands_among_the_notches_from_low_to_high() {
        check("off", Some("10"), "off Here, 10 % Next, 50 % Later, on Later");
        check("10", Some("50"), "off Past, 10 % Here, 50 % Next, on Later");
        check("on", None, "off Past, 10 % Past, 50 % Past, on Here");
    }

    #[test]
    fn an_exposure_that_the_plan_does_not_know_gets_its_own_notch() {
        check("25", Some("50"), "off Past, 10 % Past, 25 % Here, 50 % Next, on Later");
    }
}
