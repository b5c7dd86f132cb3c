use crate::{
    backend::Backend,
    demo::ENVIRONMENT,
    testing::{CSF, Demo, Fault, LOWER, RAISE, parse, status},
};
use rollout::{Exposure, FlagSlug};
use serde_json::{Value, json};

/// A gateway whose engineer has just raised CSF Grid, before any delivery; with the version then.
async fn raised() -> (Demo, String, u64) {
    let demo = Demo::new().await;
    demo.open_first_gate().await;
    let engineer = demo.sign_in("engineer").await;
    status(&demo.ask(&engineer, parse(RAISE)).await, 200);
    let version = demo.version().await;
    (demo, engineer, version)
}

async fn there(demo: &Demo) -> Exposure {
    demo.backend.is(Fault::None);
    demo.backend.get(ENVIRONMENT, CSF).await.expect("reads")
}

async fn outcomes(demo: &Demo) -> Vec<Value> {
    let attempts = demo.app.store.attempts(10).await.expect("reads");
    attempts.iter().map(|attempt| serde_json::to_value(attempt.outcome).expect("JSON")).collect()
}

async fn wanted(demo: &Demo) -> Exposure {
    let slug = FlagSlug::new("csf-grid").expect("a slug");
    demo.ledger().lock(demo.app.store.as_ref()).await.expect("locks").rollout.flags[&slug].wanted.clone()
}

#[tokio::test]
async fn what_is_wanted_is_sent_once_and_read_back() {
    let (demo, _, version) = raised().await;
    demo.delivery.tick().await;
    assert_eq!(demo.kinds_after(version).await, ["applied"]);
    assert_eq!((there(&demo).await, demo.backend.writes()), (Exposure::ON, 1));
    demo.delivery.tick().await;
    assert_eq!((demo.kinds_after(version).await.len(), demo.backend.writes()), (1, 0));
}

#[tokio::test]
async fn a_failure_is_recorded_once_and_tried_again_ever_more_rarely() {
    let (demo, _, version) = raised().await;
    demo.backend.is(Fault::Down);
    for _ in 0..3 {
        demo.delivery.tick().await;
    }
    assert_eq!(demo.kinds_after(version).await, ["failed"]);
    assert_eq!(outcomes(&demo).await.len(), 1, "it is not due before a second has passed");
    assert!(demo.app.backend_unreachable_since().is_some());
    demo.pass(1_000);
    demo.delivery.tick().await;
    assert_eq!(outcomes(&demo).await, [json!({"failed": "unreachable"}), json!({"failed": "unreachable"})]);
    assert_eq!(demo.kinds_after(version).await, ["failed"]);
    demo.backend.is(Fault::None);
    demo.pass(2_000);
    demo.delivery.tick().await;
    assert_eq!(demo.kinds_after(version).await, ["failed", "applied"]);
    assert!(demo.app.backend_unreachable_since().is_none());
}

#[tokio::test]
async fn what_reads_back_as_something_else_does_not_count() {
    let (demo, _, version) = raised().await;
    demo.backend.is(Fault::Deaf);
    demo.delivery.tick().await;
    assert_eq!(demo.kinds_after(version).await, ["failed"]);
    assert_eq!(outcomes(&demo).await, [json!({"failed": "read-back-differs"})]);
}

#[tokio::test]
async fn a_raise_that_is_no_longer_clear_is_cancelled_and_never_sent() {
    let (demo, engineer, version) = raised().await;
    status(&demo.ask(&engineer, json!({"type": "incident", "reason": "errors"})).await, 200);
    demo.delivery.tick().await;
    assert_eq!(demo.kinds_after(version).await, ["incident-opened", "cancelled"]);
    assert_eq!((there(&demo).await, wanted(&demo).await, demo.backend.writes()), (Exposure::OFF, Exposure::OFF, 0));
}

