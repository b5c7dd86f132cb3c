//! What an operator watches: counts, times and gauges in Prometheus' text form. Never who did it, nor what was said or
//! which flag it was. `docs/operations.md` says what each is good for.

use crate::{
    app::{App, CommandError, Done},
    store::StoreError,
};
use axum::http::Method;
use gateway_api::Outcome;
use prometheus_client::{
    encoding::{EncodeLabelSet, prometheus_text},
    metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram},
    registry::{Registry, Unit},
};
use rollout::{Millis, state::Pending};
use std::{fmt, time::Duration};

/// A lowering that is not read back after so long has to be carried out by hand.
const UNCONFIRMED_AFTER: Millis = 30_000;

/// The edges of every histogram's buckets, in seconds: from what a fast disk needs to what nobody waits for.
const BUCKETS: [f64; 11] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 2.5, 10.0];

/// The methods that are told apart.
const KNOWN: [Method; 5] = [Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::DELETE];

type Times<Labels> = Family<Labels, Histogram, fn() -> Histogram>;

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Request {
    method: String,
    route: String,
    status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Route {
    route: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Asked {
    kind: String,
    outcome: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Came {
    outcome: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Build {
    version: &'static str,
    rulebook: u32,
}

/// One gateway's metrics.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    requests: Family<Request, Counter>,
    request_times: Times<Route>,
    commands: Family<Asked, Counter>,
    records: Counter,
    append_times: Histogram,
    append_failures: Counter,
    deliveries: Family<Came, Counter>,
    delivery_times: Histogram,
    failed_sign_ins: Family<Came, Counter>,
    streams: Gauge,
    pending: Gauge,
    unconfirmed: Gauge,
    unrecorded: Gauge,
    unreachable: Gauge,
    rollouts: Gauge,
}

fn times() -> Histogram {
    Histogram::new(BUCKETS)
}

impl Default for Metrics {
    fn default() -> Self {
        let new = Self {
            registry: Registry::with_prefix("signalbox"),
            requests: Family::default(),
            request_times: Family::new_with_constructor(times),
            commands: Family::default(),
            records: Counter::default(),
            append_times: times(),
            append_failures: Counter::default(),
            deliveries: Family::default(),
            delivery_times: times(),
            failed_sign_ins: Family::default(),
            streams: Gauge::default(),
            pending: Gauge::default(),
            unconfirmed: Gauge::default(),
            unrecorded: Gauge::default(),
            unreachable: Gauge::default(),
            rollouts: Gauge::default(),
        };
        new.registered()
    }
}

impl Metrics {
    fn registered(mut self) -> Self {
        let all = &mut self.registry;
        let build = Family::<Build, Gauge>::default();
        build.get_or_create(&Build { version: env!("CARGO_PKG_VERSION"), rulebook: rollout::RULEBOOK_VERSION }).set(1);
        all.register("build", "The version that runs; always 1", build);
        all.register("requests", "Requests answered, by route and status", self.requests.clone());
        let help = "How long the answer to a request took to begin";
        all.register_with_unit("request", help, Unit::Seconds, self.request_times.clone());
        all.register("commands", "Commands, by type and by what came of them", self.commands.clone());
        all.register("records", "Records appended", self.records.clone());
        let help = "How long the store took to append, with its records on the disk";
        all.register_with_unit("append", help, Unit::Seconds, self.append_times.clone());
        all.register("append_failures", "Appends that the store failed to take", self.append_failures.clone());
        all.register("deliveries", "Delivery attempts, by what came of them", self.deliveries.clone());
        let help = "How long an attempt took, with reading back";
        all.register_with_unit("delivery", help, Unit::Seconds, self.delivery_times.clone());
        let help = "Tries to sign in, to set up or to prove oneself that came to nothing, by why";
        all.register("failed_sign_ins", help, self.failed_sign_ins.clone());
        all.register("live_streams", "Live streams open", self.streams.clone());
        all.register("deliveries_pending", "Flags with something wanted and not read back", self.pending.clone());
        let help = "Lowerings that were not read back within 30 s: carry them out by hand";
        all.register("lowerings_unconfirmed", help, self.unconfirmed.clone());
        let help = "Lowerings carried out and in no ledger yet: do not stop the gateway";
        all.register("lowerings_unrecorded", help, self.unrecorded.clone());
        all.register("backend_unreachable", "1 while the flag backend does not answer", self.unreachable.clone());
        all.register("rollouts_open", "Rollouts that are not closed", self.rollouts.clone());
        self
    }

    /// A request was answered. `route` is a pattern, never a path: what anybody may make up does not become a label.
    pub fn answered(&self, method: &Method, route: &str, status: u16, took: Duration) {
        let method = if KNOWN.contains(method) { method.to_string() } else { "other".to_owned() };
        let route = route.to_owned();
        self.request_times.get_or_create(&Route { route: route.clone() }).observe(took.as_secs_f64());
        self.requests.get_or_create(&Request { method, route, status }).inc();
    }

    /// A command came to something.
    pub fn commanded(&self, kind: String, done: &Result<Done, CommandError>) {
        let outcome = match done {
            Ok(Done::Recorded(_)) => "done",
            Ok(Done::Unrecorded(_)) => "unrecorded",
            Err(CommandError::Refused { .. }) => "refused",
            Err(CommandError::Stale(_)) => "stale",
            Err(CommandError::KeyReused | CommandError::VersionMissing) => "malformed",
            Err(CommandError::Store(_) | CommandError::NoJson(_)) => "failed",
        };
        self.commands.get_or_create(&Asked { kind, outcome }).inc();
    }

    /// The store was asked to append so many records.
    pub fn appended(&self, records: usize, took: Duration, stored: &Result<Vec<u64>, StoreError>) {
        self.append_times.observe(took.as_secs_f64());
        match stored {
            Ok(_) => drop(self.records.inc_by(records as u64)),
            Err(
                StoreError::VersionMoved
                | StoreError::FlagHeld(_)
                | StoreError::KeyTaken
                | StoreError::LoginTaken
                | StoreError::NotFirst,
            ) => {}
            Err(StoreError::Failed(_) | StoreError::Unreadable(_)) => drop(self.append_failures.inc()),
        }
    }

    /// A delivery attempt came to something.
    pub fn delivered(&self, outcome: Outcome, took: Duration) {
        let outcome = match outcome {
            Outcome::Applied => "applied",
            Outcome::Cancelled => "cancelled",
            Outcome::Superseded => "superseded",
            Outcome::Failed(_) => "failed",
        };
        self.deliveries.get_or_create(&Came { outcome }).inc();
        self.delivery_times.observe(took.as_secs_f64());
    }

    /// Somebody did not come in: `wrong` or `limited`.
    pub fn sign_in_failed(&self, outcome: &'static str) {
        self.failed_sign_ins.get_or_create(&Came { outcome }).inc();
    }

    /// A live stream is open until this is dropped.
    pub fn stream(&self) -> OpenStream {
        self.streams.inc();
        OpenStream(self.streams.clone())
    }

    /// All of it, as Prometheus reads it.
    pub async fn text(&self, app: &App) -> Result<String, fmt::Error> {
        let (mut pending, mut unconfirmed, mut unrecorded, mut open) = (0, 0, 0, 0);
        let now = app.clock.now();
        for ledger in app.ledgers() {
            unrecorded += ledger.unrecorded() as i64;
            let folded = ledger.as_it_stands().await;
            open += i64::from(!folded.rollout.is_closed());
            let on_the_way: Vec<&Pending> =
                folded.rollout.flags.values().filter_map(|flag| flag.pending.as_ref()).collect();
            pending += on_the_way.len() as i64;
            let late = |one: &&&Pending| !one.is_upward() && now.since(one.since) > UNCONFIRMED_AFTER;
            unconfirmed += on_the_way.iter().filter(late).count() as i64;
        }
        self.pending.set(pending);
        self.unconfirmed.set(unconfirmed);
        self.unrecorded.set(unrecorded);
        self.rollouts.set(open);
        self.unreachable.set(i64::from(app.backend_unreachable_since().is_some()));
        let mut text = String::new();
        prometheus_text::encode(&mut text, &self.registry)?;
        Ok(text)
    }
}

/// See [`Metrics::stream`].
#[derive(Debug)]
pub struct OpenStream(Gauge);

impl Drop for OpenStream {
    fn drop(&mut self) {
        self.0.dec();
    }
}

#[cfg(test)]
mod tests;
