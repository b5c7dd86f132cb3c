//! The provider, started for one test: it goes down when the test ends.

use gateway::{
    clock::{self, Clock},
    identity::provider::{Flow, Granted, Known, Mapping, Provider, ProviderError, Purpose, Rule, Settings, Wanted},
};
use gateway_api::Power;
use openidconnect::{ClientId, ClientSecret, IssuerUrl, Scope};
use reqwest::Url;
use rollout::{Role, Timestamp};
use serde_json::{Value, json};
use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, ChildStdin, Command, Stdio},
};

use crate::person::Person;

pub const ORIGIN: &str = "http://127.0.0.1:8700";
pub const SECRET: &str = "a secret: of/tests & no others";

pub struct Server {
    pub issuer: String,
    child: Child,
    /// It ends when this is closed.
    _stdin: ChildStdin,
}

/// What a test says that differs from the usual.
pub struct Told {
    pub claims_in: &'static str,
    pub is_public: bool,
}

impl Default for Told {
    fn default() -> Self {
        Self { claims_in: "userinfo", is_public: false }
    }
}

impl Server {
    pub fn start() -> Self {
        Self::told(Told::default(), 0)
    }

    pub fn told(told: Told, port: u16) -> Self {
        drop(rustls::crypto::ring::default_provider().install_default());
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/e2e");
        let node = folder.join("node_modules/node/bin/node");
        let is_there = node.exists() && folder.join("node_modules/oidc-provider").exists();
        assert!(is_there, "the provider is missing: `npm ci` in tests/e2e brings it, and `make unit` runs that");
        let config = json!({
            "port": port,
            "clientId": "signalbox",
            "clientSecret": (!told.is_public).then_some(SECRET),
            "redirectUris": [format!("{ORIGIN}/api/sign-in/callback")],
            "postLogoutRedirectUris": [ORIGIN],
            "claimsIn": told.claims_in,
            "users": {
                "ada": {"name": "Ada Example", "groups": ["developers", "everybody"]},
                "ben": {"name": "Ben Example", "groups": "everybody"},
                "cleo": {"groups": [], "department": "Legal"},
            },
        });
        let mut command = Command::new(node);
        command.arg("support/oidc/server.mjs").current_dir(folder).env("OIDC_CONFIG", config.to_string());
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().expect("node starts");
        let mut lines = BufReader::new(child.stdout.take().expect("is piped")).lines();
        let line = lines.next().expect("it says where it is").expect("is UTF-8");
        let issuer = line.strip_prefix("ready ").expect("it is ready").to_owned();
        let stdin = child.stdin.take().expect("is piped");
        Self { issuer, child, _stdin: stdin }
    }

    pub fn port(&self) -> u16 {
        let url: Url = self.issuer.parse().expect("an address");
        url.port().expect("a port")
    }

    pub async fn control(&self, told: Value) {
        let sent = client().post(format!("{}/control", self.issuer)).json(&told).send().await.expect("answers");
        assert_eq!(sent.status(), 204, "{told}");
    }

    pub async fn fault(&self, fault: &str) {
        self.control(json!({"fault": fault})).await;
    }

    pub async fn mend(&self) {
        self.control(json!({"fault": null})).await;
    }

    /// How often a path was asked for.
    pub async fn asked(&self, path: &str) -> u64 {
        let asked = client().get(format!("{}/control", self.issuer)).send().await.expect("answers");
        asked.json::<Value>().await.expect("JSON")[path].as_u64().unwrap_or(0)
    }

    pub fn settings(&self) -> Settings {
        let rule = |wanted, power| Rule { wanted, granted: Granted { power, plan: None, environment: None } };
        let department = Wanted::Claim { name: "department".into(), value: "Legal".into() };
        let rules = vec![
            rule(Wanted::Group("developers".into()), Power::Role(Role::Engineer)),
            rule(department, Power::Role(Role::Legal)),
        ];
        Settings {
            issuer: IssuerUrl::new(self.issuer.clone()).expect("an address"),
            client_id: ClientId::new("signalbox".into()),
            client_secret: Some(ClientSecret::new(SECRET.into())),
            scopes: ["profile", "email", "groups"].map(|scope| Scope::new(scope.into())).into(),
            groups_claim: "groups".into(),
            name: "Test Login".into(),
            skew: 60_000,
            roles: Mapping { rules, everyone: false },
        }
    }

    pub fn provider(&self) -> Provider {
        Provider::new(self.settings(), ORIGIN).expect("is enough")
    }

    /// Ends at once, as a machine does that fails.
    pub fn kill(mut self) {
        self.child.kill().expect("ends");
        self.child.wait().expect("is over");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Follows nothing by itself.
pub fn client() -> reqwest::Client {
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).pool_max_idle_per_host(0);
    client.build().expect("a client")
}

pub fn now() -> Timestamp {
    Clock::machine(0, 0).real()
}

pub async fn begin(provider: &Provider, purpose: Purpose) -> (Url, Flow) {
    provider.begin(purpose, "/rollouts", now(), clock::random).await.expect("the provider answers")
}

/// One sign-in, from the button to the end.
pub async fn sign_in(provider: &Provider, person: &mut Person) -> Result<Known, ProviderError> {
    let (url, flow) = begin(provider, Purpose::SignIn).await;
    let back = person.walk(url).await;
    provider.finish(flow, back, now()).await
}
