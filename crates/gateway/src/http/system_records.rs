//! GET /api/system/records

use super::{
    problem::{Failure, Result},
    query::Query,
};
use crate::{
    app::{App, NEWS},
    identity::Signed,
    store::{StoreError, SystemStored},
};
use axum::{
    Json,
    extract::{RawQuery, State},
};
use gateway_api::{Person, Said, SystemEvent, SystemPage, SystemRecord, SystemRecordView, people::Grant};
use rollout::{PersonId, TextHash};
use std::{collections::BTreeSet, sync::Arc};

const USUAL: u64 = 100;

/// Records of the system's own ledger: who came in, what was granted, who was let go
#[utoipa::path(get, path = "/api/system/records", operation_id = "system_records", tag = "people",
    params(
        ("after" = Option<u64>, Query, description = "Only records after this one, oldest first; all, if not given", minimum = 0),
        ("before" = Option<u64>, Query, description = "Only records before this one, newest first; not together with `after`",
            minimum = 0),
        ("limit" = Option<u64>, Query, description = "At most so many; 100, if not given", minimum = 1, maximum = 500),
    ),
    responses(
    (status = 200, description = "The records", body = ref("#/components/schemas/SystemPage")),
    (status = 400, description = "The query is wrong; `place` names the parameter",
        body = ref("#/components/schemas/Problem"), content_type = "application/problem+json"),
))]
pub async fn get(State(app): State<Arc<App>>, _signed: Signed, RawQuery(query): RawQuery) -> Result<Json<SystemPage>> {
    let query = Query::read(query.as_deref(), &["after", "before", "limit"])?;
    let limit = query.number("limit")?.unwrap_or(USUAL);
    let limit = u32::try_from(limit).ok().filter(|limit| (1..=NEWS).contains(limit));
    let limit = limit.ok_or_else(|| Failure::bad_request("limit", format!("limit is a number from 1 to {NEWS}.")))?;
    let stored = match (query.number("after")?, query.number("before")?) {
        (Some(_), Some(_)) => {
            return Err(Failure::bad_request("before", "A page goes on after a record or before one, not both."));
        }
        (None, Some(before)) => app.store.system_records_before(before, limit).await?,
        (after, None) => app.store.system_records(after.unwrap_or(0), limit).await?,
    };
    let version = app.store.system_head().await?;
    let is_end =
        |last: u64| last == 1 && query.number("before").is_ok_and(|before| before.is_some()) || last >= version;
    let next = stored.last().map(|last| last.seq).filter(|last| stored.len() == limit as usize && !is_end(*last));
    let said = said(&app, &stored).await?;
    let records = stored.into_iter().map(view).collect();
    Ok(Json(SystemPage { records, said, version, next }))
}

fn view(stored: SystemStored) -> SystemRecordView {
    let SystemStored { seq, bytes, leaf, .. } = stored;
    SystemRecordView { seq, bytes: String::from_utf8_lossy(&bytes).into_owned(), leaf }
}

/// Who and what stands behind ids and hashes in records.
async fn said(app: &App, stored: &[SystemStored]) -> std::result::Result<Said, StoreError> {
    let (mut people, mut hashes) = (BTreeSet::<PersonId>::new(), BTreeSet::<TextHash>::new());
    for one in stored {
        let record = SystemRecord::parse(&one.bytes).map_err(|error| StoreError::Unreadable(error.to_string()))?;
        people.extend(record.actor.person());
        people.extend(about(&record.event));
        if let SystemEvent::AccountAdded { name, login, .. } = record.event {
            hashes.extend([Some(name), login].into_iter().flatten());
        }
    }
    let names = app.store.names(&people).await?;
    let people = names.into_iter().map(|(id, name)| (id, Person { name })).collect();
    Ok(Said { people, texts: app.store.system_texts(&hashes).await? })
}

