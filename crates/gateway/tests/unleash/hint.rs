//! Unleash's webhook as it is set up by the page about it: what changes there is seen at once.

use crate::{
    process::Client,
    ramp::{Ramp, wait_for},
    server::{HINT_SECRET, Unleash, at},
};
use serde_json::json;
use std::{cell::Cell, time::Duration};

#[test]
fn a_webhook_makes_the_gateway_look_at_once() {
    let unleash = Unleash::shared();
    let dir = tempfile::tempdir().expect("a directory");
    let secret = dir.path().join("webhook");
    std::fs::write(&secret, format!("{HINT_SECRET}\n")).expect("writes");
    let more = format!("webhook_secret_file = '{}'\n", secret.display());
    let gateway = unleash.gateway(&unleash.url, dir.path(), &more);
    let ramp = Ramp::begin(&gateway, "FEATURE_HINTED");
    unleash.webhook().leads_to(&gateway.url);
    ramp.raise(10);
    ramp.settles(10);
    unleash.make_on("WEBHOOK_TRIED", 1);
    let share = Cell::new(1);
    let known = wait_for("the webhook", || {
        share.set(share.get() % 100 + 1);
        unleash.change_share("WEBHOOK_TRIED", share.get());
        !unleash.webhook().asked().is_empty()
    });
    eprintln!("Unleash knew its webhook after {known:?}");

    // By hand, several times, so that looks that were due anyway do not explain it.
    let mut took = Vec::new();
    for percent in [50, 10, 50, 10, 50] {
        let records = ramp.records().len();
        unleash.change_share(&ramp.key, percent);
        took.push(wait_for("drift", || ramp.records().iter().skip(records).any(|(kind, _)| kind == "observed")));
    }
    eprintln!("drift was recorded after {took:?}");
    assert!(took.iter().sum::<Duration>() < Duration::from_secs(40), "without hints it is ten seconds each: {took:?}");
    let told = wait_for("who did it", || ramp.told().is_some());
    let words = ramp.told().expect("is told");
    eprintln!("who did it was noted {told:?} later: {words}");
    assert!(words.contains("In Unleash, admin changed a strategy of it in production, from 10 % to 50 %"), "{words}");
    let records = ramp.records();
    assert!(records.iter().all(|(_, record)| !record.to_string().contains("In Unleash")), "{records:?}");

    // Delivery's own change is one too, and no drift.
    ramp.lower(0);
    ramp.settles(0);
    unleash.post(&at(&ramp.key, "on"), &json!({}));
    wait_for("drift", || !ramp.flag()["observed"].is_null());
    wait_for("who did it", || ramp.told().is_some_and(|words| words.contains("admin enabled it in production at 20")));

    let nobody = Client::new(&gateway.url);
    let refused = nobody.post("/api/backend/hint", &[("authorization", "wrong")], &json!({})).expect("answers");
    assert_eq!(refused.status, 401, "{}", refused.body);
}
