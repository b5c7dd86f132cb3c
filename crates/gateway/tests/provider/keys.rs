//! The provider's keys change, and are of several kinds.

use crate::{
    person::Person,
    server::{Server, begin, now, sign_in},
};
use gateway::identity::provider::{Known, Provider, ProviderError, Purpose, Why};
use rollout::Timestamp;
use serde_json::json;
use std::sync::Arc;

async fn sign_in_at(provider: &Provider, person: &mut Person, later: i64) -> Result<Known, ProviderError> {
    let (url, flow) = begin(provider, Purpose::SignIn).await;
    let back = person.walk(url).await;
    provider.finish(flow, back, Timestamp::from_millis(now().millis() + later)).await
}

#[tokio::test]
async fn a_new_key_is_fetched_and_no_more_often_than_every_ten_seconds() {
    let server = Server::start();
    let (provider, mut ada) = (server.provider(), Person::new("ada"));
    sign_in(&provider, &mut ada).await.expect("by the first key");
    server.control(json!({"rotate": true})).await;
    sign_in(&provider, &mut ada).await.expect("by the second key");
    server.control(json!({"rotate": true})).await;
    let at_once = sign_in_at(&provider, &mut ada, 0).await;
    assert_eq!(at_once, Err(ProviderError::Untrusted(Why::Key)), "its keys rest");
    sign_in_at(&provider, &mut ada, 11_000).await.expect("by the third key, later");
}

#[tokio::test]
async fn made_up_keys_do_not_make_the_gateway_ask_and_ask() {
    let server = Server::start();
    let (provider, mut ada) = (server.provider(), Person::new("ada"));
    sign_in(&provider, &mut ada).await.expect("signs in");
    server.fault("unknown-key").await;
    for _ in 0..3 {
        assert_eq!(sign_in(&provider, &mut ada).await, Err(ProviderError::Untrusted(Why::Key)));
    }
    assert_eq!(server.asked("/jwks").await, 2, "when it was found, and once more");
    server.mend().await;
    sign_in(&provider, &mut ada).await.expect("the right key still counts");
}

#[tokio::test]
async fn a_new_key_that_cannot_be_fetched_is_an_outage() {
    let server = Server::start();
    let (provider, mut ada) = (server.provider(), Person::new("ada"));
    sign_in(&provider, &mut ada).await.expect("signs in");
    server.control(json!({"rotate": true, "fault": "keys-down"})).await;
    assert_eq!(sign_in(&provider, &mut ada).await, Err(ProviderError::Unreachable));
    server.mend().await;
    sign_in_at(&provider, &mut ada, 11_000).await.expect("recovers");
}

#[tokio::test]
async fn keys_of_other_kinds_are_known_too() {
    let server = Server::start();
    for kind in ["ES256", "ES384", "PS256", "EdDSA"] {
        server.control(json!({"rotate": kind})).await;
        let known = sign_in(&server.provider(), &mut Person::new("ada")).await;
        assert_eq!(known.map(|known| known.subject), Ok("ada".to_owned()), "{kind}");
    }
}

#[tokio::test]
async fn many_who_come_back_after_a_change_of_keys_are_all_let_in() {
    let server = Server::start();
    let (provider, mut ada) = (server.provider(), Person::new("ada"));
    sign_in(&provider, &mut ada).await.expect("signs in");
    let mut on_their_way = Vec::new();
    server.control(json!({"rotate": true})).await;
    for _ in 0..5 {
        let (url, flow) = begin(&provider, Purpose::SignIn).await;
        on_their_way.push((flow, ada.walk(url).await));
    }
    let provider = Arc::new(provider);
    let finish = |(flow, back)| {
        let provider = provider.clone();
        tokio::spawn(async move { provider.finish(flow, back, now()).await })
    };
    let known = futures::future::join_all(on_their_way.into_iter().map(finish)).await;
    assert!(known.iter().all(|known| matches!(known, Ok(Ok(_)))), "{known:?}");
}
