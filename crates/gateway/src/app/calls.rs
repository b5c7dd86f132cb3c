//! Calls to the backend: each with an end, and what it tells about the backend noted.

use super::App;
use crate::backend::BackendError;
use rollout::{Exposure, FailureCause};
use std::{
    collections::{BTreeMap, BTreeSet},
    future::Future,
    time::Duration,
};

/// How long one call may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long reading many flags may take: of Unleash, a thousand that are on take some five seconds. With the time between
/// two looks it is less than the half minute in which drift is to be seen.
const PATIENCE_FOR_MANY: Duration = Duration::from_secs(15);

impl App {
    /// What the backend has.
    pub async fn read_back(&self, environment: &str, key: &str) -> Result<Exposure, BackendError> {
        self.patiently(self.backend.get(environment, key)).await
    }

    /// What the backend has of these flags; those that could not be read are left out.
    pub async fn read_many(&self, environment: &str, keys: &BTreeSet<String>) -> BTreeMap<String, Exposure> {
        let read = tokio::time::timeout(PATIENCE_FOR_MANY, self.backend.read(environment, keys)).await;
        let Ok(read) = read else {
            tracing::warn!(flags = keys.len(), "the backend does not answer in {} s", PATIENCE_FOR_MANY.as_secs());
            self.backend_answered(false);
            return BTreeMap::new();
        };
        let answered = |found: &Result<_, _>| !matches!(found, Err(BackendError::Unreachable(_)));
        if !read.is_empty() {
            self.backend_answered(read.values().any(answered));
        }
        let mut said = BTreeSet::new();
        let found = read.into_iter().filter_map(|(key, found)| match found {
            Ok(exposure) => Some((key, exposure)),
            Err(error) => {
                // Where nobody answers, it is the same for each.
                if said.insert(error.to_string()) {
                    tracing::warn!(key, %error, "the backend");
                }
                None
            }
        });
        found.collect()
    }

    /// Who last changed a flag at the backend, when and how, if the backend tells. That it does not answer this says nothing
    /// of how it does otherwise.
    pub async fn last_change(&self, environment: &str, key: &str) -> Result<Option<String>, BackendError> {
        match tokio::time::timeout(PATIENCE, self.backend.last_change(environment, key)).await {
            Ok(told) => told,
            Err(_) => Err(BackendError::Unreachable(format!("no answer in {} s", PATIENCE.as_secs()))),
        }
    }

    /// Sets a flag and reads it back: only what is read back counts.
    ///
    /// Errors: why nobody can say that the backend has it.
    pub async fn set_and_read_back(&self, environment: &str, key: &str, to: &Exposure) -> Result<(), FailureCause> {
        let sent = self.patiently(self.backend.set(environment, key, to)).await;
        let back = self.read_back(environment, key).await;
        match (sent, back) {
            (_, Ok(there)) if there == *to => Ok(()),
            (Err(error), _) | (Ok(()), Err(error)) => Err(error.cause()),
            (Ok(()), Ok(_)) => Err(FailureCause::ReadBackDiffers),
        }
    }

    async fn patiently<T>(&self, call: impl Future<Output = Result<T, BackendError>>) -> Result<T, BackendError> {
        let answer = match tokio::time::timeout(PATIENCE, call).await {
            Ok(answer) => answer,
            Err(_) => Err(BackendError::Unreachable(format!("no answer in {} s", PATIENCE.as_secs()))),
        };
        self.backend_answered(!matches!(answer, Err(BackendError::Unreachable(_))));
        if let Err(error) = &answer {
            tracing::warn!(%error, "the backend");
        }
        answer
    }
}
