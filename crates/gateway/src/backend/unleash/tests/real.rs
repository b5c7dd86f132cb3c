//! Against the real one.

use crate::{
    backend::{Backend, BackendError, conformance, unleash::Unleash},
    testing::unleash::{Server, adapter, server},
};
use futures::future::join_all;
use gateway_api::Absence;
use reqwest::Method;
use rollout::Exposure;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use tokio::sync::OnceCell;

const PRODUCTION: &str = "production";

pub fn share(percent: u32, segments: &[&str]) -> Exposure {
    let segments: BTreeSet<String> = segments.iter().map(|name| (*name).to_owned()).collect();
    Exposure::new(percent * 10_000, (!segments.is_empty()).then_some(segments)).expect("an exposure")
}

pub async fn segments() {
    static MADE: OnceCell<()> = OnceCell::const_new();
    let make = async || {
        for name in conformance::SEGMENTS {
            let values: Vec<String> = (0..200).map(|n| format!("{name}-{n}")).collect();
            let constraint = json!({"contextName": "userId", "operator": "IN", "values": values});
            server().post("segments", json!({"name": name, "constraints": [constraint]})).await;
        }
    };
    MADE.get_or_init(make).await;
}

/// A new flag, off, made by hand, with what was put there.
async fn flag(key: &str, strategies: &[Value]) -> Unleash {
    let unleash = adapter();
    server().post("projects/default/features", json!({"name": key})).await;
    for strategy in strategies {
        server().post(&at(key, "strategies"), strategy.clone()).await;
    }
    unleash
}

fn at(key: &str, below: &str) -> String {
    format!("projects/default/features/{key}/environments/{PRODUCTION}/{below}")
}

async fn switch(key: &str, to: &str) {
    server().by_hand(Method::POST, &at(key, to), None).await;
}

async fn refused(unleash: &Unleash, key: &str, to: &Exposure) -> String {
    match unleash.set(PRODUCTION, key, to).await {
        Err(BackendError::Refused(why)) => why,
        other => panic!("{key} to {to}: {other:?}"),
    }
}

fn rollout(percent: &str, more: Value) -> Value {
    let mut parameters = json!({"rollout": percent, "stickiness": "default", "groupId": "x"});
    let more = more.as_object().cloned().unwrap_or_default();
    parameters.as_object_mut().expect("an object").extend(more);
    json!({"name": "flexibleRollout", "title": "By hand", "constraints": [], "parameters": parameters})
}

#[tokio::test]
async fn does_what_every_backend_does() {
    segments().await;
    let unleash = adapter();
    for key in ["CONFORMANCE_A", "CONFORMANCE_B"] {
        unleash.create(PRODUCTION, key).await.expect("creates");
        unleash.create(PRODUCTION, key).await.expect("is there already");
    }
    conformance::check(&unleash, PRODUCTION, ["CONFORMANCE_A", "CONFORMANCE_B"]).await;
}

/// Unleash's own button makes a strategy for everybody where there is none.
#[tokio::test]
async fn what_is_made_from_here_is_off_and_stays_at_nobody_whoever_switches_it_on() {
    let unleash = adapter();
    unleash.create(PRODUCTION, "MADE").await.expect("creates");
    let ours = server().strategies("MADE").await;
    assert_eq!(
        (ours.len(), &ours[0]["title"], &ours[0]["parameters"]["rollout"]),
        (1, &json!("Signalbox"), &json!("0"))
    );
    assert_eq!(unleash.get(PRODUCTION, "MADE").await.expect("reads"), Exposure::OFF);
    let there = server().by_hand(Method::GET, "projects/default/features/MADE", None).await;
    let enabled =
        |there: &Value| there["environments"].as_array().expect("a list").iter().any(|e| e["enabled"] == true);
    assert!(!enabled(&there), "{there}");

    switch("MADE", "on").await;
    assert_eq!(server().strategies("MADE").await, ours);
    assert_eq!(unleash.get(PRODUCTION, "MADE").await.expect("reads"), Exposure::OFF, "it is given to nobody");
    for to in [share(25, &[]), Exposure::ON, Exposure::OFF] {
        unleash.set(PRODUCTION, "MADE", &to).await.expect("sets");
        assert_eq!(unleash.get(PRODUCTION, "MADE").await.expect("reads"), to);
        assert_eq!(server().strategies("MADE").await.len(), 1, "it is that one strategy");
    }
}