#[tokio::test]
async fn a_raise_that_waited_a_quarter_of_an_hour_of_real_time_is_cancelled() {
    let (demo, _, version) = raised().await;
    demo.backend.is(Fault::Down);
    demo.pass(15 * 60_000);
    demo.delivery.tick().await;
    assert_eq!(demo.kinds_after(version).await, ["failed"], "just not too long");
    demo.pass(60_000);
    demo.delivery.tick().await;
    assert_eq!(demo.kinds_after(version).await, ["failed", "cancelled"]);
    assert_eq!((there(&demo).await, demo.backend.writes()), (Exposure::OFF, 0));
}

#[tokio::test]
async fn the_demos_clock_makes_no_raise_wait_too_long() {
    let (demo, engineer, version) = raised().await;
    status(&demo.post("/api/demo/clock", &engineer, json!({"ahead_hours": 24})).await, 200);
    demo.delivery.tick().await;
    assert_eq!(demo.kinds_after(version).await, ["clock-moved", "applied"]);
}

#[tokio::test]
async fn a_lowering_overtakes_a_raise_and_is_sent_though_it_seems_so_already() {
    let (demo, engineer, version) = raised().await;
    status(&demo.ask(&engineer, parse(LOWER)).await, 200);
    demo.delivery.tick().await;
    assert_eq!(demo.kinds_after(version).await, ["lowered", "applied"]);
    assert_eq!((there(&demo).await, demo.backend.writes()), (Exposure::OFF, 1));
    status(&demo.ask(&engineer, parse(LOWER)).await, 200);
    demo.delivery.tick().await;
    assert_eq!(demo.backend.writes(), 1);
}

#[tokio::test]
async fn a_lowering_is_sent_even_if_nothing_can_be_read() {
    let (demo, engineer, _) = raised().await;
    demo.delivery.tick().await;
    status(&demo.ask(&engineer, parse(LOWER)).await, 200);
    let version = demo.version().await;
    demo.backend.is(Fault::AnswersLost);
    demo.delivery.tick().await;
    assert_eq!(demo.kinds_after(version).await, ["failed"], "nobody knows yet");
    assert_eq!(there(&demo).await, Exposure::OFF, "but it came through");
    demo.pass(1_000);
    demo.delivery.tick().await;
    assert_eq!(demo.kinds_after(version).await, ["failed", "applied"]);
}

#[tokio::test]
async fn after_a_crash_between_call_and_record_it_is_read_back_and_not_sent_again() {
    let (mut demo, _, version) = raised().await;
    // The call came through, the record did not.
    demo.backend.set(ENVIRONMENT, CSF, &Exposure::ON).await.expect("sets");
    demo.restart().await;
    demo.delivery.tick().await;
    assert_eq!(demo.kinds_after(version).await, ["applied"]);
    assert_eq!(demo.backend.writes(), 0);
}

#[tokio::test]
async fn a_raise_that_may_have_been_sent_before_a_crash_is_taken_back_when_it_is_cancelled() {
    let (mut demo, engineer, version) = raised().await;
    demo.backend.set(ENVIRONMENT, CSF, &Exposure::ON).await.expect("sets");
    demo.pass(10);
    demo.restart().await;
    status(&demo.ask(&engineer, json!({"type": "incident", "reason": "errors"})).await, 200);
    demo.backend.is(Fault::Down);
    demo.delivery.tick().await;
    assert_eq!(demo.kinds_after(version).await, ["incident-opened", "failed"], "not cancelled before it is certain");
    demo.backend.is(Fault::None);
    demo.pass(1_000);
    demo.delivery.tick().await;
    assert_eq!(demo.kinds_after(version).await, ["incident-opened", "failed", "cancelled"]);
    assert_eq!(there(&demo).await, Exposure::OFF);
}

