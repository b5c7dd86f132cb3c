//! The feed: reads what is new once, for all live streams together. A thousand open screens cost the store what one costs.
//!
//! It carries the latest records only. Who comes with an older cursor, or is too slow, reads the store until they are level.

use crate::{
    app::{App, parsed, view},
    store::{StoreError, Stored},
};
use gateway_api::LiveRecord;
use rollout::{Facts, Millis, RolloutId};
use std::{collections::BTreeMap, sync::Arc, time::Duration};
use tokio::sync::{Mutex, broadcast, watch};

/// How often it looks, should nobody tell it.
const LOOK: Duration = Duration::from_secs(1);
/// So many records are read at once.
pub const PAGE: u32 = 100;
/// So many of the latest records are kept for streams that are a little behind.
const KEPT: usize = 256;

/// A record as it goes out.
#[derive(Debug)]
pub struct Sent {
    /// Where a stream stands after it.
    pub cursor: u64,
    /// The JSON of a [`LiveRecord`].
    pub data: String,
}

/// What beats tell.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Told {
    pub facts: BTreeMap<RolloutId, Facts>,
    pub ahead: Millis,
}

/// What the live streams listen to.
pub struct Feed {
    records: broadcast::Sender<Arc<Sent>>,
    told: watch::Sender<Told>,
    /// How far it has read, while anybody listens.
    cursor: Mutex<Option<u64>>,
}

impl Default for Feed {
    fn default() -> Self {
        Self { records: broadcast::Sender::new(KEPT), told: watch::Sender::default(), cursor: Mutex::default() }
    }
}

impl Feed {
    /// Every record from now on, in order.
    pub fn records(&self) -> broadcast::Receiver<Arc<Sent>> {
        self.records.subscribe()
    }

    /// What beats tell, as of the last tick.
    pub fn told(&self) -> watch::Receiver<Told> {
        self.told.subscribe()
    }

    /// Ticks whenever there is something new, until the gateway closes.
    pub async fn run(app: Arc<App>) {
        let mut changes = app.hub.listen();
        while !app.hub.is_closing() {
            // Marked as seen before it is fetched: what comes meanwhile wakes again.
            changes.borrow_and_update();
            if let Err(error) = app.feed.tick(&app).await {
                tracing::error!(%error, "the live streams hear nothing new until the store answers");
            }
            tokio::select! {
                _ = changes.changed() => {}
                () = tokio::time::sleep(LOOK) => {}
                () = app.hub.closed() => {}
            }
        }
    }

    /// Reads what is new and gives it to whoever listens.
    ///
    /// Errors: the store cannot be read. What it did not give out comes with the next tick.
    pub async fn tick(&self, app: &App) -> Result<(), StoreError> {
        let mut read = self.cursor.lock().await;
        if self.records.receiver_count() == 0 {
            *read = None;
        } else {
            let head = app.store.head().await?;
            // Whoever comes first reads the store up to here themselves.
            let cursor = read.get_or_insert(head);
            while *cursor < head {
                for stored in app.store.since(*cursor, PAGE).await? {
                    let sent = Arc::new(Sent::of(app, &stored).await?);
                    *cursor = sent.cursor;
                    // Nobody may be left to hear it.
                    drop(self.records.send(sent));
                }
            }
        }
        let told = Told { facts: app.all_facts().await?, ahead: app.clock.ahead() };
        self.told.send_if_modified(|before| {
            let is_new = *before != told;
            *before = told;
            is_new
        });
        Ok(())
    }
}

impl Sent {
    /// Errors: what is stored cannot be read, or the words to it.
    pub async fn of(app: &App, stored: &Stored) -> Result<Self, StoreError> {
        let said = app.said_in(&parsed(std::slice::from_ref(stored))?).await?;
        let live = LiveRecord { cursor: stored.position, record: view(stored), said, now: app.clock.now() };
        let data = serde_json::to_string(&live).map_err(|error| StoreError::Unreadable(error.to_string()))?;
        Ok(Self { cursor: stored.position, data })
    }
}
