//! HTTP: one endpoint, one file. What they share: [`guard`] and [`authorization`] before, [`problem`] after, [`input`] and [`query`] between.

pub mod authorization;
mod backend;
pub mod console;
mod demo_clock;
mod flags;
mod guard;
mod health;
mod input;
mod live;
mod ofrep;
pub mod openapi;
pub mod ops;
mod peer;
mod people;
mod plan_schema;
mod problem;
mod query;
mod rollouts;
mod session;
mod sign_in;
mod system_records;
#[cfg(test)]
mod tests;

use crate::app::App;
use axum::{
    Router,
    extract::{DefaultBodyLimit, Request},
    http::StatusCode,
    middleware,
    response::{IntoResponse, Response},
};
use console::Console;
use problem::Failure;
use std::sync::Arc;
use tower_http::catch_panic::CatchPanicLayer;
use utoipa_axum::{router::OpenApiRouter, routes};

/// Every documented endpoint.
fn endpoints() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(session::get, session::post, session::delete))
        .routes(routes!(session::proof::post))
        .routes(routes!(session::set_up::post))
        .routes(routes!(sign_in::get))
        .routes(routes!(sign_in::callback::get))
        .routes(routes!(session::own::get))
        .routes(routes!(session::own::delete))
        .routes(routes!(rollouts::list::get, rollouts::begin::post))
        .routes(routes!(rollouts::one::get))
        .routes(routes!(rollouts::records::get))
        .routes(routes!(rollouts::commands::post))
        .routes(routes!(rollouts::confirmations::post))
        .routes(routes!(flags::get))
        .routes(routes!(people::get))
        .routes(routes!(people::acts::disable))
        .routes(routes!(people::acts::enable))
        .routes(routes!(people::acts::erase))
        .routes(routes!(system_records::get))
        .routes(routes!(live::get))
        .routes(routes!(backend::get))
        .routes(routes!(backend::flags::get, backend::flags::post))
        .routes(routes!(backend::hint::post))
        .routes(routes!(demo_clock::post))
        .routes(routes!(ofrep::one::post))
        .routes(routes!(ofrep::bulk::post))
        .routes(routes!(ofrep::one::post_in))
        .routes(routes!(ofrep::bulk::post_in))
        .routes(routes!(health::healthz))
        .routes(routes!(health::readyz))
        .routes(routes!(plan_schema::get))
        .routes(routes!(openapi::get))
}

/// The whole of what the gateway answers.
pub fn router(app: Arc<App>, console: Arc<Console>) -> Router {
    let (router, _) = endpoints().split_for_parts();
    router
        .route_layer(middleware::from_fn_with_state(app.clone(), authorization::authorize))
        .method_not_allowed_fallback(wrong_method)
        .fallback(move |request: Request| {
            let console = console.clone();
            async move { elsewhere(&console, request) }
        })
        .layer(DefaultBodyLimit::max(input::LARGEST_BODY))
        .layer(CatchPanicLayer::custom(broke))
        .layer(middleware::from_fn_with_state(app.clone(), guard::guard))
        .with_state(app)
}

async fn wrong_method(request: Request) -> Failure {
    let detail = format!("{} is not for {}; /openapi.json tells what is.", request.method(), request.uri().path());
    Failure::new(StatusCode::METHOD_NOT_ALLOWED, "wrong-method", "This is not done that way", detail)
}

/// What is no endpoint: a file or a page of the console, or nothing.
fn elsewhere(console: &Console, request: Request) -> Response {
    let path = request.uri().path();
    let answer = if is_below(path, "/api") || is_below(path, "/ofrep") { None } else { console.answer(&request) };
    answer.unwrap_or_else(|| Failure::not_found(format!("There is nothing at {path}.")).into_response())
}

fn is_below(path: &str, root: &str) -> bool {
    path.strip_prefix(root).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// What a handler that broke off leaves to the one who asked: the details are in the log.
fn broke(_panic: Box<dyn std::any::Any + Send>) -> Response {
    let id = crate::clock::request_id();
    tracing::error!(failure = id, "a handler broke off");
    let detail = format!("The gateway made a mistake; its log tells more under {id}.");
    Failure::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "The gateway made a mistake", detail).into_response()
}
