//! The provider is down, and comes back.

use crate::{
    person::Person,
    server::{ORIGIN, Server, Told, begin, now, sign_in},
};
use gateway::{
    clock,
    identity::provider::{ProviderError, Purpose},
};
use rollout::{Timestamp, time::HOUR};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};

#[tokio::test]
async fn a_provider_that_is_down_is_said_to_be_and_is_found_when_it_is_back() {
    let server = Server::start();
    let (provider, port) = (server.provider(), server.port());
    server.kill();
    let begun = provider.begin(Purpose::SignIn, "/", now(), clock::random).await;
    assert_eq!(begun.map(drop), Err(ProviderError::Unreachable));
    assert_eq!(provider.end_session_url(ORIGIN, now()).await, None);
    let back = Server::told(Told::default(), port);
    assert_eq!(back.port(), port);
    assert!(sign_in(&provider, &mut Person::new("ada")).await.is_ok());
}

#[tokio::test]
async fn who_is_on_the_way_when_it_goes_down_is_told_so() {
    let server = Server::start();
    let provider = server.provider();
    let (url, flow) = begin(&provider, Purpose::SignIn).await;
    let back = Person::new("ada").walk(url).await;
    server.kill();
    assert_eq!(provider.finish(flow, back, now()).await, Err(ProviderError::Unreachable));
}

#[tokio::test]
async fn what_it_told_is_asked_again_after_an_hour() {
    let server = Server::start();
    let provider = server.provider();
    let begun = now();
    begin(&provider, Purpose::SignIn).await;
    server.fault("down").await;
    let at = |later: i64| Timestamp::from_millis(begun.millis() + later);
    let still = provider.begin(Purpose::SignIn, "/", at(HOUR - 5_000), clock::random).await;
    assert!(still.is_ok(), "nobody has to ask");
    let after = provider.begin(Purpose::SignIn, "/", at(HOUR + 5_000), clock::random).await;
    assert_eq!(after.map(drop), Err(ProviderError::Unreachable));
    server.mend().await;
    assert!(provider.begin(Purpose::SignIn, "/", at(HOUR + 5_000), clock::random).await.is_ok());
}

#[tokio::test]
#[expect(clippy::disallowed_methods, reason = "this measures how long people wait")]
async fn who_waits_for_a_silent_provider_does_not_wait_for_the_others_too() {
    let server = Server::start();
    server.fault("slow").await;
    let provider = Arc::new(server.provider());
    let begun = Instant::now();
    let one = |_| {
        let provider = provider.clone();
        tokio::spawn(async move { provider.begin(Purpose::SignIn, "/", now(), clock::random).await.map(drop) })
    };
    let all = futures::future::join_all((0..20).map(one)).await;
    assert!(all.into_iter().all(|one| one.expect("ends") == Err(ProviderError::Unreachable)));
    assert!(begun.elapsed() < Duration::from_secs(9), "{:?}", begun.elapsed());
}
