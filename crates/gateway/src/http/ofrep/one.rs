//! POST /ofrep/v1/evaluate/flags/{key}

use super::{Flag, Unevaluated, evaluate, subject};
use crate::{app::App, backend::BackendError, demo};
use axum::{
    Json,
    body::Bytes,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use std::sync::Arc;

/// Evaluate a flag (OpenFeature remote evaluation protocol)
#[utoipa::path(post, path = "/ofrep/v1/evaluate/flags/{key}", operation_id = "evaluate", tag = "ofrep",
    params(("key" = String, Path, description = "The flag's key")),
    request_body(content = ref("#/components/schemas/OfrepRequest"), content_type = "application/json"),
    responses(
    (status = 200, description = "The flag's value", body = ref("#/components/schemas/OfrepEvaluation")),
    (status = 400, description = "The body is no evaluation request, or lacks the targetingKey that the flag needs",
        body = ref("#/components/schemas/OfrepFailure")),
    (status = 404, description = "There is no such flag, or another backend serves the flags", body = ref("#/components/schemas/OfrepFailure")),
    (status = 503, description = "The backend does not answer", body = ref("#/components/schemas/OfrepFailure")),
))]
pub async fn post(State(app): State<Arc<App>>, Path(key): Path<String>, body: Bytes) -> Response {
    answer(&app, demo::ENVIRONMENT, key, &body).await
}

/// Evaluate a flag of an environment (OpenFeature remote evaluation protocol)
#[utoipa::path(post, path = "/environments/{environment}/ofrep/v1/evaluate/flags/{key}", operation_id = "evaluate_in",
    tag = "ofrep",
    params(("environment" = String, Path, description = "Where"), ("key" = String, Path, description = "The flag's key")),
    request_body(content = ref("#/components/schemas/OfrepRequest"), content_type = "application/json"),
    responses(
    (status = 200, description = "The flag's value", body = ref("#/components/schemas/OfrepEvaluation")),
    (status = 400, description = "The body is no evaluation request, or lacks the targetingKey that the flag needs",
        body = ref("#/components/schemas/OfrepFailure")),
    (status = 404, description = "There is no such flag there, or another backend serves the flags", body = ref("#/components/schemas/OfrepFailure")),
    (status = 503, description = "The backend does not answer", body = ref("#/components/schemas/OfrepFailure")),
))]
pub async fn post_in(
    State(app): State<Arc<App>>,
    Path((environment, key)): Path<(String, String)>,
    body: Bytes,
) -> Response {
    answer(&app, &environment, key, &body).await
}

