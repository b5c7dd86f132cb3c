//! POST /api/demo/clock

use super::{
    input::Body,
    problem::{Failure, Result},
};
use crate::{app::App, identity::Signed};
use axum::{Json, extract::State};
use gateway_api::{ClockMove, ClockView};
use rollout::{Actor, Role};
use std::sync::Arc;
use tracing::Instrument;

/// The most hours in one move.
const FARTHEST: u32 = 744;

/// Move the demo's clock ahead
#[utoipa::path(post, path = "/api/demo/clock", operation_id = "move_clock", tag = "demo",
    request_body(content = ref("#/components/schemas/ClockMove"), content_type = "application/json"), responses(
    (status = 200, description = "The gateway's time now", body = ref("#/components/schemas/ClockView")),
    (status = 404, description = "Not in the demo", body = ref("#/components/schemas/Problem"),
        content_type = "application/problem+json"),
))]
pub async fn post(State(app): State<Arc<App>>, signed: Signed, Body(by): Body<ClockMove>) -> Result<Json<ClockView>> {
    if !app.demo {
        return Err(Failure::not_found("Only the demo's clock can be moved."));
    }
    if !(1..=FARTHEST).contains(&by.ahead_hours) {
        let detail = format!("The clock moves ahead by 1 to {FARTHEST} hours.");
        return Err(Failure::bad_request("/ahead_hours", detail));
    }
    let role = signed.roles().first().copied().unwrap_or(Role::Viewer);
    let actor = Actor::Person { person: signed.person, role };
    let moving = async move { app.move_clock(by.ahead_hours, actor).await }.in_current_span();
    let now = match tokio::spawn(moving).await {
        Ok(moved) => moved?,
        Err(broken) => std::panic::resume_unwind(broken.into_panic()),
    };
    Ok(Json(ClockView { now }))
}

#[cfg(test)]
mod tests {
    use crate::testing::Demo;
    use serde_json::json;

    #[tokio::test]
    async fn the_clock_moves_ahead_the_ledger_says_so_and_a_restart_keeps_it() {
        let mut demo = Demo::new().await;
        let viewer = demo.sign_in("viewer").await;
        let before = demo.app.clock.now();
        let moved = demo.post("/api/demo/clock", &viewer, json!({"ahead_hours": 24})).await;
        assert_eq!(moved.status, 200);
        assert_eq!(demo.app.clock.now().since(before), 86_400_000);
        let records = demo.get(&demo.path("/records?after=2"), Some(&viewer)).await.json;
        let record: serde_json::Value =
            serde_json::from_str(records["records"][0]["bytes"].as_str().expect("bytes")).expect("JSON");
        assert_eq!((&record["kind"], &record["body"]), (&json!("clock-moved"), &json!({"by_ms": 86_400_000})));
        assert_eq!(record["actor"]["role"], json!("viewer"));
        demo.restart().await;
        assert_eq!(demo.app.clock.now().since(before), 86_400_000);
    }

    #[tokio::test]
    async fn it_never_moves_back_nor_too_far_nor_outside_the_demo() {
        let demo = Demo::new().await;
        let viewer = demo.sign_in("viewer").await;
        for hours in [json!(0), json!(745), json!(-1), json!(1.5), json!("24")] {
            let bad = demo.post("/api/demo/clock", &viewer, json!({"ahead_hours": hours})).await;
            assert_eq!((bad.status, bad.json["place"].as_str()), (400, Some("/ahead_hours")), "{hours}");
        }
        let outside = Demo::outside().await;
        let cookie = outside.cookie_of("viewer").await;
        assert_eq!(outside.post("/api/demo/clock", &cookie, json!({"ahead_hours": 24})).await.status, 404);
    }
}
