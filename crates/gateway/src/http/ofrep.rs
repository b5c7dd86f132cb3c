//! POST /ofrep/v1/evaluate/flags/{key}: OpenFeature's remote evaluation protocol, answered by the built-in backend.
//! What it tells is what was delivered, never what is only wanted.

use super::input;
use crate::{app::App, backend::BackendError, demo};
use axum::{
    Json,
    body::Bytes,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use rollout::Exposure;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// What an OpenFeature client sends.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(rename = "OfrepRequest")]
pub struct Request {
    /// For whom; nothing in it matters to a flag that is off or on.
    #[serde(default)]
    #[expect(dead_code, reason = "checked to be an object, then not needed: off and on are the same for everybody")]
    context: Option<serde_json::Map<String, serde_json::Value>>,
}

/// What it gets.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "OfrepEvaluation")]
pub struct Evaluation {
    key: String,
    value: bool,
    variant: &'static str,
    reason: &'static str,
    metadata: serde_json::Map<String, serde_json::Value>,
}

/// What it gets when there is nothing to evaluate.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "OfrepFailure")]
pub struct Unevaluated {
    key: String,
    error_code: &'static str,
    error_details: String,
}

fn unevaluated(status: StatusCode, key: String, error_code: &'static str, error_details: String) -> Response {
    (status, Json(Unevaluated { key, error_code, error_details })).into_response()
}

/// Evaluate a flag (OpenFeature remote evaluation protocol)
#[utoipa::path(post, path = "/ofrep/v1/evaluate/flags/{key}", operation_id = "evaluate", tag = "ofrep",
    params(("key" = String, Path, description = "The flag's key")),
    request_body(content = ref("#/components/schemas/OfrepRequest"), content_type = "application/json"),
    responses(
    (status = 200, description = "The flag's value", body = ref("#/components/schemas/OfrepEvaluation")),
    (status = 400, description = "The body is no evaluation request", body = ref("#/components/schemas/OfrepFailure")),
    (status = 404, description = "There is no such flag", body = ref("#/components/schemas/OfrepFailure")),
    (status = 503, description = "The backend does not answer", body = ref("#/components/schemas/OfrepFailure")),
))]
pub async fn post(State(app): State<Arc<App>>, Path(key): Path<String>, body: Bytes) -> Response {
    let request = serde_json::from_slice::<Request>(&body).map_err(|error| error.to_string());
    let request = request.and_then(|_| input::is_object(&body).then_some(()).ok_or_else(|| "it is no object".into()));
    if let Err(error) = request {
        let details = format!("the body must be JSON like {{\"context\": {{\"targetingKey\": \"…\"}}}}: {error}");
        return unevaluated(StatusCode::BAD_REQUEST, key, "PARSE_ERROR", details);
    }
    match app.backend.get(demo::ENVIRONMENT, &key).await {
        Ok(exposure) if exposure == Exposure::ON || exposure.is_off() => {
            let (value, variant) = if exposure.is_off() { (false, "off") } else { (true, "on") };
            let mut metadata = serde_json::Map::new();
            metadata.insert("environment".to_owned(), demo::ENVIRONMENT.into());
            Json(Evaluation { key, value, variant, reason: "STATIC", metadata }).into_response()
        }
        Ok(exposure) => {
            let details = format!("the flag is at {exposure}, which this gateway cannot evaluate");
            unevaluated(StatusCode::SERVICE_UNAVAILABLE, key, "GENERAL", details)
        }
        Err(BackendError::FlagMissing) => {
            let details = format!("there is no flag \"{key}\" in {}", demo::ENVIRONMENT);
            unevaluated(StatusCode::NOT_FOUND, key, "FLAG_NOT_FOUND", details)
        }
        Err(error) => {
            tracing::error!(%error, "a flag cannot be evaluated");
            let details = "the backend does not answer; use the default".to_owned();
            unevaluated(StatusCode::SERVICE_UNAVAILABLE, key, "GENERAL", details)
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::Demo;
    use serde_json::json;

    #[tokio::test]
    async fn a_flag_is_told_as_it_was_delivered() {
        let demo = Demo::new().await;
        let key = demo.ledger().plan.flags[0].key.clone();
        let off = demo.evaluate(&key).await;
        assert_eq!((off.status, &off.json["value"], &off.json["variant"]), (200, &json!(false), &json!("off")));
        assert_eq!((&off.json["key"], &off.json["reason"]), (&json!(key), &json!("STATIC")));
        demo.app.backend.set("production", &key, &rollout::Exposure::ON).await.expect("sets");
        assert_eq!(demo.evaluate(&key).await.json["value"], json!(true));
    }

    #[tokio::test]
    async fn what_cannot_be_evaluated_says_so_as_the_protocol_wants_it() {
        let demo = Demo::new().await;
        let missing = demo.evaluate("NO_SUCH_FLAG").await;
        assert_eq!((missing.status, &missing.json["errorCode"]), (404, &json!("FLAG_NOT_FOUND")));
        for body in ["", "[]", "{\"context\": 3}"] {
            let bad = demo.send("POST", "/ofrep/v1/evaluate/flags/X", None, &[], body).await;
            assert_eq!((bad.status, &bad.json["errorCode"]), (400, &json!("PARSE_ERROR")), "{body}");
        }
    }
}
