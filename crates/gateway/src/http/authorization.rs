//! Who may ask for what: every endpoint, in one table. What is not in it is refused.
//!
//! It tells who is let in. What may be done in a rollout, the rulebook tells, at the moment of the act: so a command needs
//! somebody who is signed in, and nothing more here.

use super::problem::Failure;
use crate::{
    app::App,
    identity::{self, Signed},
};
use axum::{
    extract::{MatchedPath, Request, State},
    http::{HeaderMap, Method, StatusCode, header::AUTHORIZATION},
    middleware::Next,
    response::{IntoResponse, Response},
};
use rollout::Role;
use std::sync::Arc;

/// Who is let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// Also who is not signed in.
    Anyone,
    /// Whoever is signed in.
    SignedIn,
    /// Who holds one of these roles for some plan and environment at least.
    Roles(&'static [Role]),
    /// Who looks after people and the system.
    Administrator,
    /// An application with a key; in the demo any.
    Application,
    /// Who knows a secret that the endpoint itself asks for.
    Secret,
}

/// An endpoint: its method, its path, and who is let in.
pub type Row = (&'static str, &'static str, Who);

/// The table.
#[rustfmt::skip]
pub const TABLE: [Row; 35] = [
    // Coming in
    ("GET",    "/api/session",                Who::Anyone),
    ("POST",   "/api/session",                Who::Anyone),
    ("DELETE", "/api/session",                Who::Anyone),
    ("POST",   "/api/session/proof",          Who::SignedIn),
    ("GET",    "/api/sessions",               Who::SignedIn),
    ("DELETE", "/api/sessions/{id}",          Who::SignedIn),
    ("POST",   "/api/setup",                  Who::Anyone),
    ("GET",    "/api/sign-in",                Who::Anyone),
    ("GET",    "/api/sign-in/callback",       Who::Anyone),

    // Rollouts: the rulebook decides who may command what
    ("GET",    "/api/rollouts",               Who::SignedIn),
    ("POST",   "/api/rollouts",               Who::Roles(&[Role::ProductOwner])),
    ("GET",    "/api/rollouts/{id}",          Who::SignedIn),
    ("GET",    "/api/rollouts/{id}/records",  Who::SignedIn),
    ("POST",   "/api/rollouts/{id}/commands", Who::SignedIn),
    ("POST",   "/api/rollouts/{id}/confirmations", Who::SignedIn),
    ("GET",    "/api/flags",                  Who::SignedIn),
    ("GET",    "/api/live",                   Who::SignedIn),

    // People and the system
    ("GET",    "/api/people",                 Who::SignedIn),
    ("POST",   "/api/people/{id}/disable",    Who::Administrator),
    ("POST",   "/api/people/{id}/enable",     Who::Administrator),
    ("POST",   "/api/people/{id}/erase",      Who::Administrator),
    ("GET",    "/api/system/records",         Who::Administrator),

    // The flag backend
    ("GET",    "/api/backend",                Who::SignedIn),
    ("GET",    "/api/backend/flags",          Who::SignedIn),
    ("POST",   "/api/backend/flags",          Who::Roles(&[Role::Engineer])),
    ("POST",   "/api/backend/hint",           Who::Secret),

    // The demo alone; elsewhere there is no such thing
    ("POST",   "/api/demo/clock",             Who::SignedIn),

    // Applications
    ("POST",   "/ofrep/v1/evaluate/flags/{key}", Who::Application),
    ("POST",   "/ofrep/v1/evaluate/flags",       Who::Application),
    ("POST",   "/environments/{environment}/ofrep/v1/evaluate/flags/{key}", Who::Application),
    ("POST",   "/environments/{environment}/ofrep/v1/evaluate/flags",       Who::Application),

    // What tells nothing about anybody
    ("GET",    "/healthz",                    Who::Anyone),
    ("GET",    "/readyz",                     Who::Anyone),
    ("GET",    "/plan.schema.json",           Who::Anyone),
    ("GET",    "/openapi.json",               Who::Anyone),
];

/// Who is let in there; none, if it is not in the table.
pub fn of(method: &str, path: &str) -> Option<Who> {
    let method = if method == Method::HEAD.as_str() { Method::GET.as_str() } else { method };
    TABLE.iter().find(|(of, at, _)| *of == method && *at == path).map(|(_, _, who)| *who)
}

/// The layer around every endpoint: lets in whom the table names.
pub async fn authorize(State(app): State<Arc<App>>, mut request: Request, next: Next) -> Response {
    let path = request.extensions().get::<MatchedPath>().map_or("", MatchedPath::as_str);
    let Some(who) = of(request.method().as_str(), path) else {
        tracing::error!(path, "an endpoint is not in the authorization table: nobody is let in");
        return wrong(StatusCode::FORBIDDEN, "Nobody is let in here.").into_response();
    };
    let let_in = match who {
        Who::Anyone | Who::Secret => Ok(None),
        Who::Application => application(&app, request.headers()).map(|()| None),
        Who::SignedIn | Who::Roles(_) | Who::Administrator => person(&app, request.headers(), who).await.map(Some),
    };
    match let_in {
        Ok(signed) => {
            if let Some(signed) = signed {
                request.extensions_mut().insert(signed);
            }
            next.run(request).await
        }
        Err(failure) => failure.into_response(),
    }
}

async fn person(app: &App, headers: &HeaderMap, who: Who) -> Result<Signed, Failure> {
    let signed = identity::who(app, headers).await?.ok_or_else(Failure::not_signed_in)?;
    match who {
        Who::Roles(roles) if !signed.roles().iter().any(|role| roles.contains(role)) => {
            Err(wrong_role(roles, &signed.roles()))
        }
        Who::Administrator if !signed.is_administrator() => {
            Err(wrong(StatusCode::FORBIDDEN, "This is for an administrator."))
        }
        _ => Ok(signed),
    }
}

fn application(app: &App, headers: &HeaderMap) -> Result<(), Failure> {
    if app.demo {
        return Ok(());
    }
    if app.ofrep_keys.is_empty() {
        let detail = "No key is configured for applications: name a file with one as `ofrep.key_file`.";
        return Err(Failure::not_found(detail));
    }
    let given = headers.get(AUTHORIZATION).map_or(&[][..], |value| value.as_bytes());
    let given = given.strip_prefix(b"Bearer ").unwrap_or_default();
    // Every key is looked at, whichever fits.
    if app.ofrep_keys.iter().fold(false, |fits, key| key.is(given) | fits) {
        return Ok(());
    }
    let detail = "The Authorization header must be `Bearer` and a key of this gateway.";
    let title = "The key is missing or wrong";
    Err(Failure::new(StatusCode::UNAUTHORIZED, "wrong-key", title, detail).at("authorization"))
}

fn wrong(status: StatusCode, detail: impl Into<String>) -> Failure {
    Failure::new(status, "wrong-role", "This is for somebody else", detail)
}

/// Whoever asks holds none of the roles that may.
pub fn wrong_role(needs: &[Role], holds: &[Role]) -> Failure {
    let names = |roles: &[Role]| roles.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let detail = format!("This is for the role {} there; you act as {}.", names(needs), names(holds));
    wrong(StatusCode::FORBIDDEN, detail)
}
