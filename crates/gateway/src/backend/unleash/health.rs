//! Whether an Unleash can be worked with: for `signalbox backend check`.

use super::{Unleash, wire::UiConfig};
use crate::backend::BackendError;
use std::time::Duration;
use tokio::time::Instant;

/// What an Unleash that can be worked with tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Health {
    pub version: String,
    /// Of the project.
    pub environments: Vec<String>,
    /// How long one answer took, on a connection that was there already.
    pub latency: Duration,
}

impl Unleash {
    /// Asks for what every rollout needs: an accepted token and the project.
    ///
    /// Errors: one of them is missing, or nobody answers.
    pub async fn health(&self) -> Result<Health, BackendError> {
        let UiConfig { version } = self.http.get(&["ui-config"]).await?;
        let begun = Instant::now();
        let overview = self.overview().await?;
        let latency = begun.elapsed();
        let environments = overview.environments.into_iter().map(|known| known.environment).collect();
        Ok(Health { version, environments, latency })
    }

    /// Where it is, and which project is meant.
    pub fn place(&self) -> (String, &str) {
        (self.http.base().to_string(), &self.project)
    }
}
