//! Who is signed in: GET, POST and DELETE /api/session.

use super::{
    input::Body,
    problem::{Failure, Result},
};
use crate::{
    app::App,
    demo,
    identity::{self, Signed},
};
use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode, header::SET_COOKIE},
    response::{AppendHeaders, IntoResponse},
};
use gateway_api::{Account, SessionView, SignIn, SignedIn};
use rollout::Role;
use std::sync::Arc;

fn view(app: &App, signed: Option<&Signed>) -> SessionView {
    let account = |account: Role| Account { account, name: demo::sample_name(account).to_owned() };
    SessionView {
        demo: app.demo,
        signed_in: signed.map(|signed| SignedIn {
            person: signed.person.id,
            name: signed.person.name.clone(),
            roles: vec![signed.role],
        }),
        accounts: if app.demo { Role::ALL.map(account).to_vec() } else { Vec::new() },
        now: app.clock.now(),
    }
}

/// Who is signed in, and how one can sign in
#[utoipa::path(get, path = "/api/session", operation_id = "session", tag = "session", responses(
    (status = 200, description = "Who is signed in, if anybody", body = ref("#/components/schemas/SessionView")),
))]
pub async fn get(State(app): State<Arc<App>>, headers: HeaderMap) -> Result<Json<SessionView>> {
    let signed = identity::who(&app, &headers).await?;
    Ok(Json(view(&app, signed.as_ref())))
}

/// Sign in as a sample account of the demo
#[utoipa::path(post, path = "/api/session", operation_id = "sign_in", tag = "session",
    request_body(content = ref("#/components/schemas/SignIn"), content_type = "application/json"), responses(
    (status = 200, description = "Signed in; the session is in the cookie",
        body = ref("#/components/schemas/SessionView"), headers(("set-cookie" = String))),
    (status = 404, description = "Not in the demo", body = ref("#/components/schemas/Problem"),
        content_type = "application/problem+json"),
))]
pub async fn post(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    Body(asked): Body<SignIn>,
) -> Result<impl IntoResponse> {
    if !app.demo {
        return Err(Failure::not_found("There are sample accounts only in the demo."));
    }
    let signed = identity::sign_in(&app, asked.account).await?;
    let (signed, cookie) = signed.ok_or_else(|| Failure::not_found("There is no sample account of this role."))?;
    // Whoever was signed in here before is so no longer.
    if let Some(before) = identity::token(&headers) {
        identity::sign_out(&app, &before).await?;
    }
    Ok((AppendHeaders([(SET_COOKIE, cookie)]), Json(view(&app, Some(&signed)))))
}

/// Sign out
#[utoipa::path(delete, path = "/api/session", operation_id = "sign_out", tag = "session", responses(
    (status = 204, description = "Nobody is signed in here any more", headers(("set-cookie" = String))),
))]
pub async fn delete(State(app): State<Arc<App>>, headers: HeaderMap) -> Result<impl IntoResponse> {
    if let Some(session) = identity::token(&headers) {
        identity::sign_out(&app, &session).await?;
    }
    Ok((StatusCode::NO_CONTENT, AppendHeaders([(SET_COOKIE, identity::forget())])))
}

#[cfg(test)]
mod tests {
    use crate::testing::{Demo, status};
    use serde_json::json;

    #[tokio::test]
    async fn one_signs_in_and_out_and_the_cookie_is_worth_nothing_afterwards() {
        let demo = Demo::new().await;
        let nobody = demo.get("/api/session", None).await;
        assert_eq!(
            (nobody.status, &nobody.json["signed_in"], nobody.json["demo"].as_bool()),
            (200, &json!(null), Some(true))
        );
        assert_eq!(nobody.json["accounts"].as_array().map(Vec::len), Some(6));

        let cookie = demo.sign_in("engineer").await;
        let somebody = demo.get("/api/session", Some(&cookie)).await;
        assert_eq!(somebody.json["signed_in"]["roles"], json!(["engineer"]));
        assert_eq!(somebody.json["signed_in"]["name"], json!("Sample engineer"));

        let gone = demo.send("DELETE", "/api/session", Some(&cookie), &[], "").await;
        assert_eq!(gone.status, 204);
        assert!(gone.header("set-cookie").contains("Max-Age=0"));
        assert_eq!(demo.get("/api/rollouts", Some(&cookie)).await.status, 401);
    }

    #[tokio::test]
    async fn a_session_ends_after_twelve_hours_of_real_time_and_not_of_the_demos() {
        let demo = Demo::new().await;
        let cookie = demo.sign_in("viewer").await;
        let moved = demo.post("/api/demo/clock", &cookie, json!({"ahead_hours": 744})).await;
        assert_eq!(moved.status, 200);
        demo.pass_hours(11);
        assert_eq!(demo.get("/api/rollouts", Some(&cookie)).await.status, 200);
        demo.pass_hours(1);
        assert_eq!(demo.get("/api/rollouts", Some(&cookie)).await.status, 401);
    }

    #[tokio::test]
    async fn an_account_is_one_of_the_six() {
        let demo = Demo::new().await;
        let unknown = demo.send("POST", "/api/session", None, &[], r#"{"account": "root"}"#).await;
        assert_eq!((unknown.status, unknown.json["place"].as_str()), (400, Some("/account")));
        let more = demo.send("POST", "/api/session", None, &[], r#"{"account": "legal", "admin": true}"#).await;
        assert_eq!(more.status, 400);
        let outside = Demo::outside().await;
        status(&outside.send("POST", "/api/session", None, &[], r#"{"account": "legal"}"#).await, 404);
    }
}
