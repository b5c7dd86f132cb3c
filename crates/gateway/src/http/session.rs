//! Who is signed in: GET, POST and DELETE /api/session.

pub mod own;
pub mod proof;
pub mod set_up;

use super::{
    input::Body,
    peer::Peer,
    problem::{Failure, Result},
};
use crate::{
    app::App,
    demo,
    identity::{
        self, Signed, at_provider,
        local::{self, Caller, NotIn},
    },
};
use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode, header::SET_COOKIE},
    response::{AppendHeaders, IntoResponse, Response},
};
use gateway_api::{Account, ProofView, ProvenBy, SessionView, SignIn, SignedIn, paths::CONTINUE_AT};
use rollout::Role;
use std::sync::Arc;

async fn view(app: &App, signed: Option<&Signed>) -> Result<SessionView> {
    let account = |account: Role| Account { account, name: demo::sample_name(account).to_owned() };
    Ok(SessionView {
        demo: app.demo,
        setup: local::can_set_up(app).await?,
        provider: app.provider.as_ref().map(|provider| provider.name().to_owned()),
        signed_in: signed.map(|signed| SignedIn {
            person: signed.person,
            name: signed.name.clone(),
            roles: signed.roles(),
            grants: signed.grants.iter().map(ToString::to_string).collect(),
            administrator: signed.is_administrator(),
            proof: Some(ProofView { at: signed.proof_by(&app.clock).at, by: signed.proof.by }),
        }),
        accounts: if app.demo { Role::ALL.map(account).to_vec() } else { Vec::new() },
        now: app.clock.now(),
    })
}

/// Whoever came in, with the session in the cookie.
async fn came_in(app: &App, (signed, cookie): (Signed, String)) -> Result<Response> {
    Ok((AppendHeaders([(SET_COOKIE, cookie)]), Json(view(app, Some(&signed)).await?)).into_response())
}

/// Nobody came in.
fn failure(error: NotIn) -> Failure {
    match error {
        NotIn::Wrong => {
            let title = "Nobody came in";
            Failure::new(StatusCode::UNAUTHORIZED, "wrong-credentials", title, "What was typed is wrong, or nobody's.")
        }
        NotIn::TooMany(many) => Failure::too_many(many.seconds),
        NotIn::Closed => Failure::not_found("There is nothing to set up: there is an account already."),
        NotIn::NoName { place, why } => Failure::bad_request(place, format!("This cannot be taken: {why}.")),
        NotIn::NoPassword(why) => Failure::bad_request("/password", format!("This is no password: {why}.")),
        NotIn::Store(error) => error.into(),
        NotIn::Broken(error) => crate::store::StoreError::Unreadable(error.to_string()).into(),
    }
}

/// Who is signed in, and how one can sign in
#[utoipa::path(get, path = "/api/session", operation_id = "session", tag = "session", responses(
    (status = 200, description = "Who is signed in, if anybody", body = ref("#/components/schemas/SessionView")),
))]
pub async fn get(State(app): State<Arc<App>>, headers: HeaderMap) -> Result<Json<SessionView>> {
    let signed = identity::who(&app, &headers).await?;
    Ok(Json(view(&app, signed.as_ref()).await?))
}

/// Sign in: with login and password, or in the demo as a sample account
///
/// Whoever was signed in in this browser before is so no longer.
#[utoipa::path(post, path = "/api/session", operation_id = "sign_in", tag = "session",
    request_body(content = ref("#/components/schemas/SignIn"), content_type = "application/json"), responses(
    (status = 200, description = "Signed in; the session is in the cookie",
        body = ref("#/components/schemas/SessionView"), headers(("set-cookie" = String))),
    (status = 401, description = "Login or password is wrong, or the account may not be used: nobody is told which",
        body = ref("#/components/schemas/Problem"), content_type = "application/problem+json"),
    (status = 404, description = "This gateway has no such accounts: sample accounts in the demo alone, passwords elsewhere alone",
        body = ref("#/components/schemas/Problem"), content_type = "application/problem+json"),
    (status = 429, description = "Too many tries for this login or from this address", headers(("retry-after" = u64)),
        body = ref("#/components/schemas/Problem"), content_type = "application/problem+json"),
))]
pub async fn post(
    State(app): State<Arc<App>>,
    Peer(address): Peer,
    headers: HeaderMap,
    Body(asked): Body<SignIn>,
) -> Result<Response> {
    let opened = match asked {
        SignIn { account: Some(_), login: None, password: None } if !app.demo => {
            return Err(Failure::not_found("There are sample accounts only in the demo."));
        }
        SignIn { account: Some(role), login: None, password: None } => {
            let signed = local::sign_in_sample(&app, role, &headers).await?;
            signed.ok_or_else(|| Failure::not_found("There is no sample account of this role."))?
        }
        SignIn { account: None, login: Some(_), password: Some(_) } if app.demo => {
            return Err(Failure::not_found("The demo has its sample accounts alone."));
        }
        SignIn { account: None, login: Some(login), password: Some(password) } => {
            local::sign_in(&app, &login, password, Caller { address, headers: &headers }).await.map_err(failure)?
        }
        _ => return Err(Failure::bad_request("", "Login and password are expected; in the demo, an account.")),
    };
    came_in(&app, opened).await
}

/// Sign out
#[utoipa::path(delete, path = "/api/session", operation_id = "sign_out", tag = "session", responses(
    (status = 204, description = "Nobody is signed in here any more. Who came by the company's provider is still signed in \
        there: `continue-at` says where to go to sign out there too, if it has such a place",
        headers(("set-cookie" = String), ("continue-at" = String))),
))]
pub async fn delete(State(app): State<Arc<App>>, headers: HeaderMap) -> Result<impl IntoResponse> {
    let mut answer = HeaderMap::new();
    if let Some(signed) = identity::who(&app, &headers).await? {
        identity::end(&app, &signed.session, &signed.session_id, signed.person).await?;
        if signed.proof.by == ProvenBy::Provider
            && let Some(place) = at_provider::end_session_place(&app).await
        {
            answer.insert(CONTINUE_AT, place);
        }
    }
    Ok((StatusCode::NO_CONTENT, AppendHeaders([(SET_COOKIE, app.site.no_cookie())]), answer))
}

#[cfg(test)]
mod tests;
