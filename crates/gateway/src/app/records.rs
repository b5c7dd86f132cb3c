//! A ledger's records, page by page in either direction, and of them those that somebody looks for.
//!
//! There is no index beside the ledger: a page is found by reading on from where the last one ended, at most
//! [`LOOKED_AT`] records for one answer, and the answer says where to go on.

use super::{
    App, Ledger,
    views::{NEWS, parsed, view},
};
use crate::store::{StoreError, Stored};
use gateway_api::RecordsPage;
use rollout::{Actor, PersonId, Plan, Record, Seq, Timestamp};

/// So many records are looked at for one answer.
const LOOKED_AT: u32 = 10_000;

/// Who acted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    Person(PersonId),
    System,
}

/// Which records somebody looks for. What is not said does not matter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    pub by: Option<By>,
    /// Index of the phase they are about.
    pub phase: Option<usize>,
    /// Of one of these kinds.
    pub kinds: Vec<&'static str>,
    /// At this time or later.
    pub from: Option<Timestamp>,
    /// Before this time.
    pub to: Option<Timestamp>,
}

/// Where a page begins, and which way it goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// After this record, oldest first.
    After(Seq),
    /// Before this record, newest first.
    Before(Seq),
}

impl Filter {
    /// Times are not looked at: they are a span of numbers already.
    fn is_met(&self, plan: &Plan, record: &Record) -> bool {
        let by = self.by.is_none_or(|by| match (by, record.actor) {
            (By::Person(who), Actor::Person { person, .. }) => who == person,
            (By::System, Actor::System { .. }) => true,
            _ => false,
        });
        let kind = self.kinds.is_empty() || self.kinds.contains(&record.event.kind());
        by && kind && self.phase.is_none_or(|phase| record.is_about(plan, phase))
    }
}

impl App {
    /// At most `limit` records that meet the filter, of those up to `version`.
    pub async fn records_page(
        &self,
        ledger: &Ledger,
        way: Way,
        limit: u32,
        filter: &Filter,
        version: Seq,
    ) -> Result<RecordsPage, StoreError> {
        let first = self.first_since(ledger, filter.from, 1, version).await?;
        let end = self.first_since(ledger, filter.to, version + 1, version).await?;
        let mut cursor = match way {
            Way::After(after) => after.max(first - 1),
            Way::Before(before) => before.min(end),
        };
        let is_more = |cursor: Seq| match way {
            Way::After(_) => cursor + 1 < end,
            Way::Before(_) => cursor > first,
        };
        let at_once = if *filter == Filter::default() { limit } else { NEWS };
        let (mut found, mut records, mut looked_at) = (Vec::new(), Vec::new(), 0);
        while is_more(cursor) && found.len() < limit as usize && looked_at < LOOKED_AT {
            let read = match way {
                Way::After(_) => self.store.records(ledger.id, cursor, at_once).await?,
                Way::Before(_) => self.store.records_before(ledger.id, cursor, at_once).await?,
            };
            looked_at += at_once;
            let all = parsed(&read)?;
            for (stored, record) in read.into_iter().zip(all) {
                if !is_more(cursor) || found.len() == limit as usize {
                    break;
                }
                cursor = stored.seq;
                if filter.is_met(&ledger.plan, &record) {
                    found.push(view(&stored));
                    records.push(record);
                }
            }
        }
        let said = self.said_in(&records).await?;
        Ok(RecordsPage { records: found, said, next: is_more(cursor).then_some(cursor), version })
    }

    /// The number of the first record at this time or later, one behind the last if there is none; `otherwise` if no
    /// time is given. Times never run back, so that a span of time is a span of numbers.
    async fn first_since(
        &self,
        ledger: &Ledger,
        time: Option<Timestamp>,
        otherwise: Seq,
        version: Seq,
    ) -> Result<Seq, StoreError> {
        let Some(time) = time else { return Ok(otherwise) };
        let (mut low, mut high) = (1, version + 1);
        while low < high {
            let middle = low + (high - low) / 2;
            let stored: Vec<Stored> = self.store.record(ledger.id, middle).await?.into_iter().collect();
            if parsed(&stored)?.iter().any(|record| record.time < time) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        Ok(low)
    }
}
