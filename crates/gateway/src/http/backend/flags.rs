//! GET and POST /api/backend/flags

use crate::{
    app::App,
    backend::BackendError,
    http::{
        authorization,
        input::Body,
        problem::{Failure, Result},
        query::Query,
    },
    identity::{Signed, accounts},
};
use axum::{
    Json,
    extract::{RawQuery, State},
    http::StatusCode,
};
use gateway_api::{FlagStanding, FlagsAtBackend, NewFlags, SystemEvent, system_records::SystemActor};
use rollout::{
    Role,
    plan::{ENVIRONMENT_EXPECTED, is_environment},
};
use std::{collections::BTreeSet, sync::Arc};
use tracing::Instrument;

/// The most flags in one request: none takes longer than people wait.
const MOST: usize = 200;

/// Whether flags are at the backend, and why not
#[utoipa::path(get, path = "/api/backend/flags", operation_id = "flags_at_backend", tag = "backend",
    params(
        ("environment" = String, Query, description = "Where"),
        ("key" = Vec<String>, Query, description = "A flag's key at the backend; repeated for each, up to 200",
            explode = true, style = Form),
    ),
    responses(
    (status = 200, description = "How they stand", body = ref("#/components/schemas/FlagsAtBackend")),
    (status = 400, description = "The query is wrong; `place` names the parameter",
        body = ref("#/components/schemas/Problem"), content_type = "application/problem+json"),
    (status = 422, description = "The backend refuses to tell",
        body = ref("#/components/schemas/Problem"), content_type = "application/problem+json"),
))]
pub async fn get(
    State(app): State<Arc<App>>,
    _signed: Signed,
    RawQuery(query): RawQuery,
) -> Result<Json<FlagsAtBackend>> {
    let query = Query::read(query.as_deref(), &["environment", "key"])?;
    let environment = query.one("environment")?.unwrap_or_default().to_owned();
    let keys: Vec<String> = query.all("key").map(str::to_owned).collect();
    check(&environment, &keys, ["environment", "key"])?;
    let flags = app.flags_there(&environment, keys).await.map_err(failure)?;
    Ok(Json(FlagsAtBackend { environment, flags }))
}

/// Make flags at the backend, off; those that are there stay as they are. For an engineer
#[utoipa::path(post, path = "/api/backend/flags", operation_id = "make_flags", tag = "backend",
    request_body(content = ref("#/components/schemas/NewFlags"), content_type = "application/json"),
    responses(
    (status = 200, description = "What came of each: one that fails holds up no other. To ask again makes none twice",
        body = ref("#/components/schemas/FlagsAtBackend")),
    (status = 403, description = "The Origin header is missing or foreign; or this is for an engineer",
        body = ref("#/components/schemas/Problem"), content_type = "application/problem+json"),
))]
pub async fn post(
    State(app): State<Arc<App>>,
    signed: Signed,
    Body(NewFlags { environment, keys }): Body<NewFlags>,
) -> Result<Json<FlagsAtBackend>> {
    check(&environment, &keys, ["/environment", "/keys"])?;
    let roles = signed.roles_for(&environment);
    if !roles.contains(&Role::Engineer) {
        return Err(authorization::wrong_role(&[Role::Engineer], &roles));
    }
    // On its own: a browser that goes away does not leave it half done.
    let making = async move {
        let flags = app.make_flags(&environment, keys).await;
        let made = flags.iter().filter(|flag| flag.standing == FlagStanding::Made);
        let keys: Vec<String> = made.map(|flag| flag.key.clone()).collect();
        // They are there whether it can be recorded or not: so a store that fails does not make the answer another.
        if !keys.is_empty() {
            let event = SystemEvent::FlagsCreated { environment: environment.clone(), keys, role: Role::Engineer };
            let note = accounts::note(SystemActor::Person { person: signed.person }, event);
            if let Err(error) = app.store.change(vec![], vec![note], app.clock.real()).await {
                tracing::error!(%error, environment, "flags were made, and that could not be recorded");
            }
        }
        FlagsAtBackend { environment, flags }
    };
    match tokio::spawn(making.in_current_span()).await {
        Ok(made) => Ok(Json(made)),
        Err(broken) => std::panic::resume_unwind(broken.into_panic()),
    }
}

fn check(environment: &str, keys: &[String], [of_environment, of_keys]: [&str; 2]) -> Result<()> {
    if !is_environment(environment) {
        return Err(Failure::bad_request(of_environment, format!("\"{environment}\" {ENVIRONMENT_EXPECTED}.")));
    }
    let different: BTreeSet<&String> = keys.iter().collect();
    if !(1..=MOST).contains(&keys.len()) || different.len() < keys.len() || different.iter().any(|key| !is_key(key)) {
        let expected = "and none is empty or has white space around it";
        let detail = format!("1 to {MOST} keys of flags are expected, each once, {expected}.");
        return Err(Failure::bad_request(of_keys, detail));
    }
    Ok(())
}

/// What a plan takes for a key.
fn is_key(key: &str) -> bool {
    !key.is_empty() && key.trim() == key && !key.chars().any(char::is_control)
}

