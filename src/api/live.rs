//! The live stream: what others do, as they do it.
//!
//! One EventSource for the whole page; closed while the tab is hidden (HTTP/1.1 allows six connections a host), opened
//! again with the cursor of what was heard last, so that nothing is missed.

use super::{Cache, Clock, client};
use crate::{
    part::{NotLoaded, Part},
    session::Session,
};
use futures::{FutureExt, StreamExt, stream};
use gateway_api::{Beat, LiveRecord, paths};
use gloo_net::eventsource::futures::EventSource;
use gloo_timers::future::TimeoutFuture;
use leptos::{prelude::*, task::spawn_local, wasm_split::wasm_split};
use rollout::wire;
use std::pin::Pin;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::MessageEvent;

/// A stream that has been silent for so long is taken for broken: the gateway's heart beats every 15 s.
const SILENCE_MS: f64 = 40_000.0;
/// An opening that has taken so long is given up: the browser itself would try on in silence.
const OPENING_MS: f64 = 4_000.0;
/// How long to wait before trying again, in milliseconds; the last one again and again.
const PAUSES: [u32; 5] = [300, 700, 1_500, 3_000, 5_000];
/// What comes within so long of each other is drawn once: a page that is slower than its records never falls behind.
const TOGETHER_MS: u32 = 20;
/// After so long without any, the first is drawn at once.
const CALM_MS: f64 = 200.0;

/// How the connection to the gateway stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Connection {
    /// Not heard yet.
    Opening,
    /// Heard within the last heartbeat.
    Live,
    /// Lost; what is on screen is as of this gateway time in milliseconds.
    Lost {
        /// The gateway's time when it was last heard.
        heard: i64,
    },
}

/// The live stream of this page.
#[derive(Clone, Copy)]
pub struct Live {
    cache: Cache,
    clock: Clock,
    session: Session,
    connection: RwSignal<Connection>,
    cursor: StoredValue<Option<u64>>,
    /// When the stream was last opened or heard, by the browser's clock in milliseconds.
    last_heard: StoredValue<f64>,
    /// The gateway's time in milliseconds when it was last heard: as of then is what the page shows.
    as_of: StoredValue<Option<i64>>,
    /// Counts openings: an older loop that wakes up sees that it is not the current one, and ends.
    turn: StoredValue<u32>,
    retry: RwSignal<u32>,
}

impl Live {
    /// Not yet open.
    pub fn new(cache: Cache, clock: Clock, session: Session) -> Self {
        Self {
            cache,
            clock,
            session,
            connection: RwSignal::new(Connection::Opening),
            cursor: StoredValue::new(None),
            last_heard: StoredValue::new(0.0),
            as_of: StoredValue::new(None),
            turn: StoredValue::new(0),
            retry: RwSignal::new(0),
        }
    }

    /// How the connection stands.
    pub fn connection(self) -> Signal<Connection> {
        self.connection.into()
    }

    /// Opens the stream whenever somebody is signed in and the tab is visible, closes it otherwise.
    pub fn keep(self) {
        let visible = RwSignal::new(!document().hidden());
        let changed = Closure::<dyn FnMut()>::new(move || visible.set(!document().hidden()));
        let listening =
            document().add_event_listener_with_callback("visibilitychange", changed.as_ref().unchecked_ref());
        if listening.is_ok() {
            changed.forget();
        }
        let session = self.session;
        let wanted = Memo::new(move |_| (session.person(), visible.get(), self.retry.get()));
        let last = StoredValue::new(None);
        Effect::new(move |_| {
            let (person, visible, _) = wanted.get();
            // What one person was shown, or refused to nobody, is not what the next one sees, though it be the same
            // person again: the first beat has it all fetched.
            if last.get_value() != person {
                last.set_value(person);
                self.cursor.set_value(None);
            }
            if person.is_some() && visible { self.open() } else { self.close() }
        });
    }

    /// Tries now instead of waiting for the next try.
    pub fn retry(self) {
        self.retry.update(|n| *n += 1);
    }

    fn close(self) {
        self.turn.update_value(|turn| *turn += 1);
    }

    fn is_current(self, turn: u32) -> bool {
        self.turn.try_get_value() == Some(turn)
    }

    fn open(self) {
        self.close();
        let turn = self.turn.get_value();
        spawn_local(async move {
            let mut tries = 0;
            while self.is_current(turn) {
                match listening().await {
                    Ok(listen) => return listen(self, turn).await,
                    Err(NotLoaded) => self.lost(),
                }
                tries += 1;
                pause(tries).await;
            }
        });
    }

