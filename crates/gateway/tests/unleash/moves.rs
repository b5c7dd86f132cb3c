//! Flags are moved by the program as it is run, and what it is told is checked.

use crate::{
    process::{Client, Gateway, SIGNALBOX},
    server::Unleash,
};
use serde_json::json;
use std::{
    path::Path,
    process::{Command, Output},
    time::Duration,
};

fn check(config: &Path) -> (bool, String) {
    check_from(config, &[])
}

fn check_from(config: &Path, more: &[&str]) -> (bool, String) {
    let mut command = Command::new(SIGNALBOX);
    let checked = command.args(["backend", "check", "--config"]).arg(config).args(more).output().expect("runs");
    let Output { status, stdout, stderr } = checked;
    (status.success(), String::from_utf8_lossy(&[stdout, stderr].concat()).into_owned())
}

#[test]
fn the_gateway_moves_the_flags_of_an_unleash() {
    let unleash = Unleash::shared();
    let dir = tempfile::tempdir().expect("a directory");
    let config = |name: &str, token: &str| {
        let (file, secret) = (dir.path().join(name), dir.path().join(format!("{name}-token")));
        std::fs::write(&secret, token).expect("writes");
        let text = format!("[unleash]\nurl = '{}'\ntoken_file = '{}'\n", unleash.url, secret.display());
        std::fs::write(&file, text).expect("writes");
        file
    };
    let good = config("good.toml", &unleash.token);
    let (is_good, said) = check(&good);
    let all = ["unleash at", "project       default", "reachable", "8.", "development, production", "1 %", "Good:"];
    assert!(is_good && all.iter().all(|word| said.contains(word)), "{said}");
    let (is_good, said) = check(&config("bad.toml", "*:*.wrong"));
    assert!(
        !is_good && said.contains("Not good") && said.contains("not accepted") && !said.contains("wrong"),
        "{said}"
    );

    let nobody = dir.path().join("nobody.toml");
    let text = format!("unleash.url = 'http://127.0.0.1:1'\nunleash.token_file = '{}-token'\n", good.display());
    std::fs::write(&nobody, text).expect("writes");
    let (is_good, said) = check(&nobody);
    assert!(!is_good && said.contains("reachable     no"), "{said}");
    let built_in = dir.path().join("built-in.toml");
    std::fs::write(&built_in, "").expect("writes");
    let (is_good, said) = check(&built_in);
    assert!(is_good && said.contains("built-in") && said.contains("0.0001 %"), "{said}");

    let mut command = Command::new("sh");
    command.args(["-c", "exec \"$0\" \"$@\" --config \"$CONFIG\"", SIGNALBOX]).env("CONFIG", &good);
    let gateway = Gateway::spawn(command, &dir.path().join("data"));
    let (rollout, _) = Client::sign_in(&gateway.url, "viewer").rollout();
    let csf = "FEATURE_CSF_ENABLED";
    assert_eq!(unleash.feature(csf)["enabled"], json!(false), "the flags were made, off");

    let owner = Client::sign_in(&gateway.url, "product-owner");
    let plan = include_str!("../../../../plans/service-orders.yaml");
    let plan = plan.replacen("flag: car-number, to: \"on\"", "flag: car-number, to: \"0.1\"", 1);
    let begun = owner.post("/api/rollouts", &[], &json!({"plan": plan, "environment": "production"})).expect("answers");
    let message = begun.json()["flaws"][0]["message"].to_string();
    assert!(begun.status == 422 && message.contains("0.1 %") && message.contains("steps of 1 %"), "{}", begun.body);

    let acts = [
        ("operations", json!({"type": "tick", "line": "s4-deployment"})),
        ("engineer", json!({"type": "tick", "line": "s4-flag-infrastructure"})),
        ("operations", json!({"type": "tick", "line": "s4-dashboards"})),
        ("product-owner", json!({"type": "sign", "slot": "s4-initiation"})),
        ("product-owner", json!({"type": "decide", "gate": 1, "decision": "go", "reason": "ready"})),
        ("engineer", json!({"type": "raise", "step": "csf-on", "confirm": csf})),
    ];
    for (n, (role, act)) in acts.iter().enumerate() {
        let client = Client::sign_in(&gateway.url, role);
        let (_, version) = client.rollout();
        let answer = client.command(&rollout, &format!("key-{n}"), version, act).expect("answers");
        assert_eq!(answer.status, 200, "{act}: {}", answer.body);
    }
    let engineer = Client::sign_in(&gateway.url, "engineer");
    let applied = |expected: &str| {
        let view = || engineer.get(&format!("/api/rollouts/{rollout}")).json()["state"]["flags"]["csf-grid"].clone();
        for _ in 0..100 {
            let flag = view();
            if flag["applied"] == json!(expected) && flag["pending"].is_null() {
                return;
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        panic!("not {expected}: {}", view());
    };
    applied("on");
    let (is_good, said) = check(&good);
    assert!(is_good && said.contains("holds no data"), "the usual directory is another one: {said}");
    let (is_good, said) = check_from(&good, &["--data", dir.path().join("data").to_str().expect("UTF-8")]);
    assert!(is_good && said.contains("deliveries    the latest attempts"), "{said}");
    assert!(
        said.lines().any(|line| line.contains(csf) && line.contains(" to on (record ") && line.contains("applied"))
    );
    let there = unleash.feature(csf);
    let strategies = there["strategies"].as_array().expect("a list");
    assert_eq!((&there["enabled"], strategies.len()), (&json!(true), 1));
    assert_eq!(
        (&strategies[0]["title"], &strategies[0]["parameters"]["rollout"]),
        (&json!("Signalbox"), &json!("100"))
    );
    let (_, version) = engineer.rollout();
    let lower = json!({"type": "lower", "flag": "csf-grid", "to": "off"});
    let answer = engineer.command(&rollout, "key-lower", version, &lower).expect("answers");
    assert_eq!(answer.status, 200, "{}", answer.body);
    applied("off");
    assert_eq!(unleash.feature(csf)["enabled"], json!(false));

    for path in ["/ofrep/v1/evaluate/flags", "/ofrep/v1/evaluate/flags/FEATURE_CSF_ENABLED"] {
        let told = engineer.post(path, &[], &json!({})).expect("answers");
        assert!(told.status == 404 && told.body.contains("served by Unleash"), "{}", told.body);
    }
}
