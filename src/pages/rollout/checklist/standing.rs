//! How a line stands, and what shows it.

use crate::ui::Icon;
use rollout::{
    PersonId, Rollout, Timestamp,
    plan::{Line, LineKind, Side},
    state::{Mark, Signature, SlotAct, SlotStatus, TaskStatus},
};

/// How a line stands, with whoever made it so.
#[derive(Debug, Clone, PartialEq)]
pub enum Standing {
    /// Nobody touched it.
    Open,
    /// Nobody touched it; the plan's document says that it is done.
    Claimed,
    /// Ticked.
    Ticked(Mark),
    /// Opened again.
    Unticked(Mark),
    /// Done without.
    Waived(Mark),
    /// A dependency, by what it depends on.
    Derived {
        /// It is so.
        met: bool,
        /// The document says so.
        claimed: bool,
    },
    /// A slot with the marks in it, in their order.
    Slot(SlotStatus, Vec<Signature>),
}

impl Standing {
    /// How this line stands now.
    pub fn of(rollout: &Rollout, line: &Line<'_>, now: Timestamp) -> Self {
        let task = |claimed: bool| match rollout.tasks.get(line.kind.slug()) {
            Some(TaskStatus::Ticked(mark)) => Self::Ticked(mark.clone()),
            Some(TaskStatus::Waived(mark)) => Self::Waived(mark.clone()),
            Some(TaskStatus::Unticked(mark)) => Self::Unticked(mark.clone()),
            None if claimed => Self::Claimed,
            None => Self::Open,
        };
        match line.kind {
            LineKind::Task(body) => task(body.claimed),
            LineKind::Criterion(_) => task(false),
            LineKind::Dependency(body) => Self::Derived { met: rollout.is_clear(line, now), claimed: body.claimed },
            LineKind::Slot(slot) => {
                let mut marks: Vec<Signature> = rollout.signatures(&slot.slug).cloned().collect();
                marks.sort_by_key(|signature| signature.mark.seq);
                Self::Slot(rollout.slot_status(slot, now), marks)
            }
        }
    }

    /// Does it hold nothing back?
    pub fn is_met(&self) -> bool {
        match self {
            Self::Ticked(_) | Self::Waived(_) | Self::Slot(SlotStatus::Signed, _) => true,
            Self::Derived { met, .. } => *met,
            _ => false,
        }
    }

    /// Its class in the style sheets.
    pub fn class(&self) -> &'static str {
        match self {
            _ if self.is_met() => "met",
            Self::Claimed => "claimed",
            Self::Slot(SlotStatus::Objected, _) => "objected",
            Self::Slot(SlotStatus::Withdrawn, _) => "withdrawn",
            Self::Slot(SlotStatus::Expired, _) => "expired",
            Self::Slot(SlotStatus::Void, _) => "void",
            _ => "open",
        }
    }

    /// Its shape.
    pub fn icon(&self) -> Icon {
        match self {
            Self::Open => Icon::Task,
            Self::Claimed => Icon::Claim,
            Self::Ticked(_) => Icon::TaskMet,
            Self::Unticked(_) => Icon::Undo,
            Self::Waived(_) => Icon::Waived,
            Self::Derived { met: true, .. } => Icon::Clear,
            Self::Derived { met: false, .. } => Icon::Off,
            Self::Slot(SlotStatus::Signed, _) => Icon::Seal,
            Self::Slot(SlotStatus::Objected, _) => Icon::Danger,
            Self::Slot(SlotStatus::Withdrawn, _) => Icon::Undo,
            Self::Slot(SlotStatus::Void | SlotStatus::Expired, _) => Icon::Stale,
            Self::Slot(SlotStatus::NeedsAnother | SlotStatus::Open, _) => Icon::Slot,
        }
    }

    /// Its shape in words, for those who do not see it.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Open => "Open",
            Self::Claimed => "Open; the document says done",
            Self::Ticked(_) => "Ticked",
            Self::Unticked(_) => "Unticked",
            Self::Waived(_) => "Waived",
            Self::Derived { met: true, .. } => "So",
            Self::Derived { met: false, .. } => "Not yet so",
            Self::Slot(SlotStatus::Signed, _) => "Signed",
            Self::Slot(SlotStatus::Objected, _) => "Objected to",
            Self::Slot(SlotStatus::Withdrawn, _) => "Signature withdrawn",
            Self::Slot(SlotStatus::Void, _) => "Changed since it was signed",
            Self::Slot(SlotStatus::Expired, _) => "Signature expired",
            Self::Slot(SlotStatus::NeedsAnother, _) => "One more person must sign",
            Self::Slot(SlotStatus::Open, _) => "Not signed",
        }
    }

    /// Its shape in words and who made it so, to tell whether it is still what a person had read.
    pub fn told(&self) -> String {
        let seq = match self {
            Self::Ticked(mark) | Self::Unticked(mark) | Self::Waived(mark) => mark.seq,
            Self::Slot(_, marks) => marks.last().map_or(0, |signature| signature.mark.seq),
            _ => 0,
        };
        format!("{} {seq}", self.word())
    }

    /// What this person last did in the slot, if it counts.
    pub fn own_act(&self, person: Option<PersonId>) -> Option<SlotAct> {
        let Self::Slot(_, marks) = self else { return None };
        let own = marks.iter().find(|signature| person.is_some() && signature.mark.by.person() == person)?;
        (own.act != SlotAct::Withdrawn).then_some(own.act)
    }

    /// Do only others object, so that this person would take back their objections?
    pub fn others_object(&self, person: Option<PersonId>) -> bool {
        matches!(self, Self::Slot(SlotStatus::Objected, _)) && self.own_act(person).is_none()
    }
}