#[tokio::test]
async fn a_raise_that_comes_through_after_a_lowering_is_lowered_again_and_is_no_drift() {
    let (demo, engineer, _) = raised().await;
    // Nothing of it can be read; the reading before the call still worked.
    demo.backend.is(Fault::Deaf);
    demo.delivery.tick().await;
    demo.backend.is(Fault::None);
    status(&demo.ask(&engineer, parse(LOWER)).await, 200);
    demo.delivery.tick().await;
    let version = demo.version().await;
    demo.backend.set(ENVIRONMENT, CSF, &Exposure::ON).await.expect("the late raise");
    demo.pass(60_000);
    demo.delivery.tick().await;
    assert_eq!(there(&demo).await, Exposure::OFF);
    assert_eq!(demo.kinds_after(version).await, Vec::<String>::new());
}

#[tokio::test]
async fn a_raise_that_comes_through_after_a_crash_is_lowered_again_too() {
    let (mut demo, engineer, _) = raised().await;
    demo.backend.is(Fault::Deaf);
    demo.delivery.tick().await;
    demo.pass(1_000);
    status(&demo.ask(&engineer, parse(LOWER)).await, 200);
    demo.restart().await;
    demo.delivery.tick().await;
    let version = demo.version().await;
    demo.pass(60_000);
    demo.backend.set(ENVIRONMENT, CSF, &Exposure::ON).await.expect("the late raise");
    demo.delivery.tick().await;
    assert_eq!(there(&demo).await, Exposure::OFF);
    assert_eq!(demo.kinds_after(version).await, Vec::<String>::new(), "that was ours");
    // After two minutes it is somebody else's doing.
    demo.pass(60_000);
    demo.backend.set(ENVIRONMENT, CSF, &Exposure::ON).await.expect("by another hand");
    demo.delivery.tick().await;
    assert_eq!((there(&demo).await, demo.kinds_after(version).await), (Exposure::ON, vec!["observed".to_owned()]));
}

#[tokio::test]
async fn a_raise_that_was_cancelled_and_comes_through_is_lowered_again_too() {
    let (mut demo, engineer, version) = raised().await;
    // Sent, and nobody knows what came of it; then the gateway is killed.
    demo.pass(1_000);
    demo.restart().await;
    status(&demo.ask(&engineer, json!({"type": "incident", "reason": "errors"})).await, 200);
    demo.delivery.tick().await;
    assert_eq!(demo.kinds_after(version).await, ["incident-opened", "cancelled"]);
    demo.backend.set(ENVIRONMENT, CSF, &Exposure::ON).await.expect("the late raise");
    demo.pass(100_000);
    demo.delivery.tick().await;
    assert_eq!((there(&demo).await, demo.kinds_after(version).await.len()), (Exposure::OFF, 2));
}

#[tokio::test]
async fn a_raise_that_was_never_sent_cannot_come_late() {
    let (demo, engineer, _) = raised().await;
    status(&demo.ask(&engineer, parse(LOWER)).await, 200);
    demo.delivery.tick().await;
    let version = demo.version().await;
    demo.backend.set(ENVIRONMENT, CSF, &Exposure::ON).await.expect("by another hand");
    demo.pass(10_000);
    demo.delivery.tick().await;
    assert_eq!(demo.kinds_after(version).await, ["observed"]);
}

#[tokio::test]
async fn what_somebody_else_took_down_is_put_back_like_a_raise() {
    let (demo, engineer, _) = raised().await;
    demo.delivery.tick().await;
    demo.backend.set(ENVIRONMENT, CSF, &Exposure::OFF).await.expect("by another hand");
    demo.pass(10_000);
    demo.delivery.tick().await;
    let version = demo.version().await;
    let put_back = json!({"type": "put-back", "flag": "csf-grid", "confirm": CSF});
    status(&demo.ask(&engineer, put_back.clone()).await, 200);
    // No longer clear before it is sent: nothing goes up.
    status(&demo.ask(&engineer, json!({"type": "incident", "reason": "errors"})).await, 200);
    demo.delivery.tick().await;
    assert_eq!(demo.kinds_after(version).await, ["put-back", "incident-opened", "cancelled"]);
    assert_eq!((there(&demo).await, wanted(&demo).await), (Exposure::OFF, Exposure::ON));
    let operations = demo.sign_in("operations").await;
    let incident = json!({"type": "resolve", "incident": version + 2, "reason": "gone"});
    status(&demo.ask(&operations, incident).await, 200);
    status(&demo.ask(&engineer, put_back).await, 200);
    demo.delivery.tick().await;
    assert_eq!(demo.kinds_after(version + 4).await, ["put-back", "applied"]);
    assert_eq!(there(&demo).await, Exposure::ON);
}

