//! Unleash as the backend, by its Admin API: a flag is a feature of one project, an environment is Unleash's of that name.
//!
//! Unleash itself locks nothing and compares nothing, so writes to one flag go one after the other here; that the flag is
//! nobody else's is what the ledger is for. What people made by hand is left as it is: then the flag reads as on, and
//! only off can be set.

mod health;
mod http;
mod log;
mod reading;
mod strategies;
#[cfg(test)]
mod tests;
mod wire;

pub use health::Health;
pub use http::Token;

use super::{Backend, BackendError, Place, outgoing::NoAnswer};
use async_trait::async_trait;
use futures::{StreamExt, TryStreamExt, stream};
use gateway_api::{Absence, backends::Told};
use http::{Failure, Http};
use reading::Kept;
use reqwest::{Method, StatusCode, Url};
use rollout::{Exposure, facts::Capabilities};
use serde_json::json;
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::{Arc, Mutex, PoisonError},
};
use strategies::{Change, PERCENT, Share};
use wire::{Feature, InEnvironment, Overview, Segments};

/// Where an Unleash is, and how to be let in.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    pub url: Url,
    pub project: String,
    pub token: Token,
}

type Turn = Arc<tokio::sync::Mutex<()>>;

/// One project of an Unleash.
pub struct Unleash {
    http: Http,
    project: String,
    /// By environment and key: who writes waits for its turn.
    writing: Mutex<HashMap<(String, String), Turn>>,
    /// By environment: the list that was read last.
    kept: Mutex<HashMap<String, Arc<Kept>>>,
}

impl From<Failure> for BackendError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Unreachable(why) => Self::Unreachable(why),
            Failure::TooLong => Self::Unreachable(NoAnswer::TooLong.to_string()),
            Failure::Denied(why) | Failure::Missing(why) | Failure::Refused(_, why) => Self::Refused(why),
        }
    }
}

/// Of a flag: where there is none, it is missing.
fn of_flag(failure: Failure) -> BackendError {
    match failure {
        Failure::Missing(_) => BackendError::FlagMissing,
        other => other.into(),
    }
}

impl Unleash {
    /// Its bucket is a whole number from 1 to 100.
    pub const CAPABILITIES: Capabilities = Capabilities { percentage_step_ppm: Some(PERCENT), segments: true };

    /// Errors: there is no TLS, or the token is no token.
    pub fn new(settings: Settings) -> anyhow::Result<Self> {
        let Settings { url, project, token } = settings;
        Ok(Self { http: Http::new(url, &token)?, project, writing: Mutex::default(), kept: Mutex::default() })
    }

    async fn feature(&self, key: &str) -> Result<Feature, BackendError> {
        self.http.get(&["projects", &self.project, "features", key]).await.map_err(of_flag)
    }

    async fn overview(&self) -> Result<Overview, BackendError> {
        match self.http.get(&["projects", &self.project, "overview"]).await {
            Err(Failure::Missing(_)) => Err(BackendError::Refused(self.no_project())),
            answer => Ok(answer?),
        }
    }

    async fn has_environment(&self, environment: &str) -> Result<bool, BackendError> {
        Ok(self.overview().await?.environments.iter().any(|known| known.environment == environment))
    }

    /// Why the project has not this flag: Unleash's own check of names knows those of all projects, and archived ones.
    async fn absence(&self, key: &str) -> Result<Absence, BackendError> {
        let body = json!({ "name": key });
        match self.http.send(Method::POST, &["features", "validate"], Some(&body)).await {
            Err(Failure::Refused(StatusCode::CONFLICT, why)) if why.contains("archived") => Ok(Absence::Archived),
            Err(Failure::Refused(StatusCode::CONFLICT, _)) => match self.feature(key).await {
                // Somebody has just made it.
                Ok(_) => Ok(Absence::NotMade),
                Err(BackendError::FlagMissing) => Ok(Absence::OtherProject),
                Err(error) => Err(error),
            },
            Err(Failure::Refused(StatusCode::BAD_REQUEST, why)) => Ok(Absence::Unfit(why)),
            free => Ok(free.map(|()| Absence::NotMade)?),
        }
    }

