//! Separation of duties: what a plan asks of people beyond their roles.

use super::{Asking, locks::upward_step};
use crate::{
    blocker::{Blocker, Place, Why},
    exposure::Exposure,
    id::FlagSlug,
    plan::Safeguards,
    role::Role,
};

impl Asking<'_> {
    /// Who signs, adopts or gives a go may have to prove themselves again.
    pub(super) fn needs_proof(&mut self, safeguards: Safeguards, place: Place) {
        if safeguards.prove_again && self.proven.is_none() {
            self.block(Blocker::asker(Why::ProofNeeded {}, place));
        }
    }

    /// Who began the rollout may have to leave the approving to others.
    pub(super) fn needs_not_begun(&mut self, safeguards: Safeguards, roles: &[Role], place: Place) {
        let began = self.rollout.began_by.is_some() && self.rollout.began_by == self.asker.actor.person();
        if safeguards.beginner_may_not_approve && began {
            self.block(Blocker::roles(Why::BeganIt {}, roles, place));
        }
    }

    /// Who opened a phase may have to leave the raising in it to others.
    pub(super) fn needs_not_decided(&mut self, phase: usize, roles: &[Role], place: Place) {
        let rollout = self.rollout;
        let gate = rollout.entry_gate(phase);
        let go = rollout.gates.get(&gate).and_then(|state| state.go.as_ref());
        let decided = go.and_then(|go| go.by.person());
        if rollout.plan().safeguards_of(phase).decider_may_not_raise
            && decided.is_some()
            && decided == self.asker.actor.person()
        {
            self.block(Blocker::roles(Why::DecidedIt { gate }, roles, place));
        }
    }

    /// The same for taking a flag up outside its steps: the phase whose rules hold for that.
    pub(super) fn needs_not_decided_upward(&mut self, flag: &FlagSlug, to: &Exposure) {
        if let Some((phase, _)) = upward_step(self.rollout, flag, to) {
            self.needs_not_decided(phase, &Role::MAY_RAISE, Place::Flag(flag.clone()));
        }
    }
}
