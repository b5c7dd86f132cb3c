//! GET /api/sign-in/callback

use super::{failed, provider, to};
use crate::{
    app::App,
    http::problem::Result,
    identity::{
        at_provider::{self, Came},
        cookie,
        provider::{Back, ProviderError},
    },
};
use axum::{
    extract::{RawQuery, State},
    http::HeaderMap,
    response::Response,
};
use std::sync::Arc;

/// Come back from the company's provider: a page for browsers that were sent there
///
/// The browser must be the one that was sent there: a cookie of its own says so. Whoever was signed in in it before is so
/// no longer.
#[utoipa::path(get, path = "/api/sign-in/callback", operation_id = "finish_sign_in", tag = "session",
    params(
        ("code" = Option<String>, Query, description = "What the provider tells more for"),
        ("state" = Option<String>, Query, description = "What this gateway has sent along"),
        ("error" = Option<String>, Query, description = "Why the provider let nobody in"),
        ("error_description" = Option<String>, Query, description = "The same in its own words, for the log"),
        ("iss" = Option<String>, Query, description = "The provider's issuer"),
    ), responses(
    (status = 303, description = "To where somebody wanted to go, signed in or with a proof of now; or to the sign-in page, whose `problem` says why not",
        headers(("location" = String), ("set-cookie" = String))),
    (status = 404, description = "No provider is configured",
        body = ref("#/components/schemas/Problem"), content_type = "application/problem+json"),
    (status = 507, description = "The gateway's disk is full: nobody was signed in",
        body = ref("#/components/schemas/Problem"), content_type = "application/problem+json"),
))]
pub async fn get(State(app): State<Arc<App>>, RawQuery(query): RawQuery, headers: HeaderMap) -> Result<Response> {
    let provider = provider(&app)?;
    let over = app.site.flow_cookie("", 0);
    let flow = cookie(&headers, app.site.flow_cookie_name()).and_then(|token| app.flows.take(token));
    let Some(flow) = flow else { return failed(&app, ProviderError::Unknown.into(), "/", [over]) };
    let next = flow.next().to_owned();
    match at_provider::finish(&app, provider, flow, back(query.as_deref()), &headers).await {
        Ok(Came::In { cookie }) => Ok(to(&next, [over, cookie])),
        Ok(Came::Proven) => Ok(to(&next, [over])),
        Err(not_in) => failed(&app, not_in, &next, [over]),
    }
}

/// Providers send more than is asked for: that is nothing to us. What stands twice says nothing.
fn back(query: Option<&str>) -> Back {
    let pairs: Vec<(String, String)> = form_urlencoded::parse(query.unwrap_or("").as_bytes()).into_owned().collect();
    let one = |name: &str| {
        let mut found = pairs.iter().filter(|(given, _)| given == name).map(|(_, value)| value.clone());
        found.next().filter(|_| found.next().is_none())
    };
    Back {
        code: one("code"),
        state: one("state"),
        error: one("error"),
        error_description: one("error_description"),
        iss: one("iss"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_twice_says_nothing() {
        let told = back(Some("code=a%2Bb&state=x&session_state=y&iss=https%3A%2F%2Fi.example&state=z"));
        assert_eq!((told.code.as_deref(), told.state), (Some("a+b"), None));
        assert_eq!((told.iss.as_deref(), told.error), (Some("https://i.example"), None));
        assert_eq!(back(None).code, None);
    }
}
