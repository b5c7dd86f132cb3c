//! Breaking the glass: raising past the blockers in an emergency, at the price of a review.

use super::{Answer, Asking};
use crate::{
    Refusal,
    blocker::{Blocker, Place, Why},
    event::Event,
    exposure::Exposure,
    id::{FlagSlug, Seq},
    role::Role,
};

impl Asking<'_> {
    /// No gate, line, soak, incident, drift or silent backend stops it. What does: the role, the confirmation, a plan that
    /// is not in force, a closed rollout, and that it would be no raise or could not be one.
    pub(super) fn break_glass(&mut self, slug: &FlagSlug, to: &Exposure, confirm: &str) -> Answer {
        let rollout = self.rollout;
        let (Some(flag), Some(state)) = (rollout.plan().flag(slug), rollout.flags.get(slug)) else {
            return Err(Self::unknown("flag", slug));
        };
        let Some(terms) = &rollout.plan().break_glass else {
            return Err(Blocker::nobody(Why::WrongRole { needs: vec![] }, Place::Plan).into());
        };
        let place = || Place::Flag(slug.clone());
        self.needs_role(&terms.roles);
        self.needs_force();
        self.needs_open();
        self.needs_held_here(slug);
        self.needs_rest(flag);
        self.block_all(super::locks::glass_of(rollout, slug));
        if !self.facts.capabilities_of(flag).can(to) {
            self.block(Blocker::asker(Why::NotExpressible { exposure: to.clone() }, place()));
        }
        if state.wanted.lowers_to(to) {
            self.block(Blocker::asker(Why::AlreadySo {}, place()));
        } else if !to.lowers_to(&state.wanted) {
            // Else going back would give the flag to somebody.
            let expected = format!("whoever has the flag at {} keeps it", state.wanted);
            self.block(Blocker::asker(Why::WrongKind { expected }, place()));
        }
        self.needs_typed(Some(confirm), &flag.key, place());
        self.needs_confirmed(place());
        let (from, until) = (state.wanted.clone(), self.now.plus(terms.lasts()));
        self.one(|words| Event::GlassBroken { flag: slug.clone(), from, to: to.clone(), until, words })
    }

    /// Somebody else looks at it. Always possible, also when it is long over, and in a closed rollout.
    pub(super) fn review(&mut self, seq: Seq) -> Answer {
        let Some(glass) = self.rollout.glasses.get(&seq) else {
            return Err(Refusal::from(Blocker::asker(Why::NotSo {}, Place::Plan)));
        };
        let terms = self.rollout.plan().break_glass.as_ref();
        let reviewers: &[Role] = terms.map_or(&[], |terms| &terms.reviewers);
        self.needs_role(reviewers);
        if glass.broken.by.person() == self.asker.actor.person() {
            self.block(Blocker::roles(Why::OwnGlass { glass: seq }, reviewers, Place::Flag(glass.flag.clone())));
        }
        self.one(|words| Event::GlassReviewed { flag: glass.flag.clone(), glass: seq, words })
    }
}
