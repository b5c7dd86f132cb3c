//! A gateway in a process of its own, and a client that speaks to it.

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
};
use ureq::Agent;

const SIGNALBOX: &str = "target/release/signalbox";

/// A running gateway. Ends with the value.
pub struct Gateway {
    child: Child,
    pub url: String,
    agent: Agent,
}

/// A signed-in person.
#[derive(Debug, Clone)]
pub struct Person {
    pub cookie: String,
}

impl Gateway {
    /// Starts one on a free port; returns when it is ready.
    pub fn start(data: &Path) -> Result<Self> {
        let mut command = Command::new(SIGNALBOX);
        command.args(["serve", "--demo", "--listen", "127.0.0.1:0", "--ops", "off", "--data"]).arg(data);
        let child = command.env("RUST_LOG", "error").stdout(Stdio::piped()).spawn();
        let mut child = child.with_context(|| format!("{SIGNALBOX} does not start: run `make build` first"))?;
        let mut line = String::new();
        let out = child.stdout.take().context("its output is not piped")?;
        BufReader::new(out).read_line(&mut line)?;
        let url = line.trim().strip_prefix("Signalbox demo: ").context("the gateway did not start")?.to_owned();
        // As a browser does, each client keeps its connection.
        let agent = Agent::config_builder()
            .http_status_as_error(false)
            .max_idle_connections_per_host(64)
            .max_idle_connections(64);
        let agent = agent.build().into();
        Ok(Self { child, url, agent })
    }

    /// The process's id.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Signs in as a sample account.
    pub fn sign_in(&self, account: &str) -> Result<Person> {
        let request = self.agent.post(format!("{}/api/session", self.url)).header("origin", &self.url);
        let answer = request.send_json(json!({ "account": account }))?;
        let cookie = answer.headers().get("set-cookie").context("no cookie")?.to_str()?;
        Ok(Person { cookie: cookie.split(';').next().context("no cookie")?.to_owned() })
    }

    /// The body of an answer.
    pub fn get(&self, person: &Person, path: &str) -> Result<String> {
        let mut answer = self.agent.get(format!("{}{path}", self.url)).header("cookie", &person.cookie).call()?;
        let body = answer.body_mut().with_config().limit(64 << 20).read_to_string()?;
        ensure!(answer.status() == 200, "GET {path}: {} {body}", answer.status());
        Ok(body)
    }

    /// The id of the S4 rollout, the oldest.
    pub fn first_rollout(&self, person: &Person) -> Result<String> {
        let rollouts: Value = serde_json::from_str(&self.get(person, "/api/rollouts")?)?;
        Ok(rollouts[0]["id"].as_str().context("there is no rollout")?.to_owned())
    }

    /// Begins a rollout of a plan in an environment; an engineer makes the flags that are missing there. Its id.
    pub fn begin(&self, owner: &Person, plan: &str, environment: &str) -> Result<String> {
        let (mut status, mut body) = self.try_to_begin(owner, plan, environment)?;
        let missing: Vec<Value> =
            body["missing"].as_array().into_iter().flatten().map(|one| one["key"].clone()).collect();
        for keys in missing.chunks(200) {
            let engineer = self.sign_in("engineer")?;
            let request = self.agent.post(format!("{}/api/backend/flags", self.url)).header("origin", &self.url);
            let request = request.header("cookie", &engineer.cookie);
            request.send_json(json!({ "environment": environment, "keys": keys }))?;
        }
        if !missing.is_empty() {
            (status, body) = self.try_to_begin(owner, plan, environment)?;
        }
        ensure!(status == 201, "beginning in {environment}: {status} {body}");
        Ok(body["id"].as_str().context("no id")?.to_owned())
    }

    fn try_to_begin(&self, owner: &Person, plan: &str, environment: &str) -> Result<(u16, Value)> {
        let request = self.agent.post(format!("{}/api/rollouts", self.url)).header("origin", &self.url);
        let request = request.header("cookie", &owner.cookie);
        let mut answer = request.send_json(json!({ "plan": plan, "environment": environment }))?;
        Ok((answer.status().as_u16(), answer.body_mut().read_json()?))
    }

    /// Sends a command. The ledger's head after it.
    pub fn command(&self, person: &Person, rollout: &str, version: u64, key: &str, command: &Value) -> Result<u64> {
        let path = format!("{}/api/rollouts/{rollout}/commands", self.url);
        let request = self.agent.post(path).header("origin", &self.url).header("cookie", &person.cookie);
        let request = request.header("idempotency-key", key).header("if-match", format!("\"{version}\""));
        let mut answer = request.send_json(command)?;
        let body: Value = answer.body_mut().read_json()?;
        ensure!(answer.status() == 200, "{command}: {} {body}", answer.status());
        body["version"].as_u64().context("no version")
    }

    /// Asks it to stop, and waits until it has.
    pub fn stop(mut self) -> Result<()> {
        Command::new("kill").arg(self.pid().to_string()).status()?;
        ensure!(self.child.wait()?.success(), "the gateway did not close well");
        Ok(())
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        if let Ok(None) = self.child.try_wait()
            && let Err(error) = self.child.kill()
        {
            eprintln!("bench: the gateway goes on as process {}: {error}", self.child.id());
        }
    }
}