fn failure(error: BackendError) -> Failure {
    tracing::error!(%error, "the backend does not tell whether it has flags");
    let (title, detail) = ("The backend failed", "The backend does not tell whether it has the flags. Try again.");
    match error {
        BackendError::Refused(why) => {
            let detail = format!("The backend refuses to tell whether it has the flags: {why}.");
            Failure::new(StatusCode::UNPROCESSABLE_ENTITY, "flag-refused", "The backend refuses a flag", detail)
        }
        _ => Failure::new(StatusCode::SERVICE_UNAVAILABLE, "backend-failed", title, detail),
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        backend::Backend,
        testing::{Answer, CSF, Demo, Fault, status},
    };
    use rollout::Exposure;
    use serde_json::{Value, json};

    async fn make(demo: &Demo, keys: Value) -> Answer {
        let engineer = demo.cookie_of("engineer").await;
        demo.post("/api/backend/flags", &engineer, json!({"environment": "staging", "keys": keys})).await
    }

    async fn told(demo: &Demo, query: &str) -> Answer {
        let viewer = demo.cookie_of("viewer").await;
        demo.get(&format!("/api/backend/flags?{query}"), Some(&viewer)).await
    }

    #[tokio::test]
    async fn flags_are_made_off_by_an_engineer_and_asking_again_changes_nothing() {
        let demo = Demo::new().await;
        let query = "environment=staging&key=FEATURE_A&key=FEATURE%2CB";
        let before = told(&demo, query).await;
        let missing = |key: &str| json!({"key": key, "standing": {"missing": "not-made"}});
        assert_eq!(before.json["flags"], json!([missing("FEATURE_A"), missing("FEATURE,B")]), "{}", before.body);
        let made = make(&demo, json!(["FEATURE_A", "FEATURE,B"])).await;
        status(&made, 200);
        let flag = |key: &str, standing: Value| json!({"key": key, "standing": standing});
        let all = |standing: Value| json!([flag("FEATURE_A", standing.clone()), flag("FEATURE,B", standing)]);
        assert_eq!(made.json, json!({"environment": "staging", "flags": all(json!("made"))}));
        assert_eq!(told(&demo, query).await.json["flags"], all(json!({"there": "off"})));

        demo.backend.set("staging", "FEATURE_A", &Exposure::ON).await.expect("sets");
        let again = make(&demo, json!(["FEATURE_A", "FEATURE_C"])).await.json["flags"].clone();
        assert_eq!(again, json!([flag("FEATURE_A", json!({"there": "on"})), flag("FEATURE_C", json!("made"))]));
        assert!(demo.app.backend.all("production").await.expect("reads").len() == 5, "nothing elsewhere");
    }

    #[tokio::test]
    async fn what_fails_is_told_flag_by_flag() {
        let demo = Demo::new().await;
        status(&make(&demo, json!(["FEATURE_A"])).await, 200);
        demo.backend.is(Fault::Refuses);
        let partly = make(&demo, json!(["FEATURE_A", "FEATURE_B"])).await;
        status(&partly, 200);
        assert_eq!(partly.json["flags"][0]["standing"], json!({"there": "off"}));
        let why = partly.json["flags"][1]["standing"]["failed"].as_str().expect("why");
        assert!(why.contains("it is archived"), "{why}");
        let why = &told(&demo, "environment=staging&key=FEATURE_B").await.json["flags"][0]["standing"];
        assert_eq!(why, &json!({"missing": "archived"}));

        demo.backend.is(Fault::Down);
        let keys: Vec<String> = (0..20).map(|n| format!("FEATURE_{n}")).collect();
        let silent = make(&demo, json!(keys)).await.json["flags"].clone();
        let why = |index: usize| silent[index]["standing"]["failed"].as_str().expect("why").to_owned();
        assert!(why(0).contains("line is cut") && why(19).contains("not tried"), "{silent}");
        let unknown = told(&demo, "environment=staging&key=FEATURE_A").await;
        assert_eq!((unknown.status, &unknown.json["type"]), (503, &json!("/problems/backend-failed")));
    }

    #[tokio::test]
    async fn who_asks_for_nothing_or_for_nonsense_is_told_where() {
        let demo = Demo::new().await;
        let many: Vec<String> = (0..201).map(|n| format!("FEATURE_{n}")).collect();
        for keys in [json!([]), json!(["A", "A"]), json!([" A"]), json!([""]), json!(many)] {
            let refused = make(&demo, keys).await;
            assert_eq!((refused.status, refused.json["place"].as_str()), (400, Some("/keys")), "{}", refused.body);
        }
        for (query, place) in [
            ("key=A", "environment"),
            ("environment=Prod&key=A", "environment"),
            ("environment=staging", "key"),
            ("environment=staging&keys=A", "keys"),
        ] {
            let refused = told(&demo, query).await;
            assert_eq!((refused.status, refused.json["place"].as_str()), (400, Some(place)), "{query}");
        }
        for role in ["product-owner", "operations", "viewer"] {
            let cookie = demo.cookie_of(role).await;
            let body = json!({"environment": "production", "keys": [CSF]});
            let refused = demo.post("/api/backend/flags", &cookie, body).await;
            assert_eq!((refused.status, &refused.json["type"]), (403, &json!("/problems/wrong-role")), "{role}");
        }
    }
}
