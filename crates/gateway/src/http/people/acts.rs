//! POST /api/people/{id}/disable, /enable and /erase: an administrator's.

use crate::{
    app::App,
    http::problem::{Failure, Result},
    identity::{
        self, Signed,
        accounts::{self, Batch},
    },
    store::PersonRow,
};
use axum::{
    extract::{Path, State},
    http::StatusCode,
};
use gateway_api::system_records::SystemActor;
use rollout::PersonId;
use std::sync::Arc;

/// Keep a person from signing in. Their sessions end at once, with their live streams
#[utoipa::path(post, path = "/api/people/{id}/disable", operation_id = "disable_person", tag = "people",
    params(("id" = String, Path, description = "The person")), responses(
    (status = 204, description = "They may not sign in; it was so before, perhaps"),
    (status = 404, description = "No such person", body = ref("#/components/schemas/Problem"),
        content_type = "application/problem+json"),
    (status = 409, description = "It is oneself, or somebody who was erased", body = ref("#/components/schemas/Problem"),
        content_type = "application/problem+json"),
))]
pub async fn disable(State(app): State<Arc<App>>, signed: Signed, Path(id): Path<String>) -> Result<StatusCode> {
    let person = somebody_else(&app, &signed, &id).await?;
    act(&app, !person.disabled, accounts::disable(person.id, by(&signed))).await
}

/// Let a person sign in again
#[utoipa::path(post, path = "/api/people/{id}/enable", operation_id = "enable_person", tag = "people",
    params(("id" = String, Path, description = "The person")), responses(
    (status = 204, description = "They may sign in; it was so before, perhaps"),
    (status = 404, description = "No such person", body = ref("#/components/schemas/Problem"),
        content_type = "application/problem+json"),
    (status = 409, description = "It is oneself, or somebody who was erased", body = ref("#/components/schemas/Problem"),
        content_type = "application/problem+json"),
))]
pub async fn enable(State(app): State<Arc<App>>, signed: Signed, Path(id): Path<String>) -> Result<StatusCode> {
    let person = somebody_else(&app, &signed, &id).await?;
    act(&app, person.disabled, accounts::enable(person.id, by(&signed))).await
}

/// Erase a person: their name, everything they wrote, account, sessions and grants. Nothing brings it back
///
/// Records stay, and stay provable: they hold no name and no words.
#[utoipa::path(post, path = "/api/people/{id}/erase", operation_id = "erase_person", tag = "people",
    params(("id" = String, Path, description = "The person")), responses(
    (status = 204, description = "It is gone"),
    (status = 404, description = "No such person", body = ref("#/components/schemas/Problem"),
        content_type = "application/problem+json"),
    (status = 409, description = "It is oneself, or somebody who was erased", body = ref("#/components/schemas/Problem"),
        content_type = "application/problem+json"),
))]
pub async fn erase(State(app): State<Arc<App>>, signed: Signed, Path(id): Path<String>) -> Result<StatusCode> {
    let person = somebody_else(&app, &signed, &id).await?;
    act(&app, true, accounts::erase(person.id, by(&signed))).await
}

fn by(signed: &Signed) -> SystemActor {
    SystemActor::Person { person: signed.person }
}

/// Whom the path names. Nobody locks themselves out, and who was erased stays so.
async fn somebody_else(app: &App, signed: &Signed, id: &str) -> Result<PersonRow> {
    let unknown = || Failure::not_found(format!("There is no person {id}; GET /api/people lists them."));
    let id: PersonId = id.parse().map_err(|_| unknown())?;
    let person = app.store.person(id).await?.ok_or_else(unknown)?;
    let conflict = |kind, detail| Err(Failure::new(StatusCode::CONFLICT, kind, "This cannot be done to them", detail));
    if person.id == signed.person {
        return conflict("oneself", "This is yourself: another administrator may do it.");
    }
    if person.erased {
        return conflict("erased", "This person was erased.");
    }
    Ok(person)
}

async fn act(app: &App, is_needed: bool, Batch { changes, notes }: Batch) -> Result<StatusCode> {
    if is_needed {
        app.store.change(changes, notes, app.clock.real()).await?;
        identity::forget_all(app);
    }
    Ok(StatusCode::NO_CONTENT)
}

#[cfg(test)]
mod tests {
    use crate::{
        ledger_check,
        testing::{Demo, status},
    };
    use serde_json::{Value, json};

