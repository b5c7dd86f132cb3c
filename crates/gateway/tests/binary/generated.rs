//! People with all sorts of roles ask for everything there is to ask, most of which they may not. What the gateway took is
//! read by the rulebook's naive reader, which knows no rulebook; and whoever acted had been granted the role for there.

use super::{
    naive::{Book, Entry},
    naive_rules,
    process::Gateway,
    users::{PASSWORD, good, sign_in},
};
use serde_json::{Value, json};
use std::{collections::BTreeMap, rc::Rc};

const PLAN: &str = include_str!("../../../rollout/tests/scenarios/plans/glass.yaml");

/// Each with what they were granted, and what of it holds for this plan in production.
const PEOPLE: [(&str, &[&str], &[&str]); 8] = [
    ("nobody", &[], &["viewer"]),
    ("elsewhere", &["engineer@staging", "product-owner@staging"], &["viewer"]),
    ("another", &["operations/other", "legal@production/other"], &["viewer"]),
    ("engineer", &["engineer@production"], &["engineer"]),
    ("owner", &["product-owner/glass"], &["product-owner"]),
    ("both", &["engineer", "product-owner", "legal@staging"], &["engineer", "product-owner"]),
    ("counsel", &["legal", "privacy@production/glass"], &["legal", "privacy"]),
    ("operations", &["operations"], &["operations"]),
];

/// How often everybody asks for everything.
const ROUNDS: usize = 5;

/// In so many of them, the first, nobody asks for what keeps a flag down: else hardly one would ever go up.
const UPWARDS: usize = 3;

/// What keeps a flag down, or takes it there.
fn is_downwards(command: &Value) -> bool {
    let acts = ["rollback", "incident", "object", "withdraw", "lower", "break-glass", "accept", "skip"];
    acts.iter().any(|act| command["type"] == *act) || command["decision"] == "no-go" || command["decision"] == "hold"
}

/// Everything one may ask of this rollout, whether it is granted or not.
fn questions(view: &Value) -> Vec<Value> {
    let (plan, state) = (&view["plan"], &view["state"]);
    let mut all = vec![
        json!({"type": "adopt", "plan": state["plan_digest"]}),
        json!({"type": "rollback", "scope": {"of": "everything"}}),
        json!({"type": "incident", "reason": "so"}),
        json!({"type": "note", "text": "so"}),
    ];
    let keys = |of: &Value| of.as_object().into_iter().flatten().map(|(key, _)| key.parse::<u64>()).collect::<Vec<_>>();
    all.extend(
        keys(&state["incidents"])
            .into_iter()
            .flatten()
            .map(|seq| json!({"type": "resolve", "incident": seq, "reason": "so"})),
    );
    all.extend(
        keys(&state["glasses"])
            .into_iter()
            .flatten()
            .map(|seq| json!({"type": "review", "glass": seq, "reason": "so"})),
    );
    let list = |of: &Value| of.as_array().cloned().unwrap_or_default();
    let phases = list(&plan["phases"]);
    for gate in 1..=phases.len() + 1 {
        all.extend(
            ["go", "go", "no-go", "hold"]
                .map(|to| json!({"type": "decide", "gate": gate, "decision": to, "reason": "so"})),
        );
        all.push(json!({"type": "release", "gate": gate, "reason": "so"}));
    }
    for phase in &phases {
        for line in list(&phase["prerequisites"]).into_iter().chain(list(&phase["exit"])) {
            let slot = [&line["sign-off"]["slug"], &line["slug"]].into_iter().find(|slug| slug.is_string()).cloned();
            all.extend(
                ["sign", "sign", "object", "withdraw"].map(|act| json!({"type": act, "slot": slot, "reason": "so"})),
            );
        }
        all.push(json!({"type": "skip", "phase": phase["slug"], "reason": "so"}));
        all.extend(
            list(&phase["steps"])
                .iter()
                .map(|step| json!({"type": "raise", "step": step["slug"], "confirm": "FEATURE_RAMP"})),
        );
    }
    for flag in list(&plan["flags"]) {
        let (slug, key) = (&flag["slug"], &flag["key"]);
        all.push(json!({"type": "lower", "flag": slug, "to": "off"}));
        all.push(json!({"type": "accept", "flag": slug, "reason": "so"}));
        all.push(json!({"type": "break-glass", "flag": slug, "to": "on", "reason": "so", "confirm": key}));
        all.push(json!({"type": "put-back", "flag": slug, "confirm": key}));
    }
    all
}

