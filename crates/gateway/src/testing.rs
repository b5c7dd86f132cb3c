//! For tests: a whole gateway in a directory of its own, with a clock and a backend that do what the test says.

mod dashboard;
mod faulty;
pub mod unleash;

pub use dashboard::Dashboard;
pub use faulty::{Fault, Faulty};

use crate::{
    app::{App, Ledger},
    backend::{BuiltIn, Manual, manual::Target, unleash::Token},
    clock::{self, Clock, Reading, request_id},
    delivery::Delivery,
    demo,
    feed::Feed,
    http::{self, console::Console},
    identity::{
        self, Opening,
        accounts::{self, Batch},
        local,
    },
    store::{AHEAD, Proof, Sqlite, Store},
    wiring::stamp::stamp,
};
use axum::{
    Router,
    body::Body,
    http::{HeaderMap, Request},
};
use gateway_api::{
    Grant, Power, ProvenBy, RoleSource, Secret,
    system_records::{SystemActor, SystemPart},
};
use http_body_util::BodyExt;
use rollout::{PersonId, Role};
use serde_json::{Value, json};
use sqlx::{ConnectOptions, SqliteConnection, sqlite::SqliteConnectOptions};
use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering::SeqCst},
    },
    time::Duration,
};
use tempfile::TempDir;
use tower::ServiceExt;

/// When the tests' clock begins.
const BEGIN: i64 = 1_780_000_000_000;

/// What lets hints in.
pub const HINT_SECRET: &str = "the-secret-of-hints";

/// Everybody's, whose account a test makes.
pub const PASSWORD: &str = "correct horse battery";

pub struct Demo {
    pub app: Arc<App>,
    pub delivery: Arc<Delivery>,
    pub backend: Arc<Faulty>,
    router: Router,
    elapsed: Arc<AtomicI64>,
    dir: TempDir,
}

pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: String,
    pub json: Value,
}

impl Answer {
    /// The cookie that it sets.
    pub fn cookie(&self) -> String {
        self.header("set-cookie").split(';').next().expect("a cookie").to_owned()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or("")
    }
}

#[track_caller]
pub fn status(answer: &Answer, expected: u16) {
    assert_eq!(answer.status, expected, "{}", answer.body);
}

impl Demo {
    pub async fn new() -> Self {
        Self::build(true).await
    }

    /// A gateway with the same data that does not run the demo.
    pub async fn outside() -> Self {
        Self::build(false).await
    }

    /// A gateway that may ask this dashboard, as the target "board-status".
    pub async fn asking(dashboard: &Dashboard) -> Self {
        unleash::prepare_tls();
        let (dir, elapsed) = (tempfile::tempdir().expect("a directory"), Arc::new(AtomicI64::new(0)));
        let target = Target { url: dashboard.url(), pointer: None };
        let manual = Manual::new([("board-status".to_owned(), target)].into()).expect("is enough");
        Self::open(dir, elapsed, true, |app| app.manual = manual).await
    }

    async fn build(is_demo: bool) -> Self {
        let (dir, elapsed) = (tempfile::tempdir().expect("a directory"), Arc::new(AtomicI64::new(0)));
        Self::open(dir, elapsed, is_demo, |_| {}).await
    }

    /// Configured otherwise.
    pub async fn configured(is_demo: bool, configure: impl FnOnce(&mut App)) -> Self {
        let (dir, elapsed) = (tempfile::tempdir().expect("a directory"), Arc::new(AtomicI64::new(0)));
        Self::open(dir, elapsed, is_demo, configure).await
    }