async fn answer(app: &App, environment: &str, key: String, body: &[u8]) -> Response {
    if let Some(elsewhere) = Unevaluated::elsewhere(app, Some(&key)) {
        return elsewhere.at(StatusCode::NOT_FOUND);
    }
    let subject = match subject(body) {
        Ok(subject) => subject,
        Err(wrong) => return Unevaluated { key: Some(key), ..wrong }.at(StatusCode::BAD_REQUEST),
    };
    match app.backend.get(environment, &key).await {
        Ok(exposure) => match evaluate(environment, &key, &exposure, &subject) {
            Flag::Evaluated(evaluation) => Json(evaluation).into_response(),
            Flag::Unevaluated(wrong) => wrong.at(StatusCode::BAD_REQUEST),
        },
        Err(BackendError::FlagMissing) => {
            let details = format!("there is no flag \"{key}\" in {environment}");
            Unevaluated::of_flag(&key, "FLAG_NOT_FOUND", details).at(StatusCode::NOT_FOUND)
        }
        Err(error) => Unevaluated { key: Some(key), ..Unevaluated::broken(&error) }.at(StatusCode::SERVICE_UNAVAILABLE),
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        backend::who::bucket,
        testing::{Answer, CSF, Demo},
    };
    use rollout::Exposure;
    use serde_json::{Value, json};

    async fn evaluate(demo: &Demo, context: Value) -> Answer {
        let body = json!({ "context": context }).to_string();
        demo.send("POST", &format!("/ofrep/v1/evaluate/flags/{CSF}"), None, &[("origin", "")], &body).await
    }

    async fn set(demo: &Demo, exposure: Value) {
        let exposure: Exposure = serde_json::from_value(exposure).expect("an exposure");
        demo.app.backend.set("production", CSF, &exposure).await.expect("sets");
    }

    #[tokio::test]
    async fn a_flag_is_told_as_it_was_delivered() {
        let demo = Demo::new().await;
        let off = demo.evaluate(CSF).await;
        assert_eq!((off.status, &off.json["value"], &off.json["variant"]), (200, &json!(false), &json!("off")));
        assert_eq!((&off.json["key"], &off.json["reason"]), (&json!(CSF), &json!("STATIC")));
        set(&demo, json!("on")).await;
        assert_eq!(demo.evaluate(CSF).await.json["value"], json!(true));
    }

    #[tokio::test]
    async fn each_environment_has_its_own() {
        let demo = Demo::new().await;
        let told = async |environment: &str| {
            let path = format!("/environments/{environment}/ofrep/v1/evaluate/flags/{CSF}");
            demo.send("POST", &path, None, &[("origin", "")], "{}").await
        };
        demo.app.backend.create("staging", CSF).await.expect("creates");
        demo.app.backend.set("staging", CSF, &Exposure::ON).await.expect("sets");
        let staging = told("staging").await;
        assert_eq!(
            (&staging.json["value"], &staging.json["metadata"]["environment"]),
            (&json!(true), &json!("staging"))
        );
        assert_eq!(told("production").await.json["value"], json!(false));
        assert_eq!(told("nowhere").await.json["errorCode"], json!("FLAG_NOT_FOUND"));
    }

    #[tokio::test]
    async fn a_percentage_splits_by_the_targeting_key() {
        let demo = Demo::new().await;
        set(&demo, json!("12.5")).await;
        for id in ["anna", "ben", "carla", "dora", "emil", "fritz", "gerda", "hans"] {
            let told = evaluate(&demo, json!({"targetingKey": id, "plan": "free"})).await;
            assert_eq!((told.status, &told.json["reason"]), (200, &json!("SPLIT")));
            assert_eq!(told.json["value"], json!(bucket(CSF, id) < 125_000), "{id}");
        }
        for nobody in [json!({}), json!({"targetingKey": ""}), json!(null)] {
            let told = evaluate(&demo, nobody).await;
            assert_eq!((told.status, &told.json["errorCode"]), (400, &json!("TARGETING_KEY_MISSING")));
        }
    }

    #[tokio::test]
    async fn segments_are_read_from_the_context() {
        let demo = Demo::new().await;
        set(&demo, json!({"percent": "100", "segments": ["beta", "staff"]})).await;
        let told = |answer: Answer| (answer.json["value"].clone(), answer.json["reason"].clone());
        let inside = evaluate(&demo, json!({"segments": ["other", "staff"]})).await;
        assert_eq!(told(inside), (json!(true), json!("TARGETING_MATCH")));
        for outside in [json!({"targetingKey": "anna"}), json!({"segments": []}), json!({"segments": ["Staff"]})] {
            assert_eq!(told(evaluate(&demo, outside).await), (json!(false), json!("DEFAULT")));
        }
    }

    #[tokio::test]
    async fn what_cannot_be_evaluated_says_so_as_the_protocol_wants_it() {
        let demo = Demo::new().await;
        let missing = demo.evaluate("NO_SUCH_FLAG").await;
        assert_eq!((missing.status, &missing.json["errorCode"]), (404, &json!("FLAG_NOT_FOUND")));
        let wrong = [
            ("", "PARSE_ERROR"),
            ("[]", "PARSE_ERROR"),
            ("{", "PARSE_ERROR"),
            ("{\"context\": 3}", "INVALID_CONTEXT"),
            ("{\"context\": {\"targetingKey\": 3}}", "INVALID_CONTEXT"),
            ("{\"context\": {\"segments\": \"staff\"}}", "INVALID_CONTEXT"),
        ];
        for (body, code) in wrong {
            let bad = demo.send("POST", "/ofrep/v1/evaluate/flags/X", None, &[], body).await;
            assert_eq!(
                (bad.status, &bad.json["errorCode"], &bad.json["key"]),
                (400, &json!(code), &json!("X")),
                "{body}"
            );
        }
        demo.backend.is(crate::testing::Fault::Down);
        let broken = demo.evaluate(CSF).await;
        assert_eq!((broken.status, &broken.json["errorCode"]), (503, &json!("GENERAL")));
    }
}
