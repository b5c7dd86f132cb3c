//! POST /api/rollouts/{id}/confirmations

use crate::{
    app::App,
    http::{
        input::{self, Body},
        problem::{Failure, Result},
    },
    identity::Signed,
};
use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use gateway_api::ConfirmationView;
use rollout::Command;
use std::sync::Arc;

/// Ask for the confirmation of a command that gives a flag to somebody
///
/// The answer says what would be given to whom. Its text goes with the very same command, in the header `Confirmation`. It is
/// good for whoever asked, for five minutes, and until anything happens to the flag: so for one command alone.
#[utoipa::path(post, path = "/api/rollouts/{id}/confirmations", operation_id = "confirm", tag = "rollouts",
    params(("id" = String, Path, description = "The rollout")),
    request_body(content = ref("#/components/schemas/Command"), content_type = "application/json"),
    responses(
    (status = 200, description = "What is confirmed, and by which text",
        body = ref("#/components/schemas/ConfirmationView")),
    (status = 404, description = "No such rollout", body = ref("#/components/schemas/Problem"),
        content_type = "application/problem+json"),
    (status = 422, description = "The command gives nothing to anybody, or names what the plan has not",
        body = ref("#/components/schemas/Problem"), content_type = "application/problem+json"),
))]
pub async fn post(
    State(app): State<Arc<App>>,
    signed: Signed,
    Path(id): Path<String>,
    Body(command): Body<Command>,
) -> Result<Json<ConfirmationView>> {
    let ledger = input::ledger(&app, &id)?;
    let folded = ledger.lock(app.store.as_ref()).await?;
    let confirmation = app.confirm(&ledger, &folded.rollout, signed.person, &command);
    confirmation.map(Json).ok_or_else(|| {
        let detail =
            "Only a raise, a put-back and breaking the glass, of a flag that the plan has, are confirmed; everything else is sent as it is.";
        let title = "There is nothing to confirm";
        Failure::new(StatusCode::UNPROCESSABLE_ENTITY, "nothing-to-confirm", title, detail)
    })
}
