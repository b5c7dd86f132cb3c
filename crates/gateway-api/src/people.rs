//! GET /api/people: everyone the gateway knows.

use rollout::{PersonId, Role};
use serde::{Deserialize, Serialize};

/// A person, and what they may act as.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct KnownPerson {
    /// Who.
    pub id: PersonId,
    /// Their name.
    pub name: String,
    /// What they may act as.
    pub roles: Vec<Role>,
    /// Where their roles come from.
    pub source: RoleSource,
}

/// Where a person's roles come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum RoleSource {
    /// A sample account of the demo: one a role.
    SampleAccount,
}