    /// Listens, and tries again when the stream breaks, until this turn is over.
    async fn follow(self, turn: u32) {
        let mut tries = 0;
        while self.is_current(turn) {
            let heard = self.listen(turn).await;
            if !self.is_current(turn) {
                return;
            }
            self.lost();
            tries = if heard { 0 } else { tries + 1 };
            pause(tries).await;
            // The stream may have ended because the session has.
            if let Ok(view) = client::session().await {
                self.session.put(view);
            }
        }
    }

    fn lost(self) {
        if !matches!(self.connection.get_untracked(), Connection::Lost { .. }) {
            let now = self.clock.get_untracked().millis();
            self.connection.set(Connection::Lost { heard: self.as_of.get_value().unwrap_or(now) });
        }
    }

    /// Listens until the stream ends. True if anything was heard.
    async fn listen(self, turn: u32) -> bool {
        let url = match self.cursor.get_value() {
            Some(cursor) => format!("{}?since={cursor}", paths::LIVE),
            None => paths::LIVE.to_owned(),
        };
        let Ok(mut source) = EventSource::new(&url) else { return false };
        let (Ok(records), Ok(beats)) = (source.subscribe("record"), source.subscribe("beat")) else { return false };
        let mut messages = stream::select(records, beats);
        let mut heard = false;
        let opened = js_sys::Date::now();
        self.last_heard.set_value(opened);
        loop {
            let silence = TimeoutFuture::new(1_000);
            let next = futures::future::select(messages.next(), silence).await;
            if !self.is_current(turn) {
                return heard;
            }
            match next {
                futures::future::Either::Left((Some(Ok(first)), _)) => {
                    heard = true;
                    let now = js_sys::Date::now();
                    if now - self.last_heard.get_value() < CALM_MS {
                        TimeoutFuture::new(TOGETHER_MS).await;
                    }
                    self.last_heard.set_value(now);
                    let mut all = vec![first];
                    while let Some(Some(Ok(next))) = messages.next().now_or_never() {
                        all.push(next);
                    }
                    if !self.is_current(turn) {
                        return heard;
                    }
                    self.hear(all);
                }
                futures::future::Either::Left(_) => return heard,
                futures::future::Either::Right(_) => {
                    let silent = js_sys::Date::now() - self.last_heard.get_value() > SILENCE_MS;
                    let slow = js_sys::Date::now() - opened > OPENING_MS;
                    let closed = source.state() != gloo_net::eventsource::State::Open;
                    if silent || closed && (heard || slow) {
                        return heard;
                    }
                }
            }
        }
    }

    fn hear(self, messages: Vec<(String, MessageEvent)>) {
        let mut records = Vec::new();
        for (kind, message) in messages {
            let Some(data) = message.data().as_string() else { continue };
            let understood = match kind.as_str() {
                "record" => wire::read::<LiveRecord>(data.as_bytes()).map(|live| records.push(live)),
                _ => wire::read::<Beat>(data.as_bytes()).map(|beat| {
                    self.fold(std::mem::take(&mut records));
                    self.hear_beat(beat);
                }),
            };
            match understood {
                Ok(()) => self.connection.set(Connection::Live),
                Err(problem) => {
                    leptos::logging::error!("the live stream said something unknown: {problem}");
                    self.cache.outdated.set(true);
                }
            }
        }
        self.fold(records);
        self.as_of.set_value(Some(self.clock.get_untracked().millis()));
    }

    fn fold(self, records: Vec<LiveRecord>) {
        let Some(last) = records.last() else { return };
        self.cursor.set_value(Some(last.cursor));
        self.clock.heard(last.now);
        self.cache.hear(records);
    }

    fn hear_beat(self, beat: Beat) {
        // Before the first beat pages may have been fetched at an older state: it catches them up.
        if self.cursor.get_value().is_none() {
            self.cache.refetch_all();
        }
        self.cursor.set_value(Some(beat.cursor));
        self.clock.heard(beat.now);
        self.cache.hear_facts(beat.facts);
    }
}

async fn pause(tries: usize) {
    TimeoutFuture::new(PAUSES[tries.min(PAUSES.len() - 1)]).await;
}

type Listening = Pin<Box<dyn Future<Output = ()>>>;

/// Nobody listens on the first screen: what folds records comes with the pages that show them.
#[wasm_split(signed_in, wasm_split_path = leptos::wasm_split, fallible)]
fn listening() -> Part<fn(Live, u32) -> Listening> {
    Ok(|live, turn| Box::pin(live.follow(turn)))
}

/// The live stream of this page.
///
/// # Panics
/// Outside the app.
pub fn use_live() -> Live {
    expect_context()
}
