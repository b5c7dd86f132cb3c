//! What a plan says around its phases: risks, what to do when something fails, whom to tell and call.

use super::{Named, Risk};
use serde::{Deserialize, Serialize};

fn is_zero(minutes: &u32) -> bool {
    *minutes == 0
}

/// A range of minutes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Minutes {
    /// At least so many; 0, if not given.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub min_minutes: u32,
    /// At most so many.
    pub max_minutes: u32,
}

/// A row of the risk matrix: what could go wrong, how likely and how bad it is, and what is done about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PlanRisk {
    /// What could go wrong.
    pub name: String,
    /// What is done about it.
    pub text: String,
    /// How likely it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub probability: Option<Risk>,
    /// How bad it would be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub impact: Option<Risk>,
}

/// What to do, step by step, when it is needed: a contingency, a way back, a search for a cause.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Procedure {
    /// When it is needed, or what it does.
    pub name: String,
    /// What else is to be said about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// How long it may take.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub takes: Option<Minutes>,
    /// The command that does it by hand, without Signalbox.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by_hand: Option<String>,
    /// What to do, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<Named>,
}

/// Something to tell somebody. Of the three times at most one is given; none means: when there is something to tell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Communication {
    /// What it is called.
    pub name: String,
    /// Who is told.
    pub to: String,
    /// What they are told.
    pub text: String,
    /// So many days before the rollout starts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days_before: Option<u32>,
    /// Every so many days while it runs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub every_days: Option<u32>,
    /// So many days after it is closed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days_after: Option<u32>,
}

impl Communication {
    /// When, in words.
    pub fn when(&self) -> String {
        let days = |n: u32| if n == 1 { "1 day".to_owned() } else { format!("{n} days") };
        match (self.days_before, self.every_days, self.days_after) {
            (Some(n), ..) => format!("{} before the start", days(n)),
            (_, Some(1), _) => "every day".into(),
            (_, Some(n), _) => format!("every {}", days(n)),
            (.., Some(n)) => format!("{} after closing", days(n)),
            _ => "when there is something to tell".into(),
        }
    }
}

/// Whom to call: a contact, or a level of the escalation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Contact {
    /// Who.
    pub name: String,
    /// For what.
    pub text: String,
    /// How to reach them. A function's address, never a person's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reach: Option<String>,
    /// They are called within so many minutes; 0 means at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub within_minutes: Option<u32>,
}

/// How often one looks during a part of a soak.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Rounds {
    /// From the end of this hour on; 0 is the beginning.
    pub from_hour: u32,
    /// To the end of this hour.
    pub to_hour: u32,
    /// One looks once in so many minutes.
    pub every: Minutes,
}

/// Two days, first and last. They inform, and never lock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Window {
    /// The first day, like 2024-12-01.
    #[cfg_attr(feature = "schema", schemars(extend("format" = "date")))]
    pub from: String,
    /// The last day.
    #[cfg_attr(feature = "schema", schemars(extend("format" = "date")))]
    pub to: String,
}
