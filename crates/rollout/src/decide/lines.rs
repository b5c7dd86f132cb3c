//! Ticking and signing.

use super::{Answer, Asking};
use crate::{
    Refusal,
    blocker::{Blocker, Place, Why},
    event::Event,
    id::LineSlug,
    plan::{Line, LineKind, Meaning, Side, Slot},
    role::Role,
    state::{SlotAct, TaskStatus},
};

impl<'a> Asking<'a> {
    fn line(&self, slug: &LineSlug) -> Result<Line<'a>, Refusal> {
        self.rollout.plan().line(slug).ok_or_else(|| Self::unknown("line", slug))
    }

    fn wrong_kind(slug: &LineSlug, expected: &str) -> Refusal {
        Blocker::asker(Why::WrongKind { expected: expected.into() }, Place::Line(slug.clone())).into()
    }

    /// Prerequisites may be cleared any time after the plan is adopted; what stands at a phase's end only once its
    /// first step is applied.
    fn needs_line_in_reach(&mut self, line: &Line<'_>) {
        self.needs_force();
        self.needs_open();
        let phase = &self.rollout.plan().phases[line.phase];
        let place = Place::Phase(phase.slug.clone());
        if self.rollout.is_skipped(line.phase) {
            let decider = [self.rollout.plan().decider(self.rollout.entry_gate(line.phase))];
            self.block(Blocker::roles(Why::PhaseSkipped { phase: phase.slug.clone() }, &decider, place));
        } else if line.side == Side::Exit && !self.rollout.has_begun(line.phase) {
            let why = Why::PhaseNotBegun { phase: phase.slug.clone() };
            self.block(Blocker::roles(why, &[Role::Engineer], place));
        }
    }

    pub(super) fn tick(&mut self, slug: &LineSlug) -> Answer {
        let line = self.line(slug)?;
        let (by, needs_evidence) = match line.kind {
            LineKind::Task(task) => (task.by, false),
            LineKind::Criterion(criterion) => (criterion.by, criterion.evidence),
            LineKind::Slot(_) => return Err(Self::wrong_kind(slug, "a sign-off slot is signed")),
            LineKind::Dependency(_) => return Err(Self::wrong_kind(slug, "a dependency closes by itself")),
        };
        self.needs_role(&[by]);
        self.needs_line_in_reach(&line);
        if matches!(self.rollout.tasks.get(slug), Some(TaskStatus::Ticked(_))) {
            self.block(Blocker::nobody(Why::AlreadySo {}, Place::Line(slug.clone())));
        }
        if needs_evidence && self.words.evidence.is_empty() {
            self.block(Blocker::asker(Why::EvidenceNeeded {}, Place::Line(slug.clone())));
        }
        self.one(|words| Event::Ticked { line: slug.clone(), words })
    }

    pub(super) fn untick(&mut self, slug: &LineSlug) -> Answer {
        let line = self.line(slug)?;
        let decider = self.rollout.plan().decider(self.rollout.exit_gate(line.phase));
        let roles = match (self.rollout.tasks.get(slug), line.kind.cleared_by()) {
            (Some(TaskStatus::Ticked(_)), Some(by)) => [by],
            (Some(TaskStatus::Waived(_)), _) => [decider],
            _ => return Err(Blocker::asker(Why::NotSo {}, Place::Line(slug.clone())).into()),
        };
        self.needs_role(&roles);
        self.needs_open();
        self.one(|words| Event::Unticked { line: slug.clone(), words })
    }

    pub(super) fn waive(&mut self, slug: &LineSlug) -> Answer {
        let line = self.line(slug)?;
        let LineKind::Criterion(_) = line.kind else {
            return Err(Self::wrong_kind(slug, "only a success criterion is waived"));
        };
        self.needs_role(&[self.rollout.plan().decider(self.rollout.exit_gate(line.phase))]);
        self.needs_line_in_reach(&line);
        if self.rollout.is_clear(&line, self.now) {
            self.block(Blocker::nobody(Why::AlreadySo {}, Place::Line(slug.clone())));
        }
        self.one(|words| Event::Waived { line: slug.clone(), words })
    }

    fn slot(&self, slug: &LineSlug) -> Result<(Line<'a>, &'a Slot), Refusal> {
        let line = self.line(slug)?;
        match line.kind {
            LineKind::Slot(slot) => Ok((line, slot)),
            _ => Err(Self::wrong_kind(slug, "only a sign-off slot is signed")),
        }
    }

    /// What this actor last did in the slot, if it still counts.
    fn own_mark(&self, slug: &LineSlug) -> Option<&'a crate::state::Signature> {
        let person = self.asker.actor.person()?;
        self.rollout.slots.get(slug)?.get(&person).filter(|mark| mark.act != SlotAct::Withdrawn)
    }

    pub(super) fn sign(&mut self, slug: &LineSlug) -> Answer {
        let (line, slot) = self.slot(slug)?;
        self.needs_role(&[slot.role]);
        self.needs_line_in_reach(&line);
        let Some(scope_digest) = self.rollout.plan().scope_digest(slug) else {
            return Err(Self::unknown("slot", slug));
        };
        let signed_this = |mark: &crate::state::Signature| {
            let ran_out = slot
                .expires_days
                .is_some_and(|days| self.now >= mark.mark.time.plus(i64::from(days) * crate::time::DAY));
            mark.act == SlotAct::Signed && mark.scope_digest == scope_digest && !ran_out
        };
        let objected = self.rollout.signatures(slug).any(|mark| mark.act == SlotAct::Objected);
        if self.own_mark(slug).is_some_and(signed_this) && !objected {
            self.block(Blocker::nobody(Why::AlreadySo {}, Place::Line(slug.clone())));
        }
        let safeguards = self.rollout.plan().safeguards_of(line.phase);
        if slot.meaning == Meaning::Approved {
            self.needs_not_begun(safeguards, &[slot.role], Place::Line(slug.clone()));
        }
        self.needs_proof(safeguards, Place::Line(slug.clone()));
        let (slot, meaning, proof) = (slug.clone(), slot.meaning, self.proven);
        self.one(|words| Event::Signed { slot, meaning, scope_digest, proof, words })
    }

    /// An objection waits for nothing but the plan being in force.
    pub(super) fn object(&mut self, slug: &LineSlug) -> Answer {
        let (_, slot) = self.slot(slug)?;
        self.needs_role(&[slot.role]);
        self.needs_force();
        self.needs_open();
        self.one(|words| Event::Objected { slot: slug.clone(), words })
    }

    /// Takes back what one last did in the slot; who did nothing there takes back the objections of others. Those who
    /// may sign it could sign them over, but for an exit slot only once its phase has begun, and until then an objection
    /// whose objector is gone would hold the phase for ever.
    pub(super) fn withdraw(&mut self, slug: &LineSlug) -> Answer {
        let (_, slot) = self.slot(slug)?;
        self.needs_role(&[slot.role]);
        self.needs_open();
        let objected = self.rollout.signatures(slug).any(|mark| mark.act == SlotAct::Objected);
        if self.own_mark(slug).is_none() && !objected {
            self.block(Blocker::asker(Why::NotSo {}, Place::Line(slug.clone())));
        }
        self.one(|words| Event::Withdrawn { slot: slug.clone(), words })
    }
}
