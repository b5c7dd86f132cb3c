//! POST /api/backend/hint

use crate::{
    app::App,
    http::problem::{Failure, Result},
};
use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, header::AUTHORIZATION},
};
use std::sync::Arc;

/// Not a browser's: what lets it in is a secret, not where it comes from.
pub const PATH: &str = "/api/backend/hint";

/// The backend hints that something has changed there: every flag is looked at soon. What is sent with it is not read.
#[utoipa::path(post, path = "/api/backend/hint", operation_id = "hint", tag = "backend", responses(
    (status = 202, description = "It is heard"),
    (status = 401, description = "The Authorization header does not say the secret",
        body = ref("#/components/schemas/Problem"), content_type = "application/problem+json"),
    (status = 404, description = "No secret is configured, so nobody is heard",
        body = ref("#/components/schemas/Problem"), content_type = "application/problem+json"),
))]
pub async fn post(State(app): State<Arc<App>>, headers: HeaderMap) -> Result<StatusCode> {
    let Some(secret) = &app.hint_secret else {
        let detail = "No secret is configured for hints: name a file with one as `unleash.webhook_secret_file`.";
        return Err(Failure::not_found(detail));
    };
    let given = headers.get(AUTHORIZATION).map_or(&[][..], |value| value.as_bytes());
    if !secret.is(given.strip_prefix(b"Bearer ").unwrap_or(given)) {
        let detail = "The Authorization header must say what `unleash.webhook_secret_file` holds, and nothing else.";
        let title = "The secret is missing or wrong";
        return Err(Failure::new(StatusCode::UNAUTHORIZED, "wrong-secret", title, detail).at("authorization"));
    }
    app.hint();
    Ok(StatusCode::ACCEPTED)
}

#[cfg(test)]
mod tests {
    use super::PATH;
    use crate::{
        backend::Backend,
        demo::ENVIRONMENT,
        testing::{CSF, Demo, HINT_SECRET},
    };
    use rollout::Exposure;

    /// As a webhook asks: no cookie, no origin, a body of any kind.
    async fn hint(demo: &Demo, authorization: &str, body: &str) -> u16 {
        let headers = [("origin", ""), ("authorization", authorization)];
        demo.send("POST", PATH, None, &headers, body).await.status
    }

    #[tokio::test]
    async fn a_hint_is_looked_after_at_once_and_many_are_one() {
        let demo = Demo::new().await;
        demo.delivery.tick().await;
        let version = demo.version().await;
        let drifts = async |to: &Exposure, pass: i64| {
            demo.backend.set(ENVIRONMENT, CSF, to).await.expect("by another hand");
            for _ in 0..20 {
                assert_eq!(hint(&demo, HINT_SECRET, r#"{"type": "feature-environment-enabled"}"#).await, 202);
            }
            demo.pass(pass);
            demo.delivery.tick().await;
            demo.kinds_after(version).await.len()
        };
        assert_eq!(drifts(&Exposure::ON, 999).await, 0, "it was looked at less than a second ago");
        demo.pass(1);
        demo.delivery.tick().await;
        assert_eq!(demo.kinds_after(version).await, ["observed"], "and not forgotten");
        assert_eq!(drifts(&Exposure::OFF, 1_000).await, 2);
        demo.backend.set(ENVIRONMENT, CSF, &Exposure::ON).await.expect("by another hand");
        demo.pass(5_000);
        demo.delivery.tick().await;
        assert_eq!(demo.kinds_after(version).await.len(), 2, "without a hint it takes its time");
    }

    #[tokio::test]
    async fn only_the_secret_lets_in_and_without_one_nobody_comes() {
        let demo = Demo::new().await;
        let bearer = format!("Bearer {HINT_SECRET}");
        for (authorization, status) in
            [("", 401), ("Bearer ", 401), ("wrong", 401), (&HINT_SECRET[1..], 401), (&bearer, 202), (HINT_SECRET, 202)]
        {
            assert_eq!(hint(&demo, authorization, "no JSON").await, status, "{authorization}");
        }
        let refused = demo.send("POST", PATH, None, &[("origin", ""), ("authorization", "wrong")], "").await;
        assert_eq!(refused.json["place"], "authorization");
        assert!(!refused.body.contains(HINT_SECRET));
        assert_eq!(hint(&Demo::outside().await, HINT_SECRET, "{}").await, 404);
    }
}
