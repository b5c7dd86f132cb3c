//! POST /api/rollouts

use crate::{
    app::{App, NotBegun},
    http::{
        input::Body,
        problem::{Failure, Result},
    },
    identity::Signed,
    plan_file,
};
use axum::{
    Json,
    extract::State,
    http::{StatusCode, header::LOCATION},
    response::IntoResponse,
};
use gateway_api::{BegunRollout, NewRollout, PlanFlaw, paths};
use rollout::{
    Actor, Plan, Role,
    plan::{ENVIRONMENT_EXPECTED, is_environment},
};
use serde_json::Value;
use std::sync::Arc;
use tracing::Instrument;

/// Begin a rollout: attach a plan in an environment. It takes force when it is adopted
#[utoipa::path(post, path = "/api/rollouts", operation_id = "begin", tag = "rollouts",
    request_body(content = ref("#/components/schemas/NewRollout"), content_type = "application/json"),
    responses(
    (status = 201, description = "It began; Location is the rollout", body = ref("#/components/schemas/BegunRollout"),
        headers(("location" = String))),
    (status = 403, description = "The Origin header is missing or foreign; or this is for the product owner",
        body = ref("#/components/schemas/Problem"), content_type = "application/problem+json"),
    (status = 409, description = "Another open rollout holds a flag in that environment: `rollout` names it",
        body = ref("#/components/schemas/Problem"), content_type = "application/problem+json"),
    (status = 422, description = "It is no plan: `flaws` tells everything that is wrong, with line and column",
        body = ref("#/components/schemas/Problem"), content_type = "application/problem+json"),
))]
pub async fn post(
    State(app): State<Arc<App>>,
    signed: Signed,
    Body(asked): Body<NewRollout>,
) -> Result<impl IntoResponse> {
    if signed.role != Role::ProductOwner {
        let detail = format!("Beginning a rollout is for the product owner; you act as {}.", signed.role);
        return Err(Failure::new(StatusCode::FORBIDDEN, "wrong-role", "This is for somebody else", detail));
    }
    let plan = plan(&asked.plan)?;
    if !is_environment(&asked.environment) {
        let detail = format!("\"{}\" {ENVIRONMENT_EXPECTED}.", asked.environment);
        return Err(Failure::bad_request("/environment", detail));
    }
    let by = Actor::Person { person: signed.person.id, role: signed.role };
    // On its own: a browser that goes away does not leave it half done.
    let doing = {
        let (app, plan, environment) = (app.clone(), plan.clone(), asked.environment.clone());
        async move { app.attach(plan, &environment, (by, false), |_| Ok((by, vec![]))).await }.in_current_span()
    };
    let begun = match tokio::spawn(doing).await {
        Ok(done) => done.map_err(|error| failure(&app, &plan, &asked.environment, error))?,
        Err(broken) => std::panic::resume_unwind(broken.into_panic()),
    };
    let answer =
        BegunRollout { id: begun.id, version: begun.version, plan_digest: begun.plan_digest, warnings: begun.warnings };
    Ok((StatusCode::CREATED, [(LOCATION, paths::rollout(begun.id))], Json(answer)))
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
    let first = flaws.first().map(plan_file::sentence).unwrap_or_default();
    let detail = match flaws.len() {
        0 | 1 => first,
        n => format!("{first} And {} more: see `flaws`.", n - 1),
    };
    let failure = Failure::new(StatusCode::UNPROCESSABLE_ENTITY, "no-plan", "It is no plan yet", detail).at("/plan");
    failure.with(|problem| problem.flaws = flaws.to_vec())
}

fn failure(app: &App, plan: &Plan, environment: &str, error: NotBegun) -> Failure {
    match error {
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
        NotBegun::Broken(error) => crate::store::StoreError::Unreadable(format!("{error:#}")).into(),
    }
}

#[cfg(test)]
mod tests;
