//! POST /api/rollouts: a plan to be carried out in an environment.

use rollout::{Digest, RolloutId, Seq};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// POST /api/rollouts, by the product owner. The rollout begins; the plan takes force when it is adopted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct NewRollout {
    /// The plan: its YAML or JSON as text, or a JSON object. `/plan.schema.json` tells its fields.
    #[cfg_attr(feature = "schema", schemars(extend("type" = ["string", "object"])))]
    pub plan: Value,
    /// Where it is carried out: `production`, `staging`.
    #[cfg_attr(
        feature = "schema",
        schemars(extend("pattern" = "^[a-z0-9]+(-[a-z0-9]+)*$", "minLength" = 1, "maxLength" = 64))
    )]
    pub environment: String,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct BegunRollout {
    /// The new rollout.
    pub id: RolloutId,
    /// Its ledger's head.
    pub version: Seq,
    /// What is to be adopted.
    pub plan_digest: Digest,
    /// What is no flaw, but should be known before it is adopted.
    pub warnings: Vec<String>,
}

/// One thing that is wrong with a plan, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PlanFlaw {
    /// The line in the plan's text, from 1; none where the plan came as an object.
    pub line: Option<u64>,
    /// The column there, from 1.
    pub column: Option<u64>,
    /// The place as a path: `phases[1].steps[0].do.exposure.flag`; empty where there is none.
    pub place: String,
    /// What is wrong there, and what was expected.
    pub message: String,
}