    fn no_project(&self) -> String {
        format!("there is no project \"{}\", or the token may not see it: check `unleash.project`", self.project)
    }

    /// Segments by number.
    async fn segments(&self) -> Result<BTreeMap<i64, String>, BackendError> {
        let all: Segments = self.http.get(&["segments"]).await?;
        Ok(all.segments.into_iter().map(|segment| (segment.id, segment.name)).collect())
    }

    async fn exposure(&self, key: &str, there: &InEnvironment) -> Result<Exposure, BackendError> {
        let names = if strategies::needs_names(there) { self.segments().await? } else { BTreeMap::new() };
        Ok(strategies::exposure(key, there, &names))
    }

    fn turn(&self, environment: &str, key: &str) -> Turn {
        let mut writing = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        writing.entry((environment.to_owned(), key.to_owned())).or_default().clone()
    }

    /// What the exposure is in shares.
    async fn shares(&self, to: &Exposure) -> Result<Vec<Share>, BackendError> {
        let percent = to.ppm() / PERCENT;
        let Some(names) = to.segments() else { return Ok(vec![Share { percent, segment: None }]) };
        let known = self.segments().await?;
        let id = |name: &String| {
            let found = known.iter().find(|(_, known)| *known == name);
            found.map(|(id, _)| *id).ok_or_else(|| BackendError::Refused(format!("there is no segment \"{name}\"")))
        };
        names.iter().map(|name| Ok(Share { percent, segment: Some(id(name)?) })).collect()
    }

    async fn toggle(&self, environment: &str, key: &str, to: &str) -> Result<(), BackendError> {
        let path = ["projects", &self.project, "features", key, "environments", environment, to];
        match self.http.send(Method::POST, &path, None).await {
            // Of an archived flag, which nobody gets.
            Err(Failure::Refused(StatusCode::BAD_REQUEST, why)) if why.contains("archived") => {
                Err(BackendError::FlagMissing)
            }
            // Some tokens may not do it in an environment that is not there.
            Err(Failure::Denied(why)) => match self.get(environment, key).await {
                Err(BackendError::FlagMissing) => Err(BackendError::FlagMissing),
                _ => Err(BackendError::Refused(why)),
            },
            done => done.map_err(of_flag),
        }
    }

    async fn change(&self, environment: &str, key: &str, change: &Change) -> Result<(), BackendError> {
        let strategies = ["projects", &self.project, "features", key, "environments", environment, "strategies"];
        let one = |id| [&strategies[..], &[id]].concat();
        let done = match change {
            Change::Put(id, share) => self.http.send(Method::PUT, &one(id), Some(&strategies::body(key, *share))).await,
            Change::Add(share) => self.http.send(Method::POST, &strategies, Some(&strategies::body(key, *share))).await,
            Change::Remove(id) => match self.http.send(Method::DELETE, &one(id), None).await {
                Err(Failure::Missing(_)) => Ok(()),
                done => done,
            },
        };
        Ok(done?)
    }

    async fn raise(&self, environment: &str, key: &str, to: &Exposure) -> Result<(), BackendError> {
        let feature = self.feature(key).await?;
        let there = feature.environments.iter().find(|there| there.name == environment);
        let there = there.ok_or(BackendError::FlagMissing)?;
        let in_the_way = strategies::in_the_way(key, &feature, there, to);
        if !in_the_way.is_empty() {
            let why = format!(
                "{key} has what was made by hand in {environment} and cannot be expressed here, so it is left alone: {}. \
                 Take that away in Unleash; off can be set all the same",
                in_the_way.join(", ")
            );
            return Err(BackendError::Refused(why));
        }
        if !(to.is_on() && strategies::is_everybodys(key, there)) {
            let wanted = self.shares(to).await?;
            for change in strategies::changes(key, there, &wanted) {
                self.change(environment, key, &change).await?;
            }
        }
        // Without a strategy this would make one for everybody: so it comes last.
        if there.enabled { Ok(()) } else { self.toggle(environment, key, "on").await }
    }
}