/// How many lines of a phase are met, of how many; of one side or of both.
pub fn tally(rollout: &Rollout, phase: usize, side: Option<Side>, now: Timestamp) -> (usize, usize) {
    let lines = rollout.plan().lines(phase).filter(|line| side.is_none_or(|side| line.side == side));
    lines.fold((0, 0), |(met, all), line| (met + usize::from(rollout.is_clear(&line, now)), all + 1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rollout::{Actor, Role, event::Words, state::Mark};

    fn person(n: u128) -> PersonId {
        PersonId(uuid::Uuid::from_u128(n))
    }

    fn signature(n: u128, act: SlotAct) -> Signature {
        let by = Actor::Person { person: person(n), role: Role::Legal };
        let mark = Mark { seq: 7, time: Timestamp::from_millis(0), by, proof: None, words: Words::default() };
        Signature { act, scope_digest: rollout::Digest::of(&[b"scope"]), mark }
    }

    #[test]
    fn only_ones_own_mark_can_be_withdrawn_and_only_once() {
        let slot = |act| Standing::Slot(SlotStatus::Open, vec![signature(1, act)]);
        assert_eq!(slot(SlotAct::Signed).own_act(Some(person(1))), Some(SlotAct::Signed));
        assert_eq!(slot(SlotAct::Objected).own_act(Some(person(1))), Some(SlotAct::Objected));
        assert_eq!(slot(SlotAct::Withdrawn).own_act(Some(person(1))), None);
        assert_eq!(slot(SlotAct::Signed).own_act(Some(person(2))), None);
        assert_eq!(slot(SlotAct::Signed).own_act(None), None);
    }

    #[test]
    fn the_objection_of_others_is_taken_back_by_whoever_has_nothing_of_their_own_there() {
        let objected =
            Standing::Slot(SlotStatus::Objected, vec![signature(1, SlotAct::Objected), signature(3, SlotAct::Signed)]);
        assert!(objected.others_object(Some(person(2))));
        assert!(!objected.others_object(Some(person(1))), "that is one's own");
        assert!(!objected.others_object(Some(person(3))), "the signature would go first");
        assert!(!Standing::Slot(SlotStatus::Open, vec![]).others_object(Some(person(2))));
    }

    #[test]
    fn an_objection_is_never_met_and_a_signature_is() {
        assert!(Standing::Slot(SlotStatus::Signed, vec![]).is_met());
        for status in [SlotStatus::Objected, SlotStatus::Withdrawn, SlotStatus::Void, SlotStatus::NeedsAnother] {
            assert!(!Standing::Slot(status, vec![]).is_met(), "{status:?}");
        }
        assert!(!Standing::Claimed.is_met(), "a claim is no record");
    }
}
