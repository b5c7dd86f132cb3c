//! A thousand features, on Unleash's own limits.

use crate::{
    process::Client,
    proxy::{Asked, Proxy},
    ramp::wait_for,
    server::Unleash,
};
use serde_json::{Value, json};
use std::{
    fmt::Write as _,
    time::{Duration, Instant},
};

const ALL: usize = 1_000;
const OURS: usize = 60;
const ON: usize = 30;

fn key(n: usize) -> String {
    format!("FEATURE_MANY_{n:04}")
}

/// A rollout of many flags, of which some are at 10 % when it begins.
fn plan() -> String {
    let (mut flags, mut steps) = (String::new(), String::new());
    for n in 0..OURS {
        let initial = if n < ON { "10" } else { "off" };
        writeln!(
            flags,
            "  - {{ slug: f{n}, key: {}, name: F{n}, purpose: One of many, code_default: \"off\", initial: \"{initial}\", \
             rollback_to: off }}",
            key(n)
        )
        .expect("writes");
        writeln!(steps, "      - {{ slug: on{n}, text: On, do: {{ exposure: {{ flag: f{n}, to: \"on\" }} }} }}")
            .expect("writes");
    }
    format!(
        "schema: signalbox-plan/1\nslug: many\nname: Many\nsummary: Many flags\nflags:\n{flags}phases:\n  - slug: trial\n    \
         name: Trial\n    summary: All\n    risk: low\n    prerequisites: []\n    steps:\n{steps}    rollback: {{ text: Down }}\n"
    )
}

fn make(unleash: &Unleash) {
    std::thread::scope(|scope| {
        for part in 0..8 {
            scope.spawn(move || {
                for n in (part..ALL).step_by(8) {
                    if n < ON {
                        unleash.make_on(&key(n), 10);
                    } else {
                        unleash.post("projects/default/features", &json!({"name": key(n), "type": "release"}));
                    }
                }
            });
        }
    });
}

#[test]
fn among_a_thousand_features_drift_is_seen_by_few_requests() {
    let unleash = Unleash::shared();
    make(unleash);
    let proxy = Proxy::before(&unleash.url);
    let dir = tempfile::tempdir().expect("a directory");
    let gateway = unleash.gateway(&proxy.url, dir.path(), "");
    let owner = Client::sign_in(&gateway.url, "product-owner");
    let asked = json!({"plan": plan(), "environment": "production"});
    // Each flag is looked up, and may take its time.
    let begun = owner.post("/api/rollouts", &[("idempotency-key", "many")], &asked);
    let begun = begun.or_else(|_| owner.post("/api/rollouts", &[("idempotency-key", "many")], &asked));
    let begun = begun.expect("answers");
    assert_eq!(begun.status, 201, "{}", begun.body);
    let path = format!("/api/rollouts/{}", begun.json()["id"].as_str().expect("an id"));
    let flag = |n: usize| owner.get(&path).json()["state"]["flags"][format!("f{n}")].clone();
    let seen = |n: usize| -> Value { flag(n)["observed"]["exposure"].clone() };

    let is_list = |asked: &&Asked| asked.path.contains("/features?namePrefix=FEATURE_");
    let lists = || proxy.asked().iter().filter(is_list).count();
    wait_for("the first look", || lists() > 0);
    #[expect(clippy::disallowed_methods, reason = "no more may be asked than in that time")]
    let begun = Instant::now();
    let (before, asked) = (lists(), proxy.asked().len());
    // What the list tells, what it does not tell, and what nobody has to do with.
    unleash.post(&crate::server::at(&key(ON), "on"), &json!({}));
    unleash.change_share(&key(1), 50);
    unleash.post(&crate::server::at(&key(OURS), "on"), &json!({}));
    let took = [ON, 1].map(|n| wait_for("drift", || !seen(n).is_null()));
    assert_eq!((seen(ON), seen(1)), (json!("on"), json!("50")));
    wait_for("more looks", || lists() >= before + 2);
    let drifts = owner.get(&path).json()["state"]["flags"].as_object().expect("flags").clone();
    assert_eq!(drifts.values().filter(|flag| !flag["observed"].is_null()).count(), 2);

    let (looks, passed) = (lists() - before + 1, begun.elapsed());
    let sent = proxy.asked().split_off(asked);
    let details = sent.iter().filter(|asked| asked.path.contains("/features/FEATURE_MANY_")).count();
    let others = sent.iter().filter(|asked| asked.path.contains("/search/features")).count();
    eprintln!("{} requests in {passed:?}, of {looks} looks, drift seen after {took:?}", sent.len());
    assert!(sent.iter().all(|asked| !asked.is_write()));
    // One list and those that are on; beside them, who did the two.
    assert!(details <= looks * (ON + 1) && sent.len() <= looks * (ON + 4) + 10 && others == 0, "{sent:?}");
    assert!(passed + Duration::from_secs(15) >= Duration::from_secs(10) * (looks as u32 - 1), "one look in 10 s");
}
