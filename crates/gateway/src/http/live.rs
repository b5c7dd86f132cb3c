//! GET /api/live: server-sent events.
//!
//! Each stream reads the store from its cursor to now, then listens to the [`crate::feed`]: it has no gap and no backlog in
//! memory. One whose reader takes nothing for a while ends; the browser's EventSource comes back with the cursor it has.

use super::{
    problem::{Failure, Result},
    query::Query,
};
use crate::{
    app::App,
    feed::{PAGE, Sent, Told},
    identity::{self, Signed},
    metrics::OpenStream,
    store::StoreError,
};
use axum::{
    extract::{RawQuery, State},
    http::HeaderMap,
    response::{IntoResponse, Sse, sse::Event},
};
use gateway_api::Beat;
use rollout::Digest;
use std::{convert::Infallible, sync::Arc, time::Duration};
use tokio::sync::{broadcast, mpsc, watch};
use tokio_stream::wrappers::ReceiverStream;

const BEAT: Duration = Duration::from_secs(15);
/// How often a stream looks at the clock.
const LOOK: Duration = Duration::from_secs(1);

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
    // Listening comes first: what is recorded from here on is heard, what was before is read.
    let (records, told) = (app.feed.records(), app.feed.told());
    app.feed.tick(&app).await?;
    let head = app.store.head().await?;
    // A cursor from another data directory may be ahead; the first beat tells where this one stands.
    let cursor = last.transpose()?.or(since).unwrap_or(head).min(head);
    let (sender, receiver) = mpsc::channel(16);
    let stream = Stream { _open: app.metrics.stream(), app, session: signed.session, cursor, sender };
    tokio::spawn(stream.run(records, told));
    Ok(([("x-accel-buffering", "no")], Sse::new(ReceiverStream::new(receiver))))
}

struct Stream {
    _open: OpenStream,
    app: Arc<App>,
    session: Digest,
    cursor: u64,
    sender: mpsc::Sender<std::result::Result<Event, Infallible>>,
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
    async fn run(mut self, records: broadcast::Receiver<Arc<Sent>>, told: watch::Receiver<Told>) {
        if let Err(End::Store(error)) = self.go_on(records, told).await {
            tracing::error!(%error, "a live stream ends; the browser comes back");
        }
    }

    async fn go_on(
        &mut self,
        mut records: broadcast::Receiver<Arc<Sent>>,
        mut told: watch::Receiver<Told>,
    ) -> std::result::Result<(), End> {
        let mut sign_outs = self.app.hub.sign_outs();
        self.catch_up().await?;
        self.beat(&mut told).await?;
        let mut beaten = self.app.clock.steady();
        loop {
            tokio::select! {
                // Records before beats: a beat tells of a time that has them.
                biased;
                () = self.app.hub.closed() => return Ok(()),
                () = self.sender.closed() => return Ok(()),
                changed = sign_outs.changed() => if changed.is_err() || !self.is_signed_in().await? { return Ok(()) },
                heard = records.recv() => match heard {
                    Ok(sent) => self.pass_on(&sent).await?,
                    Err(broadcast::error::RecvError::Lagged(_)) => self.catch_up().await?,
                    Err(broadcast::error::RecvError::Closed) => return Ok(()),
                },
                changed = told.changed() => match changed {
                    Ok(()) => self.beat(&mut told).await?,
                    Err(_) => return Ok(()),
                },
                () = tokio::time::sleep(LOOK) => {}
            }
            let now = self.app.clock.steady();
            if now.saturating_sub(beaten) >= BEAT {
                if !self.is_signed_in().await? {
                    return Ok(());
                }
                self.beat(&mut told).await?;
                beaten = now;
            }
        }
    }

    async fn is_signed_in(&self) -> std::result::Result<bool, StoreError> {
        Ok(identity::whose(&self.app, self.session).await?.is_some())
    }

    /// Reads the store from where this stream stands.
    async fn catch_up(&mut self) -> std::result::Result<(), End> {
        loop {
            let page = self.app.store.since(self.cursor, PAGE).await?;
            if page.is_empty() {
                return Ok(());
            }
            for stored in page {
                self.pass_on(&Sent::of(&self.app, &stored).await?).await?;
            }
        }
    }

    /// Sends a record, unless it was sent before.
    async fn pass_on(&mut self, sent: &Sent) -> std::result::Result<(), End> {
        if sent.cursor > self.cursor {
            self.send("record", &sent.data, sent.cursor).await?;
            self.cursor = sent.cursor;
        }
        Ok(())
    }

    async fn beat(&self, told: &mut watch::Receiver<Told>) -> std::result::Result<(), End> {
        let facts = told.borrow_and_update().facts.clone();
        let beat = Beat { cursor: self.cursor, now: self.app.clock.now(), facts };
        let data = serde_json::to_string(&beat).map_err(|error| StoreError::Unreadable(error.to_string()))?;
        self.send("beat", &data, self.cursor).await
    }

    async fn send(&self, name: &str, data: &str, cursor: u64) -> std::result::Result<(), End> {
        let event = Event::default().event(name).id(cursor.to_string()).data(data);
        match tokio::time::timeout(self.app.live_patience, self.sender.send(Ok(event))).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(End::Closed),
        }
    }
}

#[cfg(test)]
mod tests;
