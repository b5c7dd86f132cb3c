//! GET /api/rollouts/{id}

use crate::{
    app::App,
    http::{
        input,
        problem::{Failure, Result},
        query::Query,
    },
    identity::Signed,
};
use axum::{
    Json,
    extract::{Path, RawQuery, State},
    http::{HeaderMap, StatusCode, header::ETAG},
    response::{IntoResponse, Response},
};
use std::sync::Arc;

/// One rollout, whole: its plan, and the fold of its ledger, now or as it stood after one of its records
///
/// As it stood, `now` is that record's time, and nothing outside the ledger locks anything: what the backend and other
/// rollouts did then is not known.
#[utoipa::path(get, path = "/api/rollouts/{id}", operation_id = "rollout", tag = "rollouts",
    params(
        ("id" = String, Path, description = "The rollout"),
        ("at" = Option<u64>, Query, description = "As it stood after this record; now, if not given", minimum = 1),
        ("If-None-Match" = Option<String>, Header, description = "The ETag one has already"),
    ),
    responses(
    (status = 200, description = "The rollout; its version is the ETag",
        body = ref("#/components/schemas/RolloutView"), headers(("etag" = String))),
    (status = 304, description = "It is still at that version", headers(("etag" = String))),
    (status = 400, description = "The query is wrong; `place` names the parameter",
        body = ref("#/components/schemas/Problem"), content_type = "application/problem+json"),
    (status = 404, description = "No such rollout, or no such record in it", body = ref("#/components/schemas/Problem"),
        content_type = "application/problem+json"),
))]
pub async fn get(
    State(app): State<Arc<App>>,
    _signed: Signed,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response> {
    let ledger = input::ledger(&app, &id)?;
    if let Some(seq) = Query::read(query.as_deref(), &["at"])?.number("at")? {
        let stood = app.as_it_stood(&ledger, seq).await?;
        let view = stood.ok_or_else(|| Failure::not_found(format!("The ledger has no record {seq}.")))?;
        return Ok(Json(view).into_response());
    }
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
    use crate::testing::{Demo, LOWER, RAISE, parse, status};
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

    #[tokio::test]
    async fn as_it_stood_it_is_what_was_served_then_byte_for_byte() {
        let demo = Demo::new().await;
        let viewer = demo.sign_in("viewer").await;
        let before = demo.get(&demo.path(""), Some(&viewer)).await;
        demo.open_first_gate().await;
        let engineer = demo.sign_in("engineer").await;
        status(&demo.ask(&engineer, parse(RAISE)).await, 200);
        demo.delivery.tick().await;
        let raised = demo.get(&demo.path(""), Some(&viewer)).await;
        demo.pass_hours(1);
        status(&demo.ask(&engineer, parse(LOWER)).await, 200);
        demo.delivery.tick().await;

        for then in [before, raised] {
            let version = then.json["state"]["version"].as_u64().expect("a version");
            let stood = demo.get(&demo.path(&format!("?at={version}")), Some(&viewer)).await;
            status(&stood, 200);
            for what in ["state", "said", "plan", "cursor"] {
                assert_eq!(stood.json[what], then.json[what], "{what} at {version}");
            }
            assert_eq!(stood.json["now"], stood.json["state"]["time"]);
        }
        let head = demo.version().await;
        let now = demo.get(&demo.path(&format!("?at={head}")), Some(&viewer)).await;
        assert_eq!(now.json["state"], demo.get(&demo.path(""), Some(&viewer)).await.json["state"]);
    }

    #[tokio::test]
    async fn it_never_stood_after_a_record_that_is_not_there() {
        let demo = Demo::new().await;
        let viewer = demo.sign_in("viewer").await;
        for (query, expected) in
            [("at=0", 404), ("at=3", 404), ("at=x", 400), ("at=", 400), ("at=1&at=2", 400), ("on=1", 400)]
        {
            let answer = demo.get(&demo.path(&format!("?{query}")), Some(&viewer)).await;
            assert_eq!(
                (answer.status, answer.header("content-type")),
                (expected, "application/problem+json"),
                "{query}"
            );
        }
    }
}
