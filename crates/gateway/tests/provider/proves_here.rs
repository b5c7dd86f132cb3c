//! Proving again who one is, for the session that is open at the gateway.

use crate::{
    browser::{Browser, Gateway},
    server::Server,
};
use serde_json::{Value, json};
use std::time::Duration;

const AGAIN: &str = "/api/sign-in?again=true&next=/sign-in%3Fproved%3Dtrue";

async fn proof(browser: &mut Browser) -> Value {
    browser.who().await["proof"].clone()
}

/// Times of tokens are whole seconds.
async fn a_second() {
    tokio::time::sleep(Duration::from_millis(1_100)).await;
}

#[tokio::test]
async fn only_a_proof_of_now_counts_and_for_the_same_session() {
    let server = Server::start();
    let gateway = Gateway::at(&server).await;
    let mut ada = gateway.browser("ada");
    ada.sign_in().await;
    let first = proof(&mut ada).await;
    a_second().await;
    for fault in ["old-auth-time", "no-auth-time", "auth-time-ahead"] {
        server.fault(fault).await;
        let page = ada.follow(AGAIN).await;
        assert!(page.starts_with("/sign-in?problem=not-proven&"), "{fault}: {page}");
        assert_eq!(proof(&mut ada).await, first, "{fault}");
    }
    server.mend().await;
    assert_eq!(ada.follow(AGAIN).await, "/sign-in?proved=true");
    assert!(ada.person.asked.contains(&"login".to_owned()), "{:?}", ada.person.asked);
    let second = proof(&mut ada).await;
    assert_eq!(second["by"], "provider");
    assert!(second["at"].as_str() > first["at"].as_str(), "{second} after {first}");
    assert_eq!(ada.get("/api/sessions").await.json.as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn a_provider_that_does_not_say_when_somebody_proved_it_lets_them_in_without_a_proof() {
    let server = Server::start();
    let gateway = Gateway::at(&server).await;
    for fault in ["no-auth-time", "auth-time-ahead"] {
        let mut ada = gateway.browser("ada");
        server.fault(fault).await;
        assert_eq!(ada.sign_in().await, "/people");
        let none = json!({"at": "1970-01-01T00:00:00.000Z", "by": "provider"});
        assert_eq!(proof(&mut ada).await, none, "{fault}");
    }
}

#[tokio::test]
async fn nobody_proves_it_for_somebody_else_or_for_a_session_that_is_over() {
    let server = Server::start();
    server
        .control(json!({"users": {
            "ada": {"name": "Ada Example", "groups": ["developers"]},
            "ben": {"name": "Ben Example", "groups": ["developers"]},
        }}))
        .await;
    let gateway = Gateway::at(&server).await;
    let (mut ada, mut ben) = (gateway.browser("ada"), gateway.browser("ben"));
    ada.sign_in().await;
    let first = proof(&mut ada).await;
    std::mem::swap(&mut ada.person, &mut ben.person);
    assert!(ada.follow(AGAIN).await.starts_with("/sign-in?problem=somebody-else&"));
    assert_eq!(proof(&mut ada).await, first);
    std::mem::swap(&mut ada.person, &mut ben.person);
    let back = ada.go(AGAIN).await.expect("there");
    assert_eq!(ada.delete("/api/session").await.status, 204);
    assert!(ada.come_back(&back).await.starts_with("/sign-in?problem=session-over&"));
    assert_eq!(ada.who().await, Value::Null);
    assert!(ada.follow(AGAIN).await.starts_with("/sign-in?problem=session-over&"));
}

#[tokio::test]
async fn roles_of_now_count_after_a_proof_too() {
    let server = Server::start();
    let gateway = Gateway::at(&server).await;
    let mut ada = gateway.browser("ada");
    ada.sign_in().await;
    server.control(json!({"users": {"ada": {"name": "Ada Example", "groups": ["lawyers"]}}})).await;
    assert_eq!(ada.follow(AGAIN).await, "/sign-in?proved=true");
    assert_eq!(ada.who().await["roles"], json!(["legal"]));
    server.control(json!({"users": {"ada": {"name": "Ada Example", "groups": []}}})).await;
    assert!(ada.follow(AGAIN).await.starts_with("/sign-in?problem=no-role&"));
    assert_eq!(ada.who().await, Value::Null);
}
