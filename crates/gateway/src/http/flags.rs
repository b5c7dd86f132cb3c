//! GET /api/flags

use super::{input, problem::Result, query::Query};
use crate::{app::App, identity::Signed};
use axum::{
    Json,
    extract::{RawQuery, State},
    http::{HeaderMap, StatusCode, header::ETAG},
    response::{IntoResponse, Response},
};
use std::sync::Arc;

/// Every flag of every rollout: wanted, read back, seen, and who last moved it
#[utoipa::path(get, path = "/api/flags", operation_id = "flags", tag = "flags",
    params(
        ("after" = Option<u64>, Query, description = "Only rollouts that have moved since this cursor; all, if not given",
            minimum = 0),
        ("If-None-Match" = Option<String>, Header, description = "The ETag one has already"),
    ),
    responses(
    (status = 200, description = "The flags", body = ref("#/components/schemas/FlagsView"), headers(("etag" = String))),
    (status = 304, description = "Nothing has moved", headers(("etag" = String))),
    (status = 400, description = "The query is wrong; `place` names the parameter",
        body = ref("#/components/schemas/Problem"), content_type = "application/problem+json"),
))]
pub async fn get(
    State(app): State<Arc<App>>,
    _signed: Signed,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response> {
    let after = Query::read(query.as_deref(), &["after"])?.number("after")?;
    let mark = app.flags_mark().await?;
    let etag = match mark.backend_unreachable_since {
        Some(since) => format!("\"{}-{}\"", mark.cursor, since.millis()),
        None => format!("\"{}\"", mark.cursor),
    };
    if input::is_known(&headers, &etag) {
        return Ok((StatusCode::NOT_MODIFIED, [(ETAG, etag)]).into_response());
    }
    let view = app.flags(mark, after.unwrap_or(0)).await?;
    Ok(([(ETAG, etag)], Json(view)).into_response())
}

#[cfg(test)]
mod tests {
    use crate::{
        backend::Backend,
        demo::ENVIRONMENT,
        testing::{CSF, Demo, Fault, LOWER, RAISE, parse, status},
    };
    use gateway_api::{FlagView, FlagsView};
    use rollout::{Actor, Exposure, Role};
    use serde_json::json;

    async fn flags(demo: &Demo, query: &str) -> FlagsView {
        let viewer = demo.cookie_of("viewer").await;
        let answer = demo.get(&format!("/api/flags{query}"), Some(&viewer)).await;
        status(&answer, 200);
        serde_json::from_value(answer.json).expect("flags")
    }

    fn csf(view: &FlagsView) -> &FlagView {
        view.rollouts[0].flags.iter().find(|flag| flag.key == CSF).expect("is listed")
    }

    #[tokio::test]
    async fn a_flag_is_listed_from_off_over_its_way_to_on_with_who_raised_it() {
        let demo = Demo::new().await;
        let before = flags(&demo, "").await;
        let [only] = before.rollouts.as_slice() else { panic!("{before:?}") };
        assert_eq!((only.flags.len(), only.closed, only.environment.as_str()), (5, false, "production"));
        let flag = csf(&before);
        assert_eq!((flag.wanted.is_off(), flag.standing_at().is_off(), &flag.last_by), (true, true, &None));
        assert!(flag.phase.is_some() && flag.fails_open(), "{flag:?}");

        demo.open_first_gate().await;
        let engineer = demo.cookie_of("engineer").await;
        status(&demo.ask(&engineer, parse(RAISE)).await, 200);
        let asked = flags(&demo, "").await;
        let flag = csf(&asked);
        assert_eq!((flag.wanted.is_on(), flag.standing_at().is_off()), (true, true));
        assert!(flag.pending.as_ref().is_some_and(|pending| pending.upward && pending.failure.is_none()), "{flag:?}");

        demo.delivery.tick().await;
        let done = flags(&demo, "").await;
        let flag = csf(&done);
        assert_eq!((&flag.applied, &flag.pending, &flag.observed), (&Exposure::ON, &None, &None));
        let last = flag.last_by.as_ref().expect("somebody raised it");
        let Actor::Person { person, role: Role::Engineer } = last.by else { panic!("{last:?}") };
        assert_eq!(done.said.people[&person].name, "Sample engineer");
        let record = demo.get(&demo.path(&format!("/records?after={}&limit=1", last.seq - 1)), Some(&engineer)).await;
        assert!(record.body.contains(r#"\"kind\":\"raised\""#), "{}", record.body);
    }

    #[tokio::test]
    async fn a_lowering_that_fails_says_so_here_and_in_the_rollouts_line() {
        let demo = Demo::new().await;
        let operations = demo.cookie_of("operations").await;
        demo.backend.is(Fault::Down);
        status(&demo.ask(&operations, parse(LOWER)).await, 200);
        demo.delivery.tick().await;
        let failed = flags(&demo, "").await;
        assert!(failed.backend_unreachable_since.is_some());
        let flag = failed.rollouts[0].flags.iter().find(|flag| flag.pending.is_some()).expect("is on its way");
        let pending = flag.pending.as_ref().expect("is on its way");
        assert_eq!((pending.upward, json!(pending.failure)), (false, json!("unreachable")));
        let line = demo.get("/api/rollouts", Some(&operations)).await.json;
        assert_eq!(
            (&line[0]["lowering"]["flags"], &line[0]["lowering"]["failure"]),
            (&json!(1), &json!("unreachable"))
        );
        assert_eq!(line[0]["lowering"]["name"], json!(flag.name));
        assert_eq!(line[0]["drifts"], json!(0));
    }

    #[tokio::test]
    async fn drift_shows_what_the_backend_has_here_and_is_counted_in_the_rollouts_line() {
        let demo = Demo::new().await;
        demo.backend.set(ENVIRONMENT, CSF, &Exposure::ON).await.expect("sets");
        demo.delivery.tick().await;
        let seen = flags(&demo, "").await;
        let flag = csf(&seen);
        assert_eq!((flag.wanted.is_off(), flag.applied.is_off(), flag.standing_at().is_on()), (true, true, true));
        let line = demo.get("/api/rollouts", Some(&demo.cookie_of("viewer").await)).await.json;
        assert_eq!((&line[0]["drifts"], &line[0]["lowering"]), (&json!(1), &json!(null)));
    }

    #[tokio::test]
    async fn only_what_has_moved_is_sent_again_and_nothing_if_nothing_has() {
        let demo = Demo::new().await;
        let viewer = demo.cookie_of("viewer").await;
        let first = demo.get("/api/flags", Some(&viewer)).await;
        let etag = first.header("etag").to_owned();
        let known = demo.send("GET", "/api/flags", Some(&viewer), &[("if-none-match", &etag)], "").await;
        assert_eq!((known.status, known.body.len()), (304, 0));
        let before = flags(&demo, "").await;
        assert_eq!(flags(&demo, &format!("?after={}", before.cursor)).await.rollouts, []);

        status(&demo.ask(&demo.cookie_of("operations").await, parse(LOWER)).await, 200);
        let moved = demo.send("GET", "/api/flags", Some(&viewer), &[("if-none-match", &etag)], "").await;
        assert_eq!(moved.status, 200);
        assert_ne!(moved.header("etag"), etag);
        assert_eq!(flags(&demo, &format!("?after={}", before.cursor)).await.rollouts.len(), 1);
    }

    #[tokio::test]
    async fn a_bad_query_is_named() {
        let demo = Demo::new().await;
        let viewer = demo.cookie_of("viewer").await;
        for (query, place) in [("after=x", "after"), ("since=1", "since")] {
            let bad = demo.get(&format!("/api/flags?{query}"), Some(&viewer)).await;
            assert_eq!((bad.status, bad.json["place"].as_str()), (400, Some(place)), "{query}");
        }
    }
}
