//! The provider goes away and comes back, and people go away from both.

use crate::{
    browser::Gateway,
    server::{ORIGIN, Server, Told},
};
use reqwest::Url;
use serde_json::Value;
use std::collections::BTreeMap;

#[tokio::test]
async fn while_the_provider_is_down_people_are_told_and_afterwards_they_come_in() {
    let server = Server::start();
    let gateway = Gateway::at(&server).await;
    let (mut ada, port) = (gateway.browser("ada"), server.port());
    server.fault("busy").await;
    assert_eq!(ada.sign_in().await, "/sign-in?problem=provider-unreachable&next=%2Fpeople");
    server.mend().await;
    assert_eq!(ada.sign_in().await, "/people");
    // It goes down while somebody is there.
    let mut again = gateway.browser("ada");
    let back = again.go("/api/sign-in?next=/people").await.expect("there");
    server.kill();
    assert_eq!(again.come_back(&back).await, "/sign-in?problem=provider-unreachable&next=%2Fpeople");
    assert_eq!(ada.who().await["name"], "Ada Example", "whoever is in stays in");
    let server = Server::told(Told::default(), port);
    assert_eq!(again.sign_in().await, "/people");
    server.kill();
}

#[tokio::test]
async fn whoever_signs_out_is_out_here_and_led_to_the_provider_to_sign_out_there() {
    let server = Server::start();
    let gateway = Gateway::at(&server).await;
    let mut ada = gateway.browser("ada");
    ada.sign_in().await;
    let out = ada.delete("/api/session").await;
    assert_eq!((out.status, ada.who().await), (204, Value::Null));
    let place: Url = out.header("continue-at").parse().expect("an address");
    assert!(place.as_str().starts_with(&format!("{}/session/end?", server.issuer)), "{place}");
    let told: BTreeMap<String, String> = place.query_pairs().into_owned().collect();
    assert_eq!((told["client_id"].as_str(), told["post_logout_redirect_uri"].as_str()), ("signalbox", ORIGIN));
    // Who is out already, and who cannot be told where.
    assert_eq!(ada.delete("/api/session").await.header("continue-at"), "");
    ada.sign_in().await;
    server.kill();
    let mut elsewhere = gateway.browser("ada");
    assert_eq!(elsewhere.delete("/api/session").await.status, 204);
    assert_eq!((ada.delete("/api/session").await.status, ada.who().await), (204, Value::Null));
}
