//! Who is signed in proves once more who they are.

use crate::{
    person::Person,
    server::{Server, begin, now, sign_in},
};
use gateway::identity::provider::{Again, Known, Provider, ProviderError, Purpose};
use rollout::{Digest, Timestamp};

async fn again(
    provider: &Provider,
    person: &mut Person,
    subject: &str,
    now_: impl Fn() -> Timestamp,
) -> Result<Known, ProviderError> {
    let again = Again { session: Digest::of(&[b"a session"]), subject: subject.to_owned() };
    let (url, flow) = begin(provider, Purpose::ProveAgain(again)).await;
    let back = person.walk(url).await;
    provider.finish(flow, back, now_()).await
}

#[tokio::test]
async fn the_password_is_asked_for_although_the_provider_knows_them() {
    let server = Server::start();
    let (provider, mut ada) = (server.provider(), Person::new("ada"));
    sign_in(&provider, &mut ada).await.expect("signs in");
    assert_eq!(sign_in(&provider, &mut ada).await.map(|known| known.subject), Ok("ada".to_owned()));
    assert_eq!(ada.asked, [""; 0]);
    let begun = now();
    let known = again(&provider, &mut ada, "ada", now).await.expect("proves it");
    assert!(ada.asked.contains(&"login".to_owned()), "{:?}", ada.asked);
    let proved = known.auth_time.expect("it says when");
    assert!(proved.millis() >= begun.millis() - 1_000, "{proved} before {begun}");
    assert!(known.grants().is_ok());
}

#[tokio::test]
async fn what_does_not_prove_it_now_does_not_count() {
    let server = Server::start();
    let (provider, mut ada) = (server.provider(), Person::new("ada"));
    for fault in ["old-auth-time", "no-auth-time", "auth-time-ahead"] {
        server.fault(fault).await;
        let known = again(&provider, &mut ada, "ada", now).await;
        assert_eq!(known.map(|known| known.subject), Err(ProviderError::NotProven), "{fault}");
        // To sign in asks for nothing of the kind.
        assert!(sign_in(&provider, &mut ada).await.is_ok(), "{fault}");
    }
    server.mend().await;
    assert!(again(&provider, &mut ada, "ada", now).await.is_ok());
}

#[tokio::test]
async fn nobody_proves_it_for_somebody_else() {
    let server = Server::start();
    let provider = server.provider();
    let known = again(&provider, &mut Person::new("ben"), "ada", now).await;
    assert_eq!(known, Err(ProviderError::SomebodyElse));
}
