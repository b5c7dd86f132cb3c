//! GET /api/rollouts/{id}/records

use crate::{
    app::{App, By, Filter, Ledger, NEWS, Way},
    http::{
        input,
        problem::{Failure, Result},
        query::Query,
    },
    identity::Signed,
};
use axum::{
    Json,
    extract::{Path, RawQuery, State},
};
use gateway_api::{RecordsPage, paths::SYSTEM};
use rollout::Event;
use std::sync::Arc;

const USUAL: u64 = 100;
const NAMES: [&str; 8] = ["after", "before", "limit", "person", "phase", "kind", "from", "to"];

/// Records of a ledger, as they are stored: all, or those that are looked for
///
/// One answer looks at a bounded part of a long ledger; `next` says where to go on, also where it found nothing.
#[utoipa::path(get, path = "/api/rollouts/{id}/records", operation_id = "records", tag = "rollouts",
    params(
        ("id" = String, Path, description = "The rollout"),
        ("after" = Option<u64>, Query, description = "Only records after this one, oldest first; all, if not given", minimum = 0),
        ("before" = Option<u64>, Query, description = "Only records before this one, newest first; not together with `after`",
            minimum = 0),
        ("limit" = Option<u64>, Query, description = "At most so many; 100, if not given", minimum = 1, maximum = 500),
        ("person" = Option<String>, Query, description = "Only what this person did; `system`: what no person did"),
        ("phase" = Option<String>, Query, description = "Only what is about this phase of the plan. A gate belongs to the \
            phase it opens, the last one to the phase it closes; a flag to every phase that moves it"),
        ("kind" = Option<String>, Query, description = "Only records of this kind; several with commas, or repeated"),
        ("from" = Option<String>, Query, description = "Only records at this time (RFC 3339) or later"),
        ("to" = Option<String>, Query, description = "Only records before this time (RFC 3339)"),
    ),
    responses(
    (status = 200, description = "The records", body = ref("#/components/schemas/RecordsPage")),
    (status = 400, description = "The query is wrong; `place` names the parameter",
        body = ref("#/components/schemas/Problem"), content_type = "application/problem+json"),
    (status = 404, description = "No such rollout", body = ref("#/components/schemas/Problem"),
        content_type = "application/problem+json"),
))]
pub async fn get(
    State(app): State<Arc<App>>,
    _signed: Signed,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Json<RecordsPage>> {
    let ledger = input::ledger(&app, &id)?;
    let query = Query::read(query.as_deref(), &NAMES)?;
    let (way, limit, filter) = (way(&query)?, limit(&query)?, filter(&query, &ledger)?);
    let version = ledger.lock(app.store.as_ref()).await?.rollout.version;
    Ok(Json(app.records_page(&ledger, way, limit, &filter, version).await?))
}

fn way(query: &Query) -> Result<Way> {
    match (query.number("after")?, query.number("before")?) {
        (Some(_), Some(_)) => {
            Err(Failure::bad_request("before", "A page goes on after a record or before one, not both."))
        }
        (None, Some(before)) => Ok(Way::Before(before)),
        (after, None) => Ok(Way::After(after.unwrap_or(0))),
    }
}

fn limit(query: &Query) -> Result<u32> {
    let limit = query.number("limit")?.unwrap_or(USUAL);
    let good = u32::try_from(limit).ok().filter(|limit| (1..=NEWS).contains(limit));
    good.ok_or_else(|| Failure::bad_request("limit", format!("limit is a number from 1 to {NEWS}.")))
}

fn filter(query: &Query, ledger: &Ledger) -> Result<Filter> {
    let by = query.one("person")?.map(by).transpose()?;
    let phase = query.one("phase")?.map(|slug| phase(ledger, slug)).transpose()?;
    let kinds = query.list("kind").map(kind).collect::<Result<_>>()?;
    Ok(Filter { by, phase, kinds, from: query.time("from")?, to: query.time("to")? })
}

fn by(value: &str) -> Result<By> {
    let person = || value.parse().map(By::Person);
    let by = if value == SYSTEM { Ok(By::System) } else { person() };
    by.map_err(|_| Failure::bad_request("person", format!("person is a person's id, or {SYSTEM}; not \"{value}\".")))
}

fn phase(ledger: &Ledger, slug: &str) -> Result<usize> {
    let found = ledger.plan.phases.iter().position(|phase| phase.slug.as_str() == slug);
    found.ok_or_else(|| Failure::bad_request("phase", format!("The plan has no phase \"{slug}\".")))
}

fn kind(value: &str) -> Result<&'static str> {
    let known = Event::KINDS.into_iter().find(|kind| *kind == value);
    let detail = || format!("kind is one of {}; not \"{value}\".", Event::KINDS.join(", "));
    known.ok_or_else(|| Failure::bad_request("kind", detail()))
}

#[cfg(test)]
mod tests;
