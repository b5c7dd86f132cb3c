//! POST /ofrep/v1/evaluate/flags

use super::{Flag, Unevaluated, evaluate, subject};
use crate::{app::App, demo};
use axum::{
    body::Bytes,
    extract::{Path, State},
    http::{
        HeaderMap, StatusCode,
        header::{CONTENT_TYPE, ETAG, IF_NONE_MATCH},
    },
    response::{IntoResponse, Response},
};
use rollout::Digest;
use schemars::JsonSchema;
use serde::Serialize;
use std::sync::Arc;

/// Every flag for one subject.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "OfrepFlags")]
pub struct Flags {
    /// By key. One that cannot be evaluated says why, and holds back no other.
    flags: Vec<Flag>,
}

/// Evaluate every flag (OpenFeature remote evaluation protocol)
#[utoipa::path(post, path = "/ofrep/v1/evaluate/flags", operation_id = "evaluate_all", tag = "ofrep",
    params(("If-None-Match" = Option<String>, Header, description = "The ETag of the answer one has")),
    request_body(content = ref("#/components/schemas/OfrepRequest"), content_type = "application/json"),
    responses(
    (status = 200, description = "Every flag", body = ref("#/components/schemas/OfrepFlags"),
        headers(("ETag" = String, description = "Changes when the answer for this context does"))),
    (status = 304, description = "The answer one has is still right"),
    (status = 400, description = "The body is no evaluation request", body = ref("#/components/schemas/OfrepFailure")),
    (status = 404, description = "Another backend serves the flags", body = ref("#/components/schemas/OfrepFailure")),
    (status = 503, description = "The backend does not answer", body = ref("#/components/schemas/OfrepFailure")),
))]
pub async fn post(State(app): State<Arc<App>>, headers: HeaderMap, body: Bytes) -> Response {
    answer(&app, demo::ENVIRONMENT, &headers, &body).await
}

/// Evaluate every flag of an environment (OpenFeature remote evaluation protocol)
#[utoipa::path(post, path = "/environments/{environment}/ofrep/v1/evaluate/flags", operation_id = "evaluate_all_in",
    tag = "ofrep",
    params(("environment" = String, Path, description = "Where"),
        ("If-None-Match" = Option<String>, Header, description = "The ETag of the answer one has")),
    request_body(content = ref("#/components/schemas/OfrepRequest"), content_type = "application/json"),
    responses(
    (status = 200, description = "Every flag there", body = ref("#/components/schemas/OfrepFlags"),
        headers(("ETag" = String, description = "Changes when the answer for this context does"))),
    (status = 304, description = "The answer one has is still right"),
    (status = 400, description = "The body is no evaluation request", body = ref("#/components/schemas/OfrepFailure")),
    (status = 404, description = "Another backend serves the flags", body = ref("#/components/schemas/OfrepFailure")),
    (status = 503, description = "The backend does not answer", body = ref("#/components/schemas/OfrepFailure")),
))]
pub async fn post_in(
    State(app): State<Arc<App>>,
    Path(environment): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    answer(&app, &environment, &headers, &body).await
}

async fn answer(app: &App, environment: &str, headers: &HeaderMap, body: &[u8]) -> Response {
    if let Some(elsewhere) = Unevaluated::elsewhere(app, None) {
        return elsewhere.at(StatusCode::NOT_FOUND);
    }
    let subject = match subject(body) {
        Ok(subject) => subject,
        Err(wrong) => return wrong.at(StatusCode::BAD_REQUEST),
    };
    let all = match app.backend.all(environment).await {
        Ok(all) => all,
        Err(error) => return Unevaluated::broken(&error).at(StatusCode::SERVICE_UNAVAILABLE),
    };
    let flags = all.iter().map(|(key, exposure)| evaluate(environment, key, exposure, &subject)).collect();
    let body = match serde_json::to_vec(&Flags { flags }) {
        Ok(body) => body,
        Err(error) => {
            tracing::error!(%error, "an evaluation has no JSON form");
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        }
    };
    // Over the answer itself: another subject, or a flag that moved past this one's bucket, gives another tag.
    let tag = format!("\"{}\"", Digest::of(&[&body]));
    if headers.get_all(IF_NONE_MATCH).iter().any(|known| known.to_str().is_ok_and(|known| names(known, &tag))) {
        return (StatusCode::NOT_MODIFIED, [(ETAG, tag)]).into_response();
    }
    ([(ETAG, tag), (CONTENT_TYPE, "application/json".to_owned())], body).into_response()
}

