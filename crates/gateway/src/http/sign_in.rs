//! GET /api/sign-in: the way to the company's provider.

pub mod callback;

use super::{
    peer::Peer,
    problem::{Failure, Result},
    query::Query,
};
use crate::{
    app::App,
    identity::{
        self,
        at_provider::{self, NotIn},
        provider::{Provider, ProviderError, Purpose},
        token,
    },
};
use axum::{
    extract::{RawQuery, State},
    http::{
        HeaderMap, StatusCode,
        header::{LOCATION, SET_COOKIE},
    },
    response::{AppendHeaders, IntoResponse, Response},
};
use rollout::Millis;
use std::sync::Arc;

/// So long a browser remembers that it went there; the gateway itself remembers no longer.
const FLOW_SECONDS: Millis = 600;

/// The console's page that tells what went wrong.
const SIGN_IN_PAGE: &str = "/sign-in";

/// Sign in at the company's provider, or prove there again who one is: a page for browsers
///
/// The provider sends the browser back to /api/sign-in/callback.
#[utoipa::path(get, path = "/api/sign-in", operation_id = "begin_sign_in", tag = "session",
    params(
        ("next" = Option<String>, Query, description = "Where to go then: a path of this gateway; / if it is none"),
        ("again" = Option<bool>, Query, description = "Prove again who is signed in here already, with a proof of now"),
    ), responses(
    (status = 303, description = "To the provider; or to the sign-in page, whose `problem` says why not",
        headers(("location" = String), ("set-cookie" = String))),
    (status = 400, description = "The query is malformed; `place` names where",
        body = ref("#/components/schemas/Problem"), content_type = "application/problem+json"),
    (status = 404, description = "No provider is configured",
        body = ref("#/components/schemas/Problem"), content_type = "application/problem+json"),
    (status = 429, description = "Too many tries from this address", headers(("retry-after" = u64)),
        body = ref("#/components/schemas/Problem"), content_type = "application/problem+json"),
))]
pub async fn get(
    State(app): State<Arc<App>>,
    Peer(address): Peer,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response> {
    let query = Query::read(query.as_deref(), &["next", "again"])?;
    let next = query.one("next")?.unwrap_or("/");
    let again = match query.one("again")? {
        None | Some("false") => false,
        Some("true") => true,
        Some(_) => return Err(Failure::bad_request("again", "again is true or false.")),
    };
    let provider = provider(&app)?;
    app.limits.try_address(&app.clock, address).map_err(|many| {
        app.metrics.sign_in_failed("limited");
        Failure::too_many(many.seconds)
    })?;
    let signed = identity::who(&app, &headers).await?;
    let purpose = if again { at_provider::again(&app, provider, signed).await } else { Ok(Purpose::SignIn) };
    let begun = match purpose {
        Ok(purpose) => {
            let before = token(&app.site, &headers);
            at_provider::begin(&app, provider, purpose, next, before).await.map_err(NotIn::from)
        }
        Err(not_in) => Err(not_in),
    };
    match begun {
        Ok((url, token)) => Ok(to(url.as_str(), [app.site.flow_cookie(&token, FLOW_SECONDS)])),
        Err(not_in) => failed(&app, not_in, next, []),
    }
}

/// Errors: none is configured.
fn provider(app: &App) -> Result<&Provider> {
    app.provider.as_ref().ok_or_else(|| Failure::not_found("This gateway has no sign-in provider."))
}

fn to<const N: usize>(location: &str, cookies: [String; N]) -> Response {
    let cookies = AppendHeaders(cookies.map(|cookie| (SET_COOKIE, cookie)));
    (StatusCode::SEE_OTHER, [(LOCATION, location.to_owned())], cookies).into_response()
}

/// Nobody came in: a person reads why on the sign-in page.
fn failed<const N: usize>(app: &App, not_in: NotIn, next: &str, cookies: [String; N]) -> Result<Response> {
    let problem: ProviderError = match not_in {
        NotIn::Provider(problem) => problem,
        NotIn::Store(error) => return Err(error.into()),
    };
    app.metrics.sign_in_failed(problem.code());
    tracing::info!(problem = problem.code(), "nobody came in by the provider");
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("problem", problem.code())
        .append_pair("next", next)
        .finish();
    Ok(to(&format!("{SIGN_IN_PAGE}?{query}"), cookies))
}

#[cfg(test)]
mod tests;
