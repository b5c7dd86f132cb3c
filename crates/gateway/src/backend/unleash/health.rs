//! Whether an Unleash can be worked with: for `signalbox backend check`.

use super::{
    Unleash,
    wire::{Me, Permission, UiConfig},
};
use crate::backend::BackendError;
use gateway_api::backends::{EnvironmentView, Told};
use std::time::Duration;
use tokio::time::Instant;

/// What a rollout does with a project's features: all of it takes a permission.
const OF_PROJECT: &str = "CREATE_FEATURE";
const OF_ENVIRONMENT: [&str; 4] =
    ["UPDATE_FEATURE_ENVIRONMENT", "CREATE_FEATURE_STRATEGY", "UPDATE_FEATURE_STRATEGY", "DELETE_FEATURE_STRATEGY"];

/// What an Unleash that can be worked with tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Health {
    pub version: String,
    /// Of the project, and whether the token may do there what a rollout does.
    pub environments: Vec<(String, bool)>,
    /// How long one answer took, on a connection that was there already.
    pub latency: Duration,
}

impl From<Health> for Told {
    fn from(Health { version, environments, .. }: Health) -> Self {
        let environments = environments.into_iter().map(|(name, writable)| EnvironmentView { name, writable });
        Self { version, environments: environments.collect() }
    }
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
        let me: Me = self.http.get(&["user"]).await?;
        let environments = overview.environments.into_iter().map(|known| known.environment);
        let environments = environments.map(|name| {
            let may = may(&me.permissions, &self.project, &name);
            (name, may)
        });
        let environments = environments.collect();
        Ok(Health { version, environments, latency })
    }

    /// Where it is, and which project is meant.
    pub fn address(&self) -> (String, &str) {
        (self.http.base().to_string(), &self.project)
    }
}

fn may(permissions: &[Permission], project: &str, environment: &str) -> bool {
    let is_of = |of: &Option<String>, this: &str| of.as_deref().is_none_or(|of| of == this || of == "*");
    let has = |name: &str| {
        permissions.iter().any(|one| {
            (one.permission == name || one.permission == "ADMIN")
                && is_of(&one.project, project)
                && is_of(&one.environment, environment)
        })
    };
    has(OF_PROJECT) && OF_ENVIRONMENT.iter().all(|name| has(name))
}