#[async_trait]
impl Backend for Unleash {
    fn kind(&self) -> &'static str {
        "unleash"
    }

    fn place(&self) -> Place {
        Place { host: self.http.host(), project: Some(self.project.clone()) }
    }

    fn capabilities(&self) -> Capabilities {
        Self::CAPABILITIES
    }

    async fn tell(&self) -> Result<Told, BackendError> {
        Ok(self.health().await?.into())
    }

    async fn get(&self, environment: &str, key: &str) -> Result<Exposure, BackendError> {
        let feature = self.feature(key).await?;
        let there = feature.environments.iter().find(|there| there.name == environment);
        self.exposure(key, there.ok_or(BackendError::FlagMissing)?).await
    }

    async fn all(&self, environment: &str) -> Result<BTreeMap<String, Exposure>, BackendError> {
        let Some((listed, _)) = self.list("", None).await? else {
            return Err(BackendError::Unreachable(
                "it says that nothing has changed, and was not asked that".to_owned(),
            ));
        };
        if listed.is_empty() {
            // Of a project that is not there, Unleash lists no features.
            self.overview().await?;
        }
        let here = listed.into_iter().filter_map(|feature| {
            let is_enabled = feature.enabled_in(environment)?;
            Some((feature.name, Ok(is_enabled)))
        });
        let all = self.read_listed(environment, here.collect()).await;
        let there = all.into_iter().filter(|(_, found)| !matches!(found, Err(BackendError::FlagMissing)));
        there.map(|(key, found)| Ok((key, found?))).collect()
    }

    async fn read(
        &self,
        environment: &str,
        keys: &BTreeSet<String>,
    ) -> BTreeMap<String, Result<Exposure, BackendError>> {
        self.read_keys(environment, keys).await
    }

    async fn last_change(&self, environment: &str, key: &str) -> Result<Option<String>, BackendError> {
        self.last_change_of(environment, key).await
    }

    async fn why_missing(&self, environment: &str, keys: &[String]) -> Result<Vec<Absence>, BackendError> {
        if !self.has_environment(environment).await? {
            return Ok(vec![Absence::NoEnvironment; keys.len()]);
        }
        stream::iter(keys.to_vec())
            .map(async |key| self.absence(&key).await)
            .buffered(reading::AT_ONCE)
            .try_collect()
            .await
    }

    async fn create(&self, environment: &str, key: &str) -> Result<(), BackendError> {
        if !self.has_environment(environment).await? {
            let why = format!("the project \"{}\" has no environment \"{environment}\"", self.project);
            return Err(BackendError::Refused(why));
        }
        let body = json!({ "name": key, "type": "release" });
        match self.http.send(Method::POST, &["projects", &self.project, "features"], Some(&body)).await {
            Err(Failure::Refused(StatusCode::CONFLICT, why)) => match self.feature(key).await {
                Err(BackendError::FlagMissing) => Err(BackendError::Refused(format!(
                    "{why}, and not as a flag of the project \"{}\": revive it, or delete it for good, in Unleash",
                    self.project
                ))),
                found => found.map(drop),
            },
            Err(Failure::Missing(_)) => Err(BackendError::Refused(self.no_project())),
            done => {
                done?;
                // So that whoever switches it on in Unleash gives it to nobody: without a strategy, it would be everybody.
                self.change(environment, key, &Change::Add(Share { percent: 0, segment: None })).await
            }
        }
    }

    async fn set(&self, environment: &str, key: &str, to: &Exposure) -> Result<(), BackendError> {
        if !Self::CAPABILITIES.can(to) {
            let why = format!("Unleash cannot express {to}: it knows whole percentages only");
            return Err(BackendError::Refused(why));
        }
        let turn = self.turn(environment, key);
        let _alone = turn.lock().await;
        if to.is_off() {
            return self.toggle(environment, key, "off").await;
        }
        self.raise(environment, key, to).await
    }
}
