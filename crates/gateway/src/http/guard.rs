//! What every request passes: is it meant for us, is it from us, and what may a browser do with the answer.

use super::{backend::hint, problem::Failure};
use crate::{app::App, clock};
use axum::{
    extract::{MatchedPath, Request, State},
    http::{
        HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri,
        header::{
            CACHE_CONTROL, CONTENT_SECURITY_POLICY, HOST, ORIGIN, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY,
            X_CONTENT_TYPE_OPTIONS,
        },
    },
    middleware::Next,
    response::{IntoResponse, Response},
};
use std::sync::Arc;
use tracing::Instrument;

/// `'wasm-unsafe-eval'` lets the console's module be compiled, and nothing else. Styles are set on elements by the
/// console's charts and positioned menus.
const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; \
    img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'self'; \
    form-action 'self'; frame-ancestors 'none'";

const HEADERS: [(HeaderName, &str); 4] = [
    (CONTENT_SECURITY_POLICY, POLICY),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (REFERRER_POLICY, "same-origin"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
];

/// Two years by TLS alone, from the first visit on.
const STRICT: &str = "max-age=63072000";

/// The outermost layer: checks, headers, and one line in the log for each request.
pub async fn guard(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let id = clock::request_id();
    let begun = app.clock.steady();
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let route = request.extensions().get::<MatchedPath>().map_or("other", MatchedPath::as_str).to_owned();
    let span = tracing::info_span!("request", id);
    let mut response = match refusal(&app, &request) {
        Some(failure) => failure.into_response(),
        None => next.run(request).instrument(span.clone()).await,
    };
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if app.site.is_secure() {
        headers.insert(STRICT_TRANSPORT_SECURITY, HeaderValue::from_static(STRICT));
    }
    if path.starts_with("/api") {
        headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    }
    if let Ok(value) = HeaderValue::from_str(&id) {
        headers.insert("x-request-id", value);
    }
    let took = app.clock.steady().saturating_sub(begun);
    let (status, took_ms) = (response.status().as_u16(), took.as_millis() as u64);
    app.metrics.answered(&method, &route, status, took);
    // The path alone: a query may hold what no log should.
    span.in_scope(|| tracing::info!(%method, path, status, took_ms, "request"));
    response
}

fn refusal(app: &App, request: &Request) -> Option<Failure> {
    let host = host(request.headers(), request.uri());
    // Another name that leads here is somebody else's: their page would read what it asks for (DNS rebinding).
    let is_asked = app.site.is_asked(host.as_deref()).unwrap_or_else(|| host.as_deref().is_some_and(is_here));
    if !is_asked {
        let detail = match app.site.is_public() {
            true => format!("This gateway answers only at {}.", app.site),
            false => "This gateway answers only to localhost, 127.0.0.1 and [::1].".to_owned(),
        };
        let title = "This is not the host that was asked";
        return Some(Failure::new(StatusCode::MISDIRECTED_REQUEST, "wrong-host", title, detail).at("host"));
    }
    let reads = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    let path = request.uri().path();
    if reads || !path.starts_with("/api") || path == hint::PATH {
        return None;
    }
    let origin = request.headers().get(ORIGIN).and_then(|value| value.to_str().ok());
    let own = app.site.origin(host.as_deref());
    if origin.is_some() && origin.map(str::to_ascii_lowercase) == own.map(|own| own.to_ascii_lowercase()) {
        return None;
    }
    let detail =
        "What changes something is taken only from the console itself: the Origin header must name this gateway.";
    Some(Failure::new(StatusCode::FORBIDDEN, "foreign-origin", "This comes from elsewhere", detail).at("origin"))
}

fn host(headers: &HeaderMap, uri: &Uri) -> Option<String> {
    let mut named = headers.get_all(HOST).iter();
    let first = named.next().and_then(|value| value.to_str().ok()).map(str::to_owned);
    if named.next().is_some() {
        return None;
    }
    first.or_else(|| uri.authority().map(|authority| authority.to_string()))
}

/// A name of this machine, with any port.
fn is_here(host: &str) -> bool {
    let name = match host.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((name, port)) if port.is_empty() || is_port(port) => name,
        Some(_) => return false,
        None => match host.find(':') {
            Some(colon) if is_port(&host[colon..]) => &host[..colon],
            Some(_) => return false,
            None => host,
        },
    };
    let bracketed = host.starts_with('[');
    if bracketed { name == "::1" } else { name.eq_ignore_ascii_case("localhost") || name == "127.0.0.1" }
}

fn is_port(text: &str) -> bool {
    text.strip_prefix(':').is_some_and(|port| !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_this_machine_are_here() {
        for good in ["localhost", "LOCALHOST:8700", "127.0.0.1", "127.0.0.1:1", "[::1]", "[::1]:8700"] {
            assert!(is_here(good), "{good}");
        }
        for bad in [
            "example.org",
            "localhost.example.org",
            "127.0.0.1.example.org",
            "127.0.0.1@x",
            "::1",
            "[::2]",
            "localhost:",
            "localhost:x",
            "[::1]x",
            "",
            "[localhost]",
            "127.0.0.2",
        ] {
            assert!(!is_here(bad), "{bad}");
        }
    }
}
