//! GET /api/rollouts/{id}

use crate::{
    app::App,
    http::{input, problem::Result},
    identity::Signed,
};
use axum::{
    Json,
    extract::{Path, State},
    http::{HeaderMap, StatusCode, header::ETAG},
    response::{IntoResponse, Response},
};
use std::sync::Arc;

/// One rollout, whole: its plan, and the fold of its ledger
#[utoipa::path(get, path = "/api/rollouts/{id}", operation_id = "rollout", tag = "rollouts",
    params(
        ("id" = String, Path, description = "The rollout"),
        ("If-None-Match" = Option<String>, Header, description = "The ETag one has already"),
    ),
    responses(
    (status = 200, description = "The rollout; its version is the ETag",
        body = ref("#/components/schemas/RolloutView"), headers(("etag" = String))),
    (status = 304, description = "It is still at that version", headers(("etag" = String))),
    (status = 404, description = "No such rollout", body = ref("#/components/schemas/Problem"),
        content_type = "application/problem+json"),
))]
pub async fn get(
    State(app): State<Arc<App>>,
    _signed: Signed,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response> {
    let ledger = input::ledger(&app, &id)?;
    let folded = ledger.lock(app.store.as_ref()).await?;
    let etag = format!("\"{}\"", folded.rollout.version);
    if input::is_known(&headers, &etag) {
        return Ok((StatusCode::NOT_MODIFIED, [(ETAG, etag)]).into_response());
    }
    let view = app.view(&ledger, &folded).await?;
    Ok(([(ETAG, etag)], Json(view)).into_response())
}

#[cfg(test)]
mod tests {
    use crate::testing::Demo;
    use gateway_api::RolloutView;
    use rollout::{Rollout, canonical};
    use serde_json::json;

    #[tokio::test]
    async fn the_state_is_the_fold_byte_for_byte_and_its_version_the_etag() {
        let demo = Demo::new().await;
        let viewer = demo.sign_in("viewer").await;
        let shown = demo.get(&demo.path(""), Some(&viewer)).await;
        assert_eq!((shown.status, shown.header("etag")), (200, "\"2\""));
        let view: RolloutView = serde_json::from_value(shown.json.clone()).expect("a rollout");
        let own = demo.ledger().lock(demo.app.store.as_ref()).await.expect("locks").rollout.canonical_bytes();
        assert_eq!(canonical::bytes(&shown.json["state"]), own);
        let resumed = Rollout::resume(view.state, std::sync::Arc::new(view.plan)).expect("the same plan");
        assert_eq!(resumed.canonical_bytes(), own);
        assert_eq!(shown.json["said"]["people"].as_object().map(|people| people.len()), Some(1));
        assert_eq!(shown.json["cursor"], json!(2));

        let again = demo.send("GET", &demo.path(""), Some(&viewer), &[("if-none-match", "W/\"1\", \"2\"")], "").await;
        assert_eq!((again.status, again.body.len()), (304, 0));
        let older = demo.send("GET", &demo.path(""), Some(&viewer), &[("if-none-match", "\"1\"")], "").await;
        assert_eq!(older.status, 200);
    }

    #[tokio::test]
    async fn what_is_no_rollout_is_not_found() {
        let demo = Demo::new().await;
        let viewer = demo.sign_in("viewer").await;
        for id in ["x", "01890000-0000-7000-8000-000000000000", "%00"] {
            let missing = demo.get(&format!("/api/rollouts/{id}"), Some(&viewer)).await;
            assert_eq!((missing.status, missing.header("content-type")), (404, "application/problem+json"), "{id}");
        }
    }
}
