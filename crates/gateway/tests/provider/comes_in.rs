//! Coming in at the gateway by the provider: who it is, what they may, what the system's ledger says of it.

use crate::{
    browser::{Browser, Gateway},
    server::{Server, now},
};
use gateway::{identity::accounts, store::Change};
use gateway_api::{
    ProvenBy, SystemEvent,
    system_records::{SystemActor, SystemPart},
};
use rollout::{PersonId, Timestamp};
use serde_json::{Value, json};

const PROVIDER: SystemActor = SystemActor::System { system: SystemPart::Provider };

fn person(who: &Value) -> PersonId {
    who["person"].as_str().expect("somebody").parse().expect("an id")
}

async fn come_in(browser: &mut Browser) -> PersonId {
    assert_eq!(browser.sign_in().await, "/people");
    person(&browser.who().await)
}

#[tokio::test]
async fn somebody_new_comes_in_with_the_roles_of_their_groups_and_is_the_same_ever_after() {
    let server = Server::start();
    let gateway = Gateway::at(&server).await;
    let mut ada = gateway.browser("ada");
    assert_eq!(ada.get("/api/session").await.json["provider"], "Test Login");
    let begun = now();
    assert_eq!(ada.sign_in().await, "/people");
    let who = ada.who().await;
    assert_eq!((&who["name"], &who["roles"]), (&json!("Ada Example"), &json!(["engineer"])));
    assert_eq!(who["grants"], json!(["engineer"]));
    assert_eq!((&who["administrator"], &who["proof"]["by"]), (&json!(false), &json!("provider")));
    let proved = Timestamp::try_from(who["proof"]["at"].as_str().expect("a time").to_owned()).expect("a time");
    assert!(proved.millis() > begun.millis() - 2_000 && proved <= now(), "{proved}");
    let told = gateway.told_after(0).await;
    let [(first, added), (second, granted), (third, came)] = told.as_slice() else { panic!("{told:?}") };
    let id = person(&who);
    assert!(matches!(added, SystemEvent::AccountAdded { person, login: None, .. } if *person == id), "{added:?}");
    assert!(matches!(granted, SystemEvent::RoleGranted { person, .. } if *person == id), "{granted:?}");
    assert!(matches!(came, SystemEvent::SignedIn { by: ProvenBy::Provider, .. }), "{came:?}");
    assert_eq!([*first, *second, *third], [PROVIDER, PROVIDER, SystemActor::Person { person: id }]);

    let mut elsewhere = gateway.browser("ada");
    assert_eq!(come_in(&mut elsewhere).await, id);
    let again = gateway.told_after(3).await;
    assert!(matches!(again.as_slice(), [(_, SystemEvent::SignedIn { .. })]), "nothing has changed: {again:?}");
    assert_eq!(gateway.app.store.people().await.expect("reads").len(), 1);
}

#[tokio::test]
async fn two_who_come_at_once_for_the_first_time_are_one() {
    let server = Server::start();
    let gateway = Gateway::at(&server).await;
    let (mut one, mut other) = (gateway.browser("ada"), gateway.browser("ada"));
    let (first, second) =
        (one.go("/api/sign-in").await.expect("there"), other.go("/api/sign-in").await.expect("there"));
    tokio::join!(one.come_back(&first), other.come_back(&second));
    assert_eq!(person(&one.who().await), person(&other.who().await));
}

#[tokio::test]
async fn whoever_has_no_role_is_not_let_in_and_not_kept() {
    let server = Server::start();
    let gateway = Gateway::at(&server).await;
    let mut ben = gateway.browser("ben");
    assert_eq!(ben.sign_in().await, "/sign-in?problem=no-role&next=%2Fpeople");
    assert_eq!(ben.who().await, Value::Null);
    assert_eq!((gateway.head().await, gateway.app.store.people().await.expect("reads").len()), (0, 0));
}

#[tokio::test]
async fn whoever_is_disabled_here_is_not_let_in_whatever_the_provider_says() {
    let server = Server::start();
    let gateway = Gateway::at(&server).await;
    let mut ada = gateway.browser("ada");
    let id = come_in(&mut ada).await;
    let batch = accounts::disable(id, PROVIDER);
    gateway.app.store.change(batch.changes, batch.notes, now()).await.expect("stores");
    gateway::identity::forget_all(&gateway.app);
    assert_eq!(ada.who().await, Value::Null);
    assert_eq!(ada.sign_in().await, "/sign-in?problem=disabled&next=%2Fpeople");
    assert_eq!(ada.who().await, Value::Null);
    gateway.app.store.change(vec![Change::Enable { person: id }], vec![], now()).await.expect("stores");
    assert_eq!(come_in(&mut ada).await, id);
}

