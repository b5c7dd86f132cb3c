//! POST /api/rollouts/{id}/commands

use crate::{
    app::{App, Asked, CommandError, Done},
    http::{
        input::{self, Body},
        problem::{Failure, Result},
    },
    identity::Signed,
};
use axum::{
    Json,
    extract::{Path, State},
    http::{
        HeaderMap, StatusCode,
        header::{CONTENT_TYPE, IF_MATCH},
    },
    response::{IntoResponse, Response},
};
use gateway_api::paths::CONFIRMATION;
use rollout::{Command, Seq};
use std::sync::Arc;
use tracing::Instrument;

/// Ask for something: the rulebook decides
#[utoipa::path(post, path = "/api/rollouts/{id}/commands", operation_id = "command", tag = "rollouts",
    params(
        ("id" = String, Path, description = "The rollout"),
        ("Idempotency-Key" = String, Header, description = "Makes a repeated command one command: 1 to 200 visible \
            ASCII characters. The same key with the same command gets the same answer, for 7 days",
            min_length = 1, max_length = 200, pattern = "^[!-~]{1,200}$"),
        ("If-Match" = Option<String>, Header, description = "The version one saw, `\"<version>\"`. Not needed by lower, \
            rollback, unattest, no-go, hold, object, withdraw and incident", pattern = "^\"[0-9]{1,18}\"$"),
        ("Confirmation" = Option<String>, Header, description = "What POST /api/rollouts/{id}/confirmations gave for this \
            very command. Needed by what gives a flag to somebody: raise, put-back and break-glass", max_length = 200),
    ),
    request_body(content = ref("#/components/schemas/Command"), content_type = "application/json"),
    responses(
    (status = 200, description = "Done: the records it made", body = ref("#/components/schemas/CommandAnswer")),
    (status = 202, description = "A lowering that the gateway's store does not take: carried out, not recorded yet",
        body = ref("#/components/schemas/Unrecorded")),
    (status = 404, description = "No such rollout", body = ref("#/components/schemas/Problem"),
        content_type = "application/problem+json"),
    (status = 412, description = "The ledger has moved on; `version` and `news` tell how",
        body = ref("#/components/schemas/Problem"), content_type = "application/problem+json"),
    (status = 422, description = "The rulebook refuses it: `blockers` tells why. Or the key was used for another command",
        body = ref("#/components/schemas/Problem"), content_type = "application/problem+json"),
    (status = 428, description = "If-Match is missing", body = ref("#/components/schemas/Problem"),
        content_type = "application/problem+json"),
))]
pub async fn post(
    State(app): State<Arc<App>>,
    signed: Signed,
    Path(id): Path<String>,
    headers: HeaderMap,
    Body(command): Body<Command>,
) -> Result<Response> {
    let ledger = input::ledger(&app, &id)?;
    let key = input::key(&headers)?.ok_or_else(input::no_key)?;
    let version = version(&headers)?;
    let roles = signed.roles_in(&ledger.plan.slug, &ledger.environment);
    let confirmation = headers.get(CONFIRMATION).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let proof = Some(signed.proof_by(&app.clock));
    let asked = Asked { person: signed.person, name: signed.name, roles, proof, key, version, command, confirmation };
    // On its own: a browser that goes away does not leave it half done.
    let doing = async move { app.command(&ledger, asked).await }.in_current_span();
    let answer = match tokio::spawn(doing).await {
        Ok(done) => done.map_err(failure)?,
        Err(broken) => std::panic::resume_unwind(broken.into_panic()),
    };
    Ok(match answer {
        Done::Recorded(answer) => ([(CONTENT_TYPE, "application/json")], answer).into_response(),
        Done::Unrecorded(unrecorded) => (StatusCode::ACCEPTED, Json(unrecorded)).into_response(),
    })
}

fn version(headers: &HeaderMap) -> Result<Option<Seq>> {
    let Some(value) = headers.get(IF_MATCH) else { return Ok(None) };
    let digits = value.to_str().ok().and_then(|v| v.trim().strip_prefix('"')?.strip_suffix('"'));
    let digits = digits.filter(|d| !d.is_empty() && d.len() <= 18 && d.bytes().all(|b| b.is_ascii_digit()));
    match digits.and_then(|digits| digits.parse().ok()) {
        Some(version) => Ok(Some(version)),
        None => Err(Failure::bad_request("if-match", "If-Match is the version one saw, in quotes: \"42\".")),
    }
}

fn failure(error: CommandError) -> Failure {
    let unprocessable = StatusCode::UNPROCESSABLE_ENTITY;
    match error {
        CommandError::KeyReused => input::key_reused(),
        CommandError::VersionMissing => {
            let detail = "This command needs If-Match with the version one saw, like \"42\".";
            let title = "The version is missing";
            Failure::new(StatusCode::PRECONDITION_REQUIRED, "version-missing", title, detail).at("if-match")
        }
        CommandError::Stale(news) => {
            let detail =
                format!("The ledger is at version {} by now: look at what is new, then ask again.", news.version);
            let title = "The ledger has moved on";
            let failure = Failure::new(StatusCode::PRECONDITION_FAILED, "stale", title, detail).at("if-match");
            failure.with(|problem| {
                problem.version = Some(news.version);
                problem.news = Some(news);
            })
        }
        CommandError::Refused { blockers, words } => {
            let failure = Failure::new(unprocessable, "refused", "The rulebook refuses it", words);
            failure.with(|problem| problem.blockers = blockers)
        }
        CommandError::Store(error) => error.into(),
        CommandError::NoJson(error) => crate::store::StoreError::Unreadable(error.to_string()).into(),
    }
}

#[cfg(test)]
mod tests;
