//! The flags as rows, found and sorted ten thousand at a time: what is searched in is written small once, when it comes.

use super::standing::Standing;
use crate::{
    api::Flags,
    paths::{FlagsQuery, Showing, Sort, SortBy},
};
use gateway_api::{FlagView, RolloutFlags};
use rollout::{FlagSlug, RolloutId};
use std::{cmp::Ordering, collections::BTreeMap, sync::Arc};

/// Which flag: a key alone may stand in several rollouts.
pub type RowId = (RolloutId, FlagSlug);

/// A flag of a rollout.
#[derive(Debug)]
pub struct Row {
    /// The rollout, with all its flags.
    pub rollout: Arc<RolloutFlags>,
    number: usize,
    /// How it stands.
    pub standing: Standing,
    /// Everything one may search for, in small letters.
    text: String,
}

/// What is drawn of it is the same: of the rollout that is its name and whether it is closed, not its other flags.
impl PartialEq for Row {
    fn eq(&self, other: &Self) -> bool {
        let rollout = |row: &Self| (row.rollout.id, row.rollout.closed);
        rollout(self) == rollout(other) && self.flag() == other.flag()
    }
}

impl Eq for Row {}

impl Row {
    fn of(rollout: &Arc<RolloutFlags>, number: usize, flag: &FlagView) -> Self {
        let more = [&flag.variable, &flag.group].into_iter().flatten();
        let parts: Vec<&str> =
            [&flag.key, &flag.name, &rollout.name].into_iter().chain(more).map(String::as_str).collect();
        let text = parts.join("\n").to_lowercase();
        Self { rollout: rollout.clone(), number, standing: Standing::of(flag), text }
    }

    /// The flag.
    pub fn flag(&self) -> &FlagView {
        &self.rollout.flags[self.number]
    }

    /// Is it this one?
    pub fn is(&self, (rollout, slug): &RowId) -> bool {
        self.rollout.id == *rollout && self.flag().slug == *slug
    }

    /// Which one it is.
    pub fn id(&self) -> RowId {
        (self.rollout.id, self.flag().slug.clone())
    }

    fn shows(&self, showing: Showing) -> bool {
        match showing {
            Showing::Drift => self.standing == Standing::Drift,
            Showing::Pending => self.standing.is_pending(),
            Showing::Raised => !self.flag().standing_at().is_off(),
            Showing::Off => self.flag().standing_at().is_off(),
            Showing::FailsOpen => self.flag().fails_open(),
        }
    }
}

/// Every row, by rollout.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rows(BTreeMap<RolloutId, (Arc<RolloutFlags>, Vec<Arc<Row>>)>);

/// How many flags there are, and in which states.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    pub all: usize,
    pub raised: usize,
    pub pending: usize,
    pub drifts: usize,
}

impl Rows {
    /// The rows of these flags. Those of rollouts that have not moved are the ones from before.
    pub fn of(flags: &Flags, before: Option<&Self>) -> Self {
        let rows = |(id, rollout): (&RolloutId, &Arc<RolloutFlags>)| {
            let known = before.and_then(|before| before.0.get(id)).filter(|(known, _)| Arc::ptr_eq(known, rollout));
            let rows = || {
                let flags = rollout.flags.iter().enumerate();
                flags.map(|(number, flag)| Arc::new(Row::of(rollout, number, flag))).collect()
            };
            (*id, known.cloned().unwrap_or_else(|| (rollout.clone(), rows())))
        };
        Self(flags.rollouts.iter().map(rows).collect())
    }

    fn iter(&self) -> impl Iterator<Item = &Arc<Row>> {
        self.0.values().flat_map(|(_, rows)| rows)
    }

    /// The rollouts, oldest first.
    pub fn rollouts(&self) -> impl Iterator<Item = &Arc<RolloutFlags>> {
        self.0.values().map(|(rollout, _)| rollout)
    }

    pub fn counts(&self) -> Counts {
        self.iter().fold(Counts::default(), |counts, row| Counts {
            all: counts.all + 1,
            raised: counts.raised + usize::from(row.shows(Showing::Raised)),
            pending: counts.pending + usize::from(row.standing.is_pending()),
            drifts: counts.drifts + usize::from(row.standing == Standing::Drift),
        })
    }

    /// Every row in this order.
    pub fn sorted(&self, sort: Sort) -> Vec<Arc<Row>> {
        let mut rows: Vec<Arc<Row>> = self.iter().cloned().collect();
        rows.sort_unstable_by(|a, b| {
            let order = compare(a, b, sort.by);
            // What is the same in that respect goes by key, whichever way round.
            let order = if sort.down { order.reverse() } else { order };
            order.then_with(|| compare(a, b, SortBy::Key)).then_with(|| a.rollout.id.cmp(&b.rollout.id))
        });
        rows
    }
}

fn compare(a: &Row, b: &Row, by: SortBy) -> Ordering {
    let last = |row: &Row| row.flag().last_by.as_ref().map(|last| (last.time, last.seq));
    match by {
        SortBy::Key => a.flag().key.cmp(&b.flag().key),
        SortBy::Rollout => a.rollout.name.cmp(&b.rollout.name),
        SortBy::Environment => a.rollout.environment.cmp(&b.rollout.environment),
        SortBy::Wanted => a.flag().wanted.cmp(&b.flag().wanted),
        SortBy::Backend => a.flag().standing_at().cmp(b.flag().standing_at()),
        SortBy::State => a.standing.cmp(&b.standing),
        SortBy::Changed => last(a).cmp(&last(b)),
    }
}

/// The rows that this asks for, in the order they come in. Each word must be in what one may search for.
pub fn found(rows: &[Arc<Row>], query: &FlagsQuery) -> Vec<Arc<Row>> {
    let small = query.q.to_lowercase();
    let words: Vec<&str> = small.split_whitespace().collect();
    let here = |row: &&Arc<Row>| {
        query.rollout.is_none_or(|id| row.rollout.id == id)
            && query.environment.as_ref().is_none_or(|environment| row.rollout.environment == *environment)
            && query.show.is_none_or(|show| row.shows(show))
            && words.iter().all(|word| row.text.contains(word))
    };
    rows.iter().filter(here).cloned().collect()
}

#[cfg(test)]
mod tests;
