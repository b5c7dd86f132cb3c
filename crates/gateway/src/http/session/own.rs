//! One's own sessions: GET /api/sessions, DELETE /api/sessions/{id}.

use crate::{
    app::App,
    http::problem::{Failure, Result},
    identity::{self, Signed},
};
use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use gateway_api::OwnSession;
use rollout::Timestamp;
use std::sync::Arc;

/// One's own sessions, latest first
#[utoipa::path(get, path = "/api/sessions", operation_id = "own_sessions", tag = "session", responses(
    (status = 200, description = "Every session that has not ended", body = ref("#/components/schemas/OwnSessions")),
))]
pub async fn get(State(app): State<Arc<App>>, signed: Signed) -> Result<Json<Vec<OwnSession>>> {
    let now = app.clock.real();
    let all = app.store.sessions_of(signed.person, now).await?;
    let all = all.into_iter().filter(|row| !app.sessions.is_idle(row, now, app.sign_in.idle));
    // As long ago, and as far ahead, by the clock that the console shows.
    let shown = |at: Timestamp| at.plus(app.clock.ahead());
    let own = all.map(|row| OwnSession {
        own: row.token == signed.session,
        id: row.id,
        begun: shown(row.begun),
        seen: shown(row.seen),
        ends: shown(row.ends),
        agent: row.agent,
    });
    Ok(Json(own.collect()))
}

/// End one of one's own sessions
#[utoipa::path(delete, path = "/api/sessions/{id}", operation_id = "end_session", tag = "session",
    params(("id" = String, Path, description = "The session's id, as the list says it")), responses(
    (status = 204, description = "It has ended, with its live streams"),
    (status = 404, description = "One has no such session", body = ref("#/components/schemas/Problem"),
        content_type = "application/problem+json"),
))]
pub async fn delete(State(app): State<Arc<App>>, signed: Signed, Path(id): Path<String>) -> Result<StatusCode> {
    let all = app.store.sessions_of(signed.person, app.clock.real()).await?;
    // Somebody else's is as unknown as none.
    let found = all.into_iter().find(|row| row.id == id);
    let row = found.ok_or_else(|| Failure::not_found(format!("You have no session {id}.")))?;
    identity::end(&app, &row.token, &row.id, row.person).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[cfg(test)]
mod tests {
    use crate::testing::{Demo, status};
    use serde_json::json;

    #[tokio::test]
    async fn one_sees_and_ends_ones_own_sessions_and_no_others() {
        let demo = Demo::new().await;
        let agent = [("user-agent", "Browser 1.0\u{7f}")];
        let body = json!({"account": "legal"}).to_string();
        let first = demo.send("POST", "/api/session", None, &agent[..0], &body).await;
        let first = first.header("set-cookie").split(';').next().expect("a cookie").to_owned();
        demo.pass(90_000);
        let second = demo.sign_in("legal").await;
        let other = demo.sign_in("privacy").await;
        let list = async |cookie: &str| demo.get("/api/sessions", Some(cookie)).await.json;
        let both = list(&second).await;
        let all = both.as_array().expect("a list");
        assert_eq!(all.iter().map(|one| one["own"] == json!(true)).collect::<Vec<_>>(), [true, false]);
        assert!(all[0]["begun"].as_str() > all[1]["begun"].as_str(), "latest first: {both}");
        let id = all[1]["id"].as_str().expect("an id").to_owned();
        let end = async |cookie: &str| demo.send("DELETE", &format!("/api/sessions/{id}"), Some(cookie), &[], "").await;
        status(&end(&other).await, 404);
        status(&demo.get("/api/rollouts", Some(&first)).await, 200);
        status(&end(&second).await, 204);
        status(&demo.get("/api/rollouts", Some(&first)).await, 401);
        status(&end(&second).await, 404);
        assert_eq!(list(&second).await.as_array().map(Vec::len), Some(1));
    }

    #[tokio::test]
    async fn a_session_tells_its_browser_and_when_it_was_last_used_to_the_minute() {
        let demo = Demo::new().await;
        let body = json!({"account": "legal"}).to_string();
        let agent = format!("Browser {}", "x".repeat(300));
        let signed = demo.send("POST", "/api/session", None, &[("user-agent", &agent)], &body).await;
        let cookie = signed.header("set-cookie").split(';').next().expect("a cookie").to_owned();
        let token = cookie.split_once('=').expect("a pair").1.to_owned();
        let begun = demo.app.clock.real();
        demo.pass(30_000);
        status(&demo.get("/api/rollouts", Some(&cookie)).await, 200);
        demo.pass(90_000);
        status(&demo.get("/api/rollouts", Some(&cookie)).await, 200);
        let last = demo.app.clock.real();
        let mut shown = demo.get("/api/sessions", Some(&cookie)).await;
        for _ in 0..100 {
            if shown.json[0]["seen"] == json!(last) {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
            shown = demo.get("/api/sessions", Some(&cookie)).await;
        }
        assert_eq!((&shown.json[0]["begun"], &shown.json[0]["seen"]), (&json!(begun), &json!(last)));
        assert_eq!(shown.json[0]["agent"].as_str().map(str::len), Some(200));
        assert!(!shown.body.contains(&token), "the token is told to nobody");
        assert_ne!(shown.json[0]["id"], json!(token));
    }
}
