//! How somebody is sent there.

use crate::server::{ORIGIN, Server, begin, now};
use gateway::identity::provider::{Again, Purpose};
use rollout::Digest;
use std::collections::BTreeMap;

#[tokio::test]
async fn the_address_says_what_it_must_and_nothing_secret() {
    let server = Server::start();
    let provider = server.provider();
    let (url, flow) = begin(&provider, Purpose::SignIn).await;
    let asked: BTreeMap<String, String> = url.query_pairs().into_owned().collect();
    let asked = |name: &str| asked.get(name).map(String::as_str).unwrap_or_default();
    assert!(url.as_str().starts_with(&server.issuer));
    assert_eq!((asked("response_type"), asked("client_id")), ("code", "signalbox"));
    assert_eq!(asked("redirect_uri"), format!("{ORIGIN}/api/sign-in/callback"));
    assert_eq!(asked("redirect_uri"), provider.redirect());
    assert_eq!(asked("scope"), "openid profile email groups");
    assert_eq!((asked("code_challenge_method"), asked("code_challenge").len()), ("S256", 43));
    assert_eq!([asked("state"), asked("nonce")].map(str::len), [64, 64]);
    assert_ne!(asked("state"), asked("nonce"));
    assert_eq!((asked("prompt"), asked("max_age")), ("", "2592000"));
    assert_eq!((flow.next(), flow.ends() > now()), ("/rollouts", true));
    let (another, _) = begin(&provider, Purpose::SignIn).await;
    assert_ne!(url, another);
}

#[tokio::test]
async fn who_proves_themselves_again_is_asked_for_the_password() {
    let server = Server::start();
    let again = Again { session: Digest::of(&[b"x"]), subject: "ada".into() };
    let (url, _) = begin(&server.provider(), Purpose::ProveAgain(again)).await;
    let asked = url.query().expect("a question");
    assert!(asked.contains("prompt=login") && asked.contains("max_age=0"), "{asked}");
}

#[tokio::test]
async fn signing_out_there_leads_back_here() {
    let server = Server::start();
    let url = server.provider().end_session_url(ORIGIN, now()).await.expect("it has a place for it");
    assert!(url.as_str().starts_with(&format!("{}/session/end?", server.issuer)), "{url}");
    let asked: BTreeMap<String, String> = url.query_pairs().into_owned().collect();
    assert_eq!(asked["client_id"], "signalbox");
    assert_eq!(asked["post_logout_redirect_uri"], ORIGIN);
    let page = crate::server::client().get(url).send().await.expect("answers");
    assert_eq!(page.status(), 200, "the provider takes it");
}
