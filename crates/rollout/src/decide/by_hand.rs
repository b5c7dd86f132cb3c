//! What a person says of a flag that only a person can move.

use super::{Answer, Asking};
use crate::{
    blocker::{Blocker, Place, Why},
    delivery::still_clear,
    event::Event,
    id::{FlagSlug, Seq},
    plan::{Flag, Plan},
    role::Role,
    state::Pending,
};

/// Who may say that a flag was moved by hand: for a broken glass also those who may break it.
fn movers(plan: &Plan, pending: &Pending) -> Vec<Role> {
    let mut roles = if pending.is_upward() { Role::MAY_RAISE.to_vec() } else { Role::MAY_LOWER.to_vec() };
    let breakers = plan.break_glass.iter().filter(|_| pending.glass).flat_map(|terms| &terms.roles);
    roles.extend(breakers.filter(|role| !Role::MAY_RAISE.contains(role)));
    roles
}

impl Asking<'_> {
    /// The flag was set by hand, as the record `want` asks. A raise passes the rules here too: what is no longer clear is
    /// not done, or is undone.
    pub(super) fn moved(&mut self, slug: &FlagSlug, want: Seq) -> Answer {
        let rollout = self.rollout;
        let (Some(flag), Some(state)) = (rollout.plan().flag(slug), rollout.flags.get(slug)) else {
            return Err(Self::unknown("flag", slug));
        };
        let place = || Place::Flag(slug.clone());
        let Some(by_hand) = flag.manual() else {
            let why = Why::WrongKind { expected: "a backend moves this flag, no person".into() };
            return Err(Blocker::asker(why, place()).into());
        };
        let waits = |pending: &&Pending| pending.want == want && (pending.moved.is_none() || pending.failure.is_some());
        let Some(pending) = state.pending.as_ref().filter(waits) else {
            return Err(Blocker::asker(Why::NotSo {}, place()).into());
        };
        self.needs_role(&movers(rollout.plan(), pending));
        if pending.is_upward() {
            self.block_all(still_clear(rollout, self.facts, slug, self.now).err().unwrap_or_default());
            if self.words.evidence.is_empty() {
                self.block(Blocker::asker(Why::EvidenceNeeded {}, place()));
            }
        }
        let (exposure, to_verify) = (state.wanted.clone(), by_hand.verify.is_some());
        self.one(|words| Event::MovedByHand { flag: slug.clone(), exposure, want, to_verify, words })
    }

    /// Something is on its way to the flag: a backend ends that by itself, a person has to be asked.
    pub(super) fn needs_rest(&mut self, flag: &Flag) {
        let Some(pending) = self.rollout.flags.get(&flag.slug).and_then(|state| state.pending.as_ref()) else { return };
        let why = Why::DeliveryPending { flag: flag.slug.clone() };
        let place = Place::Flag(flag.slug.clone());
        self.block(match flag.manual() {
            Some(_) if pending.moved.is_none() => Blocker::roles(why, &movers(self.rollout.plan(), pending), place),
            _ => Blocker::by_itself(why, place),
        });
    }
}
