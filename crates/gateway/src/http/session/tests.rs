mod local;
mod set_up;

use crate::{
    identity::Settings,
    testing::{Demo, status},
};
use serde_json::json;

#[tokio::test]
async fn one_signs_in_and_out_and_the_cookie_is_worth_nothing_afterwards() {
    let demo = Demo::new().await;
    let nobody = demo.get("/api/session", None).await;
    assert_eq!(
        (nobody.status, &nobody.json["signed_in"], nobody.json["demo"].as_bool()),
        (200, &json!(null), Some(true))
    );
    assert_eq!(nobody.json["accounts"].as_array().map(Vec::len), Some(6));

    let cookie = demo.sign_in("engineer").await;
    let somebody = demo.get("/api/session", Some(&cookie)).await;
    assert_eq!(somebody.json["signed_in"]["roles"], json!(["engineer"]));
    assert_eq!(somebody.json["signed_in"]["name"], json!("Sample engineer"));

    let gone = demo.send("DELETE", "/api/session", Some(&cookie), &[], "").await;
    assert_eq!(gone.status, 204);
    assert!(gone.header("set-cookie").contains("Max-Age=0"));
    assert_eq!(demo.get("/api/rollouts", Some(&cookie)).await.status, 401);
}

#[tokio::test]
async fn a_session_ends_after_twelve_hours_of_real_time_and_not_of_the_demos() {
    let demo = Demo::configured(true, |app| app.sign_in = Settings::default()).await;
    let cookie = demo.sign_in("viewer").await;
    let moved = demo.post("/api/demo/clock", &cookie, json!({"ahead_hours": 744})).await;
    assert_eq!(moved.status, 200);
    for _ in 0..23 {
        demo.pass(1_800_000);
        assert_eq!(demo.get("/api/rollouts", Some(&cookie)).await.status, 200);
    }
    demo.pass(1_800_000);
    assert_eq!(demo.get("/api/rollouts", Some(&cookie)).await.status, 401);
}

#[tokio::test]
async fn a_session_in_which_nothing_is_asked_ends_after_an_hour_also_if_the_store_took_nothing() {
    let demo = Demo::configured(true, |app| app.sign_in = Settings::default()).await;
    let (cookie, idle) = (demo.sign_in("viewer").await, demo.sign_in("legal").await);
    let lock = demo.lock_store().await;
    demo.pass(3_599_000);
    status(&demo.get("/api/rollouts", Some(&cookie)).await, 200);
    demo.pass(1_000);
    status(&demo.get("/api/rollouts", Some(&cookie)).await, 200);
    status(&demo.get("/api/rollouts", Some(&idle)).await, 401);
    demo.pass(3_600_000);
    status(&demo.get("/api/rollouts", Some(&cookie)).await, 401);
    drop(lock);
}

#[tokio::test]
async fn an_account_is_one_of_the_six() {
    let demo = Demo::new().await;
    let unknown = demo.send("POST", "/api/session", None, &[], r#"{"account": "root"}"#).await;
    assert_eq!((unknown.status, unknown.json["place"].as_str()), (400, Some("/account")));
    let more = demo.send("POST", "/api/session", None, &[], r#"{"account": "legal", "admin": true}"#).await;
    assert_eq!(more.status, 400);
    let outside = Demo::outside().await;
    status(&outside.send("POST", "/api/session", None, &[], r#"{"account": "legal"}"#).await, 404);
}
