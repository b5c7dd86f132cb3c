use crate::{
    backend::Backend,
    demo::ENVIRONMENT,
    testing::{CSF, Demo, Fault, LOWER, RAISE, parse, status},
};
use rollout::{Exposure, Record};
use serde_json::json;
use sqlx::Connection;

/// A gateway with CSF Grid on; with the engineer's session and the version then.
async fn raised() -> (Demo, String, u64) {
    let demo = Demo::new().await;
    demo.open_first_gate().await;
    let engineer = demo.sign_in("engineer").await;
    status(&demo.ask(&engineer, parse(RAISE)).await, 200);
    demo.delivery.tick().await;
    assert_eq!(there(&demo).await, Exposure::ON);
    let version = demo.version().await;
    (demo, engineer, version)
}

async fn there(demo: &Demo) -> Exposure {
    demo.backend.get(ENVIRONMENT, CSF).await.expect("reads")
}

const WITH_REASON: &str = r#"{"type": "lower", "flag": "csf-grid", "to": "off", "reason": "it loses data"}"#;

#[tokio::test]
async fn a_lowering_is_carried_out_though_the_store_is_locked_and_recorded_when_it_is_free() {
    let (demo, engineer, version) = raised().await;
    let lock = demo.lock_store().await;
    let asked_at = demo.app.clock.now();
    let lower = demo.command(&engineer, "k1", None, &parse(WITH_REASON)).await;
    status(&lower, 202);
    assert_eq!(
        lower.json["lowered"],
        json!([{"flag": "csf-grid", "key": CSF, "to": "off", "failure": null}]),
        "what came of it at the backend"
    );
    assert!(lower.json["detail"].as_str().is_some_and(|words| words.contains("not recorded yet")), "{}", lower.body);
    assert_eq!(there(&demo).await, Exposure::OFF);

    // Again, and something else under the same key.
    status(&demo.command(&engineer, "k1", None, &parse(WITH_REASON)).await, 202);
    let other = demo.command(&engineer, "k1", None, &parse(LOWER)).await;
    assert_eq!((other.status, other.json["type"].as_str()), (422, Some("/problems/key-reused")));
    demo.pass(60_000);
    demo.delivery.tick().await;
    assert_eq!(demo.kinds_after(version).await, Vec::<String>::new());

    lock.close().await.expect("goes away");
    demo.delivery.tick().await;
    assert_eq!(demo.kinds_after(version).await, ["lowered", "applied"], "once, and before anything else");
    let stored = demo.app.store.record(demo.ledger().id, version + 1).await.expect("reads").expect("is there");
    let record = Record::parse(&stored.bytes).expect("a record");
    let people = demo.app.store.people().await.expect("reads");
    let who = people.iter().find(|person| Some(person.id) == record.actor.person()).expect("a person");
    assert_eq!((who.name.as_str(), record.time), ("Sample engineer", asked_at), "who asked, and when");
    assert_eq!(stored.recorded_at.since(asked_at), 60_000, "beside it, when it was recorded");
    let page = demo.get(&demo.path(&format!("/records?after={version}")), Some(&engineer)).await;
    assert!(page.body.contains("it loses data"), "and what was said: {}", page.body);
    // Whoever asks with that key again gets the answer that was missing then.
    let again = demo.command(&engineer, "k1", None, &parse(WITH_REASON)).await;
    assert_eq!((again.status, &again.json["version"]), (200, &json!(version + 1)));
    assert_eq!(there(&demo).await, Exposure::OFF);
}

