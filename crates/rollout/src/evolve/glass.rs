//! Broken glasses: what breaking one, its end and its review leave behind.

use super::{drop_pending_step, overtaken, want};
use crate::{
    exposure::Exposure,
    id::{FlagSlug, Seq},
    state::{Glass, Mark, Pending, Rollout},
    time::Timestamp,
};

/// It wants the flag up, and carries out no step.
pub(super) fn broken(rollout: &mut Rollout, flag: &FlagSlug, to: &Exposure, until: Timestamp, mark: &Mark) {
    let Some(from) = rollout.flags.get(flag).map(|state| state.wanted.clone()) else { return };
    want(rollout, flag, to, mark, None);
    if let Some(state) = rollout.flags.get_mut(flag) {
        state.pending = Some(Pending { glass: true, ..Pending::new(mark.seq, mark.time) });
    }
    let glass = Glass { flag: flag.clone(), from, to: to.clone(), until, broken: mark.clone(), over: None };
    rollout.glasses.insert(mark.seq, glass);
}

/// Its time is up: the flag goes back, which undoes nothing. Never up: what the backend has below that stays, as drift.
pub(super) fn expired(rollout: &mut Rollout, flag: &FlagSlug, glass: Seq, to: &Exposure, mark: &Mark) {
    overtaken(rollout, flag, mark.seq);
    drop_pending_step(rollout, flag);
    want(rollout, flag, to, mark, None);
    if let Some(state) = rollout.flags.get_mut(flag)
        && state.observed.as_ref().is_some_and(|seen| !seen.exposure.lowers_to(to))
    {
        state.pending = None;
    }
    over(rollout, glass, mark.time);
}

pub(super) fn over(rollout: &mut Rollout, glass: Seq, at: Timestamp) {
    if let Some(glass) = rollout.glasses.get_mut(&glass).filter(|glass| glass.stands()) {
        glass.over = Some(at);
    }
}

/// The flag is wanted at `to`. Where that is no higher than before the glass was broken, it keeps nothing up any more.
pub(super) fn lowered(rollout: &mut Rollout, flag: &FlagSlug, to: &Exposure, at: Timestamp) {
    let standing = rollout.standing_glass(flag).filter(|(_, glass)| glass.from.lowers_to(to)).map(|(seq, _)| seq);
    if let Some(seq) = standing {
        over(rollout, seq, at);
    }
}
