//! The flag backend: what serves the applications. Adapters declare what they can; delivery does the rest.

mod builtin;
pub mod check;
#[cfg(test)]
mod conformance;
pub mod manual;
pub(crate) mod outgoing;
pub mod unleash;
pub mod who;

pub use builtin::BuiltIn;
pub use manual::Manual;
pub use unleash::Unleash;

use async_trait::async_trait;
use gateway_api::{Absence, backends::Told};
use rollout::{Exposure, FailureCause, facts::Capabilities};
use std::collections::{BTreeMap, BTreeSet};

/// Where a backend is, as it may be shown: never how to be let in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Place {
    pub host: Option<String>,
    pub project: Option<String>,
}

/// Why a backend did not do it.
#[derive(Debug, Clone, thiserror::Error)]
pub enum BackendError {
    /// It did not answer in time, or not at all: whether it was done is known by reading back.
    #[error("the backend does not answer: {0}")]
    Unreachable(String),
    /// It has no such flag.
    #[error("the backend has no flag of that key in that environment")]
    FlagMissing,
    /// It answered with a refusal.
    #[error("the backend refuses: {0}")]
    Refused(String),
}

impl BackendError {
    /// As it stands in a record.
    pub fn cause(&self) -> FailureCause {
        match self {
            Self::Unreachable(_) => FailureCause::Unreachable,
            Self::FlagMissing => FailureCause::FlagMissing,
            Self::Refused(_) => FailureCause::Refused,
        }
    }
}

/// A flag system.
#[async_trait]
pub trait Backend: Send + Sync {
    /// Which kind it is; part of what makes a flag one and the same.
    fn kind(&self) -> &'static str;
    /// Where it is.
    fn place(&self) -> Place;
    /// What exposures it can express.
    fn capabilities(&self) -> Capabilities;
    /// What it says of itself.
    async fn tell(&self) -> Result<Told, BackendError>;
    /// Reads a flag back.
    async fn get(&self, environment: &str, key: &str) -> Result<Exposure, BackendError>;
    /// Reads every flag of an environment, by key; none if there is no such environment.
    async fn all(&self, environment: &str) -> Result<BTreeMap<String, Exposure>, BackendError>;
    /// Reads these flags, each as [`Backend::get`] does.
    async fn read(
        &self,
        environment: &str,
        keys: &BTreeSet<String>,
    ) -> BTreeMap<String, Result<Exposure, BackendError>> {
        let all = self.all(environment).await;
        let of = |key: &String| match &all {
            Ok(all) => all.get(key).cloned().ok_or(BackendError::FlagMissing),
            Err(error) => Err(error.clone()),
        };
        keys.iter().map(|key| (key.clone(), of(key))).collect()
    }
    /// Of flags that it has not in that environment: why, in their order.
    async fn why_missing(&self, environment: &str, keys: &[String]) -> Result<Vec<Absence>, BackendError>;
    /// Makes a flag, off, unless it is there.
    async fn create(&self, environment: &str, key: &str) -> Result<(), BackendError>;
    /// Who last changed the flag there, when and how, in a plain sentence. None where nobody knows.
    async fn last_change(&self, _environment: &str, _key: &str) -> Result<Option<String>, BackendError> {
        Ok(None)
    }
    /// Sets a flag.
    async fn set(&self, environment: &str, key: &str, to: &Exposure) -> Result<(), BackendError>;
}