#[tokio::test]
async fn what_was_made_by_hand_is_left_as_it_is_and_named() {
    let constrained = json!({"contextName": "userId", "operator": "IN", "values": ["anna"]});
    let cases = [
        ("HAND_PLACE", json!({"name": "remoteAddress", "title": "The office", "parameters": {"IPs": "192.0.2.1"}})),
        ("HAND_STICKY", rollout("50", json!({"stickiness": "sessionId"}))),
        ("HAND_HALF", rollout("50", json!({}))),
        ("HAND_250", rollout("250", json!({}))),
        ("HAND_WHO", json!({"name": "default", "title": "Anna", "constraints": [constrained]})),
        (
            "HAND_OURS",
            json!({"name": "flexibleRollout", "title": "Signalbox", "constraints": [constrained],
            "parameters": {"rollout": "50", "stickiness": "default", "groupId": "HAND_OURS"}}),
        ),
    ];
    for (key, strategy) in cases {
        let unleash = flag(key, std::slice::from_ref(&strategy)).await;
        let before = server().strategies(key).await;
        assert_eq!(unleash.get(PRODUCTION, key).await.expect("reads"), Exposure::OFF, "{key} is off");
        for to in [Exposure::ON, share(25, &[])] {
            let why = refused(&unleash, key, &to).await;
            let title = strategy["title"].as_str().expect("a title");
            assert!(why.contains(title) && why.contains(key), "{why}");
        }
        assert_eq!(unleash.get(PRODUCTION, key).await.expect("reads"), Exposure::OFF, "a refusal raises nothing");
        switch(key, "on").await;
        assert_eq!(unleash.get(PRODUCTION, key).await.expect("reads"), Exposure::ON, "{key} may be at everybody");
        unleash.set(PRODUCTION, key, &Exposure::OFF).await.expect("off is always possible");
        assert_eq!(unleash.get(PRODUCTION, key).await.expect("reads"), Exposure::OFF);
        assert_eq!(server().strategies(key).await, before, "{key} is not damaged");
    }
}

#[tokio::test]
async fn what_somebody_disabled_counts_for_nothing_and_stays() {
    let mut disabled = rollout("50", json!({"stickiness": "sessionId"}));
    disabled["disabled"] = json!(true);
    let unleash = flag("HAND_DISABLED", &[disabled]).await;
    unleash.set(PRODUCTION, "HAND_DISABLED", &share(25, &[])).await.expect("sets");
    assert_eq!(unleash.get(PRODUCTION, "HAND_DISABLED").await.expect("reads"), share(25, &[]));
    let there = server().strategies("HAND_DISABLED").await;
    assert_eq!((there.len(), &there[0]["title"], &there[0]["disabled"]), (2, &json!("By hand"), &json!(true)));
}

/// The button in Unleash makes a strategy for everybody where there is none.
#[tokio::test]
async fn what_was_put_on_for_everybody_by_hand_is_on_and_can_be_put_back_on() {
    let unleash = flag("HAND_ON", &[]).await;
    switch("HAND_ON", "on").await;
    let before = server().strategies("HAND_ON").await;
    assert_eq!((before.len(), &before[0]["parameters"]["rollout"]), (1, &json!("100")));
    assert_eq!(unleash.get(PRODUCTION, "HAND_ON").await.expect("reads"), Exposure::ON);
    for to in [Exposure::OFF, Exposure::ON] {
        unleash.set(PRODUCTION, "HAND_ON", &to).await.expect("sets");
        assert_eq!(unleash.get(PRODUCTION, "HAND_ON").await.expect("reads"), to);
    }
    refused(&unleash, "HAND_ON", &share(50, &[])).await;
    assert_eq!(server().strategies("HAND_ON").await, before);
}

/// Who gets it is then decided elsewhere too.
#[tokio::test]
async fn a_flag_under_a_parent_is_not_promised_to_anybody() {
    let unleash = flag("PARENT", &[]).await;
    unleash.create(PRODUCTION, "CHILD").await.expect("creates");
    server().post("projects/default/features/CHILD/dependencies", json!({"feature": "PARENT"})).await;
    let why = refused(&unleash, "CHILD", &Exposure::ON).await;
    assert!(why.contains("the parent feature PARENT"), "{why}");
    unleash.set(PRODUCTION, "CHILD", &Exposure::OFF).await.expect("off is always possible");
}

