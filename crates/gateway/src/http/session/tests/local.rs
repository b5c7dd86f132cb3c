//! Local accounts.

use crate::testing::{Demo, PASSWORD, status};
use serde_json::{Value, json};

#[tokio::test]
async fn one_signs_in_with_login_and_password_and_acts_as_what_was_granted() {
    let own = Demo::outside().await;
    let person = own.account("Mia.Meier", &["legal", "engineer@staging"]).await;
    let signed = own.try_in(" mia.MEIER ", PASSWORD, &[]).await;
    status(&signed, 200);
    let (who, now) = (&signed.json["signed_in"], own.app.clock.real());
    assert_eq!((&who["person"], &who["name"]), (&json!(person), &json!("Name of Mia.Meier")));
    assert_eq!((&who["roles"], &who["administrator"]), (&json!(["engineer", "legal"]), &json!(false)));
    assert_eq!(who["grants"][0], json!("engineer@staging"));
    assert_eq!(who["proof"], json!({"at": now, "by": "password"}));
    // The rollout is in production: there one is no engineer, but may speak for legal.
    let cookie = signed.cookie();
    status(&own.ask(&cookie, json!({"type": "note", "text": "Looked at it"})).await, 200);
    let refused = own.ask(&cookie, crate::testing::parse(crate::testing::LOWER)).await;
    assert_eq!((refused.status, &refused.json["blockers"][0]["code"]), (422, &json!("wrong-role")), "{}", refused.body);
    let records = own.app.store.records(own.ledger().id, 0, 100).await.expect("reads");
    let last: Value = serde_json::from_slice(&records.last().expect("a record").bytes).expect("JSON");
    assert_eq!(last["actor"], json!({"person": person, "role": "legal"}));
}

#[tokio::test]
async fn of_several_roles_the_first_that_may_acts() {
    let own = Demo::outside().await;
    own.account("both", &["legal", "engineer"]).await;
    own.account("nothing", &[]).await;
    let (both, nothing) = (own.try_in("both", PASSWORD, &[]).await, own.try_in("nothing", PASSWORD, &[]).await);
    status(&own.ask(&both.cookie(), crate::testing::parse(crate::testing::LOWER)).await, 200);
    assert_eq!(nothing.json["signed_in"]["roles"], json!(["viewer"]));
    let refused = own.ask(&nothing.cookie(), json!({"type": "note", "text": "x"})).await;
    assert_eq!((refused.status, &refused.json["blockers"][0]["code"]), (422, &json!("wrong-role")), "{}", refused.body);
    // What keeps an engineer from raising is told, and not that legal may not.
    let raise = own.ask(&both.cookie(), crate::testing::parse(crate::testing::RAISE)).await;
    assert_eq!(raise.status, 422);
    assert!(!raise.body.contains("wrong-role"), "{}", raise.body);
}

#[tokio::test]
async fn unknown_wrong_and_disabled_are_answered_alike() {
    let own = Demo::outside().await;
    let person = own.account("disabled", &[]).await;
    own.account("mia", &[]).await;
    let by = gateway_api::system_records::SystemActor::Person { person };
    let disabled = crate::identity::accounts::disable(person, by);
    own.app.store.change(disabled.changes, disabled.notes, own.app.clock.real()).await.expect("stores");
    let mut answers = Vec::new();
    for (login, password) in
        [("nobody", PASSWORD), ("mia", "wrong horse battery"), ("disabled", PASSWORD), ("mia", ""), ("", PASSWORD)]
    {
        let refused = own.try_in(login, password, &[]).await;
        assert_eq!(refused.header("set-cookie"), "");
        answers.push((refused.status, refused.body));
    }
    assert_eq!(answers[0].0, 401);
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    status(&own.try_in("mia", PASSWORD, &[]).await, 200);
    let metrics = own.app.metrics.text(&own.app).await.expect("a text");
    assert!(metrics.contains("signalbox_failed_sign_ins_total{outcome=\"wrong\"} 5"), "{metrics}");
}

#[tokio::test]
async fn after_a_few_tries_one_waits_and_is_told_how_long() {
    let own = Demo::outside().await;
    own.account("mia", &[]).await;
    for _ in 0..6 {
        status(&own.try_in("mia", "wrong horse battery", &[]).await, 401);
    }
    for (login, password) in [("mia", "wrong horse battery"), ("MIA", PASSWORD)] {
        let many = own.try_in(login, password, &[]).await;
        assert_eq!((many.status, many.header("retry-after")), (429, "30"), "{}", many.body);
        assert_eq!(many.json["type"], json!("/problems/too-many-tries"));
    }
    own.pass(30_000);
    let mia = own.try_in("mia", PASSWORD, &[]).await;
    status(&mia, 200);
    let posing = format!("proof {}", mia.json["signed_in"]["person"].as_str().expect("an id"));
    for _ in 0..7 {
        own.try_in(&posing, PASSWORD, &[]).await;
    }
    let prove = own.post("/api/session/proof", &mia.cookie(), json!({"password": PASSWORD})).await;
    status(&prove, 200);
}

