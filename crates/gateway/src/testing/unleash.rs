//! A real Unleash, started once for all tests of a program: it goes down when the program ends.

use crate::backend::unleash::{Settings, Token, Unleash};
use reqwest::Method;
use serde_json::{Value, json};
use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    sync::OnceLock,
};

pub struct Server {
    pub url: String,
    pub admin: String,
    pub backend: String,
    client: reqwest::Client,
    /// What started it, and sees to it that it ends.
    _script: Child,
}

/// The one, which may take its time to come up.
pub fn server() -> &'static Server {
    static SERVER: OnceLock<Server> = OnceLock::new();
    SERVER.get_or_init(Server::start)
}

/// Requests need it; it fails only where it is done already.
pub fn prepare_tls() {
    drop(rustls::crypto::ring::default_provider().install_default());
}

/// The adapter on the project `default`.
pub fn adapter() -> Unleash {
    server().adapter("default", &server().admin)
}

impl Server {
    fn start() -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scripts/unleash.sh");
        let mut child = Command::new(script).stdin(Stdio::null()).stdout(Stdio::piped()).spawn().expect("starts");
        let lines = BufReader::new(child.stdout.take().expect("is piped")).lines();
        let said: Vec<String> = lines.map(|line| line.expect("is UTF-8")).take_while(|line| line != "ready").collect();
        let find = |what: &str| {
            let found = said.iter().find_map(|line| line.strip_prefix(what));
            found.unwrap_or_else(|| panic!("Unleash did not start; scripts/unleash.sh said {said:?}")).to_owned()
        };
        let (url, admin, backend) = (find("url "), find("admin "), find("backend "));
        Self { url, admin, backend, client: client(), _script: child }
    }

    pub fn adapter(&self, project: &str, token: &str) -> Unleash {
        prepare_tls();
        let url = self.url.parse().expect("an address");
        Unleash::new(Settings { url, project: project.to_owned(), token: Token::new(token) }).expect("is enough")
    }

    /// What somebody does by hand.
    pub async fn by_hand(&self, method: Method, path: &str, body: Option<Value>) -> Value {
        let request = self.client.request(method, format!("{}/api/admin/{path}", self.url));
        let request = request.header("authorization", &self.admin);
        let request = if let Some(body) = &body { request.json(body) } else { request };
        let answer = request.send().await.expect("answers");
        let (status, bytes) = (answer.status(), answer.bytes().await.expect("ends"));
        assert!(status.is_success(), "{path}: {}", String::from_utf8_lossy(&bytes));
        serde_json::from_slice(&bytes).unwrap_or_default()
    }

    pub async fn post(&self, path: &str, body: Value) -> Value {
        self.by_hand(Method::POST, path, Some(body)).await
    }

    /// The personal token of somebody new with that role.
    pub async fn token_of(&self, role: &str) -> String {
        let (name, password) = (format!("somebody-{role}"), "A long-enough 1");
        let person = json!({"username": name, "password": password, "rootRole": role, "sendEmail": false});
        self.post("user-admin", person).await;
        let login = self.client.post(format!("{}/auth/simple/login", self.url));
        let login = login.json(&json!({"username": name, "password": password})).send().await.expect("answers");
        let cookie = login.headers()["set-cookie"].to_str().expect("ASCII").split(';').next().expect("a cookie");
        let token = self.client.post(format!("{}/api/admin/user/tokens", self.url)).header("cookie", cookie);
        let token = token.json(&json!({"description": "tests", "expiresAt": "2099-01-01T00:00:00Z"}));
        let token: Value = token.send().await.expect("answers").json().await.expect("JSON");
        token["secret"].as_str().expect("a token").to_owned()
    }

    /// The strategies of a flag in production.
    pub async fn strategies(&self, key: &str) -> Vec<Value> {
        let path = format!("projects/default/features/{key}/environments/production/strategies");
        self.by_hand(Method::GET, &path, None).await.as_array().expect("a list").clone()
    }
}

/// Keeps no connection: each test has a runtime of its own, and its connections end with it.
fn client() -> reqwest::Client {
    prepare_tls();
    reqwest::Client::builder().pool_max_idle_per_host(0).build().expect("a client")
}