/// Observed, and relied on: Unleash turns a flag off with its last strategy.
#[tokio::test]
async fn a_flag_without_a_strategy_is_off() {
    let unleash = flag("LAST_ONE", &[]).await;
    for disable in [false, true] {
        unleash.set(PRODUCTION, "LAST_ONE", &share(50, &[])).await.expect("sets");
        let there = server().strategies("LAST_ONE").await;
        let path = at("LAST_ONE", &format!("strategies/{}", there[0]["id"].as_str().expect("an id")));
        if disable {
            let patch = json!([{"op": "replace", "path": "/disabled", "value": true}]);
            server().by_hand(Method::PATCH, &path, Some(patch)).await;
        } else {
            server().by_hand(Method::DELETE, &path, None).await;
        }
        assert_eq!(unleash.get(PRODUCTION, "LAST_ONE").await.expect("reads"), Exposure::OFF);
    }
    unleash.set(PRODUCTION, "LAST_ONE", &share(10, &[])).await.expect("sets");
    let there = server().strategies("LAST_ONE").await;
    assert_eq!((there.len(), &there[0]["disabled"]), (1, &json!(false)), "Signalbox's own is used again");
}

#[tokio::test]
async fn on_never_makes_a_strategy_for_everybody_and_sets_at_once_leave_one() {
    for (key, percent) in [("RACE_25", 25), ("RACE_100", 100)] {
        let unleash = flag(key, &[]).await;
        let to = share(percent, &[]);
        let all = join_all((0..16).map(|_| unleash.set(PRODUCTION, key, &to))).await;
        assert!(all.iter().all(Result::is_ok), "{all:?}");
        let there = server().strategies(key).await;
        let of_first = (&there[0]["title"], there[0]["parameters"]["rollout"].as_str());
        assert_eq!((there.len(), of_first), (1, (&json!("Signalbox"), Some(percent.to_string().as_str()))));
        // Different ones at once: whichever is last, it is one, and read back as it is.
        join_all((1..=16).map(|n| async move { flag_set(n, key).await })).await;
        let there = server().strategies(key).await;
        let percent: u32 = there[0]["parameters"]["rollout"].as_str().and_then(|t| t.parse().ok()).expect("a number");
        assert_eq!((there.len(), unleash.get(PRODUCTION, key).await.expect("reads")), (1, share(percent, &[])));
    }
}

async fn flag_set(percent: u32, key: &str) {
    static ONE: OnceCell<Unleash> = OnceCell::const_new();
    let unleash = ONE.get_or_init(async || adapter()).await;
    unleash.set(PRODUCTION, key, &share(percent, &[])).await.expect("sets");
}

#[tokio::test]
async fn what_is_missing_is_said_plainly() {
    let unleash = flag("GONE", &[]).await;
    server().by_hand(Method::DELETE, "projects/default/features/GONE", None).await;
    for environment in [PRODUCTION, "no-such-environment"] {
        let read = unleash.get(environment, "GONE").await;
        assert!(matches!(read, Err(BackendError::FlagMissing)), "{read:?}");
        for to in [Exposure::OFF, Exposure::ON] {
            let set = unleash.set(environment, "GONE", &to).await;
            assert!(matches!(set, Err(BackendError::FlagMissing)), "{environment} {to}: {set:?}");
        }
    }
    let said = |result: Result<(), BackendError>| match result {
        Err(BackendError::Refused(why)) => why,
        other => panic!("{other:?}"),
    };
    let keys: Vec<String> = ["GONE", "NEVER", "no good name"].map(str::to_owned).into();
    let why = unleash.why_missing(PRODUCTION, &keys).await.expect("tells");
    assert_eq!(why[..2], [Absence::Archived, Absence::NotMade]);
    assert!(matches!(&why[2], Absence::Unfit(why) if why.contains("URL friendly")), "{why:?}");
    let nowhere = unleash.why_missing("no-such-environment", &keys).await.expect("tells");
    assert_eq!(nowhere, [const { Absence::NoEnvironment }; 3]);
    let archived = said(unleash.create(PRODUCTION, "GONE").await);
    assert!(archived.contains("archived") && archived.contains("revive"), "{archived}");
    let environment = said(unleash.create("no-such-environment", "NEVER").await);
    assert!(environment.contains("no-such-environment"), "{environment}");
    let name = said(unleash.create(PRODUCTION, "no good name").await);
    assert!(name.contains("URL friendly"), "Unleash's own words: {name}");
    for key in ["..", "", "a/b"] {
        assert!(matches!(unleash.get(PRODUCTION, key).await, Err(BackendError::FlagMissing)), "{key:?}");
    }
    let unknown = flag("NO_SEGMENT", &[]).await;
    let why = refused(&unknown, "NO_SEGMENT", &share(10, &["nobody's"])).await;
    assert!(why.contains("\"nobody's\""), "{why}");
    assert_eq!(server().strategies("NO_SEGMENT").await, [Value::Null; 0]);
    let why = refused(&unknown, "NO_SEGMENT", &Exposure::new(1_000, None).expect("an exposure")).await;
    assert!(why.contains("0.1 %") && why.contains("whole percentages"), "{why}");
}

