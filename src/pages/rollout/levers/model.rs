//! What a lever shows: its notches, where its handle stands, what is next.

use crate::api::Held;
use rollout::{
    Actor, Command, Exposure, FlagSlug, PersonId, Plan, Role, Rollout, StepSlug,
    plan::Step,
    state::{FlagState, Mark},
};

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

/// The flag's next step: the first that was not asked for, of a phase that was not skipped.
pub fn next_step<'a>(rollout: &'a Rollout, flag: &FlagSlug) -> Option<(usize, &'a Step)> {
    let open = |(phase, step): &(usize, &Step)| !rollout.is_skipped(*phase) && !rollout.steps.contains_key(&step.slug);
    steps_of(rollout.plan(), flag).find(open)
}

/// Every exposure the plan knows for the flag, and where it is now, from low to high.
pub fn notches(rollout: &Rollout, flag: &FlagSlug) -> Vec<Notch> {
    let plan = rollout.plan();
    let (Some(body), Some(state)) = (plan.flag(flag), rollout.flags.get(flag)) else { return vec![] };
    let here = standing_at(state);
    let planned = steps_of(plan, flag).filter_map(|(_, step)| step.exposure().map(|(_, to)| to));
    let all: Vec<&Exposure> = [&body.initial].into_iter().chain(planned).collect();
    let next = next_step(rollout, flag).and_then(|(_, step)| step.exposure().map(|(_, to)| to));
    place(all, here, next)
}

/// The steps of a plan only add, so theirs is the order from low to high. What is none of them stands below the first
/// that reaches all of its people.
fn place<'a>(mut all: Vec<&'a Exposure>, here: &'a Exposure, next: Option<&Exposure>) -> Vec<Notch> {
    if !all.contains(&here) {
        all.insert(all.iter().position(|notch| notch.lowers_to(here)).unwrap_or(all.len()), here);
    }
    let index = all.iter().position(|exposure| *exposure == here);
    let at = |n: usize, exposure: &Exposure| match index {
        Some(here) if n == here => At::Here,
        Some(here) if n < here => At::Past,
        _ if next == Some(exposure) => At::Next,
        _ => At::Later,
    };
    let notch = |(n, exposure): (usize, &Exposure)| Notch { exposure: exposure.clone(), at: at(n, exposure) };
    all.into_iter().enumerate().map(notch).collect()
}

/// What the backend was last seen to have.
pub fn standing_at(state: &FlagState) -> &Exposure {
    state.observed.as_ref().map_or(&state.applied, |observed| &observed.exposure)
}

/// Where the flag can be lowered to: off first, then the plan's notches below wherever it may be.
pub fn lower_targets(held: &Held, flag: &FlagSlug) -> Vec<Exposure> {
    let rollout = &held.rollout;
    let Some(state) = rollout.flags.get(flag) else { return vec![] };
    let seen = state.observed.as_ref().map(|observed| &observed.exposure);
    let maybe: Vec<&Exposure> = [Some(&state.wanted), Some(&state.applied), seen].into_iter().flatten().collect();
    let lower = |to: &Exposure| maybe.iter().all(|from| from.lowers_to(to) && *from != to);
    let Some(body) = rollout.plan().flag(flag) else { return vec![] };
    let below = |to: &Exposure| lower(to) && held.facts.capabilities_of(body).can(to);
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

    fn read(text: &str) -> Exposure {
        let json = match text.split_once(" of ") {
            Some((percent, names)) => {
                serde_json::json!({ "percent": percent, "segments": names.split(' ').collect::<Vec<_>>() })
            }
            None => text.into(),
        };
        serde_json::from_value(json).expect("an exposure")
    }

    #[track_caller]
    fn check(planned: &[&str], here: &str, next: Option<&str>, expect: &str) {
        let (planned, here, next): (Vec<_>, _, _) =
            (planned.iter().map(|text| read(text)).collect(), read(here), next.map(read));
        let notches = place(planned.iter().collect(), &here, next.as_ref());
        let drawn: Vec<String> = notches.iter().map(|notch| format!("{} {:?}", notch.exposure, notch.at)).collect();
        assert_eq!(drawn.join("; "), expect);
    }

    const RAMP: [&str; 4] = ["off", "10", "50", "on"];
    const INSIDERS: [&str; 4] = ["off", "50 of staff", "100 of beta staff", "on"];

    #[test]
    fn the_handle_stands_among_the_notches_from_low_to_high() {
        check(&RAMP, "off", Some("10"), "off Here; 10 % Next; 50 % Later; on Later");
        check(&RAMP, "10", Some("50"), "off Past; 10 % Here; 50 % Next; on Later");
        check(&RAMP, "on", None, "off Past; 10 % Past; 50 % Past; on Here");
        let inside = "off Past; 50 % of staff Here; 100 % of beta, staff Next; on Later";
        check(&INSIDERS, "50 of staff", Some("100 of beta staff"), inside);
    }

    #[test]
    fn an_exposure_that_the_plan_does_not_know_gets_its_own_notch() {
        check(&RAMP, "25", Some("50"), "off Past; 10 % Past; 25 % Here; 50 % Next; on Later");
        check(&RAMP[1..], "off", Some("50"), "off Here; 10 % Later; 50 % Next; on Later");
        check(&RAMP[..3], "on", Some("50"), "off Past; 10 % Past; 50 % Past; on Here");
        let beta = "off Past; 50 % of staff Past; 30 % of beta Here; 100 % of beta, staff Next; on Later";
        check(&INSIDERS, "30 of beta", Some("100 of beta staff"), beta);
        let some = "off Past; 50 % of staff Past; 100 % of beta, staff Past; 1 % Here; on Next";
        check(&INSIDERS, "1", Some("on"), some);
    }
}
