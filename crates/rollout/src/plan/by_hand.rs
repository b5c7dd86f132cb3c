//! Flags that no API reaches: a variable in a workflow, a build, a hosting dashboard. A person moves them.

use crate::{
    exposure::Exposure,
    time::{HOUR, Millis},
};
use serde::{Deserialize, Serialize};

/// How many hours a raise waits for the person, unless the plan says otherwise.
const WAITS_HOURS: u32 = 24;

fn a_day() -> u32 {
    WAITS_HOURS
}

fn is_a_day(hours: &u32) -> bool {
    *hours == WAITS_HOURS
}

/// What moves a flag.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum FlagBackend {
    /// The backend that the gateway is configured with.
    #[default]
    Configured,
    /// A person, as `by_hand` says. It is off or on, nothing between.
    Manual,
}

impl FlagBackend {
    pub(super) fn is_configured(&self) -> bool {
        *self == Self::Configured
    }
}

/// How a person moves a flag.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ByHand {
    /// What turns it on: a command, or where to click.
    pub enable: String,
    /// What turns it off.
    pub disable: String,
    /// A raise that nobody has carried out after so many hours is cancelled: 1 to 168.
    #[serde(default = "a_day", skip_serializing_if = "is_a_day")]
    pub waits_hours: u32,
    /// The target in the gateway's configuration that tells what the flag is now. Without one, the person's word counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verify: Option<String>,
}

impl ByHand {
    /// What takes the flag there.
    pub fn instruction(&self, to: &Exposure) -> &str {
        if to.is_off() { &self.disable } else { &self.enable }
    }

    /// How long a raise waits for the person.
    pub fn waits(&self) -> Millis {
        i64::from(self.waits_hours) * HOUR
    }
}