#[tokio::test]
async fn meanwhile_nothing_is_raised_and_what_comes_up_is_lowered_again() {
    let (demo, engineer, version) = raised().await;
    let lock = demo.lock_store().await;
    status(&demo.command(&engineer, "k1", None, &parse(LOWER)).await, 202);
    // A raise that was on its way longer than the lowering; and one that is asked for now.
    demo.backend.set(ENVIRONMENT, CSF, &Exposure::ON).await.expect("comes through late");
    let raise = demo.command(&engineer, "k2", Some(&format!("\"{version}\"")), &parse(RAISE)).await;
    assert_eq!((raise.status, raise.json["type"].as_str()), (503, Some("/problems/store-failed")));
    demo.delivery.tick().await;
    assert_eq!(there(&demo).await, Exposure::OFF);
    lock.close().await.expect("goes away");
    // What waits goes first: the raise was asked for upon a ledger that did not know it.
    let raise = demo.command(&engineer, "k2", Some(&format!("\"{version}\"")), &parse(RAISE)).await;
    assert_eq!((raise.status, &raise.json["version"]), (412, &json!(version + 1)));
    demo.delivery.tick().await;
    assert_eq!(demo.kinds_after(version).await, ["lowered", "applied"]);
}

#[tokio::test]
async fn a_raise_that_could_not_be_recorded_is_not_sent() {
    let demo = Demo::new().await;
    demo.open_first_gate().await;
    let engineer = demo.sign_in("engineer").await;
    status(&demo.ask(&engineer, parse(RAISE)).await, 200);
    let version = demo.version().await;
    let lock = demo.lock_store().await;
    demo.delivery.tick().await;
    assert_eq!((there(&demo).await, demo.backend.writes()), (Exposure::OFF, 0));
    lock.close().await.expect("goes away");
    demo.delivery.tick().await;
    assert_eq!((there(&demo).await, demo.kinds_after(version).await), (Exposure::ON, vec!["applied".to_owned()]));
}

#[tokio::test]
async fn the_rulebook_is_asked_all_the_same_and_knows_what_is_down_already() {
    let (demo, engineer, version) = raised().await;
    let viewer = demo.sign_in("viewer").await;
    let lock = demo.lock_store().await;
    let refused = demo.command(&viewer, "k1", None, &parse(LOWER)).await;
    assert_eq!((refused.status, &refused.json["blockers"][0]["code"]), (422, &json!("wrong-role")));
    status(&demo.command(&engineer, "k1", None, &parse(LOWER)).await, 202);
    // The ledger still says on; the flag is off, so this would raise it.
    let up = json!({"type": "lower", "flag": "csf-grid", "to": "50"});
    let refused = demo.command(&engineer, "k2", None, &up).await;
    assert_eq!((refused.status, &refused.json["blockers"][0]["code"]), (422, &json!("not-a-lowering")));
    let rollback = json!({"type": "rollback", "scope": {"of": "everything"}});
    let all = demo.command(&engineer, "k3", None, &rollback).await;
    assert_eq!((all.status, all.json["lowered"].as_array().map(Vec::len)), (202, Some(5)), "{}", all.body);
    lock.close().await.expect("goes away");
    demo.delivery.tick().await;
    assert_eq!(demo.kinds_after(version).await[..6], ["lowered"; 6], "in the order they were asked for");
}

#[tokio::test]
async fn a_backend_that_is_down_too_gets_it_as_soon_as_it_is_back() {
    let (demo, engineer, version) = raised().await;
    let lock = demo.lock_store().await;
    demo.backend.is(Fault::Down);
    let lower = demo.command(&engineer, "k1", None, &parse(LOWER)).await;
    assert_eq!((lower.status, &lower.json["lowered"][0]["failure"]), (202, &json!("unreachable")));
    demo.backend.is(Fault::None);
    demo.delivery.tick().await;
    assert_eq!(there(&demo).await, Exposure::OFF);
    assert_eq!(demo.version().await, version, "and still no record");
    lock.close().await.expect("goes away");
}

#[tokio::test]
async fn a_gateway_that_stops_meanwhile_finds_it_as_drift() {
    let (mut demo, engineer, version) = raised().await;
    let lock = demo.lock_store().await;
    status(&demo.command(&engineer, "k1", None, &parse(LOWER)).await, 202);
    lock.close().await.expect("goes away");
    demo.restart().await;
    demo.delivery.tick().await;
    assert_eq!((there(&demo).await, demo.kinds_after(version).await), (Exposure::OFF, vec!["observed".to_owned()]));
}
