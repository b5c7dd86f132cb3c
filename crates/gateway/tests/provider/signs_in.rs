//! Whom it lets in, and as what.

use crate::{
    person::Person,
    server::{SECRET, Server, Told, begin, now, sign_in},
};
use gateway::identity::provider::{Back, Provider, ProviderError, Purpose};
use gateway_api::Power;
use openidconnect::{ClientSecret, Scope};
use rollout::{Role, Timestamp};
use serde_json::json;

fn powers(known: &gateway::identity::provider::Known) -> Vec<Power> {
    known.grants().expect("is let in").iter().map(|granted| granted.power).collect()
}

#[tokio::test]
async fn somebody_signs_in_with_name_groups_and_role_wherever_the_provider_tells_them() {
    for claims_in in ["userinfo", "id_token"] {
        let server = Server::told(Told { claims_in, ..Told::default() }, 0);
        let mut ada = Person::new("ada");
        let known = sign_in(&server.provider(), &mut ada).await.expect(claims_in);
        assert_eq!(ada.asked, ["login", "consent"]);
        assert_eq!((known.issuer.as_str(), known.subject.as_str()), (server.issuer.as_str(), "ada"));
        assert_eq!(
            (known.name.as_str(), known.groups.as_slice()),
            ("Ada Example", &["developers".to_owned(), "everybody".to_owned()][..])
        );
        assert_eq!(powers(&known), [Power::Role(Role::Engineer)]);
    }
}

#[tokio::test]
async fn whoever_has_no_role_is_known_and_not_let_in() {
    let server = Server::start();
    let known = sign_in(&server.provider(), &mut Person::new("ben")).await.expect("is known");
    assert_eq!((known.subject.as_str(), known.groups.as_slice()), ("ben", &["everybody".to_owned()][..]));
    assert_eq!(known.grants(), Err(ProviderError::NoRole));
    let mut settings = server.settings();
    settings.roles.everyone = true;
    let provider = Provider::new(settings, crate::server::ORIGIN).expect("is enough");
    let known = sign_in(&provider, &mut Person::new("ben")).await.expect("is known");
    assert_eq!(powers(&known), [Power::Role(Role::Viewer)]);
}

#[tokio::test]
async fn groups_of_now_count_at_the_next_sign_in() {
    let server = Server::start();
    let (provider, mut ben) = (server.provider(), Person::new("ben"));
    assert!(sign_in(&provider, &mut ben).await.expect("is known").grants().is_err());
    server.control(json!({"users": {"ben": {"name": "Ben Example", "groups": ["developers"]}}})).await;
    assert_eq!(powers(&sign_in(&provider, &mut ben).await.expect("is known")), [Power::Role(Role::Engineer)]);
    assert_eq!(ben.asked, [""; 0], "the provider still knows them");
}

#[tokio::test]
async fn a_client_may_be_a_public_one() {
    let server = Server::told(Told { is_public: true, ..Told::default() }, 0);
    let settings = gateway::identity::provider::Settings { client_secret: None, ..server.settings() };
    let provider = Provider::new(settings, crate::server::ORIGIN).expect("is enough");
    assert!(sign_in(&provider, &mut Person::new("ada")).await.is_ok());
}

#[tokio::test]
async fn a_wrong_secret_is_for_the_administrator() {
    let server = Server::start();
    let secret = Some(ClientSecret::new(format!("{SECRET}x")));
    let settings = gateway::identity::provider::Settings { client_secret: secret, ..server.settings() };
    let provider = Provider::new(settings, crate::server::ORIGIN).expect("is enough");
    assert_eq!(sign_in(&provider, &mut Person::new("ada")).await, Err(ProviderError::NotSetUp));
}

#[tokio::test]
async fn who_turns_back_is_told_so() {
    let server = Server::start();
    let provider = server.provider();
    let (url, flow) = begin(&provider, Purpose::SignIn).await;
    let back = Person::new("ada").turn_back(url).await;
    assert_eq!(provider.finish(flow, back, now()).await, Err(ProviderError::Denied));
}

#[tokio::test]
async fn an_answer_counts_for_its_own_flow_once_and_for_ten_minutes() {
    let server = Server::start();
    let provider = server.provider();
    let mut ada = Person::new("ada");
    let (url, flow) = begin(&provider, Purpose::SignIn).await;
    let (_, another) = begin(&provider, Purpose::SignIn).await;
    let back = ada.walk(url).await;
    let swapped = provider.finish(another, back.clone(), now()).await;
    assert_eq!(swapped, Err(ProviderError::Unknown), "another flow's state");
    let late = Timestamp::from_millis(flow.ends().millis() + 1);
    assert!(provider.finish(flow, back, late).await == Err(ProviderError::TooLate));
    // A code that was used is refused by the provider: PKCE's verifier of another flow does not open it either.
    let (url, flow) = begin(&provider, Purpose::SignIn).await;
    let back = ada.walk(url).await;
    let stolen = Back { code: back.code.clone(), ..Back::default() };
    assert!(provider.finish(flow, back, now()).await.is_ok());
    let (url, flow) = begin(&provider, Purpose::SignIn).await;
    let own = ada.walk(url).await;
    let injected = Back { code: stolen.code, ..own };
    assert_eq!(provider.finish(flow, injected, now()).await, Err(ProviderError::CodeRefused));
}

#[tokio::test]
async fn a_fresh_code_of_somebody_elses_flow_does_not_open() {
    let server = Server::start();
    let provider = server.provider();
    let (url, _flow) = begin(&provider, Purpose::SignIn).await;
    let stolen = Person::new("ada").walk(url).await;
    let (url, flow) = begin(&provider, Purpose::SignIn).await;
    let own = Person::new("ben").walk(url).await;
    let injected = Back { code: stolen.code, ..own };
    assert_eq!(provider.finish(flow, injected, now()).await, Err(ProviderError::CodeRefused));
}

#[tokio::test]
async fn without_scopes_there_is_no_name_and_no_role() {
    let server = Server::start();
    let scopes = vec![Scope::new("made-up".into())];
    let settings = gateway::identity::provider::Settings { scopes, ..server.settings() };
    let provider = Provider::new(settings, crate::server::ORIGIN).expect("is enough");
    let known = sign_in(&provider, &mut Person::new("ada")).await.expect("is known");
    assert_eq!((known.name.as_str(), known.grants()), ("ada", Err(ProviderError::NoRole)));
}
