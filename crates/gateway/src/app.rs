//! The application: every rollout, folded and in memory, and what may be done with them.

mod alarms;
mod appending;
mod backend_flags;
mod backends;
mod beginning;
mod calls;
mod clock_move;
mod commands;
mod confirmations;
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

use crate::{
    backend::{Backend, Manual, unleash::Token},
    clock::Clock,
    feed::Feed,
    hub::Hub,
    identity::{
        Sessions, Settings,
        limits::Limits,
        passwords::Passwords,
        provider::{Flows, Provider},
        set_up::SetUpCode,
        site::Site,
    },
    metrics::Metrics,
    store::Store,
};
use rollout::RolloutId;
use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, PoisonError, RwLock,
        atomic::{AtomicBool, Ordering::SeqCst},
    },
    time::Duration,
};
use tokio::sync::Notify;

/// Everything the gateway is made of.
pub struct App {
    pub clock: Clock,
    pub store: Arc<dyn Store>,
    /// What moves flags, but for those that only a person can.
    pub backend: Arc<dyn Backend>,
    /// People, who move the others.
    pub manual: Manual,
    pub hub: Hub,
    pub feed: Feed,
    pub metrics: Metrics,
    pub sessions: Sessions,
    /// How long they last.
    pub sign_in: Settings,
    pub passwords: Passwords,
    pub limits: Limits,
    pub set_up: SetUpCode,
    /// Where people sign in, if the company has a place for it.
    pub provider: Option<Provider>,
    /// Who is there just now.
    pub flows: Flows,
    /// Where browsers find it.
    pub site: Site,
    /// What applications say to be told their flags outside the demo; none: nobody is told.
    pub ofrep_keys: Vec<Token>,
    /// Wakes delivery: there may be something to send.
    pub nudge: Notify,
    /// By which the backend is known when it hints that something has changed there; none: it may not.
    pub hint_secret: Option<Token>,
    /// Something may have changed at the backend, and nobody has looked yet.
    hinted: AtomicBool,
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
    confirmations: confirmations::Key,
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
            manual: Manual::default(),
            hub: Hub::default(),
            feed: Feed::default(),
            metrics: Metrics::default(),
            sessions: Sessions::default(),
            sign_in: Settings::default(),
            passwords: Passwords::default(),
            limits: Limits::default(),
            set_up: SetUpCode::default(),
            provider: None,
            flows: Flows::default(),
            site: Site::default(),
            ofrep_keys: Vec::new(),
            nudge: Notify::new(),
            hint_secret: None,
            hinted: AtomicBool::new(false),
            demo,
            live_patience: Duration::from_secs(30),
            beginning: tokio::sync::Mutex::default(),
            ledgers: RwLock::new(ledgers),
            claims: tokio::sync::RwLock::default(),
            remembered: Mutex::default(),
            told: tokio::sync::Mutex::default(),
            confirmations: confirmations::Key::default(),
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

    /// Something may have changed at the backend: delivery looks soon.
    pub fn hint(&self) {
        self.hinted.store(true, SeqCst);
        self.nudge.notify_one();
    }

    /// Did anybody hint since this was last forgotten?
    pub fn is_hinted(&self) -> bool {
        self.hinted.load(SeqCst)
    }

    /// Before looking, so that a hint that comes meanwhile counts.
    pub fn forget_hints(&self) {
        self.hinted.store(false, SeqCst);
    }
}

#[cfg(test)]
mod tests;
