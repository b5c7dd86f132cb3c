//! Calls to the backend: each with an end, and what it tells about the backend noted.

use super::App;
use crate::backend::BackendError;
use rollout::{Exposure, FailureCause};
use std::{future::Future, time::Duration};

/// How long one call may take.
const PATIENCE: Duration = Duration::from_secs(10);

impl App {
    /// What the backend has.
    pub async fn read_back(&self, environment: &str, key: &str) -> Result<Exposure, BackendError> {
        self.patiently(self.backend.get(environment, key)).await
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

    pub(super) async fn patiently<T>(
        &self,
        call: impl Future<Output = Result<T, BackendError>>,
    ) -> Result<T, BackendError> {
        let begun = self.clock.steady();
        let answer = match tokio::time::timeout(PATIENCE, call).await {
            Ok(answer) => answer,
            Err(_) => Err(BackendError::Unreachable(format!("no answer in {} s", PATIENCE.as_secs()))),
        };
        let answered = !matches!(answer, Err(BackendError::Unreachable(_)));
        self.called(answered.then(|| self.clock.steady().saturating_sub(begun)));
        self.backend_answered(answered);
        if let Err(error) = &answer {
            tracing::warn!(%error, "the backend");
        }
        answer
    }
}
