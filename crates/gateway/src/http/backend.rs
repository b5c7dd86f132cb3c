//! GET /api/backend

pub mod hint;

use super::problem::Result;
use crate::{app::App, identity::Signed};
use axum::{Json, extract::State};
use gateway_api::BackendView;
use std::sync::Arc;

/// How many attempts are shown.
const SHOWN: u32 = 50;

/// How the flag backend does, and the latest delivery attempts
#[utoipa::path(get, path = "/api/backend", operation_id = "backend", tag = "backend", responses(
    (status = 200, description = "How it does", body = ref("#/components/schemas/BackendView")),
))]
pub async fn get(State(app): State<Arc<App>>, _signed: Signed) -> Result<Json<BackendView>> {
    Ok(Json(BackendView {
        kind: app.backend.kind().to_owned(),
        unreachable_since: app.backend_unreachable_since(),
        capabilities: app.backend.capabilities(),
        attempts: app.store.attempts(SHOWN).await?,
    }))
}

#[cfg(test)]
mod tests {
    use crate::testing::Demo;
    use serde_json::json;

    #[tokio::test]
    async fn the_backend_tells_what_it_can_and_what_was_tried() {
        let demo = Demo::new().await;
        let engineer = demo.sign_in("engineer").await;
        let calm = demo.get("/api/backend", Some(&engineer)).await.json;
        assert_eq!(
            (&calm["kind"], &calm["unreachable_since"], &calm["attempts"]),
            (&json!("built-in"), &json!(null), &json!([]))
        );
        let flag = demo.ledger().plan.flags[0].clone();
        demo.ask(&engineer, json!({"type": "lower", "flag": flag.slug, "to": "off"})).await;
        demo.delivery.tick().await;
        let tried = demo.get("/api/backend", Some(&engineer)).await.json;
        assert_eq!(tried["attempts"][0]["outcome"], json!("applied"));
        assert_eq!(tried["attempts"][0]["key"], json!(flag.key));
    }
}
