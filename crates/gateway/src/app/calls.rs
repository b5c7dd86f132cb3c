//! Calls to what moves a flag: each with an end, and what it tells about the backend noted.

use super::{App, Ledger};
use crate::backend::{Backend, BackendError, Manual};
use rollout::{
    Exposure, FailureCause,
    facts::Capabilities,
    plan::{ByHand, Flag},
};
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
    /// The kind of what moves a flag.
    pub fn kind_of(&self, flag: &Flag) -> &'static str {
        flag.manual().map_or(self.backend.kind(), |_| Manual::KIND)
    }

    /// What moves a flag can express so much.
    pub fn capabilities_of(&self, flag: &Flag) -> Capabilities {
        flag.manual().map_or(self.backend.capabilities(), |by_hand| self.manual.of(by_hand).capabilities())
    }

    /// What a flag is there.
    pub async fn read_back(&self, ledger: &Ledger, flag: &Flag) -> Result<Exposure, BackendError> {
        match flag.manual() {
            Some(by_hand) => self.ask(by_hand, &ledger.environment, &flag.key).await,
            None => self.read(&ledger.environment, &flag.key).await,
        }
    }

    /// What the configured backend has of a flag.
    pub(super) async fn read(&self, environment: &str, key: &str) -> Result<Exposure, BackendError> {
        self.answered(self.backend.get(environment, key)).await
    }

    /// What a flag is that only a person can move.
    pub async fn ask(&self, by_hand: &ByHand, environment: &str, key: &str) -> Result<Exposure, BackendError> {
        let flag = self.manual.of(by_hand);
        patiently(flag.get(environment, key)).await
    }

    /// What the backend has of these flags, and whether it told of each; those that could not be read are left out.
    pub async fn read_many(&self, environment: &str, keys: &BTreeSet<String>) -> (BTreeMap<String, Exposure>, bool) {
        let read = tokio::time::timeout(PATIENCE_FOR_MANY, self.backend.read(environment, keys)).await;
        let Ok(read) = read else {
            tracing::warn!(flags = keys.len(), "the backend does not answer in {} s", PATIENCE_FOR_MANY.as_secs());
            self.backend_answered(false);
            return (BTreeMap::new(), false);
        };
        let answered = |found: &Result<_, _>| !matches!(found, Err(BackendError::Unreachable(_)));
        if !read.is_empty() {
            self.backend_answered(read.values().any(answered));
        }
        let whole = read.values().all(|found| matches!(found, Ok(_) | Err(BackendError::FlagMissing)));
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
        (found.collect(), whole)
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
    pub async fn set_and_read_back(&self, ledger: &Ledger, flag: &Flag, to: &Exposure) -> Result<(), FailureCause> {
        let sent = match flag.manual() {
            Some(by_hand) => self.manual.of(by_hand).set(&ledger.environment, &flag.key, to).await,
            None => self.answered(self.backend.set(&ledger.environment, &flag.key, to)).await,
        };
        let back = self.read_back(ledger, flag).await;
        match (sent, back) {
            (_, Ok(there)) if there == *to => Ok(()),
            (Err(error), _) | (Ok(()), Err(error)) => Err(error.cause()),
            (Ok(()), Ok(_)) => Err(FailureCause::ReadBackDiffers),
        }
    }

    /// A call to the configured backend, with what it tells of how that does.
    pub(super) async fn answered<T>(
        &self,
        call: impl Future<Output = Result<T, BackendError>>,
    ) -> Result<T, BackendError> {
        let begun = self.clock.steady();
        let answer = patiently(call).await;
        let answered = !matches!(answer, Err(BackendError::Unreachable(_)));
        self.called(answered.then(|| self.clock.steady().saturating_sub(begun)));
        self.backend_answered(answered);
        answer
    }
}

async fn patiently<T>(call: impl Future<Output = Result<T, BackendError>>) -> Result<T, BackendError> {
    let answer = match tokio::time::timeout(PATIENCE, call).await {
        Ok(answer) => answer,
        Err(_) => Err(BackendError::Unreachable(format!("no answer in {} s", PATIENCE.as_secs()))),
    };
    match &answer {
        // That a flag is not there is an answer: whoever asked says whether it is a fault.
        Ok(_) | Err(BackendError::FlagMissing) => {}
        Err(error) => tracing::warn!(%error, "the backend"),
    }
    answer
}