#[tokio::test]
async fn roles_and_name_are_those_of_the_last_sign_in_and_without_any_sessions_end() {
    let server = Server::start();
    let gateway = Gateway::at(&server).await;
    let (mut first, mut second) = (gateway.browser("ada"), gateway.browser("ada"));
    let id = come_in(&mut first).await;
    server.control(json!({"users": {"ada": {"name": "Ada Newname", "groups": ["lawyers"]}}})).await;
    let before = gateway.head().await;
    assert_eq!(come_in(&mut second).await, id);
    let told = gateway.told_after(before).await;
    let kinds: Vec<String> = told.iter().map(|(by, event)| kind(*by, event)).collect();
    assert_eq!(kinds, ["provider role-revoked engineer", "provider role-granted legal@production", "person signed-in"]);
    for browser in [&mut first, &mut second] {
        let who = browser.who().await;
        assert_eq!((&who["name"], &who["roles"]), (&json!("Ada Newname"), &json!(["legal"])));
    }

    server.control(json!({"users": {"ada": {"name": "Ada Newname", "groups": []}}})).await;
    let before = gateway.head().await;
    let mut third = gateway.browser("ada");
    assert_eq!(third.sign_in().await, "/sign-in?problem=no-role&next=%2Fpeople");
    let told = gateway.told_after(before).await;
    let kinds: Vec<String> = told.iter().map(|(by, event)| kind(*by, event)).collect();
    let gone = ["provider role-revoked legal@production", "provider session-ended", "provider session-ended"];
    assert_eq!(kinds, gone);
    for browser in [&mut first, &mut second, &mut third] {
        assert_eq!(browser.who().await, Value::Null);
    }
}

fn kind(by: SystemActor, event: &SystemEvent) -> String {
    let by = if by == PROVIDER { "provider" } else { "person" };
    let what = match event {
        SystemEvent::RoleGranted { grant, .. } => format!("role-granted {grant}"),
        SystemEvent::RoleRevoked { grant, .. } => format!("role-revoked {grant}"),
        SystemEvent::SessionEnded { .. } => "session-ended".to_owned(),
        SystemEvent::SignedIn { .. } => "signed-in".to_owned(),
        other => format!("{other:?}"),
    };
    format!("{by} {what}")
}

#[tokio::test]
async fn an_answer_for_another_browser_lets_nobody_in() {
    let server = Server::start();
    let gateway = Gateway::at(&server).await;
    let (mut ada, mut other) = (gateway.browser("ada"), gateway.browser("ben"));
    let stolen = ada.go("/api/sign-in?next=/people").await.expect("there");
    // A browser that went nowhere, and one that is on its own way.
    assert_eq!(gateway.browser("ben").come_back(&stolen).await, "/sign-in?problem=unknown&next=%2F");
    other.go("/api/sign-in?next=/flags").await.expect("there");
    assert_eq!(other.come_back(&stolen).await, "/sign-in?problem=unknown&next=%2Fflags");
    assert_eq!(other.who().await, Value::Null);
    assert_eq!(ada.come_back(&stolen).await, "/people", "her own browser still may");
    assert_eq!(ada.come_back(&stolen).await, "/sign-in?problem=unknown&next=%2F", "once");
    assert_eq!(ada.who().await["name"], "Ada Example");
}

#[tokio::test]
async fn whoever_comes_in_anew_leaves_the_session_before() {
    let server = Server::start();
    let gateway = Gateway::at(&server).await;
    let mut ada = gateway.browser("ada");
    come_in(&mut ada).await;
    come_in(&mut ada).await;
    assert_eq!(ada.get("/api/sessions").await.json.as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn people_of_the_provider_take_the_code_of_the_first_start_from_nobody() {
    let server = Server::start();
    let gateway = Gateway::at(&server).await;
    gateway.app.set_up.make();
    let mut ada = gateway.browser("ada");
    come_in(&mut ada).await;
    assert_eq!(ada.get("/api/session").await.json["setup"], true, "none of them can be an administrator");
}
