//! The first administrator.

use crate::{
    store::Change,
    testing::{Answer, Demo, PASSWORD, status},
};
use gateway_api::Secret;
use serde_json::json;

async fn set_up(own: &Demo, code: &str, password: &str) -> Answer {
    let body = json!({"code": code, "login": "first", "name": "The first", "password": password});
    own.send("POST", "/api/setup", None, &[], &body.to_string()).await
}

async fn is_open(own: &Demo) -> bool {
    own.get("/api/session", None).await.json["setup"] == json!(true)
}

#[tokio::test]
async fn whoever_has_the_code_makes_the_first_administrator_once() {
    let own = Demo::outside().await;
    assert!(!is_open(&own).await, "without a code there is nothing to set up");
    status(&set_up(&own, "", PASSWORD).await, 404);
    let code = own.app.set_up.make();
    assert!(is_open(&own).await);
    let wrong = set_up(&own, "0000-0000-0000-0000-0000", PASSWORD).await;
    assert_eq!((wrong.status, &wrong.json["type"]), (401, &json!("/problems/wrong-credentials")));
    let short = set_up(&own, code.reveal(), "short").await;
    assert_eq!((short.status, &short.json["place"]), (400, &json!("/password")));
    let made = set_up(&own, code.reveal(), PASSWORD).await;
    status(&made, 200);
    assert_eq!((&made.json["setup"], &made.json["signed_in"]["administrator"]), (&json!(false), &json!(true)));
    assert_eq!(made.json["signed_in"]["proof"]["by"], json!("code"));
    status(&own.get("/api/system/records", Some(&made.cookie())).await, 200);
    status(&set_up(&own, code.reveal(), PASSWORD).await, 404);
    status(&own.try_in("First", PASSWORD, &[]).await, 200);
    let kinds: Vec<String> = own
        .app
        .store
        .system_records_before(100, 5)
        .await
        .expect("reads")
        .iter()
        .map(|stored| serde_json::from_slice::<serde_json::Value>(&stored.bytes).expect("JSON"))
        .map(|record| record["kind"].as_str().expect("a kind").to_owned())
        .collect();
    assert_eq!(kinds, ["signed-in", "signed-in", "role-granted", "account-added", "set-up"]);
}

#[tokio::test]
async fn the_code_is_worth_nothing_once_there_is_any_account() {
    let own = Demo::outside().await;
    let code = own.app.set_up.make();
    own.account("made-at-the-terminal", &[]).await;
    status(&set_up(&own, code.reveal(), PASSWORD).await, 404);
    assert!(!is_open(&own).await);
    // Also if somebody is made just between the look and the act.
    let first = own.app.store.change(vec![Change::BeFirst], vec![], own.app.clock.real()).await;
    assert!(matches!(first, Err(crate::store::StoreError::NotFirst)));
}

#[tokio::test]
async fn nobody_tries_codes_for_long_and_two_at_once_make_one() {
    let own = Demo::outside().await;
    let code = own.app.set_up.make();
    for n in 0..6 {
        status(&set_up(&own, &format!("{n}"), PASSWORD).await, 401);
    }
    assert_eq!(set_up(&own, code.reveal(), PASSWORD).await.status, 429);
    own.pass(60_000);
    let (one, other) = tokio::join!(set_up(&own, code.reveal(), PASSWORD), set_up(&own, code.reveal(), PASSWORD));
    let mut both = [one.status, other.status];
    both.sort_unstable();
    assert_eq!(both, [200, 404]);
    assert!(!own.app.set_up.is(&Secret::new(code.reveal())));
}
