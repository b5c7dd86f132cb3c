//! GET /api/live: server-sent events.
//!
//! Each stream fetches for itself what comes after its cursor, so it has no gap and no backlog in memory. One whose
//! reader takes nothing for a while ends; the browser's EventSource comes back with the cursor it has.

use super::{
    problem::{Failure, Result},
    query::Query,
};
use crate::{
    app::{App, parsed, view},
    identity::{self, Signed},
    store::StoreError,
};
use axum::{
    extract::{RawQuery, State},
    http::HeaderMap,
    response::{IntoResponse, Sse, sse::Event},
};
use gateway_api::{Beat, LiveRecord};
use rollout::{Digest, Facts, Millis, RolloutId};
use std::{collections::BTreeMap, convert::Infallible, sync::Arc, time::Duration};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;

const BEAT: Duration = Duration::from_secs(15);
/// How often a stream looks for itself, should nobody tell it.
const LOOK: Duration = Duration::from_secs(1);
const PAGE: u32 = 100;

/// The live stream: `record` and `beat` events
#[utoipa::path(get, path = "/api/live", operation_id = "live", tag = "rollouts",
    params(
        ("since" = Option<u64>, Query, description = "The cursor to go on from; from now on, if not given", minimum = 0),
        ("Last-Event-ID" = Option<String>, Header, description = "The same, as EventSource sends it; goes first",
            pattern = "^[0-9]{1,18}$"),
    ),
    responses(
    (status = 200, description = "Server-sent events: `record` with a LiveRecord, `beat` with a Beat",
        body = String, content_type = "text/event-stream"),
    (status = 400, description = "The cursor is none", body = ref("#/components/schemas/Problem"),
        content_type = "application/problem+json"),
))]
pub async fn get(
    State(app): State<Arc<App>>,
    signed: Signed,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<impl IntoResponse> {
    let since = Query::read(query.as_deref(), &["since"])?.number("since")?;
    let last = headers.get("last-event-id").map(|value| {
        let digits = value.to_str().ok().filter(|v| !v.is_empty() && v.bytes().all(|b| b.is_ascii_digit()));
        let number = digits.and_then(|digits| digits.parse().ok()).filter(|n: &u64| *n <= i64::MAX as u64);
        number.ok_or_else(|| Failure::bad_request("last-event-id", "Last-Event-ID is a cursor: a whole number."))
    });
    let (head, _) = app.store.head().await?;
    // A cursor from another data directory may be ahead; the first beat tells where this one stands.
    let cursor = last.transpose()?.or(since).unwrap_or(head).min(head);
    let (sender, receiver) = mpsc::channel(16);
    let stream = Stream { app, session: signed.session, cursor, sender, told: None };
    tokio::spawn(stream.run());
    Ok(([("x-accel-buffering", "no")], Sse::new(ReceiverStream::new(receiver))))
}

struct Stream {
    app: Arc<App>,
    session: Digest,
    cursor: u64,
    sender: mpsc::Sender<std::result::Result<Event, Infallible>>,
    /// What the last beat told.
    told: Option<Told>,
}

#[derive(PartialEq)]
struct Told {
    facts: BTreeMap<RolloutId, Facts>,
    ahead: Millis,
}

/// Why a stream ends.
enum End {
    Closed,
    Store(StoreError),
}

impl From<StoreError> for End {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl Stream {
    async fn run(mut self) {
        if let Err(End::Store(error)) = self.go_on().await {
            tracing::error!(%error, "a live stream ends; the browser comes back");
        }
    }

    async fn go_on(&mut self) -> std::result::Result<(), End> {
        let mut changes = self.app.hub.listen();
        let mut beaten = self.app.clock.steady();
        loop {
            // Marked as seen before it is fetched: what comes meanwhile wakes again.
            changes.borrow_and_update();
            if self.app.hub.is_closing() || identity::whose(&self.app, self.session).await?.is_none() {
                return Ok(());
            }
            self.records().await?;
            let told = self.now().await?;
            let now = self.app.clock.steady();
            if self.told.as_ref() != Some(&told) || now.saturating_sub(beaten) >= BEAT {
                self.beat(told).await?;
                beaten = now;
            }
            tokio::select! {
                changed = changes.changed() => if changed.is_err() { return Ok(()) },
                () = tokio::time::sleep(LOOK) => {}
                () = self.app.hub.closed() => return Ok(()),
                () = self.sender.closed() => return Ok(()),
            }
        }
    }

    async fn records(&mut self) -> std::result::Result<(), End> {
        loop {
            let page = self.app.store.since(self.cursor, PAGE).await?;
            if page.is_empty() {
                return Ok(());
            }
            for stored in page {
                let said = self.app.said_in(&parsed(std::slice::from_ref(&stored))?).await?;
                let (cursor, now) = (stored.position, self.app.clock.now());
                let live = LiveRecord { cursor, record: view(&stored), said, now };
                self.send("record", &live, cursor).await?;
                self.cursor = cursor;
            }
        }
    }

    async fn now(&self) -> std::result::Result<Told, End> {
        let mut facts = BTreeMap::new();
        for ledger in self.app.ledgers() {
            facts.insert(ledger.id, self.app.facts(&ledger).await?);
        }
        Ok(Told { facts, ahead: self.app.clock.ahead() })
    }

    async fn beat(&mut self, told: Told) -> std::result::Result<(), End> {
        let beat = Beat { cursor: self.cursor, now: self.app.clock.now(), facts: told.facts.clone() };
        self.send("beat", &beat, self.cursor).await?;
        self.told = Some(told);
        Ok(())
    }

    async fn send<T: serde::Serialize>(&self, name: &str, value: &T, cursor: u64) -> std::result::Result<(), End> {
        let data = serde_json::to_string(value).map_err(|error| StoreError::Unreadable(error.to_string()))?;
        let event = Event::default().event(name).id(cursor.to_string()).data(data);
        match tokio::time::timeout(self.app.live_patience, self.sender.send(Ok(event))).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(End::Closed),
        }
    }
}

#[cfg(test)]
mod tests;
