//! POST /api/rollouts

use crate::{
    app::{self, App, NotBegun, Replied},
    backend::BackendError,
    http::{
        authorization,
        input::{self, Body},
        problem::{Failure, Result},
    },
    identity::Signed,
    plan_file,
    store::StoreError,
};
use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode, header::LOCATION},
    response::IntoResponse,
};
use gateway_api::{BegunRollout, MissingFlag, NewRollout, PlanFlaw, paths};
use rollout::{
    Actor, Plan, Role, canonical,
    plan::{ENVIRONMENT_EXPECTED, is_environment},
};
use serde_json::Value;
use std::sync::Arc;
use tracing::Instrument;

/// Begin a rollout: attach a plan in an environment. It takes force when it is adopted
#[utoipa::path(post, path = "/api/rollouts", operation_id = "begin", tag = "rollouts",
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes a repeated beginning one beginning: 1 to 200 \
        visible ASCII characters. The same key with the same body gets the same answer, for 7 days. Without one, what \
        is sent twice may begin twice, or is refused because the first holds the flags",
        min_length = 1, max_length = 200, pattern = "^[!-~]{1,200}$")),
    request_body(content = ref("#/components/schemas/NewRollout"), content_type = "application/json"),
    responses(
    (status = 201, description = "It began; Location is the rollout", body = ref("#/components/schemas/BegunRollout"),
        headers(("location" = String))),
    (status = 403, description = "The Origin header is missing or foreign; or this is for the product owner",
        body = ref("#/components/schemas/Problem"), content_type = "application/problem+json"),
    (status = 409, description = "Another open rollout holds a flag in that environment: `rollout` names it",
        body = ref("#/components/schemas/Problem"), content_type = "application/problem+json"),
    (status = 422, description = "It is no plan, or asks for what the backend cannot express: `flaws` tells \
        everything that is wrong, with line and column. Or the backend has not all its flags: `missing` names them, \
        POST /api/backend/flags makes them. Or the backend refuses to tell of one. Or the key was used for another beginning",
        body = ref("#/components/schemas/Problem"), content_type = "application/problem+json"),
))]
pub async fn post(
    State(app): State<Arc<App>>,
    signed: Signed,
    headers: HeaderMap,
    Body(asked): Body<NewRollout>,
) -> Result<impl IntoResponse> {
    let key = input::key(&headers)?;
    // On its own: a browser that goes away does not leave it half done.
    let doing = async move { begin(&app, &signed, key, &asked).await }.in_current_span();
    let begun = match tokio::spawn(doing).await {
        Ok(done) => done?,
        Err(broken) => std::panic::resume_unwind(broken.into_panic()),
    };
    Ok((StatusCode::CREATED, [(LOCATION, paths::rollout(begun.id))], Json(begun)))
}

async fn begin(app: &App, signed: &Signed, key: Option<String>, asked: &NewRollout) -> Result<BegunRollout> {
    let _one_at_a_time = app.beginning.lock().await;
    let (person, role) = (signed.person, Role::ProductOwner);
    let digest = canonical::digest(&(role, asked));
    let replied = key.map(|key| Replied { person, key, asked: digest });
    if let Some(Replied { key, .. }) = &replied
        && let Some(first) = app.store.beginning(person, key).await?
    {
        return if first.asked == digest { again(&first.answer) } else { Err(input::key_reused()) };
    }
    let plan = plan(&asked.plan)?;
    if !is_environment(&asked.environment) {
        let detail = format!("\"{}\" {ENVIRONMENT_EXPECTED}.", asked.environment);
        return Err(Failure::bad_request("/environment", detail));
    }
    // Granted for some plan and environment at least, or the request would not have come so far; but for this one?
    let roles = signed.roles_in(&plan.slug, &asked.environment);
    if !roles.contains(&role) {
        return Err(authorization::wrong_role(&[role], &roles));
    }
    let by = Actor::Person { person, role };
    let begun = app.attach(plan.clone(), &asked.environment, (by, false), replied, |_| Ok((by, vec![]))).await;
    begun.map_err(|error| failure(app, &plan, asked, error))
}

