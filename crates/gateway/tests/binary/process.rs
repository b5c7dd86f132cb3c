//! A gateway in a process of its own, and a client that speaks to it.

use serde_json::{Value, json};
use std::{
    io::{self, BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

pub const SIGNALBOX: &str = env!("CARGO_BIN_EXE_signalbox");

pub struct Gateway {
    pub child: Child,
    pub url: String,
}

impl Gateway {
    /// Starts one on a free port and waits until it serves.
    pub fn start(data: &Path) -> Self {
        Self::spawn(Command::new(SIGNALBOX), data)
    }

    /// The same under another program, which gets the gateway's command line as its last arguments.
    pub fn spawn(mut command: Command, data: &Path) -> Self {
        command.args(["serve", "--demo", "--ops", "off", "--listen", "127.0.0.1:0", "--data"]).arg(data);
        let mut child = command.env("RUST_LOG", "warn").stdout(Stdio::piped()).spawn().expect("starts");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("is piped")).read_line(&mut line).expect("says where it listens");
        let url = line.trim().strip_prefix("Signalbox demo: ").unwrap_or_else(|| panic!("said {line:?}")).to_owned();
        Self { child, url }
    }

    /// One that does not run the demo, with all of its log in a file. Gives the one-time code too, if it shows one.
    pub fn own(data: &Path, log: &Path) -> (Self, Option<String>) {
        let mut command = Command::new(SIGNALBOX);
        command.args(["serve", "--ops", "off", "--listen", "127.0.0.1:0", "--data"]).arg(data).env("RUST_LOG", "trace");
        let log = std::fs::OpenOptions::new().create(true).append(true).open(log).expect("opens");
        let mut child = command.stderr(log).stdout(Stdio::piped()).spawn().expect("starts");
        let mut said = BufReader::new(child.stdout.take().expect("is piped")).lines();
        let mut line = || said.next().expect("says something").expect("UTF-8");
        let first = line();
        let url = first.strip_prefix("Signalbox: ").unwrap_or_else(|| panic!("said {first:?}")).to_owned();
        let shown = line();
        let code = shown.starts_with("Nobody has an account yet").then(|| {
            let line = line();
            line.strip_prefix("with this one-time code: ").expect("a code").to_owned()
        });
        (Self { child, url }, code)
    }

    /// SIGKILL.
    pub fn kill(&mut self) {
        self.child.kill().expect("is killed");
        self.child.wait().expect("ends");
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        if let Ok(None) = self.child.try_wait() {
            self.kill();
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    pub body: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

/// Somebody who asks; signed in or not.
#[derive(Clone)]
pub struct Client {
    agent: ureq::Agent,
    url: String,
    cookie: Option<String>,
}

impl Client {
    pub fn new(url: &str) -> Self {
        let config =
            ureq::Agent::config_builder().http_status_as_error(false).timeout_global(Some(Duration::from_secs(10)));
        Self { agent: config.build().new_agent(), url: url.to_owned(), cookie: None }
    }

    pub fn sign_in(url: &str, role: &str) -> Self {
        let mut client = Self::new(url);
        let request = client.agent.post(format!("{url}/api/session")).header("origin", url);
        let response = request.send_json(json!({"account": role})).expect("answers");
        assert_eq!(response.status(), 200);
        let cookie = response.headers()["set-cookie"].to_str().expect("ASCII");
        client.cookie = cookie.split(';').next().map(str::to_owned);
        client
    }

    /// Sets up, or signs in with login and password: signed in if it answers 200.
    pub fn come_in(url: &str, path: &str, body: &Value) -> (Self, Answer) {
        let mut client = Self::new(url);
        let mut response =
            client.agent.post(format!("{url}{path}")).header("origin", url).send_json(body).expect("answers");
        let cookie = response.headers().get("set-cookie").map(|value| value.to_str().expect("ASCII"));
        client.cookie = cookie.and_then(|cookie| cookie.split(';').next()).map(str::to_owned);
        let body = response.body_mut().read_to_string().expect("UTF-8");
        (client, Answer { status: response.status().as_u16(), body })
    }

    /// The token in the cookie.
    pub fn token(&self) -> String {
        self.cookie.as_deref().and_then(|cookie| cookie.split_once('=')).expect("is signed in").1.to_owned()
    }

    /// The same person at another gateway on the same data.
    pub fn at(&self, url: &str) -> Self {
        Self { cookie: self.cookie.clone(), ..Self::new(url) }
    }

    pub fn get(&self, path: &str) -> Answer {
        let request = self.agent.get(format!("{}{path}", self.url));
        let request = if let Some(cookie) = &self.cookie { request.header("cookie", cookie) } else { request };
        read(request.call()).expect("answers")
    }

    /// Errors: no answer came.
    pub fn post(&self, path: &str, headers: &[(&str, &str)], body: &Value) -> Result<Answer, ureq::Error> {
        let mut request = self.agent.post(format!("{}{path}", self.url)).header("origin", &self.url);
        for (name, value) in headers.iter().copied().chain(self.cookie.as_deref().map(|cookie| ("cookie", cookie))) {
            request = request.header(name, value);
        }
        read(request.send_json(body))
    }

    /// Errors: no answer came.
    pub fn command(&self, rollout: &str, key: &str, version: u64, command: &Value) -> Result<Answer, ureq::Error> {
        let version = format!("\"{version}\"");
        let confirmation = self.confirmation(rollout, command);
        let headers = [("idempotency-key", key), ("if-match", &version), ("confirmation", &confirmation)];
        self.post(&format!("/api/rollouts/{rollout}/commands"), &headers, command)
    }

    /// What goes with a command that gives a flag to somebody; empty for others, and where none is to be had.
    fn confirmation(&self, rollout: &str, command: &Value) -> String {
        if !["raise", "put-back", "break-glass"].map(Value::from).contains(&command["type"]) {
            return String::new();
        }
        let given = self.post(&format!("/api/rollouts/{rollout}/confirmations"), &[], command);
        given.map_or(String::new(), |given| given.json()["confirmation"].as_str().unwrap_or_default().to_owned())
    }

    /// The same on a connection of its own, byte for byte: what came until the other side closed it.
    ///
    /// Errors: nobody took the connection, or it broke.
    pub fn raw_command(&self, rollout: &str, key: &str, version: u64, command: &Value) -> io::Result<Vec<u8>> {
        let host = self.url.trim_start_matches("http://");
        let (body, cookie) = (command.to_string(), self.cookie.as_deref().unwrap_or_default());
        let confirmation = self.confirmation(rollout, command);
        let mut connection = TcpStream::connect(host)?;
        write!(
            connection,
            "POST /api/rollouts/{rollout}/commands HTTP/1.1\r\nhost: {host}\r\norigin: {}\r\ncookie: {cookie}\r\n\
             content-type: application/json\r\nidempotency-key: {key}\r\nif-match: \"{version}\"\r\n\
             confirmation: {confirmation}\r\n\
             content-length: {}\r\nconnection: close\r\n\r\n{body}",
            self.url,
            body.len()
        )?;
        let mut answer = Vec::new();
        match connection.read_to_end(&mut answer) {
            Err(error) if answer.is_empty() => Err(error),
            Err(_) | Ok(_) => Ok(answer),
        }
    }

    /// The one rollout's id and version.
    pub fn rollout(&self) -> (String, u64) {
        let all = self.get("/api/rollouts").json();
        (all[0]["id"].as_str().expect("an id").to_owned(), all[0]["version"].as_u64().expect("a version"))
    }
}

fn read(response: Result<ureq::http::Response<ureq::Body>, ureq::Error>) -> Result<Answer, ureq::Error> {
    let mut response = response?;
    Ok(Answer { status: response.status().as_u16(), body: response.body_mut().read_to_string()? })
}
