//! Every flag of every rollout, as the ledgers stand.

use super::{App, Ledger};
use crate::store::StoreError;
use gateway_api::{FlagView, FlagsView, LastChange, ObservedView, PendingView, RolloutFlags};
use rollout::{FlagSlug, PersonId, PhaseSlug, Rollout, Timestamp, plan::Flag, state::FlagState};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// Where the ledgers stand, and what no ledger holds: while it is the same, so are the flags.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FlagsMark {
    /// The position of the last record in any ledger.
    pub cursor: u64,
    /// Since when the backend has not answered.
    pub backend_unreachable_since: Option<Timestamp>,
}

impl App {
    /// Where the flags stand, without looking at them.
    pub async fn flags_mark(&self) -> Result<FlagsMark, StoreError> {
        let mut cursor = 0;
        for ledger in self.ledgers() {
            cursor = ledger.lock(self.store.as_ref()).await?.cursor.max(cursor);
        }
        Ok(FlagsMark { cursor, backend_unreachable_since: self.backend_unreachable_since() })
    }

    /// The flags of the rollouts that have moved since `after`. Taken after the mark, they are never older than it says.
    pub async fn flags(&self, mark: FlagsMark, after: u64) -> Result<FlagsView, StoreError> {
        let mut rollouts = Vec::new();
        for ledger in self.ledgers() {
            rollouts.extend(self.flags_of(&ledger, after).await?);
        }
        let last = rollouts.iter().flat_map(|rollout: &RolloutFlags| &rollout.flags).filter_map(|f| f.last_by.as_ref());
        let people: BTreeSet<PersonId> = last.filter_map(|last| last.by.person()).collect();
        let FlagsMark { cursor, backend_unreachable_since } = mark;
        Ok(FlagsView { cursor, backend_unreachable_since, rollouts, said: self.names(&people).await? })
    }

    async fn flags_of(&self, ledger: &Arc<Ledger>, after: u64) -> Result<Option<RolloutFlags>, StoreError> {
        let folded = ledger.lock(self.store.as_ref()).await?;
        if folded.cursor <= after {
            return Ok(None);
        }
        let rollout = &folded.rollout;
        let phases = first_phases(rollout);
        let view = |flag: &Flag| Some(flag_view(flag, rollout.flags.get(&flag.slug)?, phases.get(&flag.slug).copied()));
        Ok(Some(RolloutFlags {
            id: rollout.id,
            name: rollout.plan().name.clone(),
            environment: rollout.environment.clone(),
            closed: rollout.is_closed(),
            version: rollout.version,
            flags: rollout.plan().flags.iter().filter_map(view).collect(),
        }))
    }
}

/// The first phase that sets each flag.
fn first_phases(rollout: &Rollout) -> BTreeMap<&FlagSlug, &PhaseSlug> {
    let mut first = BTreeMap::new();
    for phase in &rollout.plan().phases {
        for (flag, _) in phase.steps.iter().filter_map(|step| step.exposure()) {
            first.entry(flag).or_insert(&phase.slug);
        }
    }
    first
}

fn flag_view(flag: &Flag, state: &FlagState, phase: Option<&PhaseSlug>) -> FlagView {
    FlagView {
        slug: flag.slug.clone(),
        key: flag.key.clone(),
        name: flag.name.clone(),
        variable: flag.variable.clone(),
        group: flag.group.clone(),
        code_default: flag.code_default.clone(),
        phase: phase.cloned(),
        wanted: state.wanted.clone(),
        applied: state.applied.clone(),
        pending: state.pending.as_ref().map(|pending| PendingView {
            since: pending.since,
            upward: pending.is_upward(),
            failure: pending.failure,
        }),
        observed: state
            .observed
            .as_ref()
            .map(|observed| ObservedView { exposure: observed.exposure.clone(), since: observed.time }),
        last_by: state.last_by.as_ref().map(|mark| LastChange { seq: mark.seq, time: mark.time, by: mark.by }),
    }
}