    async fn open(dir: TempDir, elapsed: Arc<AtomicI64>, is_demo: bool, configure: impl FnOnce(&mut App)) -> Self {
        let store = Sqlite::open(&dir.path().join("signalbox.db")).await.expect("opens");
        // A lock that somebody else holds on the file is met at once, not after seconds.
        let mut writer = store.writer.lock().await.expect("is free");
        sqlx::query("PRAGMA busy_timeout = 50").execute(&mut *writer).await.expect("sets");
        drop(writer);
        stamp(&store, true).await.expect("is the demo's");
        let ahead = store.setting(AHEAD).await.expect("reads").map_or(0, |text| text.parse().expect("a number"));
        let time = elapsed.clone();
        let read = move || {
            let elapsed = time.load(SeqCst);
            Reading { wall: BEGIN + elapsed, steady: Duration::from_millis(elapsed as u64) }
        };
        let recorded = store.latest_time().await.expect("reads");
        let clock = Clock::from_source(Box::new(read), recorded.millis(), ahead);
        let built_in = BuiltIn::new(Sqlite::open(&dir.path().join("flags.db")).await.expect("opens"));
        let backend = Arc::new(Faulty::new(built_in.clone()));
        let mut app = App::open(Arc::new(store), backend.clone(), clock, is_demo).await.expect("folds");
        app.live_patience = Duration::from_millis(300);
        // Tests let hours pass in which nobody asks anything.
        app.sign_in.idle = app.sign_in.longest;
        app.hint_secret = is_demo.then(|| Token::new(HINT_SECRET));
        configure(&mut app);
        demo::furnish(&app, &demo::PLANS[..1]).await.expect("furnishes");
        let app = Arc::new(app);
        tokio::spawn(Feed::run(app.clone()));
        let delivery = Arc::new(Delivery::new(app.clone()));
        let console = Arc::new(Console::Directory(PathBuf::from("/nowhere")));
        let router = http::router(app.clone(), console);
        Self { app, delivery, backend, router, elapsed, dir }
    }

    /// Stops it and starts another on the same data.
    pub async fn restart(&mut self) {
        self.app.store.close().await.expect("closes");
        let spare = tempfile::tempdir().expect("a directory");
        let dir = std::mem::replace(&mut self.dir, spare);
        let manual = self.app.manual.clone();
        *self = Self::open(dir, self.elapsed.clone(), self.app.demo, |app| app.manual = manual).await;
    }

    /// Somebody beside the gateway locks its database: nothing can be written until the connection is dropped.
    pub async fn lock_store(&self) -> SqliteConnection {
        let options = SqliteConnectOptions::new().filename(self.dir.path().join("signalbox.db"));
        let mut other = options.connect().await.expect("opens");
        sqlx::query("BEGIN EXCLUSIVE").execute(&mut other).await.expect("locks");
        other
    }

    /// The data directory.
    pub fn data(&self) -> &Path {
        self.dir.path()
    }

    /// As if the disk had changed a byte.
    pub async fn damage_first_record(&self) {
        let options = SqliteConnectOptions::new().filename(self.dir.path().join("signalbox.db"));
        let mut other = options.connect().await.expect("opens");
        let sql = "DROP TRIGGER records_never_change; UPDATE records SET bytes = CAST(CAST(bytes AS TEXT) || ' ' AS BLOB) WHERE seq = 1";
        sqlx::raw_sql(sql).execute(&mut other).await.expect("writes");
    }

    /// Real time passes.
    pub fn pass(&self, millis: i64) {
        self.elapsed.fetch_add(millis, SeqCst);
    }

    pub fn pass_hours(&self, hours: i64) {
        self.pass(hours * 3_600_000);
    }

    pub fn ledger(&self) -> Arc<Ledger> {
        self.app.ledgers().remove(0)
    }

    /// A path of the one rollout.
    pub fn path(&self, below: &str) -> String {
        format!("/api/rollouts/{}{below}", self.ledger().id)
    }

    pub async fn version(&self) -> u64 {
        self.ledger().lock(self.app.store.as_ref()).await.expect("locks").rollout.version
    }

    pub async fn raw(&self, request: Request<Body>) -> axum::response::Response {
        self.router.clone().oneshot(request).await.expect("answers")
    }

