//! The application: every rollout, folded and in memory, and what may be done with them.

mod alarms;
mod appending;
mod backend_flags;
mod backends;
mod beginning;
mod calls;
mod clock_move;
mod commands;
mod facts;
mod flags;
mod ledger;
mod records;
mod standing;
mod unrecorded;
mod views;

pub use appending::Replied;
pub use beginning::{NotBegun, plan_warnings, words};
pub use commands::{Asked, CommandError, Done};
pub use ledger::{Folded, Ledger};
pub use records::{By, Filter, Way};
pub use views::{NEWS, parsed, view};

use crate::{backend::Backend, clock::Clock, feed::Feed, hub::Hub, identity::Sessions, metrics::Metrics, store::Store};
use rollout::RolloutId;
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError, RwLock},
    time::Duration,
};
use tokio::sync::Notify;

/// Everything the gateway is made of.
pub struct App {
    pub clock: Clock,
    pub store: Arc<dyn Store>,
    pub backend: Arc<dyn Backend>,
    pub hub: Hub,
    pub feed: Feed,
    pub metrics: Metrics,
    pub sessions: Sessions,
    /// Wakes delivery: there may be something to send.
    pub nudge: Notify,
    /// It runs the demo.
    pub demo: bool,
    /// A reader of the live stream that takes nothing for so long is gone.
    pub live_patience: Duration,
    /// Rollouts begin one after the other: whoever repeats a beginning waits for the first.
    pub beginning: tokio::sync::Mutex<()>,
    ledgers: RwLock<BTreeMap<RolloutId, Arc<Ledger>>>,
    claims: tokio::sync::RwLock<Option<Arc<facts::Claims>>>,
    /// What is remembered of the backend.
    remembered: Mutex<backends::Remembered>,
    /// What the backend told of itself, and when by the steady clock.
    told: tokio::sync::Mutex<Option<backends::Answer>>,
}

impl App {
    /// Folds every ledger of the store.
    ///
    /// Errors: a ledger cannot be read, or is damaged.
    pub async fn open(
        store: Arc<dyn Store>,
        backend: Arc<dyn Backend>,
        clock: Clock,
        demo: bool,
    ) -> anyhow::Result<Self> {
        let mut ledgers = BTreeMap::new();
        for row in store.rollouts().await? {
            ledgers.insert(row.id, Arc::new(Ledger::load(store.as_ref(), row).await?));
        }
        Ok(Self {
            clock,
            store,
            backend,
            hub: Hub::default(),
            feed: Feed::default(),
            metrics: Metrics::default(),
            sessions: Sessions::default(),
            nudge: Notify::new(),
            demo,
            live_patience: Duration::from_secs(30),
            beginning: tokio::sync::Mutex::default(),
            ledgers: RwLock::new(ledgers),
            claims: tokio::sync::RwLock::default(),
            remembered: Mutex::default(),
            told: tokio::sync::Mutex::default(),
        })
    }

    /// Keeps a snapshot of every ledger that has moved on since the last: the next start begins there.
    pub async fn keep_snapshots(&self) {
        for ledger in self.ledgers() {
            ledger.as_it_stands().await.keep(self.store.as_ref()).await;
        }
    }

    /// Every ledger, oldest rollout first.
    pub fn ledgers(&self) -> Vec<Arc<Ledger>> {
        self.ledgers.read().unwrap_or_else(PoisonError::into_inner).values().cloned().collect()
    }

    /// One ledger.
    pub fn ledger(&self, id: RolloutId) -> Option<Arc<Ledger>> {
        self.ledgers.read().unwrap_or_else(PoisonError::into_inner).get(&id).cloned()
    }

    pub(crate) fn add_ledger(&self, ledger: Ledger) {
        self.ledgers.write().unwrap_or_else(PoisonError::into_inner).insert(ledger.id, Arc::new(ledger));
    }
}

#[cfg(test)]
mod tests;
