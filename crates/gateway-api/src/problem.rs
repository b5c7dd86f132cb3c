//! The one error envelope: problem details (RFC 9457).

use crate::{backend_flags::MissingFlag, new_rollout::PlanFlaw, rollouts::RecordsPage};
use rollout::{Blocker, RolloutId, Seq};
use serde::{Deserialize, Serialize};

/// What went wrong, and where. `application/problem+json`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Problem {
    /// Which kind of problem: a URI reference, `/problems/<name>`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The kind in words; the same for each of its occurrences.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What happened this time, and what to do next.
    pub detail: String,
    /// The place in the request: a JSON pointer, a header or a query parameter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// 422 on a command: why the rulebook refuses it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub blockers: Vec<Blocker>,
    /// 412: the ledger's head.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<Seq>,
    /// 412: the records since the version that was named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub news: Option<Box<RecordsPage>>,
    /// 422 on a plan: everything that is wrong with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub flaws: Vec<PlanFlaw>,
    /// 422 on a plan: the flags that the backend has not.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<MissingFlag>,
    /// 409: the open rollout that holds a flag.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rollout: Option<RolloutId>,
}
