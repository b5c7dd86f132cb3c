//! Putting a flag back up to what the ledger says.

use super::{Answer, Asking, upward_locks};
use crate::{
    blocker::{Blocker, Place, Why},
    event::Event,
    id::FlagSlug,
    role::Role,
};

impl Asking<'_> {
    /// The ledger says more than the backend has. What gives the flag to somebody is a raise, whoever took it down, so it
    /// passes the rules of one. It reopens no step and starts no soak again: the soak stood still meanwhile, and goes on.
    pub(super) fn put_back(&mut self, slug: &FlagSlug, confirm: &str) -> Answer {
        let rollout = self.rollout;
        let place = || Place::Flag(slug.clone());
        let (Some(flag), Some(state)) = (rollout.plan().flag(slug), rollout.flags.get(slug)) else {
            return Err(Self::unknown("flag", slug));
        };
        let Some(observed) = &state.observed else { return Err(Blocker::asker(Why::NotSo {}, place()).into()) };
        if observed.exposure.lowers_to(&state.wanted) {
            let why = Why::WrongKind { expected: "the backend has more than the ledger says, so it is lowered".into() };
            return Err(Blocker::asker(why, place()).into());
        }
        self.needs_role(&Role::MAY_RAISE);
        self.needs_not_decided_upward(slug, &state.wanted);
        self.block_all(upward_locks(rollout, self.facts, slug, &state.wanted, self.now));
        self.needs_rest(flag);
        self.needs_typed(Some(confirm), &flag.key, place());
        self.needs_confirmed(place());
        let (from, to) = (observed.exposure.clone(), state.wanted.clone());
        Ok(vec![Event::PutBack { flag: slug.clone(), from, to }])
    }
}
