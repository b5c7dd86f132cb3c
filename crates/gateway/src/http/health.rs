//! GET /healthz and /readyz

use super::problem::{Failure, Result};
use crate::app::App;
use axum::{extract::State, http::StatusCode};
use std::sync::Arc;

/// It runs
#[utoipa::path(get, path = "/healthz", operation_id = "healthz", tag = "health", responses(
    (status = 200, description = "It runs", body = String, content_type = "text/plain"),
))]
pub async fn healthz() -> &'static str {
    "ok\n"
}

/// It can do its work: every ledger is folded, and the store takes writes
#[utoipa::path(get, path = "/readyz", operation_id = "readyz", tag = "health", responses(
    (status = 200, description = "It can do its work", body = String, content_type = "text/plain"),
))]
pub async fn readyz(State(app): State<Arc<App>>) -> Result<&'static str> {
    if app.hub.is_closing() {
        let title = "The gateway closes";
        return Err(Failure::new(StatusCode::SERVICE_UNAVAILABLE, "closing", title, "Ask the next one."));
    }
    // There is no listener before every ledger is folded.
    app.store.set_setting("ready", &app.clock.real().to_string()).await?;
    Ok("ok\n")
}

#[cfg(test)]
mod tests {
    use crate::testing::Demo;

    #[tokio::test]
    async fn it_is_ready_until_it_closes_or_the_store_takes_no_more() {
        let demo = Demo::new().await;
        assert_eq!(demo.get("/healthz", None).await.status, 200);
        assert_eq!(demo.get("/readyz", None).await.status, 200);
        demo.app.hub.close();
        assert_eq!(demo.get("/readyz", None).await.status, 503);
        let broken = Demo::new().await;
        broken.app.store.close().await.expect("closes");
        let failed = broken.get("/readyz", None).await;
        assert_eq!((failed.status, failed.header("content-type")), (503, "application/problem+json"));
        assert!(!failed.body.contains("pool"), "what went wrong inside stays in the log: {}", failed.body);
    }
}
