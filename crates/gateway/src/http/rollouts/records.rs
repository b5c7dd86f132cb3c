//! GET /api/rollouts/{id}/records

use crate::{
    app::{App, NEWS},
    http::{
        input,
        problem::{Failure, Result},
    },
    identity::Signed,
};
use axum::{
    Json,
    extract::{Path, RawQuery, State},
};
use gateway_api::RecordsPage;
use std::sync::Arc;

const USUAL: u64 = 100;

/// Records of a ledger, oldest first, as they are stored
#[utoipa::path(get, path = "/api/rollouts/{id}/records", operation_id = "records", tag = "rollouts",
    params(
        ("id" = String, Path, description = "The rollout"),
        ("after" = Option<u64>, Query, description = "Only records after this one; all, if not given", minimum = 0),
        ("limit" = Option<u64>, Query, description = "At most so many; 100, if not given", minimum = 1, maximum = 500),
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
    let [after, limit] = input::numbers(query.as_deref(), ["after", "limit"])?;
    let limit = limit.unwrap_or(USUAL);
    let most = u64::from(NEWS);
    if !(1..=most).contains(&limit) {
        return Err(Failure::bad_request("limit", format!("limit is a number from 1 to {most}.")));
    }
    let version = ledger.lock(app.store.as_ref()).await?.rollout.version;
    let page = app.records_page(ledger.id, after.unwrap_or(0), limit as u32, version).await?;
    Ok(Json(page))
}

#[cfg(test)]
mod tests {
    use crate::testing::Demo;
    use gateway_api::RecordsPage;
    use rollout::{Record, record::leaf_hash};

    #[tokio::test]
    async fn records_come_page_by_page_with_the_bytes_that_were_hashed() {
        let demo = Demo::new().await;
        let viewer = demo.sign_in("viewer").await;
        let all = demo.get(&demo.path("/records"), Some(&viewer)).await;
        let all: RecordsPage = serde_json::from_value(all.json).expect("a page");
        assert_eq!((all.version, all.records.len()), (2, 2));
        for record in &all.records {
            assert_eq!(leaf_hash(record.bytes.as_bytes()), record.leaf);
            assert_eq!(Record::parse(record.bytes.as_bytes()).expect("a record").bytes(), record.bytes.as_bytes());
        }
        let second = demo.get(&demo.path("/records?after=1&limit=1"), Some(&viewer)).await;
        let second: RecordsPage = serde_json::from_value(second.json).expect("a page");
        assert_eq!(second.records, all.records[1..]);
    }

    #[tokio::test]
    async fn a_bad_query_is_named() {
        let demo = Demo::new().await;
        let viewer = demo.sign_in("viewer").await;
        for (query, place) in [("limit=0", "limit"), ("limit=501", "limit"), ("after=x", "after"), ("page=1", "page")] {
            let bad = demo.get(&demo.path(&format!("/records?{query}")), Some(&viewer)).await;
            assert_eq!((bad.status, bad.json["place"].as_str()), (400, Some(place)), "{query}");
        }
    }
}
