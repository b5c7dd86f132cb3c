//! Questions about lines: tasks, slots, dependencies, criteria.

use super::{Mark, Rollout, Signature, SlotAct};
use crate::{
    id::LineSlug,
    plan::{Dependency, Line, LineKind, Slot},
    time::{DAY, Timestamp},
};
use serde::{Deserialize, Serialize};

/// A task or criterion that somebody touched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum TaskStatus {
    /// Done.
    Ticked(Mark),
    /// A criterion that is done without.
    Waived(Mark),
    /// Opened again.
    Unticked(Mark),
}

/// How a slot stands. The first that is true, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SlotStatus {
    /// Somebody objects.
    Objected,
    /// Enough valid signatures.
    Signed,
    /// A signature was taken back.
    Withdrawn,
    /// A revision changed what was signed.
    Void,
    /// A signature ran out.
    Expired,
    /// Signed by one, two people are needed.
    NeedsAnother,
    /// Nobody signed.
    Open,
}

impl Rollout {
    /// Is this line clear?
    pub fn is_clear(&self, line: &Line<'_>, now: Timestamp) -> bool {
        match line.kind {
            LineKind::Task(task) => matches!(self.tasks.get(&task.slug), Some(TaskStatus::Ticked(_))),
            LineKind::Criterion(criterion) => {
                matches!(self.tasks.get(&criterion.slug), Some(TaskStatus::Ticked(_) | TaskStatus::Waived(_)))
            }
            LineKind::Slot(slot) => self.slot_status(slot, now) == SlotStatus::Signed,
            LineKind::Dependency(dependency) => self.dependency_is_met(line.phase, dependency, now),
        }
    }

    /// A dependency closes by itself when everything behind the gate is closed and all earlier phases are accepted. It
    /// never waits for the go it stands before.
    fn dependency_is_met(&self, phase: usize, dependency: &Dependency, now: Timestamp) -> bool {
        let behind = self.phases().take_while(|p| *p < phase).last();
        let accepted = |phase: usize| self.is_skipped(phase) || self.is_accepted(phase);
        dependency
            .phases
            .iter()
            .filter_map(|slug| self.plan.phase(slug))
            .filter(|(on, _)| !self.is_skipped(*on))
            .all(|(on, _)| (0..on).all(accepted) && (accepted(on) || (behind == Some(on) && self.is_done(on, now))))
    }

    /// The marks in a slot, by who made them.
    pub fn signatures(&self, slot: &LineSlug) -> impl Iterator<Item = &Signature> {
        self.slots.get(slot).into_iter().flat_map(|marks| marks.values())
    }

    /// How a slot stands.
    pub fn slot_status(&self, slot: &Slot, now: Timestamp) -> SlotStatus {
        let scope = self.plan.scope_digest(&slot.slug);
        let expired =
            |mark: &Signature| slot.expires_days.is_some_and(|days| now >= mark.mark.time.plus(i64::from(days) * DAY));
        let void = |mark: &Signature| Some(mark.scope_digest) != scope;
        let any = |act: SlotAct| self.signatures(&slot.slug).any(|mark| mark.act == act);
        let signed = || self.signatures(&slot.slug).filter(|mark| mark.act == SlotAct::Signed);
        let valid = signed().filter(|mark| !void(mark) && !expired(mark)).count();
        match () {
            () if any(SlotAct::Objected) => SlotStatus::Objected,
            () if valid >= usize::from(slot.people) => SlotStatus::Signed,
            () if any(SlotAct::Withdrawn) => SlotStatus::Withdrawn,
            () if signed().any(void) => SlotStatus::Void,
            () if signed().any(expired) => SlotStatus::Expired,
            () if valid > 0 => SlotStatus::NeedsAnother,
            () => SlotStatus::Open,
        }
    }
}