/// Does an If-None-Match name this tag? A proxy may have made it weak: RFC 9110 compares weakly here.
fn names(known: &str, tag: &str) -> bool {
    known.split(',').map(str::trim).any(|known| known == "*" || known.strip_prefix("W/").unwrap_or(known) == tag)
}

#[cfg(test)]
mod tests {
    use crate::testing::{Answer, CSF, Demo, Fault};
    use rollout::Exposure;
    use serde_json::{Value, json};

    async fn all(demo: &Demo, context: Value, known: &str) -> Answer {
        let body = json!({ "context": context }).to_string();
        let headers = [("origin", ""), ("if-none-match", known)];
        demo.send("POST", "/ofrep/v1/evaluate/flags", None, &headers, &body).await
    }

    fn of_csf(answer: &Answer) -> &Value {
        let flags = answer.json["flags"].as_array().expect("a list");
        flags.iter().find(|flag| flag["key"] == CSF).expect("is in it")
    }

    async fn set(demo: &Demo, ppm: u32) {
        let exposure = Exposure::new(ppm, None).expect("an exposure");
        demo.app.backend.set("production", CSF, &exposure).await.expect("sets");
    }

    #[tokio::test]
    async fn every_flag_of_the_environment_is_told_at_once() {
        let demo = Demo::new().await;
        set(&demo, 1_000_000).await;
        let told = all(&demo, json!({"targetingKey": "anna"}), "").await;
        let keys =
            told.json["flags"].as_array().expect("a list").iter().map(|flag| flag["key"].as_str().expect("a key"));
        let mut planned: Vec<String> = demo.ledger().plan.flags.iter().map(|flag| flag.key.clone()).collect();
        planned.sort();
        assert_eq!(keys.collect::<Vec<_>>(), planned);
        assert_eq!(of_csf(&told)["value"], json!(true));
        assert_eq!(told.header("content-type"), "application/json");
    }

    #[tokio::test]
    async fn each_environment_has_its_own() {
        let demo = Demo::new().await;
        demo.app.backend.create("staging", CSF).await.expect("creates");
        let told = demo.send("POST", "/environments/staging/ofrep/v1/evaluate/flags", None, &[], "{}").await;
        let flags = told.json["flags"].as_array().expect("a list");
        assert_eq!((flags.len(), &flags[0]["metadata"]["environment"]), (1, &json!("staging")));
    }

    #[tokio::test]
    async fn one_flag_that_needs_a_key_holds_back_no_other() {
        let demo = Demo::new().await;
        set(&demo, 1_000).await;
        let told = all(&demo, json!({}), "").await;
        assert_eq!((told.status, &of_csf(&told)["errorCode"]), (200, &json!("TARGETING_KEY_MISSING")));
        let told = told.json["flags"].as_array().expect("a list").iter().filter(|flag| flag["reason"] == "STATIC");
        assert_eq!(told.count(), demo.ledger().plan.flags.len() - 1);
    }

    #[tokio::test]
    async fn the_tag_changes_when_the_answer_does_and_not_before() {
        let demo = Demo::new().await;
        let anna = || json!({"targetingKey": "anna"});
        let bucket = crate::backend::who::bucket(CSF, "anna");
        set(&demo, bucket).await;
        let first = all(&demo, anna(), "").await;
        let tag = first.header("etag").to_owned();
        let again = all(&demo, anna(), &tag).await;
        assert_eq!((again.status, again.body.as_str(), again.header("etag")), (304, "", tag.as_str()));
        for known in [format!("\"other\", W/{tag}"), "*".to_owned()] {
            assert_eq!(all(&demo, anna(), &known).await.status, 304, "{known}");
        }
        let other = all(&demo, json!({"targetingKey": "somebody else"}), "\"other\"").await;
        assert_eq!(other.status, 200);
        set(&demo, bucket + 1).await;
        let moved = all(&demo, anna(), &tag).await;
        assert_eq!((moved.status, &of_csf(&moved)["value"]), (200, &json!(true)));
        assert_ne!(moved.header("etag"), tag);
    }

    #[tokio::test]
    async fn what_cannot_be_evaluated_says_so_as_the_protocol_wants_it() {
        let demo = Demo::new().await;
        let bad = demo.send("POST", "/ofrep/v1/evaluate/flags", None, &[], "[]").await;
        assert_eq!((bad.status, &bad.json["errorCode"], bad.json.get("key")), (400, &json!("PARSE_ERROR"), None));
        demo.backend.is(Fault::Down);
        let broken = all(&demo, json!({}), "").await;
        assert_eq!((broken.status, &broken.json["errorCode"]), (503, &json!("GENERAL")));
    }
}
