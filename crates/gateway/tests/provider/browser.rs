//! A whole gateway at the provider, and the browser of somebody who goes back and forth between the two.

use crate::{
    person::Person,
    server::{ORIGIN, Server},
};
use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, Request},
};
use gateway::{
    app::App,
    backend::BuiltIn,
    clock::Clock,
    http::{self, console::Console},
    identity::{
        provider::{Granted, Provider, Rule, Wanted},
        site::Site,
    },
    store::Sqlite,
};
use gateway_api::{Power, SystemEvent, SystemRecord, system_records::SystemActor};
use reqwest::Url;
use rollout::Role;
use serde_json::Value;
use std::{collections::BTreeMap, path::PathBuf, sync::Arc};
use tempfile::TempDir;
use tower::ServiceExt;

pub struct Gateway {
    pub app: Arc<App>,
    router: Router,
    _dir: TempDir,
}

impl Gateway {
    /// The group `developers` are engineers, `lawyers` speak for legal; nobody else is let in.
    pub async fn at(server: &Server) -> Self {
        let mut settings = server.settings();
        let granted = Granted { power: Power::Role(Role::Legal), plan: None, environment: Some("production".into()) };
        settings.roles.rules.push(Rule { wanted: Wanted::Group("lawyers".into()), granted });
        let dir = tempfile::tempdir().expect("a directory");
        let store = Arc::new(Sqlite::open(&dir.path().join("signalbox.db")).await.expect("opens"));
        let backend = BuiltIn::new(Sqlite::open(&dir.path().join("flags.db")).await.expect("opens"));
        let mut app = App::open(store, Arc::new(backend), Clock::machine(0, 0), false).await.expect("opens");
        app.site = Site::public(ORIGIN).expect("a site");
        app.provider = Some(Provider::new(settings, ORIGIN).expect("is enough"));
        let app = Arc::new(app);
        let router = http::router(app.clone(), Arc::new(Console::Directory(PathBuf::from("/nowhere"))));
        Self { app, router, _dir: dir }
    }

    pub fn browser(&self, login: &'static str) -> Browser {
        Browser { router: self.router.clone(), person: Person::new(login), cookies: BTreeMap::new() }
    }

    /// What the system's ledger says after a record, by whom.
    pub async fn told_after(&self, after: u64) -> Vec<(SystemActor, SystemEvent)> {
        let records = self.app.store.system_records(after, 100).await.expect("reads");
        let record = |bytes: &[u8]| SystemRecord::parse(bytes).expect("a record");
        records.iter().map(|stored| record(&stored.bytes)).map(|record| (record.actor, record.event)).collect()
    }

    pub async fn head(&self) -> u64 {
        self.app.store.system_head().await.expect("reads")
    }
}

pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub json: Value,
}

impl Answer {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or("")
    }
}

pub struct Browser {
    router: Router,
    pub person: Person,
    /// By name: the value, and whether it comes along from another site.
    cookies: BTreeMap<String, (String, bool)>,
}

impl Browser {
    async fn send(&mut self, method: &str, path: &str, is_from_elsewhere: bool) -> Answer {
        let sent = self.cookies.iter().filter(|(_, (_, is_lax))| *is_lax || !is_from_elsewhere);
        let sent: Vec<String> = sent.map(|(name, (value, _))| format!("{name}={value}")).collect();
        let request = Request::builder().method(method).uri(path).header("host", ORIGIN.trim_start_matches("http://"));
        let request = request.header("origin", ORIGIN).header("cookie", sent.join("; "));
        let request = request.body(Body::empty()).expect("a request");
        let answer = self.router.clone().oneshot(request).await.expect("answers");
        let (parts, body) = answer.into_parts();
        for set in parts.headers.get_all("set-cookie") {
            let (pair, attributes) = set.to_str().expect("ASCII").split_once(';').expect("has attributes");
            let (name, value) = pair.split_once('=').expect("a pair");
            assert!(attributes.contains("; Path=/") && attributes.contains("HttpOnly"), "{attributes}");
            if attributes.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), (value.to_owned(), attributes.contains("SameSite=Lax")));
            }
        }
        let body = to_bytes(body, 1 << 20).await.expect("comes whole");
        let json = serde_json::from_slice(&body).unwrap_or(Value::Null);
        Answer { status: parts.status.as_u16(), headers: parts.headers, json }
    }

    pub async fn get(&mut self, path: &str) -> Answer {
        self.send("GET", path, false).await
    }

    pub async fn delete(&mut self, path: &str) -> Answer {
        self.send("DELETE", path, false).await
    }

    /// Goes where a link of the gateway leads: to the provider, and gives with what it sends back; or at once to a page.
    pub async fn go(&mut self, link: &str) -> Result<Url, String> {
        let begun = self.get(link).await;
        assert_eq!(begun.status, 303, "{link}");
        let to = begun.header("location").to_owned();
        if to.starts_with('/') {
            return Err(to);
        }
        assert!(self.cookies.contains_key("signalbox_sign_in"));
        Ok(self.person.walk_back(to.parse().expect("an address")).await)
    }

    /// Comes back from the provider. Gives the page that is shown then.
    pub async fn come_back(&mut self, with: &Url) -> String {
        let query = with.query().unwrap_or_default();
        let back = self.send("GET", &format!("{}?{query}", with.path()), true).await;
        assert_eq!(back.status, 303);
        assert!(!self.cookies.contains_key("signalbox_sign_in"), "a flow is over with it");
        back.header("location").to_owned()
    }

    /// There and back.
    pub async fn follow(&mut self, link: &str) -> String {
        match self.go(link).await {
            Ok(back) => self.come_back(&back).await,
            Err(page) => page,
        }
    }

    pub async fn sign_in(&mut self) -> String {
        self.follow("/api/sign-in?next=/people").await
    }

    /// Who is signed in.
    pub async fn who(&mut self) -> Value {
        self.get("/api/session").await.json["signed_in"].clone()
    }
}