    /// With the headers a console sends, unless others are given. An empty value leaves a header out.
    pub async fn send(
        &self,
        method: &str,
        path: &str,
        cookie: Option<&str>,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Answer {
        let mut all = vec![("host", "localhost:8700")];
        if method != "GET" {
            all.push(("origin", "http://localhost:8700"));
        }
        if !body.is_empty() {
            all.push(("content-type", "application/json"));
        }
        all.extend(cookie.map(|cookie| ("cookie", cookie)));
        all.retain(|(name, _)| !headers.iter().any(|(given, _)| given == name));
        all.extend(headers.iter().filter(|(_, value)| !value.is_empty()));
        let request =
            all.iter().fold(Request::builder().method(method).uri(path), |r, (name, value)| r.header(*name, *value));
        let response = self.raw(request.body(Body::from(body.to_owned())).expect("a request")).await;
        let (parts, body) = response.into_parts();
        let body = body.collect().await.expect("ends").to_bytes();
        let body = String::from_utf8_lossy(&body).into_owned();
        let json = serde_json::from_str(&body).unwrap_or(Value::Null);
        Answer { status: parts.status.as_u16(), headers: parts.headers, body, json }
    }

    pub async fn get(&self, path: &str, cookie: Option<&str>) -> Answer {
        self.send("GET", path, cookie, &[], "").await
    }

    pub async fn post(&self, path: &str, cookie: &str, body: Value) -> Answer {
        self.send("POST", path, Some(cookie), &[], &body.to_string()).await
    }

    /// Sends a command with a new key and the present version.
    pub async fn ask(&self, cookie: &str, command: Value) -> Answer {
        let version = format!("\"{}\"", self.version().await);
        self.command(cookie, &request_id(), Some(&version), &command).await
    }

    pub async fn command(&self, cookie: &str, key: &str, version: Option<&str>, command: &Value) -> Answer {
        let confirmation = self.confirmation(cookie, command).await;
        self.command_with(cookie, key, version, command, &confirmation).await
    }

    /// The same with this confirmation; none, if it is empty.
    pub async fn command_with(
        &self,
        cookie: &str,
        key: &str,
        version: Option<&str>,
        command: &Value,
        confirmation: &str,
    ) -> Answer {
        let version = version.unwrap_or("");
        let headers = [("idempotency-key", key), ("if-match", version), ("confirmation", confirmation)];
        self.send("POST", &self.path("/commands"), Some(cookie), &headers, &command.to_string()).await
    }

    /// What the console fetches before it sends such a command; empty for what needs none.
    pub async fn confirmation(&self, cookie: &str, command: &Value) -> String {
        self.confirmation_in(&self.path(""), cookie, command).await
    }

    /// The same in the rollout of this path.
    pub async fn confirmation_in(&self, rollout: &str, cookie: &str, command: &Value) -> String {
        if !needs_confirmation(command) {
            return String::new();
        }
        let answer = self.post(&format!("{rollout}/confirmations"), cookie, command.clone()).await;
        answer.json["confirmation"].as_str().unwrap_or_default().to_owned()
    }

    /// The same in the rollout of this path.
    pub async fn ask_in(&self, rollout: &str, cookie: &str, command: Value) -> Answer {
        let (version, key) = (self.get(rollout, Some(cookie)).await.header("etag").to_owned(), request_id());
        let confirmation = self.confirmation_in(rollout, cookie, &command).await;
        let headers = [("idempotency-key", key.as_str()), ("if-match", &version), ("confirmation", &confirmation)];
        self.send("POST", &format!("{rollout}/commands"), Some(cookie), &headers, &command.to_string()).await
    }

    pub async fn evaluate(&self, key: &str) -> Answer {
        let body = r#"{"context": {"targetingKey": "someone"}}"#;
        self.send("POST", &format!("/ofrep/v1/evaluate/flags/{key}"), None, &[("origin", "")], body).await
    }

    pub async fn sign_in(&self, role: &str) -> String {
        let answer = self.send("POST", "/api/session", None, &[], &json!({"account": role}).to_string()).await;
        status(&answer, 200);
        answer.header("set-cookie").split(';').next().expect("a cookie").to_owned()
    }

    /// A session made without the API.
    pub async fn cookie_of(&self, role: &str) -> String {
        let role: Role = serde_json::from_value(json!(role)).expect("a role");
        let came_in = local::sign_in_sample(&self.app, role, &HeaderMap::new()).await.expect("stores");
        let (_, cookie) = came_in.expect("has that account");
        cookie.split(';').next().expect("a cookie").to_owned()
    }

    /// Somebody with a local account, whose password is [`PASSWORD`].
    pub async fn account(&self, login: &str, grants: &[&str]) -> PersonId {
        let (person, by) = (clock::person_id(), SystemActor::System { system: SystemPart::CommandLine });
        let password = self.app.passwords.hash(Secret::new(PASSWORD)).await.expect("works");
        let made = accounts::add(person, login, &format!("Name of {login}"), password, by);
        let grants = grants.iter().map(|text| text.parse().expect("a grant"));
        let Batch { changes, notes } = grants.fold(made, |batch, grant| batch.and(accounts::grant(person, grant, by)));
        self.app.store.change(changes, notes, self.app.clock.real()).await.expect("stores");
        person
    }

    /// A try to sign in with login and password.
    pub async fn try_in(&self, login: &str, password: &str, headers: &[(&str, &str)]) -> Answer {
        let body = json!({"login": login, "password": password}).to_string();
        self.send("POST", "/api/session", None, headers, &body).await
    }

    /// A session of somebody who looks after people, and was granted no role.
    pub async fn administrator(&self) -> String {
        let (person, by) = (clock::person_id(), SystemActor::System { system: SystemPart::Demo });
        let administrator = Grant::everywhere(Power::Administrator, RoleSource::Sample);
        let made = Batch::known(person, "Sample administrator", None, by);
        let with = made.and(accounts::grant(person, administrator, by));
        let proof = Proof { at: self.app.clock.real(), by: ProvenBy::Sample };
        let opening = Opening { person, proof, before: None, headers: &HeaderMap::new(), with };
        let (_, cookie) = identity::open(&self.app, opening).await.expect("stores");
        cookie.split(';').next().expect("a cookie").to_owned()
    }

    /// Does all that stands before the first gate, and says go.
    pub async fn open_first_gate(&self) {
        let acts = [
            ("operations", json!({"type": "tick", "line": "s4-deployment"})),
            ("engineer", json!({"type": "tick", "line": "s4-flag-infrastructure"})),
            ("operations", json!({"type": "tick", "line": "s4-dashboards"})),
            ("product-owner", json!({"type": "sign", "slot": "s4-initiation"})),
            ("product-owner", json!({"type": "decide", "gate": 1, "decision": "go", "reason": "ready"})),
        ];
        for (role, command) in acts {
            let cookie = self.sign_in(role).await;
            status(&self.ask(&cookie, command).await, 200);
        }
    }

    /// The kinds of the records after a version, with who made them left out.
    pub async fn kinds_after(&self, version: u64) -> Vec<String> {
        let records = self.app.store.records(self.ledger().id, version, 500).await.expect("reads");
        let kind =
            |bytes: &[u8]| serde_json::from_slice::<Value>(bytes).expect("JSON")["kind"].as_str().map(str::to_owned);
        records.iter().map(|record| kind(&record.bytes).expect("a kind")).collect()
    }
}

/// It gives a flag to somebody.
pub fn needs_confirmation(command: &Value) -> bool {
    matches!(command["type"].as_str(), Some("raise" | "put-back" | "break-glass"))
}

pub const RAISE: &str = r#"{"type": "raise", "step": "csf-on", "confirm": "FEATURE_CSF_ENABLED"}"#;
pub const LOWER: &str = r#"{"type": "lower", "flag": "csf-grid", "to": "off"}"#;
pub const CSF: &str = "FEATURE_CSF_ENABLED";

pub fn parse(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON")
}