#[tokio::test]
async fn what_somebody_else_did_at_the_backend_is_recorded_once() {
    let (demo, _, _) = raised().await;
    demo.delivery.tick().await;
    let version = demo.version().await;
    demo.backend.set(ENVIRONMENT, CSF, &Exposure::OFF).await.expect("by another hand");
    for _ in 0..3 {
        demo.pass(10_000);
        demo.delivery.tick().await;
    }
    assert_eq!(demo.kinds_after(version).await, ["observed"]);
    demo.backend.set(ENVIRONMENT, CSF, &Exposure::ON).await.expect("by another hand");
    demo.pass(10_000);
    demo.delivery.tick().await;
    assert_eq!(demo.kinds_after(version).await, ["observed", "observed"], "and that it is as wanted again");
}

#[tokio::test]
async fn an_emergency_lowers_every_flag_and_one_that_fails_holds_up_no_other() {
    let (demo, engineer, _) = raised().await;
    demo.delivery.tick().await;
    status(&demo.ask(&engineer, json!({"type": "rollback", "scope": {"of": "everything"}})).await, 200);
    let version = demo.version().await;
    // One flag is gone at the backend.
    demo.backend.forget("FEATURE_WORKSHOPS_ENABLED").await;
    demo.delivery.tick().await;
    let mut kinds = demo.kinds_after(version).await;
    kinds.sort();
    assert_eq!(kinds, ["applied", "applied", "applied", "applied", "failed"]);
    assert_eq!(there(&demo).await, Exposure::OFF);
}

#[tokio::test]
async fn who_did_it_is_noted_once_it_can_be_asked_and_stands_in_no_record() {
    let (demo, engineer, _) = raised().await;
    demo.delivery.tick().await;
    let version = demo.version().await;
    demo.backend.set(ENVIRONMENT, CSF, &Exposure::OFF).await.expect("by another hand");
    demo.backend.tells("In Unleash, anna disabled it in production at 2026-11-28 10:12 UTC.");
    demo.backend.is(Fault::LogShut);
    demo.pass(10_000);
    demo.delivery.tick().await;
    assert_eq!(demo.kinds_after(version).await, ["observed"], "drift waits for nothing");
    demo.backend.is(Fault::None);
    for _ in 0..2 {
        demo.pass(10_000);
        demo.delivery.tick().await;
    }
    assert_eq!(demo.kinds_after(version).await, ["observed", "noted"]);
    let view = demo.get(&demo.path(""), Some(&engineer)).await.json;
    let told = &view["state"]["flags"]["csf-grid"]["observed"]["told"];
    assert_eq!((&told["seq"], &told["by"]), (&json!(version + 2), &json!({"system": "delivery"})));
    let hash = told["words"]["reason"].as_str().expect("a hash");
    assert!(view["said"]["texts"][hash].as_str().expect("words travel with it").contains("anna disabled it"));
    let records = demo.app.store.records(demo.ledger().id, 0, 500).await.expect("reads");
    assert!(records.iter().all(|record| !String::from_utf8_lossy(&record.bytes).contains("anna")));
}

#[tokio::test]
async fn where_nobody_knows_who_did_it_nothing_is_noted() {
    let (demo, _, _) = raised().await;
    demo.delivery.tick().await;
    let version = demo.version().await;
    demo.backend.set(ENVIRONMENT, CSF, &Exposure::OFF).await.expect("by another hand");
    demo.pass(10_000);
    demo.delivery.tick().await;
    demo.backend.tells("too late to ask again");
    demo.pass(10_000);
    demo.delivery.tick().await;
    assert_eq!(demo.kinds_after(version).await, ["observed"]);
}
