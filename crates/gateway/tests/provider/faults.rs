//! What a provider must never do, or somebody on the way: nothing of it lets anybody in.

use crate::{
    log::Log,
    person::Person,
    server::{SECRET, Server, Told, begin, now, sign_in},
};
use gateway::identity::provider::{
    ProviderError::{self, CodeRefused, Nonsense, NotSetUp, Unreachable, Untrusted},
    Purpose, Why,
};
use std::time::Duration;

/// What it does wrong, and what is said of it.
const WRONG: [(&str, ProviderError); 25] = [
    ("wrong-audience", Untrusted(Why::Audience)),
    ("second-audience", Untrusted(Why::Audience)),
    ("wrong-party", Untrusted(Why::Audience)),
    ("wrong-nonce", Untrusted(Why::Nonce)),
    ("no-nonce", Untrusted(Why::Nonce)),
    ("wrong-issuer", Untrusted(Why::Issuer)),
    ("expired", Untrusted(Why::Expired)),
    ("issued-ahead", Untrusted(Why::IssuedAt)),
    ("issued-long-ago", Untrusted(Why::IssuedAt)),
    ("wrong-at-hash", Untrusted(Why::AccessToken)),
    ("unknown-key", Untrusted(Why::Key)),
    ("forged-signature", Untrusted(Why::Signature)),
    ("public-key-as-secret", Untrusted(Why::Signature)),
    ("unsigned", Untrusted(Why::Signature)),
    ("no-id-token", Untrusted(Why::Form)),
    ("not-a-token", Nonsense),
    ("code-refused", CodeRefused),
    ("another-subject", Untrusted(Why::Subject)),
    ("iss-elsewhere", Untrusted(Why::Issuer)),
    ("iss-missing", Untrusted(Why::Issuer)),
    ("html", Nonsense),
    ("long", Nonsense),
    ("redirect", Nonsense),
    ("busy", Unreachable),
    ("down", Unreachable),
];

#[tokio::test]
async fn whatever_the_provider_does_wrong_nobody_is_let_in_and_the_next_sign_in_works() {
    let log = Log::listen();
    let server = Server::start();
    let provider = server.provider();
    let mut ada = Person::new("ada");
    let mut secrets: Vec<String> = Vec::new();
    for (fault, expected) in WRONG {
        let (url, flow) = begin(&provider, Purpose::SignIn).await;
        // What changes an address has to be there while it is made; the rest must not reach the pages.
        if fault.starts_with("iss-") {
            server.fault(fault).await;
        }
        let back = ada.walk(url.clone()).await;
        secrets.extend(
            url.query_pairs()
                .filter(|(name, _)| name == "state" || name == "nonce")
                .map(|(_, value)| value.into_owned()),
        );
        secrets.extend(back.code.clone());
        server.fault(fault).await;
        let known = provider.finish(flow, back, now()).await;
        assert_eq!(known.map(|known| known.subject), Err(expected), "{fault}");
        server.mend().await;
        assert!(sign_in(&provider, &mut ada).await.is_ok(), "after {fault}");
    }
    let log = log.text();
    assert!(log.contains("nobody was signed in") && log.contains("at_hash"), "{log}");
    // Tokens begin so.
    secrets.extend(["eyJ".to_owned(), SECRET.to_owned()]);
    assert_eq!(secrets.len(), 3 * WRONG.len() + 2);
    assert!(secrets.iter().all(|secret| !log.contains(secret.as_str())), "{log}");
}

#[tokio::test]
async fn a_token_is_judged_the_same_where_it_tells_everything_itself() {
    let server = Server::told(Told { claims_in: "id_token", ..Told::default() }, 0);
    let provider = server.provider();
    let mut ada = Person::new("ada");
    for (fault, expected) in WRONG.into_iter().filter(|(_, expected)| matches!(expected, Untrusted(_))) {
        if fault == "another-subject" {
            continue;
        }
        server.fault(fault).await;
        let known = sign_in(&provider, &mut ada).await;
        assert_eq!(known.map(|known| known.subject), Err(expected), "{fault}");
    }
}

#[tokio::test]
async fn nonsense_is_told_from_silence_before_anybody_is_sent_there() {
    let server = Server::start();
    for (fault, expected) in [("html", Nonsense), ("long", Nonsense), ("redirect", NotSetUp), ("busy", Unreachable)] {
        server.fault(fault).await;
        let begun = server.provider().begin(Purpose::SignIn, "/", now(), gateway::clock::random).await;
        assert_eq!(begun.map(drop), Err(expected), "{fault}");
    }
}

#[tokio::test]
async fn a_slow_answer_is_waited_for_five_seconds() {
    let server = Server::start();
    let provider = server.provider();
    let (url, flow) = begin(&provider, Purpose::SignIn).await;
    let back = Person::new("ada").walk(url).await;
    server.fault("slow").await;
    let waited = tokio::time::timeout(Duration::from_secs(7), provider.finish(flow, back, now())).await;
    assert_eq!(waited.expect("an end"), Err(Unreachable));
}

#[tokio::test]
async fn no_issuer_but_the_one_that_was_named_is_believed() {
    let server = Server::start();
    let mut settings = server.settings();
    let localhost = server.issuer.replace("127.0.0.1", "localhost");
    settings.issuer = openidconnect::IssuerUrl::new(localhost).expect("an address");
    let provider = gateway::identity::provider::Provider::new(settings, crate::server::ORIGIN).expect("is enough");
    let begun = provider.begin(Purpose::SignIn, "/", now(), gateway::clock::random).await;
    assert_eq!(begun.map(drop), Err(NotSetUp));
}
