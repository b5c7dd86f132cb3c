//! What a plan asks of people beyond their roles: to prove themselves again, and that not one person does both.

use serde::{Deserialize, Serialize};

fn no(asked: &bool) -> bool {
    !*asked
}

/// What is asked of people beyond their roles. Nothing of it ever holds back what makes things safer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Safeguards {
    /// Who signs, adopts or gives a go has proven themselves anew in the last five minutes.
    #[serde(default, skip_serializing_if = "no")]
    pub prove_again: bool,
    /// Whoever gave the go that opened a phase may not raise, attest or put back in it.
    #[serde(default, skip_serializing_if = "no")]
    pub decider_may_not_raise: bool,
    /// Whoever began the rollout may not adopt the plan, sign a slot that means approved, or give a go.
    #[serde(default, skip_serializing_if = "no")]
    pub beginner_may_not_approve: bool,
}

impl Safeguards {
    pub(super) fn ask_nothing(&self) -> bool {
        *self == Self::default()
    }
}
