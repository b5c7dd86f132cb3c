//! Without a provider there is no way to it; what happens at one is tried at a real one, in tests/provider.

use crate::{
    identity::{provider::Provider, site::Site},
    testing::{Demo, PASSWORD, status, unleash::prepare_tls},
};
use openidconnect::{ClientId, IssuerUrl};

/// Nothing listens there.
const NOWHERE: &str = "http://127.0.0.1:9";

fn nobody_there() -> Provider {
    prepare_tls();
    let settings = crate::identity::provider::Settings {
        issuer: IssuerUrl::new(NOWHERE.into()).expect("an address"),
        client_id: ClientId::new("signalbox".into()),
        client_secret: None,
        scopes: Vec::new(),
        groups_claim: "groups".into(),
        name: "Test Login".into(),
        skew: 60_000,
        roles: Default::default(),
    };
    Provider::new(settings, "http://localhost:8700").expect("is enough")
}

#[tokio::test]
async fn where_no_provider_is_configured_there_is_no_way_to_it() {
    let own = Demo::outside().await;
    for path in ["/api/sign-in", "/api/sign-in?next=/people&again=true", "/api/sign-in/callback?code=x&state=y"] {
        status(&own.get(path, None).await, 404);
    }
    assert!(own.get("/api/session", None).await.json.get("provider").is_none());
}

#[tokio::test]
async fn a_provider_that_is_down_is_told_on_the_sign_in_page_and_named_there() {
    let own = Demo::configured(false, |app| app.provider = Some(nobody_there())).await;
    assert_eq!(own.get("/api/session", None).await.json["provider"], "Test Login");
    let begun = own.get("/api/sign-in?next=/people?rollout=x%26y", None).await;
    status(&begun, 303);
    assert_eq!(begun.header("location"), "/sign-in?problem=provider-unreachable&next=%2Fpeople%3Frollout%3Dx%26y");
    for bad in ["/api/sign-in?again=maybe", "/api/sign-in?next=/a&next=/b", "/api/sign-in?x=y"] {
        status(&own.get(bad, None).await, 400);
    }
    let unknown = own.get("/api/sign-in/callback?code=x&state=y", Some("signalbox_sign_in=made-up")).await;
    assert_eq!((unknown.status, unknown.header("location")), (303, "/sign-in?problem=unknown&next=%2F"));
    assert!(unknown.header("set-cookie").starts_with("signalbox_sign_in=; HttpOnly; SameSite=Lax"));
}

#[tokio::test]
async fn who_has_a_local_account_proves_themselves_by_its_password_alone() {
    let own = Demo::configured(false, |app| app.provider = Some(nobody_there())).await;
    own.account("mia", &[]).await;
    let cookie = own.try_in("mia", PASSWORD, &[]).await.cookie();
    let problem = async |cookie| own.get("/api/sign-in?again=true", cookie).await.header("location").to_owned();
    assert_eq!(problem(Some(&*cookie)).await, "/sign-in?problem=no-provider-account&next=%2F");
    assert_eq!(problem(None).await, "/sign-in?problem=session-over&next=%2F");
    let out = own.send("DELETE", "/api/session", Some(&cookie), &[], "").await;
    assert_eq!((out.status, out.header("continue-at")), (204, ""));
}

#[tokio::test]
async fn an_address_that_begins_too_often_waits() {
    let site = Site::public("https://signalbox.example.org").expect("a site");
    let own = Demo::configured(false, |app| {
        app.provider = Some(nobody_there());
        app.site = site;
    })
    .await;
    let begin = async |address: &str| {
        let headers = [("host", "signalbox.example.org"), ("x-forwarded-for", address)];
        own.send("GET", "/api/sign-in", None, &headers, "").await
    };
    for _ in 0..30 {
        status(&begin("192.0.2.1").await, 303);
    }
    let many = begin("192.0.2.1").await;
    assert_eq!((many.status, many.header("retry-after")), (429, "4"));
    status(&begin("192.0.2.2").await, 303);
}
