//! The second listener, for whoever runs the gateway: on this machine alone, and without signing in.

use super::health;
use crate::app::App;
use axum::{
    Router,
    extract::State,
    http::{StatusCode, header::CONTENT_TYPE},
    response::{IntoResponse, Response},
    routing::get,
};
use std::sync::Arc;

/// The media type of Prometheus' text form.
const TEXT: &str = "text/plain; version=0.0.4; charset=utf-8";

/// What it answers.
pub fn router(app: Arc<App>) -> Router {
    Router::new()
        .route("/metrics", get(metrics))
        .route("/healthz", get(health::healthz))
        .route("/readyz", get(health::readyz))
        .with_state(app)
}

async fn metrics(State(app): State<Arc<App>>) -> Response {
    match app.metrics.text(&app).await {
        Ok(text) => ([(CONTENT_TYPE, TEXT)], text).into_response(),
        Err(error) => {
            tracing::error!(%error, "the metrics have no text form");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Demo;
    use axum::{body::Body, http::Request};
    use http_body_util::BodyExt;
    use tower::ServiceExt;

    #[tokio::test]
    async fn it_tells_metrics_and_health_and_nothing_else() {
        let demo = Demo::new().await;
        let ask = async |path: &str| {
            let request = Request::get(path).body(Body::empty()).expect("a request");
            let response = router(demo.app.clone()).oneshot(request).await.expect("answers");
            let (status, kind) = (response.status().as_u16(), response.headers().get(CONTENT_TYPE).cloned());
            let body = response.into_body().collect().await.expect("ends").to_bytes();
            (status, kind, String::from_utf8(body.to_vec()).expect("UTF-8"))
        };
        let (status, kind, text) = ask("/metrics").await;
        assert_eq!((status, kind.expect("a type").to_str().expect("ASCII")), (200, TEXT));
        assert!(text.contains("\nsignalbox_rollouts_open 1\n"), "{text}");
        assert_eq!((ask("/healthz").await.0, ask("/readyz").await.0), (200, 200));
        assert_eq!((ask("/api/rollouts").await.0, ask("/").await.0), (404, 404));
        assert_eq!(demo.get("/metrics", None).await.status, 404, "the first listener tells no metrics");
        demo.app.hub.close();
        assert_eq!(ask("/readyz").await.0, 503);
    }
}
