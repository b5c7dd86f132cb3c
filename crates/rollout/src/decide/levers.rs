//! Raising, attesting, accepting.

use super::{Answer, Asking, lowering, raise_locks, upward_locks};
use crate::{
    Refusal,
    blocker::{Blocker, Place, Why},
    event::{Event, Undone},
    id::{FlagSlug, StepSlug},
    plan::{Step, StepAct},
    role::Role,
};

impl<'a> Asking<'a> {
    fn step(&self, slug: &StepSlug) -> Result<(usize, usize, &'a Step), Refusal> {
        self.rollout.plan().step(slug).ok_or_else(|| Self::unknown("step", slug))
    }

    /// A raise or attestation names the phase's next open step.
    fn needs_next(&mut self, phase: usize, step: &Step) {
        let place = Place::Step(step.slug.clone());
        if self.rollout.steps.contains_key(&step.slug) {
            self.block(Blocker::nobody(Why::AlreadySo {}, place));
        } else if let Some((_, next)) = self.rollout.next_step(phase).filter(|(_, next)| next.slug != step.slug) {
            let why = Why::NotTheNextStep { step: step.slug.clone(), next: Some(next.slug.clone()) };
            self.block(Blocker::roles(why, &next.done_by(), Place::Step(next.slug.clone())));
        }
    }

    pub(super) fn needs_typed(&mut self, typed: Option<&str>, expected: &str, place: Place) {
        if typed.map(str::trim) != Some(expected) {
            self.block(Blocker::asker(Why::ConfirmationWrong { expected: expected.to_owned() }, place));
        }
    }

    pub(super) fn raise(&mut self, slug: &StepSlug, confirm: &str) -> Answer {
        let (phase, index, step) = self.step(slug)?;
        let rollout = self.rollout;
        let place = Place::Step(slug.clone());
        let Some((flag_slug, to)) = step.exposure() else {
            let why = Why::WrongKind { expected: "this step is attested, not raised".into() };
            return Err(Blocker::asker(why, place).into());
        };
        let (Some(flag), Some(state)) = (rollout.plan().flag(flag_slug), rollout.flags.get(flag_slug)) else {
            return Err(Self::unknown("flag", flag_slug));
        };
        self.needs_role(&Role::MAY_RAISE);
        self.needs_not_decided(phase, &Role::MAY_RAISE, place.clone());
        self.needs_next(phase, step);
        self.block_all(raise_locks(rollout, self.facts, phase, index, self.now));
        self.needs_rest(flag);
        // A step that was reopened while its flag stayed up is raised again to where it is; a flag that was accepted
        // above the step is lowered first.
        if state.wanted.lowers_to(to) && state.wanted != *to && !rollout.steps.contains_key(slug) {
            self.block(Blocker::roles(Why::AlreadySo {}, &Role::MAY_LOWER, Place::Flag(flag_slug.clone())));
        }
        self.needs_typed(Some(confirm), &flag.key, place.clone());
        self.needs_confirmed(place);
        let (flag, from) = (flag_slug.clone(), state.wanted.clone());
        Ok(vec![Event::Raised { flag, step: slug.clone(), from, to: to.clone() }])
    }

    pub(super) fn attest(&mut self, slug: &StepSlug, confirm: Option<&str>) -> Answer {
        let (phase, index, step) = self.step(slug)?;
        let place = Place::Step(slug.clone());
        let StepAct::Attested(act) = &step.act else {
            let why = Why::WrongKind { expected: "this step is raised, not attested".into() };
            return Err(Blocker::asker(why, place).into());
        };
        self.needs_role(&step.done_by());
        self.needs_not_decided(phase, &step.done_by(), place.clone());
        self.needs_next(phase, step);
        self.block_all(raise_locks(self.rollout, self.facts, phase, index, self.now));
        if act.destructive {
            self.needs_typed(confirm, slug.as_str(), place.clone());
        }
        if self.words.evidence.is_empty() {
            self.block(Blocker::asker(Why::EvidenceNeeded {}, place));
        }
        self.one(|words| Event::Attested { step: slug.clone(), words })
    }

    /// Takes an attestation back: a lowering, so never held back by anything but role.
    pub(super) fn unattest(&mut self, slug: &StepSlug) -> Answer {
        let (phase, index, step) = self.step(slug)?;
        let place = Place::Step(slug.clone());
        if step.exposure().is_some() {
            let why = Why::WrongKind { expected: "this step is lowered, not taken back".into() };
            return Err(Blocker::asker(why, place).into());
        }
        self.needs_role(&Role::MAY_LOWER);
        if !self.rollout.steps.contains_key(slug) {
            self.block(Blocker::asker(Why::NotSo {}, place));
        }
        // Flags that later steps raised stay where they are: taking them down is a lowering of its own.
        let attested = |slug: &StepSlug| self.rollout.plan().step(slug).is_some_and(|(_, _, s)| s.exposure().is_none());
        let mut steps = lowering::steps_from(self.rollout, phase, index);
        steps.retain(attested);
        let mut undone = Undone { gates: vec![], steps, lines: lowering::exit_lines(self.rollout, phase) };
        lowering::reopens(self.rollout, &mut undone);
        self.one(|words| Event::Unattested { step: slug.clone(), undone, words })
    }

    pub(super) fn accept(&mut self, slug: &FlagSlug) -> Answer {
        let rollout = self.rollout;
        let (Some(flag), Some(state)) = (rollout.plan().flag(slug), rollout.flags.get(slug)) else {
            return Err(Self::unknown("flag", slug));
        };
        let Some(observed) = &state.observed else {
            return Err(Blocker::asker(Why::NotSo {}, Place::Flag(slug.clone())).into());
        };
        self.needs_role(&Role::may_accept(observed.baseline));
        self.needs_force();
        // What is on its way would be sent as if it went to the accepted exposure.
        self.needs_rest(flag);
        let exposure = observed.exposure.clone();
        let undone = if state.wanted.lowers_to(&exposure) {
            lowering::undone(rollout, slug, &exposure)
        } else {
            if !observed.baseline {
                self.needs_not_decided_upward(slug, &exposure);
                self.block_all(upward_locks(rollout, self.facts, slug, &exposure, self.now));
            }
            Undone::default()
        };
        self.one(|words| Event::Accepted { flag: slug.clone(), exposure, undone, words })
    }
}
