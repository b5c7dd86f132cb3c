//! The demo's clock: it moves ahead only, and every open rollout's ledger says so.

use super::App;
use crate::store::StoreError;
use rollout::{Actor, Event, Timestamp, time::HOUR};

impl App {
    /// Moves the rulebook's time ahead. Gives the time it is then.
    ///
    /// Errors: it could not be stored; the clock has not moved.
    pub async fn move_clock(&self, hours: u32, actor: Actor) -> Result<Timestamp, StoreError> {
        let by_ms = i64::from(hours) * HOUR;
        let ledgers = self.ledgers();
        // Always in the same order, so that two moves at once wait for each other.
        let mut locked = Vec::new();
        for ledger in &ledgers {
            locked.push((ledger, self.to_append(ledger).await?));
        }
        let ahead = self.clock.ahead() + by_ms;
        let now = self.clock.now().plus(by_ms);
        let mut all = Vec::new();
        for (ledger, folded) in &mut locked {
            if !folded.rollout.is_closed() {
                let events = vec![Event::ClockMoved { by_ms }];
                let prepared = self.prepare(ledger, &folded.rollout, actor, events, now);
                all.push((&mut **folded, prepared));
            }
        }
        self.commit_all(all, Some(ahead)).await?;
        Ok(self.clock.now())
    }
}
