//! GET /plan.schema.json: what a plan may say, for editors that complete and check it.

use crate::plan_file;
use axum::http::{HeaderName, header::CONTENT_TYPE};
use std::sync::LazyLock;

static SCHEMA: LazyLock<String> = LazyLock::new(|| format!("{:#}\n", plan_file::schema()));

/// The JSON Schema of plans
#[utoipa::path(get, path = "/plan.schema.json", operation_id = "plan-schema", tag = "rollouts", responses(
    (status = 200, description = "JSON Schema 2020-12", body = serde_json::Value, content_type = "application/schema+json"),
))]
pub async fn get() -> ([(HeaderName, &'static str); 1], &'static str) {
    ([(CONTENT_TYPE, "application/schema+json")], &SCHEMA)
}