#[test]
fn what_people_of_all_sorts_bring_about_is_what_they_may() {
    let dir = tempfile::tempdir().expect("a directory");
    let (data, log) = (dir.path().join("data"), dir.path().join("log"));
    for (login, grants, _) in PEOPLE {
        let name = format!("Name of {login}");
        let add = ["add", login, "--name", &name, "--password-stdin"];
        let add: Vec<&str> = add.into_iter().chain(grants.iter().flat_map(|grant| ["--role", grant])).collect();
        good(&data, &add, PASSWORD);
    }
    let (gateway, _) = Gateway::own(&data, &log);
    let people = PEOPLE.map(|(login, _, roles)| {
        let (client, status) = sign_in(&gateway, login, PASSWORD);
        assert_eq!(status, 200, "{login}");
        (client, roles)
    });
    let owner = &people[5].0;
    let flags = json!({"environment": "production", "keys": ["FEATURE_RAMP"]});
    assert_eq!(owner.post("/api/backend/flags", &[], &flags).expect("answers").status, 200);
    let asks = "safeguards: { decider_may_not_raise: true, beginner_may_not_approve: true }\nbreak_glass:";
    let plan = json!({"plan": PLAN.replace("break_glass:", asks), "environment": "production"});
    let begun = owner.post("/api/rollouts", &[("idempotency-key", "begin")], &plan).expect("answers");
    assert_eq!(begun.status, 201, "{begun:?}");
    let rollout = begun.json()["id"].as_str().expect("an id").to_owned();
    let path = format!("/api/rollouts/{rollout}");
    let ids: Vec<String> = people
        .iter()
        .map(|(client, _)| client.get("/api/session").json()["signed_in"]["person"].as_str().expect("an id").to_owned())
        .collect();

    // The same order at each run.
    let mut dice = fastrand::Rng::with_seed(5);
    let (mut asked, mut taken) = (0, 0);
    for round in 0..ROUNDS {
        let mut view = owner.get(&path).json();
        let mut commands = questions(&view);
        commands.retain(|command| round >= UPWARDS || !is_downwards(command));
        let mut all: Vec<(usize, &Value)> =
            (0..people.len()).flat_map(|person| commands.iter().map(move |command| (person, command))).collect();
        dice.shuffle(&mut all);
        for (person, command) in all {
            asked += 1;
            let version = view["state"]["version"].as_u64().expect("a version");
            let (key, client) = (format!("k{asked}"), &people[person].0);
            let answer = client.command(&rollout, &key, version, command).expect("answers");
            assert!(answer.status < 500, "{command}: {answer:?}");
            if answer.status == 200 {
                taken += 1;
            }
            if matches!(answer.status, 200 | 409 | 412) {
                view = owner.get(&path).json();
            }
        }
    }

    let page = owner.get(&format!("{path}/records?limit=500")).json();
    assert!(page["next"].is_null(), "one page is enough");
    let entries =
        page["records"].as_array().expect("records").iter().map(|record| record["bytes"].as_str().expect("bytes"));
    let mut entries = entries.map(|bytes| Entry::of(bytes.as_bytes()));
    let first = entries.next().expect("a first record");
    let mut book = Book::open(Rc::new(owner.get(&path).json()["plan"].clone()), &first);
    let mut earlier = vec![first];
    let mut kinds = BTreeMap::<String, u32>::new();
    for entry in entries {
        let mut then = book.clone();
        then.run_soaks((entry.time - book.time).max(0));
        then.time = entry.time;
        let wrong = naive_rules::wrong(&then, &entry, &earlier);
        assert!(wrong.is_empty(), "record {} ({} {}): {wrong:?}", entry.seq, entry.kind, entry.body);
        if let Some(person) = ids.iter().position(|id| *id == entry.person) {
            assert!(people[person].1.contains(&entry.role.as_str()), "{} as {}", PEOPLE[person].0, entry.role);
            *kinds.entry(entry.kind.clone()).or_default() += 1;
        }
        book.take(&entry);
        earlier.push(entry);
    }
    assert!(taken > 20 && taken < asked / 2, "{taken} of {asked}");
    for kind in ["adopted", "decided", "signed", "raised", "lowered", "glass-broken", "incident-opened"] {
        assert!(kinds.contains_key(kind), "nobody got as far as {kind}: {kinds:?}");
    }
}