#[tokio::test]
async fn who_signs_in_again_gets_another_session_and_the_one_before_is_worth_nothing() {
    let own = Demo::outside().await;
    own.account("mia", &[]).await;
    let planted = "signalbox_session=planted-by-somebody-else";
    let first = own.try_in("mia", PASSWORD, &[("cookie", planted)]).await.cookie();
    assert_ne!(first, planted);
    status(&own.get("/api/rollouts", Some(planted)).await, 401);
    let second = own.try_in("mia", PASSWORD, &[("cookie", &first)]).await.cookie();
    assert_ne!(first, second);
    status(&own.get("/api/rollouts", Some(&first)).await, 401);
    status(&own.get("/api/rollouts", Some(&second)).await, 200);
}

#[tokio::test]
async fn one_proves_oneself_again_by_ones_own_password_alone() {
    let own = Demo::outside().await;
    own.account("mia", &[]).await;
    let (cookie, begun) = (own.try_in("mia", PASSWORD, &[]).await.cookie(), own.app.clock.real());
    own.pass(600_000);
    let prove = async |password: &str| own.post("/api/session/proof", &cookie, json!({ "password": password })).await;
    status(&prove("wrong horse battery").await, 401);
    let shown = own.get("/api/session", Some(&cookie)).await.json["signed_in"]["proof"].clone();
    assert_eq!(shown, json!({"at": begun, "by": "password"}));
    let proven = prove(PASSWORD).await;
    status(&proven, 200);
    assert_eq!(proven.json["signed_in"]["proof"], json!({"at": own.app.clock.real(), "by": "password"}));
    for _ in 0..4 {
        status(&prove("wrong horse battery").await, 401);
    }
    assert_eq!(prove(PASSWORD).await.status, 429);
    status(&own.try_in("mia", PASSWORD, &[]).await, 200);
    status(&own.post("/api/session/proof", &cookie, json!({"account": "legal"})).await, 404);
}

#[tokio::test]
async fn what_was_granted_for_one_place_is_worth_nothing_in_another() {
    let own = Demo::outside().await;
    own.account("engineer", &["engineer@staging"]).await;
    own.account("owner", &["product-owner@staging", "product-owner/other"]).await;
    let engineer = own.try_in("engineer", PASSWORD, &[]).await.cookie();
    let owner = own.try_in("owner", PASSWORD, &[]).await.cookie();
    let make = async |cookie: &str, environment: &str| {
        let body = json!({"environment": environment, "keys": ["FEATURE_NEW"]});
        own.post("/api/backend/flags", cookie, body).await
    };
    status(&make(&engineer, "staging").await, 200);
    for refused in [make(&engineer, "production").await, make(&owner, "staging").await] {
        assert_eq!((refused.status, &refused.json["type"]), (403, &json!("/problems/wrong-role")), "{}", refused.body);
    }
    let plan = include_str!("../../../../../../plans/s4.yaml");
    let begin = async |cookie: &str, environment: &str| {
        own.post("/api/rollouts", cookie, json!({"plan": plan, "environment": environment})).await
    };
    for refused in [begin(&engineer, "staging").await, begin(&owner, "production").await] {
        assert_eq!((refused.status, &refused.json["type"]), (403, &json!("/problems/wrong-role")), "{}", refused.body);
    }
    let missing = begin(&owner, "staging").await;
    assert_eq!((missing.status, &missing.json["type"]), (422, &json!("/problems/flags-missing")), "{}", missing.body);
}

#[tokio::test]
async fn a_session_that_was_there_before_is_never_the_one_that_comes_in() {
    let own = Demo::outside().await;
    own.account("mia", &["engineer"]).await;
    own.account("eve", &["viewer"]).await;
    let who = async |cookie: &str| own.get("/api/session", Some(cookie)).await.json["signed_in"]["name"].clone();
    // Planted in Mia's browser: a session of Eve's own, and a token that nobody was ever given.
    let eves = own.try_in("eve", PASSWORD, &[]).await.cookie();
    let (name, token) = eves.split_once('=').expect("a cookie");
    let invented = format!("{name}={}", "A".repeat(token.len()));
    for planted in [&eves, &invented] {
        let mias = own.try_in("mia", PASSWORD, &[("cookie", planted)]).await;
        status(&mias, 200);
        assert_ne!(&mias.cookie(), planted);
        assert_eq!(who(&mias.cookie()).await, json!("Name of mia"));
        assert_eq!(who(planted).await, Value::Null, "what was planted is nobody's");
    }
}
