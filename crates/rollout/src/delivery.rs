//! What delivery asks the rulebook, and the events it may append. It appends nothing else.

use crate::{
    blocker::{Blocker, Place, Why},
    decide::{raise_locks, upward_locks},
    event::{CancelCause, Event, FailureCause, Words},
    exposure::Exposure,
    facts::Facts,
    id::{FlagSlug, Seq},
    plan::{ByHand, Flag},
    state::Rollout,
    text::TextHash,
    time::{Millis, Timestamp},
};

/// A raise that has waited for the backend so long is cancelled: what was clear then may not be now.
pub const LONGEST_WAIT: Millis = 15 * 60_000;

/// What is to be sent for one flag: the newest wanted exposure, while it has not been read back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// The flag.
    pub flag: FlagSlug,
    /// Its key at the backend.
    pub key: String,
    /// The record that wants it.
    pub want: Seq,
    /// What it wants.
    pub to: Exposure,
    /// It is a raise.
    pub raise: bool,
}

/// How long a raise of this flag may wait for what moves it.
pub fn longest_wait(flag: &Flag) -> Millis {
    flag.manual().map_or(LONGEST_WAIT, ByHand::waits)
}

/// Everything that is wanted and not delivered.
pub fn wanted(rollout: &Rollout) -> Vec<Wanted> {
    let flags = rollout.plan().flags.iter();
    flags
        .filter_map(|flag| {
            let state = rollout.flags.get(&flag.slug)?;
            let pending = state.pending.as_ref()?;
            let (slug, key) = (flag.slug.clone(), flag.key.clone());
            let (want, to, raise) = (pending.want, state.wanted.clone(), pending.is_upward());
            Some(Wanted { flag: slug, key, want, to, raise })
        })
        .collect()
}

/// Is the flag's pending raise still clear? Asked before every call; a lowering always is. What the glass was broken for
/// goes past the blockers: for that, only its time may be up.
///
/// Errors: the blockers that have come up since it was asked for.
pub fn still_clear(rollout: &Rollout, facts: &Facts, flag: &FlagSlug, now: Timestamp) -> Result<(), Vec<Blocker>> {
    let Some((state, pending)) = rollout.flags.get(flag).and_then(|state| Some((state, state.pending.as_ref()?)))
    else {
        return Ok(());
    };
    let now = now.max(rollout.time);
    let step = pending.raise.as_ref().and_then(|step| rollout.plan().step(step));
    let blockers = match step {
        Some((phase, index, _)) => raise_locks(rollout, facts, phase, index, now),
        None if pending.glass => {
            let glass = rollout.glasses.get(&pending.want).filter(|glass| now >= glass.until);
            let over = || Why::GlassOver { flag: flag.clone(), glass: pending.want };
            glass.map(|_| Blocker::nobody(over(), Place::Flag(flag.clone()))).into_iter().collect()
        }
        None if pending.put_back.is_some() => upward_locks(rollout, facts, flag, &state.wanted, now),
        None => return Ok(()),
    };
    if blockers.is_empty() { Ok(()) } else { Err(blockers) }
}

/// What has to happen by itself now: flags go back whose broken glass nobody has reviewed in time. To be appended before
/// anything is sent.
pub fn due(rollout: &Rollout, now: Timestamp) -> Vec<Event> {
    let now = now.max(rollout.time);
    let over = rollout.glasses.iter().filter(|(_, glass)| glass.stands() && now >= glass.until);
    let back = over.filter_map(|(seq, glass)| {
        let from = rollout.flags.get(&glass.flag)?.wanted.clone();
        // It may have been lowered meanwhile, perhaps to other people: nobody gets it anew.
        let to = glass.from.shared_with(&from);
        Some(Event::GlassExpired { flag: glass.flag.clone(), glass: *seq, from, to })
    });
    back.collect()
}

fn pending_is(rollout: &Rollout, flag: &FlagSlug, want: Seq) -> bool {
    let pending = rollout.flags.get(flag).and_then(|state| state.pending.as_ref());
    pending.is_some_and(|pending| pending.want == want)
}

/// The wanted exposure was read back. None if something newer is wanted by now: then that is delivered instead.
pub fn applied(rollout: &Rollout, wanted: &Wanted) -> Option<Event> {
    let Wanted { flag, want, to, .. } = wanted;
    pending_is(rollout, flag, *want).then(|| Event::Applied { flag: flag.clone(), exposure: to.clone(), want: *want })
}

/// An attempt failed. None if something newer is wanted by now, or the same failure is on record.
pub fn failed(rollout: &Rollout, wanted: &Wanted, cause: FailureCause) -> Option<Event> {
    let Wanted { flag, want, .. } = wanted;
    let known = rollout.flags.get(flag).and_then(|state| state.pending.as_ref()).and_then(|p| p.failure);
    (pending_is(rollout, flag, *want) && known != Some(cause)).then(|| Event::Failed {
        flag: flag.clone(),
        want: *want,
        cause,
    })
}

/// Where a flag is if the raise on its way to it is not sent.
pub fn back_to(rollout: &Rollout, flag: &FlagSlug) -> Option<Exposure> {
    let state = rollout.flags.get(flag)?;
    let put_back = state.pending.as_ref().is_some_and(|pending| pending.put_back.is_some());
    let seen = state.observed.as_ref().filter(|_| put_back).map(|observed| &observed.exposure);
    Some(seen.unwrap_or(&state.applied).clone())
}

/// The raise is not sent. None if it is no raise, or something newer is wanted by now.
pub fn cancelled(rollout: &Rollout, wanted: &Wanted, cause: CancelCause) -> Option<Event> {
    let Wanted { flag, want, raise, .. } = wanted;
    let back_to = back_to(rollout, flag)?;
    (*raise && pending_is(rollout, flag, *want)).then(|| Event::Cancelled {
        flag: flag.clone(),
        want: *want,
        back_to,
        cause,
    })
}

/// The backend has this exposure, and nothing is on its way. None if that is known.
pub fn observed(rollout: &Rollout, flag: &FlagSlug, exposure: &Exposure) -> Option<Event> {
    let state = rollout.flags.get(flag)?;
    let known = state.observed.as_ref().map_or(&state.wanted, |observed| &observed.exposure);
    (state.pending.is_none() && known != exposure)
        .then(|| Event::Observed { flag: flag.clone(), exposure: exposure.clone() })
}

/// Who did it at the backend was found out, and stands in words behind this hash. None if the flag was seen otherwise
/// since, or it is told already.
pub fn told(rollout: &Rollout, flag: &FlagSlug, seen: Seq, said: TextHash) -> Option<Event> {
    let observed = rollout.flags.get(flag)?.observed.as_ref()?;
    let is_news = observed.seq == seen && !observed.baseline && observed.told.is_none();
    let words = Words { reason: Some(said), ..Words::default() };
    is_news.then_some(Event::Noted { about: Some(seen), words })
}
