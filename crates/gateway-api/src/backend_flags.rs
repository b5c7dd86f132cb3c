//! GET and POST /api/backend/flags: whether flags are at the backend, and making those that are not.

use rollout::Exposure;
use serde::{Deserialize, Serialize};
use std::fmt;

/// POST /api/backend/flags, by an engineer: flags to be made, off. Those that are there stay as they are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct NewFlags {
    /// Where: `production`, `staging`.
    pub environment: String,
    /// Their keys: 1 to 200, each once.
    #[cfg_attr(feature = "schema", schemars(length(min = 1, max = 200)))]
    pub keys: Vec<String>,
}

/// How flags stand at the backend, in the order they were asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FlagsAtBackend {
    /// Where.
    pub environment: String,
    /// Each of them.
    pub flags: Vec<FlagAtBackend>,
}

/// How a flag stands at the backend.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FlagAtBackend {
    /// Its key.
    pub key: String,
    /// Whether it is there.
    pub standing: FlagStanding,
}

/// Whether a flag is at the backend.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum FlagStanding {
    /// It is there, at this exposure.
    There(Exposure),
    /// It was just made, and read back as off.
    Made,
    /// It is not there, and why.
    Missing(Absence),
    /// Nobody knows, or it was not made; why, and what to do.
    Failed(String),
}

/// A flag that the backend has not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MissingFlag {
    /// Its key.
    pub key: String,
    /// Why it has it not.
    pub why: Absence,
}

/// Why a backend has not a flag. Only one that is not made yet can be made here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Absence {
    /// Nobody has made it yet.
    NotMade,
    /// It is archived.
    Archived,
    /// It belongs to another project.
    OtherProject,
    /// The backend has no such environment.
    NoEnvironment,
    /// The backend takes no such key; in its words.
    Unfit(String),
}

impl fmt::Display for Absence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotMade => "not made yet",
            Self::Archived => "archived: revive it at the backend, or delete it for good there",
            Self::OtherProject => "in another project: move it at the backend, or give the plan another key",
            Self::NoEnvironment => "the backend has no such environment: make it there, or name another",
            Self::Unfit(why) => return write!(f, "the backend takes no such key: {why}"),
        })
    }
}
