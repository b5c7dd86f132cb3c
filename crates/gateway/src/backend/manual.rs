//! Flags that only a person can move. Nothing is sent: the plan says what to do, a person says that it is done, and where
//! the configuration names a target, that tells what the flag is now.

use super::{
    Backend, BackendError, Place,
    outgoing::{self, NoAnswer},
};
use async_trait::async_trait;
use gateway_api::{Absence, backends::Told};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::{Client, StatusCode, Url};
use rollout::{Exposure, facts::Capabilities, plan::ByHand};
use serde_json::Value;
use std::collections::BTreeMap;

/// Where one asks what a flag is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// With `{environment}` and `{key}` where those belong.
    pub url: String,
    /// Where in the JSON of the answer it stands, in the same way; the answer is it, if none is named.
    pub pointer: Option<String>,
}

/// Every target, by name.
pub type Targets = BTreeMap<String, Target>;

/// What is in place of names in an address or a pointer.
fn filled(text: &str, environment: &str, key: &str) -> String {
    text.replace("{environment}", environment).replace("{key}", key)
}

impl Target {
    /// The address that tells of this flag. Names can be anything, and stay within their place.
    ///
    /// Errors: it is none.
    pub fn address(&self, environment: &str, key: &str) -> Result<Url, String> {
        let [environment, key] = [environment, key].map(|name| utf8_percent_encode(name, NON_ALPHANUMERIC).to_string());
        let text = filled(&self.url, &environment, &key);
        text.parse::<Url>().map_err(|error| format!("{text} is no address: {error}"))
    }

    fn exposure(&self, body: &[u8], environment: &str, key: &str) -> Result<Exposure, BackendError> {
        let text = String::from_utf8_lossy(body);
        let Some(pointer) = &self.pointer else { return read(text.trim(), None) };
        let [environment, key] = [environment, key].map(|name| name.replace('~', "~0").replace('/', "~1"));
        let pointer = filled(pointer, &environment, &key);
        let json: Value = serde_json::from_str(&text)
            .map_err(|error| BackendError::Refused(format!("the target's answer is no JSON: {error}")))?;
        match json.pointer(&pointer) {
            Some(Value::String(word)) => read(word.trim(), Some(&pointer)),
            Some(other) => read(&other.to_string(), Some(&pointer)),
            None => Err(BackendError::Refused(format!("the target's answer has nothing at {pointer}"))),
        }
    }
}

/// A variable's value, as people write them.
fn read(word: &str, pointer: Option<&str>) -> Result<Exposure, BackendError> {
    let plain = word.trim_matches('"').to_ascii_lowercase();
    match plain.as_str() {
        "on" | "true" | "1" => Ok(Exposure::ON),
        "off" | "false" | "0" => Ok(Exposure::OFF),
        _ => {
            let shown: String = plain.chars().take(40).collect();
            let place = pointer.map(|pointer| format!(" at {pointer}")).unwrap_or_default();
            Err(BackendError::Refused(format!("the target's answer{place} is neither on nor off: \"{shown}\"")))
        }
    }
}

/// Whoever moves flags by hand, and what can be asked about it.
#[derive(Debug, Clone, Default)]
pub struct Manual {
    targets: BTreeMap<String, (Client, Target)>,
}

/// One flag that a person moves.
struct OneFlag<'a> {
    manual: &'a Manual,
    by_hand: &'a ByHand,
}

impl Manual {
    /// As it stands in claims.
    pub const KIND: &str = "manual";

    /// Errors: there is no TLS.
    pub fn new(targets: Targets) -> anyhow::Result<Self> {
        let target = |(name, target)| Ok((name, (outgoing::client()?, target)));
        Ok(Self { targets: targets.into_iter().map(target).collect::<anyhow::Result<_>>()? })
    }

    pub fn knows(&self, target: &str) -> bool {
        self.targets.contains_key(target)
    }

    /// The backend of a flag that is moved so.
    pub fn of<'a>(&'a self, by_hand: &'a ByHand) -> impl Backend + 'a {
        OneFlag { manual: self, by_hand }
    }

    async fn ask(&self, target: &str, environment: &str, key: &str) -> Result<Exposure, BackendError> {
        let found = self.targets.get(target);
        let (client, target) = found.ok_or_else(|| {
            BackendError::Refused(format!(
                "the plan names the target \"{target}\", which the gateway's configuration has not: add \
                 `[manual.targets.{target}]`"
            ))
        })?;
        let address = target.address(environment, key).map_err(BackendError::Refused)?;
        let answer = client.get(address).send().await;
        let unreachable = |error: NoAnswer| BackendError::Unreachable(error.to_string());
        let answer = answer.map_err(|error| unreachable(error.into()))?;
        match answer.status() {
            StatusCode::NOT_FOUND => Err(BackendError::FlagMissing),
            status if status.is_success() => {
                let body = outgoing::bytes(answer).await.map_err(unreachable)?;
                target.exposure(&body, environment, key)
            }
            status => Err(BackendError::Unreachable(format!("the target answers with status {}", status.as_u16()))),
        }
    }
}

#[async_trait]
impl Backend for OneFlag<'_> {
    fn kind(&self) -> &'static str {
        Manual::KIND
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities::OFF_AND_ON
    }

    fn place(&self) -> Place {
        Place::default()
    }

    async fn tell(&self) -> Result<Told, BackendError> {
        Err(BackendError::Refused("a person tells nothing of itself".to_owned()))
    }

    async fn why_missing(&self, _environment: &str, _keys: &[String]) -> Result<Vec<Absence>, BackendError> {
        Err(BackendError::Refused("only a person can tell why".to_owned()))
    }

    async fn get(&self, environment: &str, key: &str) -> Result<Exposure, BackendError> {
        match &self.by_hand.verify {
            Some(target) => self.manual.ask(target, environment, key).await,
            None => Err(BackendError::Refused("only a person can tell what it is".to_owned())),
        }
    }

    async fn all(&self, _environment: &str) -> Result<BTreeMap<String, Exposure>, BackendError> {
        Err(BackendError::Refused("only a person can tell which flags there are".to_owned()))
    }

    async fn create(&self, _environment: &str, _key: &str) -> Result<(), BackendError> {
        Err(BackendError::Refused("only a person can make it".to_owned()))
    }

    async fn set(&self, _environment: &str, _key: &str, _to: &Exposure) -> Result<(), BackendError> {
        Err(BackendError::Refused("only a person can set it".to_owned()))
    }
}

#[cfg(test)]
mod tests;
