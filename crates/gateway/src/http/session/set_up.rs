//! POST /api/setup

use super::{came_in, failure};
use crate::{
    app::App,
    http::{input::Body, peer::Peer, problem::Result},
    identity::local::{self, Caller},
};
use axum::{extract::State, http::HeaderMap, response::Response};
use gateway_api::SetUp;
use std::sync::Arc;

/// Make the first administrator, with the one-time code that the gateway has printed in its terminal
///
/// The code is worth nothing after it was used, or once there is any account.
#[utoipa::path(post, path = "/api/setup", operation_id = "set_up", tag = "session",
    request_body(content = ref("#/components/schemas/SetUp"), content_type = "application/json"), responses(
    (status = 200, description = "Made, and signed in; the session is in the cookie",
        body = ref("#/components/schemas/SessionView"), headers(("set-cookie" = String))),
    (status = 401, description = "The code is wrong",
        body = ref("#/components/schemas/Problem"), content_type = "application/problem+json"),
    (status = 404, description = "There is nothing to set up",
        body = ref("#/components/schemas/Problem"), content_type = "application/problem+json"),
    (status = 429, description = "Too many tries", headers(("retry-after" = u64)),
        body = ref("#/components/schemas/Problem"), content_type = "application/problem+json"),
))]
pub async fn post(
    State(app): State<Arc<App>>,
    Peer(address): Peer,
    headers: HeaderMap,
    Body(asked): Body<SetUp>,
) -> Result<Response> {
    let opened = local::set_up(&app, asked, Caller { address, headers: &headers }).await.map_err(failure)?;
    came_in(&app, opened).await
}
