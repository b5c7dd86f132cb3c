//! GET /api/rollouts

use crate::{app::App, http::problem::Result, identity::Signed};
use axum::{Json, extract::State};
use gateway_api::RolloutSummary;
use std::sync::Arc;

/// Every rollout, a line each
#[utoipa::path(get, path = "/api/rollouts", operation_id = "rollouts", tag = "rollouts", responses(
    (status = 200, description = "Every rollout, oldest first", body = ref("#/components/schemas/RolloutSummaries")),
))]
pub async fn get(State(app): State<Arc<App>>, _signed: Signed) -> Result<Json<Vec<RolloutSummary>>> {
    let mut all = Vec::new();
    for ledger in app.ledgers() {
        all.push(app.summary(&*ledger.lock(app.store.as_ref()).await?));
    }
    Ok(Json(all))
}

#[cfg(test)]
mod tests {
    use crate::testing::Demo;
    use serde_json::json;

    #[tokio::test]
    async fn the_sample_rollout_is_there_adopted_and_waits_at_the_first_gate() {
        let demo = Demo::new().await;
        let viewer = demo.sign_in("viewer").await;
        let all = demo.get("/api/rollouts", Some(&viewer)).await;
        let [only] = all.json.as_array().expect("a list").as_slice() else { panic!("{}", all.json) };
        assert_eq!((&only["version"], &only["closed"], &only["current"]), (&json!(2), &json!(false), &json!(0)));
        assert_eq!(only["phases"].as_array().map(Vec::len), Some(5));
        assert_eq!(only["phases"][0]["aspect"], json!("danger"));
        assert!(only["waits_for"].as_array().is_some_and(|roles| roles.contains(&json!("product-owner"))));
    }
}
