//! Calls to what moves a flag: each with an end, and what it tells about the backend noted.

use super::{App, Ledger};
use crate::backend::{Backend, BackendError, Manual};
use rollout::{
    Exposure, FailureCause,
    facts::Capabilities,
    plan::{ByHand, Flag},
};
use std::{future::Future, time::Duration};

/// How long one call may take.
const PATIENCE: Duration = Duration::from_secs(10);

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
            None => self.answered(self.backend.get(&ledger.environment, &flag.key)).await,
        }
    }

    /// What a flag is that only a person can move.
    pub async fn ask(&self, by_hand: &ByHand, environment: &str, key: &str) -> Result<Exposure, BackendError> {
        let flag = self.manual.of(by_hand);
        patiently(flag.get(environment, key)).await
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

    async fn answered<T>(&self, call: impl Future<Output = Result<T, BackendError>>) -> Result<T, BackendError> {
        let answer = patiently(call).await;
        self.backend_answered(!matches!(answer, Err(BackendError::Unreachable(_))));
        answer
    }
}

async fn patiently<T>(call: impl Future<Output = Result<T, BackendError>>) -> Result<T, BackendError> {
    let answer = match tokio::time::timeout(PATIENCE, call).await {
        Ok(answer) => answer,
        Err(_) => Err(BackendError::Unreachable(format!("no answer in {} s", PATIENCE.as_secs()))),
    };
    if let Err(error) = &answer {
        tracing::warn!(%error, "the backend");
    }
    answer
}
