//! A real Unleash, and what people do there by hand.

use crate::{
    process::{Gateway, SIGNALBOX},
    proxy::Proxy,
};
use serde_json::{Value, json};
use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    sync::OnceLock,
};

/// What lets the webhook in.
pub const HINT_SECRET: &str = "a-secret-for-hints-of-the-tests";

/// It goes down when the test's program does.
pub struct Unleash {
    pub url: String,
    pub token: String,
    /// Where the webhook of the shared one goes.
    webhook: Option<Proxy>,
    /// Process ids, in a drill alone.
    pub pids: Option<Pids>,
    _script: Child,
}

pub struct Pids {
    pub postgres: u32,
    pub unleash: u32,
}

impl Unleash {
    /// The one that is left in peace.
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<Unleash> = OnceLock::new();
        SHARED.get_or_init(|| {
            let mut unleash = Self::start(false);
            // Unleash looks for new webhooks once a minute: so before anybody is there to hear it.
            let webhook = Proxy::before("http://127.0.0.1:1");
            let asked = json!({
                "provider": "webhook", "description": "Signalbox", "enabled": true,
                "parameters": {"url": format!("{}/api/backend/hint", webhook.url), "authorization": HINT_SECRET},
                "events": ["feature-environment-enabled", "feature-environment-disabled", "feature-strategy-add",
                    "feature-strategy-update", "feature-strategy-remove"],
                "projects": ["default"], "environments": ["production"],
            });
            unleash.post("addons", &asked);
            unleash.webhook = Some(webhook);
            unleash
        })
    }

    pub fn webhook(&self) -> &Proxy {
        self.webhook.as_ref().expect("the shared one has one")
    }

    /// One that may be hurt: it is started again when it ends.
    pub fn for_drill() -> Self {
        Self::start(true)
    }

    fn start(drill: bool) -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scripts/unleash.sh");
        let mut command = Command::new(script);
        if drill {
            command.env("UNLEASH_DRILL", "yes");
        }
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().expect("starts");
        let lines = BufReader::new(child.stdout.take().expect("is piped")).lines();
        let said: Vec<String> = lines.map(|line| line.expect("is UTF-8")).take_while(|line| line != "ready").collect();
        let find = |what: &str| said.iter().find_map(|line| line.strip_prefix(what)).expect("is said").to_owned();
        let pid = |what: &str| find(what).parse().expect("a process id");
        let pids = drill.then(|| Pids { postgres: pid("postgres "), unleash: pid("unleash ") });
        Self { url: find("url "), token: find("admin "), webhook: None, pids, _script: child }
    }

    pub fn get(&self, path: &str) -> Value {
        let request = ureq::get(format!("{}/api/admin/{path}", self.url)).header("authorization", &self.token);
        request.call().expect("answers").body_mut().read_json().expect("JSON")
    }

    pub fn post(&self, path: &str, body: &Value) -> Value {
        let request = ureq::post(format!("{}/api/admin/{path}", self.url)).header("authorization", &self.token);
        request.send_json(body).expect("answers").body_mut().read_json().unwrap_or_default()
    }

    pub fn put(&self, path: &str, body: &Value) -> Value {
        let request = ureq::put(format!("{}/api/admin/{path}", self.url)).header("authorization", &self.token);
        request.send_json(body).expect("answers").body_mut().read_json().expect("JSON")
    }

    pub fn feature(&self, key: &str) -> Value {
        self.get(at(key, "").trim_end_matches('/'))
    }

    /// Of how many percent of everybody it is, as Signalbox writes it.
    pub fn share(&self, key: &str) -> u32 {
        let there = self.feature(key);
        if there["enabled"] == json!(false) {
            return 0;
        }
        let strategies = there["strategies"].as_array().expect("a list");
        let percent = strategies[0]["parameters"]["rollout"].as_str().expect("a text").parse().expect("a number");
        assert_eq!((strategies.len(), &strategies[0]["title"]), (1, &json!("Signalbox")), "{there}");
        percent
    }

    /// A feature with Signalbox's strategy, which is on.
    pub fn make_on(&self, key: &str, percent: u32) {
        self.post("projects/default/features", &json!({"name": key, "type": "release"}));
        self.post(&at(key, "strategies"), &strategy(key, percent));
        self.post(&at(key, "on"), &json!({}));
    }

    /// Its strategy gets another share.
    pub fn change_share(&self, key: &str, percent: u32) {
        let there = self.feature(key);
        let id = there["strategies"][0]["id"].as_str().expect("an id");
        self.put(&at(key, &format!("strategies/{id}")), &strategy(key, percent));
    }

    /// What its log says happened to a flag in production, oldest first.
    pub fn events(&self, key: &str) -> Vec<Value> {
        let path = format!("search/events?feature=IS:{key}&environment=IS:production&limit=1000");
        let mut events = self.get(&path)["events"].as_array().expect("a list").clone();
        events.sort_by_key(|event| event["id"].as_u64());
        events
    }

    /// A gateway on it, at this address of it, with more of a configuration.
    pub fn gateway(&self, url: &str, dir: &Path, more: &str) -> Gateway {
        let (file, secret) = (dir.join("signalbox.toml"), dir.join("token"));
        std::fs::write(&secret, &self.token).expect("writes");
        let text = format!("[unleash]\nurl = '{url}'\ntoken_file = '{}'\n{more}", secret.display());
        std::fs::write(&file, text).expect("writes");
        let mut command = Command::new("sh");
        command.args(["-c", "exec \"$0\" \"$@\" --config \"$CONFIG\"", SIGNALBOX]).env("CONFIG", &file);
        Gateway::spawn(command, &dir.join("data"))
    }
}

/// PostgreSQL, held up with every process of its own until this is dropped: nothing answers, no connection breaks.
pub struct HeldUp(Vec<String>);

impl Pids {
    pub fn hold_up_postgres(&self) -> HeldUp {
        let of = |stat: String| {
            let (head, rest) = stat.rsplit_once(") ")?;
            let parent = rest.split(' ').nth(1)?.parse::<u32>().ok()?;
            let id = head.split(' ').next()?.to_owned();
            (parent == self.postgres).then_some(id)
        };
        signal("-STOP", &[self.postgres.to_string()]);
        let all = std::fs::read_dir("/proc").expect("reads").filter_map(Result::ok);
        let stats = all.filter_map(|entry| std::fs::read_to_string(entry.path().join("stat")).ok());
        let mut ids: Vec<String> = stats.filter_map(of).collect();
        ids.push(self.postgres.to_string());
        signal("-STOP", &ids);
        HeldUp(ids)
    }

    pub fn kill_unleash(&self) {
        signal("-KILL", &[self.unleash.to_string()]);
    }
}

impl Drop for HeldUp {
    fn drop(&mut self) {
        signal("-CONT", &self.0);
    }
}

/// Some may have ended meanwhile.
fn signal(name: &str, ids: &[String]) {
    drop(Command::new("kill").arg(name).args(ids).stderr(Stdio::null()).status());
}

/// Below a flag in production.
pub fn at(key: &str, below: &str) -> String {
    format!("projects/default/features/{key}/environments/production/{below}")
}

fn strategy(key: &str, percent: u32) -> Value {
    json!({
        "name": "flexibleRollout", "title": "Signalbox", "disabled": false, "constraints": [], "segments": [],
        "parameters": {"rollout": percent.to_string(), "stickiness": "default", "groupId": key},
    })
}
