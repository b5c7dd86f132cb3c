//! POST /api/session/proof

use super::{failure, view};
use crate::{
    app::App,
    http::{
        input::Body,
        peer::Peer,
        problem::{Failure, Result},
    },
    identity::{
        Signed,
        local::{self, Caller},
    },
};
use axum::{Json, extract::State, http::HeaderMap};
use gateway_api::{Power, Prove, ProvenBy, SessionView};
use std::sync::Arc;

/// Prove oneself again: some signatures need a proof of the last minutes
#[utoipa::path(post, path = "/api/session/proof", operation_id = "prove", tag = "session",
    request_body(content = ref("#/components/schemas/Prove"), content_type = "application/json"), responses(
    (status = 200, description = "Proven; `proof` of the session says when and how",
        body = ref("#/components/schemas/SessionView")),
    (status = 401, description = "Nobody is signed in; or what was typed is wrong",
        body = ref("#/components/schemas/Problem"), content_type = "application/problem+json"),
    (status = 404, description = "Sample accounts are of the demo alone, passwords of elsewhere alone",
        body = ref("#/components/schemas/Problem"), content_type = "application/problem+json"),
    (status = 429, description = "Too many tries", headers(("retry-after" = u64)),
        body = ref("#/components/schemas/Problem"), content_type = "application/problem+json"),
))]
pub async fn post(
    State(app): State<Arc<App>>,
    signed: Signed,
    Peer(address): Peer,
    headers: HeaderMap,
    Body(asked): Body<Prove>,
) -> Result<Json<SessionView>> {
    let proof = match asked {
        Prove { account: Some(role), password: None } if app.demo => {
            if !signed.grants.iter().any(|grant| grant.role == Power::Role(role)) {
                return Err(failure(local::NotIn::Wrong));
            }
            local::proven(&app, &signed, ProvenBy::Sample).await?
        }
        Prove { account: None, password: Some(password) } if !app.demo => {
            local::prove(&app, &signed, password, Caller { address, headers: &headers }).await.map_err(failure)?
        }
        Prove { account: Some(_), password: None } | Prove { account: None, password: Some(_) } => {
            return Err(Failure::not_found("This gateway has no such accounts."));
        }
        _ => return Err(Failure::bad_request("", "A password is expected; in the demo, one's account.")),
    };
    Ok(Json(view(&app, Some(&Signed { proof, ..signed })).await?))
}

#[cfg(test)]
mod tests {
    use crate::testing::{Demo, status};
    use serde_json::json;

    #[tokio::test]
    async fn in_the_demo_one_proves_oneself_as_who_one_is() {
        let demo = Demo::new().await;
        let cookie = demo.sign_in("legal").await;
        let before = demo.app.clock.real();
        demo.pass(400_000);
        let wrong = demo.post("/api/session/proof", &cookie, json!({"account": "privacy"})).await;
        assert_eq!((wrong.status, &wrong.json["type"]), (401, &json!("/problems/wrong-credentials")));
        let proof = |answer: &serde_json::Value| answer["signed_in"]["proof"].clone();
        let still = demo.get("/api/session", Some(&cookie)).await.json;
        assert_eq!(proof(&still), json!({"at": before, "by": "sample"}));
        let now = demo.app.clock.real();
        let proven = demo.post("/api/session/proof", &cookie, json!({"account": "legal"})).await;
        status(&proven, 200);
        assert_eq!(proof(&proven.json), json!({"at": now, "by": "sample"}));
        assert_eq!(proof(&demo.get("/api/session", Some(&cookie)).await.json), json!({"at": now, "by": "sample"}));
        for (body, expected) in [(json!({}), 400), (json!({"password": "x"}), 404)] {
            status(&demo.post("/api/session/proof", &cookie, body).await, expected);
        }
    }
}