fn about(event: &SystemEvent) -> Option<PersonId> {
    match event {
        SystemEvent::SetUp { person }
        | SystemEvent::AccountAdded { person, .. }
        | SystemEvent::AccountDisabled { person }
        | SystemEvent::AccountEnabled { person }
        | SystemEvent::PasswordSet { person }
        | SystemEvent::RoleGranted { person, grant: Grant { .. } }
        | SystemEvent::RoleRevoked { person, grant: Grant { .. } }
        | SystemEvent::SessionEnded { person, .. }
        | SystemEvent::PersonErased { person } => Some(*person),
        SystemEvent::SignedIn { .. } | SystemEvent::FlagsCreated { .. } | SystemEvent::GlassBroken { .. } => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{Demo, status};
    use rollout::record::leaf_hash;
    use serde_json::{Value, json};

    #[tokio::test]
    async fn an_administrator_reads_page_by_page_who_came_in_and_what_was_granted() {
        let demo = Demo::new().await;
        let administrator = demo.sign_in("operations").await;
        let page = async |query: &str| {
            let answer = demo.get(&format!("/api/system/records{query}"), Some(&administrator)).await;
            status(&answer, 200);
            answer.json
        };
        let whole = page("").await;
        let records = whole["records"].as_array().expect("records");
        let parsed: Vec<Value> = records
            .iter()
            .map(|record| serde_json::from_str(record["bytes"].as_str().expect("bytes")).expect("JSON"))
            .collect();
        for (record, parsed) in records.iter().zip(&parsed) {
            let bytes = record["bytes"].as_str().expect("bytes").as_bytes();
            assert_eq!(record["leaf"], json!(leaf_hash(bytes)));
            assert_eq!((&parsed["ledger"], &parsed["seq"]), (&json!("system"), &record["seq"]));
        }
        let kinds: Vec<&str> = parsed.iter().filter_map(|record| record["kind"].as_str()).collect();
        assert_eq!(kinds.iter().filter(|kind| **kind == "account-added").count(), 6);
        assert_eq!(kinds.iter().filter(|kind| **kind == "role-granted").count(), 7, "operations is administrator too");
        assert_eq!(kinds.last(), Some(&"signed-in"));
        let name = parsed[0]["body"]["name"].as_str().expect("a hash");
        assert_eq!(whole["said"]["texts"][name], json!("Sample product owner"));
        assert_eq!((&whole["next"], &whole["version"]), (&Value::Null, &json!(records.len())));

        let (mut read, mut after) = (Vec::new(), Some(0));
        while let Some(from) = after {
            let next = page(&format!("?after={from}&limit=4")).await;
            read.extend(next["records"].as_array().expect("records").clone());
            after = next["next"].as_u64();
        }
        assert_eq!(&read, records);
        let (mut back, mut before) = (Vec::new(), Some(1_000));
        while let Some(from) = before {
            let next = page(&format!("?before={from}&limit=5")).await;
            back.extend(next["records"].as_array().expect("records").clone());
            before = next["next"].as_u64();
        }
        back.reverse();
        assert_eq!(&back, records);
        for bad in ["?limit=0", "?limit=501", "?after=1&before=2", "?kind=x"] {
            status(&demo.get(&format!("/api/system/records{bad}"), Some(&administrator)).await, 400);
        }
    }

    #[tokio::test]
    async fn flags_that_were_made_stand_in_it() {
        let demo = Demo::new().await;
        let engineer = demo.sign_in("engineer").await;
        let body = json!({"environment": "production", "keys": ["FEATURE_NEW", crate::testing::CSF]});
        status(&demo.post("/api/backend/flags", &engineer, body.clone()).await, 200);
        status(&demo.post("/api/backend/flags", &engineer, body).await, 200);
        let all = demo.app.store.system_records(0, 500).await.expect("reads");
        let made: Vec<Value> = all
            .iter()
            .map(|stored| serde_json::from_slice::<Value>(&stored.bytes).expect("JSON"))
            .filter(|record| record["kind"] == "flags-created")
            .collect();
        let [made] = made.as_slice() else { panic!("once, when they were made: {made:?}") };
        let expected = json!({"environment": "production", "keys": ["FEATURE_NEW"], "role": "engineer"});
        assert_eq!(made["body"], expected);
    }
}