    async fn id_of(demo: &Demo, cookie: &str) -> String {
        let me = demo.get("/api/session", Some(cookie)).await.json;
        me["signed_in"]["person"].as_str().expect("an id").to_owned()
    }

    #[tokio::test]
    async fn a_disabled_persons_sessions_end_at_once_and_none_begins() {
        let demo = Demo::new().await;
        let (administrator, legal) = (demo.sign_in("operations").await, demo.sign_in("legal").await);
        let path = format!("/api/people/{}", id_of(&demo, &legal).await);
        let act = async |what: &str| demo.post(&format!("{path}/{what}"), &administrator, json!({})).await.status;
        assert_eq!((act("disable").await, act("disable").await), (204, 204));
        status(&demo.get("/api/rollouts", Some(&legal)).await, 401);
        let refused = demo.send("POST", "/api/session", None, &[], r#"{"account": "legal"}"#).await;
        status(&refused, 404);
        assert_eq!((act("enable").await, act("enable").await), (204, 204));
        status(&demo.get("/api/rollouts", Some(&legal)).await, 401);
        demo.sign_in("legal").await;
        let records = demo.get("/api/system/records?before=1000&limit=3", Some(&administrator)).await.json;
        let kinds: Vec<Value> = records["records"]
            .as_array()
            .expect("records")
            .iter()
            .map(|record| serde_json::from_str::<Value>(record["bytes"].as_str().expect("bytes")).expect("JSON"))
            .map(|record| record["kind"].clone())
            .collect();
        assert_eq!(kinds, ["signed-in", "account-enabled", "account-disabled"], "each once, latest first");
    }

    #[tokio::test]
    async fn nobody_does_it_to_themselves_nor_to_whom_nobody_knows() {
        let demo = Demo::new().await;
        let administrator = demo.sign_in("operations").await;
        let own = id_of(&demo, &administrator).await;
        for (id, expected) in [(own.as_str(), 409), ("01890000-0000-7000-8000-000000000000", 404), ("x", 404)] {
            for what in ["disable", "enable", "erase"] {
                let answer = demo.post(&format!("/api/people/{id}/{what}"), &administrator, json!({})).await;
                assert_eq!(answer.status, expected, "{id} {what}: {}", answer.body);
            }
        }
    }

    #[tokio::test]
    async fn an_erased_persons_name_and_words_are_gone_and_every_ledger_stays_provable() {
        let demo = Demo::new().await;
        let (administrator, legal) = (demo.sign_in("operations").await, demo.sign_in("legal").await);
        let words = "Reachable by telephone under 4711";
        let note = json!({"type": "note", "text": words});
        status(&demo.ask(&legal, note).await, 200);
        let id = id_of(&demo, &legal).await;
        let before = demo.app.store.records(demo.ledger().id, 0, 500).await.expect("reads");
        status(&demo.post(&format!("/api/people/{id}/erase"), &administrator, json!({})).await, 204);

        status(&demo.get("/api/rollouts", Some(&legal)).await, 401);
        assert_eq!(demo.app.store.records(demo.ledger().id, 0, 500).await.expect("reads"), before);
        let records = demo.get(&demo.path("/records"), Some(&administrator)).await;
        assert!(records.body.contains(&id) && !records.body.contains(words), "{}", records.body);
        assert_eq!(records.json["said"]["people"][&id]["name"], json!("Erased person"));
        let people = demo.get("/api/people", Some(&administrator)).await.json;
        let row = people.as_array().expect("a list").iter().find(|row| row["id"] == json!(id)).expect("a row");
        assert_eq!((&row["name"], &row["erased"], &row["grants"]), (&json!("Erased person"), &json!(true), &json!([])));
        status(&demo.post(&format!("/api/people/{id}/enable"), &administrator, json!({})).await, 409);

        let mut said = String::new();
        let checked = ledger_check::check(demo.data(), |line| {
            said.extend([line.as_str(), "\n"]);
            Ok(())
        });
        checked.await.expect("every ledger is as it should be");
        assert!(said.contains("system"), "{said}");
        let mut files = Vec::new();
        for entry in std::fs::read_dir(demo.data()).expect("reads") {
            files.extend(std::fs::read(entry.expect("a file").path()).expect("reads"));
        }
        let is_there = |text: &str| files.windows(text.len()).any(|part| part == text.as_bytes());
        assert!(!is_there(words), "nothing of it is left in any file");
        assert!(!is_there("Sample legal counsel") && is_there("Sample viewer"));
    }
}