/// The answer that was given first.
fn again(answer: &[u8]) -> Result<BegunRollout> {
    Ok(serde_json::from_slice(answer).map_err(|error| StoreError::Unreadable(error.to_string()))?)
}

fn plan(asked: &Value) -> Result<Plan> {
    let read = match asked {
        Value::String(text) => plan_file::parse(text),
        Value::Object(object) => plan_file::from_object(object),
        _ => return Err(Failure::bad_request("/plan", "A plan is a text, YAML or JSON, or a JSON object.")),
    };
    read.map_err(|flaws| no_plan(&flaws))
}

fn no_plan(flaws: &[PlanFlaw]) -> Failure {
    refused(flaws, "no-plan", "It is no plan yet")
}

fn refused(flaws: &[PlanFlaw], kind: &str, title: &str) -> Failure {
    let first = flaws.first().map(plan_file::sentence).unwrap_or_default();
    let detail = match flaws.len() {
        0 | 1 => first,
        n => format!("{first} And {} more: see `flaws`.", n - 1),
    };
    let failure = Failure::new(StatusCode::UNPROCESSABLE_ENTITY, kind, title, detail).at("/plan");
    failure.with(|problem| problem.flaws = flaws.to_vec())
}

fn failure(app: &App, plan: &Plan, asked: &NewRollout, error: NotBegun) -> Failure {
    let environment = &asked.environment;
    match error {
        NotBegun::Inexpressible(flaws) => {
            let flaws = plan_file::located(&asked.plan, flaws);
            refused(&flaws, "not-expressible", "The backend cannot express this plan")
        }
        NotBegun::Backend { key, error: BackendError::Refused(why) } => {
            let detail = format!("The backend refuses the flag {key}, so nothing was begun: {why}.");
            let index = plan.flags.iter().position(|flag| flag.key == key).unwrap_or(0);
            let failure =
                Failure::new(StatusCode::UNPROCESSABLE_ENTITY, "flag-refused", "The backend refuses a flag", detail);
            failure.at(format!("/plan/flags/{index}/key"))
        }
        NotBegun::FlagsMissing(missing) => flags_missing(plan, environment, missing),
        NotBegun::FlagsHeld { keys, by } => {
            let name = app.ledger(by).map_or_else(|| by.to_string(), |ledger| ledger.plan.name.clone());
            let detail = format!(
                "{} in {environment} belongs to the open rollout \"{name}\": close that one first, or leave the flag \
                 out.",
                keys.join(", ")
            );
            let index = plan.flags.iter().position(|flag| keys.contains(&flag.key)).unwrap_or(0);
            let failure = Failure::new(StatusCode::CONFLICT, "flag-held", "Another rollout holds a flag", detail);
            failure.at(format!("/plan/flags/{index}/key")).with(|problem| problem.rollout = Some(by))
        }
        NotBegun::Backend { key, error } => {
            tracing::error!(%key, %error, "a rollout did not begin: the backend does not tell its flag's exposure");
            let detail = format!("The backend does not tell how {key} stands, so nothing was begun. Try again.");
            Failure::new(StatusCode::SERVICE_UNAVAILABLE, "backend-failed", "The backend failed", detail)
        }
        NotBegun::Store(error) => error.into(),
        NotBegun::Broken(error) => StoreError::Unreadable(format!("{error:#}")).into(),
    }
}

fn flags_missing(plan: &Plan, environment: &str, missing: Vec<MissingFlag>) -> Failure {
    let flags = if missing.len() == 1 { "1 flag".to_owned() } else { format!("{} flags", missing.len()) };
    let detail = format!(
        "The backend has not {flags} of the plan in {environment}, so nothing was begun: {}. An engineer makes those that \
         are not made yet, off, by POST /api/backend/flags; then begin again.",
        app::words(&missing)
    );
    let index = plan.flags.iter().position(|flag| missing.first().is_some_and(|first| first.key == flag.key));
    let title = "Flags are missing at the backend";
    let failure = Failure::new(StatusCode::UNPROCESSABLE_ENTITY, "flags-missing", title, detail);
    failure.at(format!("/plan/flags/{}/key", index.unwrap_or(0))).with(|problem| problem.missing = missing)
}

#[cfg(test)]
mod tests;
