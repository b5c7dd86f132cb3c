//! Who may break the glass, for how long, and who looks at it afterwards.

use crate::{
    role::Role,
    time::{HOUR, Millis},
};
use serde::{Deserialize, Serialize};

fn an_hour() -> u32 {
    1
}

fn is_an_hour(hours: &u32) -> bool {
    *hours == 1
}

fn product_owner() -> Vec<Role> {
    vec![Role::ProductOwner]
}

fn is_product_owner(roles: &Vec<Role>) -> bool {
    *roles == [Role::ProductOwner]
}

/// What holds when somebody raises a flag past the blockers in an emergency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct BreakGlass {
    /// Who may.
    pub roles: Vec<Role>,
    /// After so many hours the flag goes back by itself, unless somebody reviewed it: 1 to 24.
    #[serde(default = "an_hour", skip_serializing_if = "is_an_hour")]
    pub hours: u32,
    /// Who may review it; never whoever broke it.
    #[serde(default = "product_owner", skip_serializing_if = "is_product_owner")]
    pub reviewers: Vec<Role>,
}

impl BreakGlass {
    /// How long the flag stays up without a review.
    pub fn lasts(&self) -> Millis {
        Millis::from(self.hours) * HOUR
    }
}