#[tokio::test]
async fn a_wrong_project_or_token_says_what_to_check() {
    let Server { admin, backend, .. } = server();
    let of = |project, token| server().adapter(project, token);
    for (unleash, words) in [
        (of("no-such-project", admin), "unleash.project"),
        (of("default", "*:*.wrong"), "not accepted"),
        (of("default", backend), "admin token"),
    ] {
        let health = unleash.health().await.expect_err("is wrong").to_string();
        let made = unleash.create(PRODUCTION, "NEVER").await.expect_err("is wrong").to_string();
        let all = unleash.all(PRODUCTION).await.expect_err("is wrong").to_string();
        for said in [health, made, all] {
            assert!(said.contains("refuses") && said.contains(words), "{said}");
            assert!(!said.contains("wrong\"") && !said.contains(admin) && !said.contains(backend), "{said}");
        }
    }
    let health = of("default", admin).health().await.expect("is good");
    let all = |may| ["development", "production"].map(|name| (name.to_owned(), may));
    assert_eq!(health.environments, all(true));
    assert!(health.version.starts_with("8."), "{health:?}");

    // Somebody's own token does what that person may.
    flag("OF_PEOPLE", &[]).await;
    let (editor, viewer) = (server().token_of("Editor").await, server().token_of("Viewer").await);
    let (editor, viewer) = (of("default", &editor), of("default", &viewer));
    assert_eq!(editor.health().await.expect("is good").environments, all(true));
    assert_eq!(viewer.health().await.expect("is good").environments, all(false));
    editor.set(PRODUCTION, "OF_PEOPLE", &share(10, &[])).await.expect("sets");
    assert_eq!(viewer.get(PRODUCTION, "OF_PEOPLE").await.expect("reads"), share(10, &[]));
    for to in [Exposure::OFF, Exposure::ON] {
        let why = refused(&viewer, "OF_PEOPLE", &to).await;
        assert!(why.contains("may not do this") && why.contains("permission"), "{why}");
        for (environment, key) in [(PRODUCTION, "NO_SUCH_FLAG"), ("no-such-environment", "OF_PEOPLE")] {
            let missing = viewer.set(environment, key, &to).await;
            assert!(matches!(missing, Err(BackendError::FlagMissing)), "{missing:?}");
        }
    }
}

#[tokio::test]
async fn all_flags_are_read_with_what_they_are_at() {
    segments().await;
    let unleash = flag("ALL_ON", &[]).await;
    let flags: Vec<String> = (0..20).map(|n| format!("ALL_{n}")).collect();
    for key in &flags {
        unleash.create(PRODUCTION, key).await.expect("creates");
        unleash.set(PRODUCTION, key, &share(40, &["beta", "staff"])).await.expect("sets");
    }
    unleash.set(PRODUCTION, "ALL_ON", &Exposure::ON).await.expect("sets");
    let all = unleash.all(PRODUCTION).await.expect("reads");
    assert_eq!(all["ALL_ON"], Exposure::ON);
    assert!(flags.iter().all(|key| all[key] == share(40, &["beta", "staff"])));
    let elsewhere = unleash.all("development").await.expect("reads");
    assert!(elsewhere["ALL_ON"].is_off(), "environments are apart");

    // More than are read one by one. The list is the same the second time, and still so after a share has changed.
    let keys: BTreeSet<String> = flags.iter().cloned().chain(["ALL_ON", "ALL_GONE"].map(str::to_owned)).collect();
    for percent in [40, 40, 60] {
        unleash.set(PRODUCTION, "ALL_7", &share(percent, &["beta", "staff"])).await.expect("sets");
        let read = unleash.read(PRODUCTION, &keys).await;
        assert!(matches!(&read["ALL_GONE"], Err(BackendError::FlagMissing)) && read.len() == keys.len(), "{read:?}");
        for (key, found) in read.iter().filter(|(key, _)| *key != "ALL_GONE") {
            assert_eq!(found.as_ref().expect("is read"), &unleash.get(PRODUCTION, key).await.expect("reads"), "{key}");
        }
    }
    unleash.set(PRODUCTION, "ALL_ON", &Exposure::OFF).await.expect("sets");
    assert!(unleash.read(PRODUCTION, &keys).await["ALL_ON"].as_ref().is_ok_and(Exposure::is_off));
    let told = unleash.last_change(PRODUCTION, "ALL_ON").await.expect("answers").expect("knows");
    assert!(told.contains("admin disabled it in production at 20"), "{told}");
    assert_eq!(unleash.last_change("development", "ALL_ON").await.expect("answers"), None);
}
