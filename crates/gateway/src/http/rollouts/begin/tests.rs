use crate::testing::{Answer, CSF, Demo, status};
use rollout::{RolloutId, facts::Capabilities};
use serde_json::{Value, json};

const ORDERS: &str = include_str!("../../../../../../plans/service-orders.yaml");
const S4: &str = include_str!("../../../../../../plans/s4.yaml");
const PROVEN: &str = include_str!("../../../../../rollout/tests/scenarios/plans/proven.yaml");

/// Begins a rollout; an engineer makes the flags that are not made yet.
async fn begin(demo: &Demo, plan: impl Into<Value>, environment: &str) -> Answer {
    let plan = plan.into();
    let answer = try_to_begin(demo, plan.clone(), environment).await;
    let missing: Vec<&Value> = answer.json["missing"].as_array().into_iter().flatten().collect();
    if missing.is_empty() || missing.iter().any(|missing| missing["why"] != "not-made") {
        return answer;
    }
    let keys: Vec<String> = missing.iter().filter_map(|one| one["key"].as_str().map(str::to_owned)).collect();
    demo.app.make_flags(environment, keys).await;
    try_to_begin(demo, plan, environment).await
}

async fn try_to_begin(demo: &Demo, plan: Value, environment: &str) -> Answer {
    let owner = demo.cookie_of("product-owner").await;
    demo.post("/api/rollouts", &owner, json!({"plan": plan, "environment": environment})).await
}

fn keys_of(plan: &str) -> Vec<String> {
    let plan = crate::plan_file::parse(plan).expect("a plan");
    plan.flags.iter().map(|flag| flag.key.clone()).collect()
}

async fn command(demo: &Demo, id: &str, role: &str, command: Value) -> Answer {
    let cookie = demo.cookie_of(role).await;
    demo.ask_in(&format!("/api/rollouts/{id}"), &cookie, command).await
}

fn go(gate: u8) -> Value {
    json!({"type": "decide", "gate": gate, "decision": "go", "reason": "ready"})
}

#[tokio::test]
async fn a_plan_begins_and_takes_force_when_it_is_adopted() {
    let demo = Demo::new().await;
    let begun = begin(&demo, ORDERS, "production").await;
    status(&begun, 201);
    let id = begun.json["id"].as_str().expect("an id").to_owned();
    assert_eq!(begun.header("location"), format!("/api/rollouts/{id}"));
    assert_eq!((&begun.json["version"], &begun.json["warnings"]), (&json!(1), &json!([])));

    let early = command(&demo, &id, "operations", json!({"type": "tick", "line": "documents-read"})).await;
    assert_eq!((early.status, &early.json["blockers"][0]["code"]), (422, &json!("plan-not-in-force")));
    let adopt = json!({"type": "adopt", "plan": begun.json["plan_digest"]});
    assert_eq!(command(&demo, &id, "engineer", adopt.clone()).await.status, 422);
    status(&command(&demo, &id, "product-owner", adopt).await, 200);
    status(&command(&demo, &id, "operations", json!({"type": "tick", "line": "documents-read"})).await, 200);

    let viewer = demo.cookie_of("viewer").await;
    let view = demo.get(&format!("/api/rollouts/{id}"), Some(&viewer)).await;
    let flags = &view.json["state"]["flags"];
    assert_eq!(flags.as_object().map(serde_json::Map::len), Some(6), "{flags}");
    assert_eq!((&flags["car-number"]["applied"], &view.json["state"]["sample"]), (&json!("off"), &json!(false)));
    let list = demo.get("/api/rollouts", Some(&viewer)).await;
    assert_eq!(list.json.as_array().map(Vec::len), Some(2));
}

#[tokio::test]
async fn what_is_wrong_with_a_plan_is_told_with_line_and_column_and_nothing_begins() {
    let demo = Demo::new().await;
    let told = async |plan: Value| {
        let answer = begin(&demo, plan, "staging").await;
        assert_eq!((answer.status, answer.json["place"].as_str()), (422, Some("/plan")), "{}", answer.body);
        answer.json["flaws"].clone()
    };
    let misspelled = told(json!(ORDERS.replacen("summary:", "sumary:", 1))).await;
    assert_eq!((&misspelled[0]["line"], &misspelled[0]["column"]), (&json!(6), &json!(1)), "{misspelled}");
    let message = misspelled[0]["message"].as_str().expect("a message");
    assert!(message.contains("sumary") && message.contains("summary") && !message.contains("line"), "{message}");
    let twice = told(json!(ORDERS.replace("ENABLE_UI_REFRESH", "ENABLE_CAR_NUMBER"))).await;
    assert_eq!((&twice[0]["line"], &twice[0]["place"]), (&json!(60), &json!("flags[3].key")), "{twice}");
    let broken = told(json!("phases: [")).await;
    assert!(broken[0]["line"].is_u64(), "{broken}");
    let empty = told(json!("")).await;
    assert_eq!(empty.as_array().map(Vec::len), Some(1), "{empty}");
    let object = told(json!({"schema": "signalbox-plan/1", "slug": "x y"})).await;
    assert_eq!((&object[0]["place"], &object[0]["line"]), (&json!("slug"), &Value::Null), "{object}");

    for (plan, environment, place) in [(json!(7), "staging", "/plan"), (json!(ORDERS), "Prod", "/environment")] {
        let answer = begin(&demo, plan, environment).await;
        assert_eq!((answer.status, answer.json["place"].as_str()), (400, Some(place)), "{}", answer.body);
    }
    assert_eq!(demo.app.ledgers().len(), 1);
    assert!(demo.app.backend.all("staging").await.expect("reads").is_empty(), "no flag was made");
}

#[tokio::test]
async fn what_is_sent_twice_with_one_key_begins_once() {
    let mut demo = Demo::new().await;
    let (owner, other) = (demo.cookie_of("product-owner").await, demo.cookie_of("engineer").await);
    let body = |environment: &str| json!({"plan": ORDERS, "environment": environment}).to_string();
    let send = async |demo: &Demo, cookie: &str, key: &str, body: &str| {
        demo.send("POST", "/api/rollouts", Some(cookie), &[("idempotency-key", key)], body).await
    };
    let wrong = send(&demo, &owner, "a b", &body("production")).await;
    assert_eq!((wrong.status, wrong.json["place"].as_str()), (400, Some("idempotency-key")), "{}", wrong.body);
    demo.app.make_flags("production", keys_of(ORDERS)).await;
    demo.app.make_flags("staging", keys_of(ORDERS)).await;
    // What did not begin keeps no answer: the same key may be used again.
    demo.backend.is(crate::testing::Fault::Down);
    status(&send(&demo, &owner, "k1", &body("production")).await, 503);
    demo.backend.is(crate::testing::Fault::None);

    let production = body("production");
    let (first, twin) = tokio::join!(send(&demo, &owner, "k1", &production), send(&demo, &owner, "k1", &production));
    status(&first, 201);
    assert_eq!((twin.status, &twin.body), (201, &first.body), "both at once are one");
    demo.restart().await;
    let again = send(&demo, &owner, "k1", &production).await;
    assert_eq!((again.status, &again.body), (201, &first.body), "also after a restart");
    assert_eq!(again.header("location"), first.header("location"));
    for body in [body("staging"), json!({"plan": "", "environment": "production"}).to_string()] {
        let reused = send(&demo, &owner, "k1", &body).await;
        assert_eq!((reused.status, &reused.json["type"]), (422, &json!("/problems/key-reused")), "{}", reused.body);
    }
    status(&send(&demo, &other, "k1", &production).await, 403);
    status(&send(&demo, &owner, "k2", &production).await, 409);
    assert_eq!(demo.app.ledgers().len(), 2);

    demo.pass_hours(7 * 24 + 1);
    let owner = demo.cookie_of("product-owner").await;
    let begun = send(&demo, &owner, "k3", &body("staging")).await;
    status(&begun, 201);
    assert_eq!(send(&demo, &owner, "k1", &production).await.status, 409, "after 7 days it is a new request");
}

#[tokio::test]
async fn only_the_product_owner_begins() {
    let demo = Demo::new().await;
    for role in ["engineer", "operations", "legal", "privacy", "viewer"] {
        let cookie = demo.cookie_of(role).await;
        let body = json!({"plan": ORDERS, "environment": "production"});
        let refused = demo.post("/api/rollouts", &cookie, body).await;
        assert_eq!((refused.status, &refused.json["type"]), (403, &json!("/problems/wrong-role")), "{role}");
    }
}

#[tokio::test]
async fn a_flag_is_in_one_open_rollout_of_an_environment() {
    let demo = Demo::new().await;
    let s4 = demo.ledger().id;
    let held = begin(&demo, S4, "production").await;
    assert_eq!((held.status, held.json["rollout"].as_str()), (409, Some(s4.to_string().as_str())), "{}", held.body);
    let detail = held.json["detail"].as_str().expect("a detail");
    assert!(detail.contains("S4 in production") && detail.contains(CSF), "{detail}");
    // The same plan is a rollout of its own in another environment, with the same digest.
    let staging = begin(&demo, S4, "staging").await;
    status(&staging, 201);
    let warnings = staging.json["warnings"].as_array().expect("warnings").len();
    assert_eq!((warnings, &staging.json["plan_digest"]), (4, &json!(demo.ledger().plan.digest())), "four fail open");
    assert_eq!(begin(&demo, S4, "staging").await.status, 409);
    // As an object it is the same plan.
    let object = serde_json::to_value(&*demo.ledger().plan).expect("JSON");
    assert_eq!(begin(&demo, object.clone(), "test").await.json["plan_digest"], staging.json["plan_digest"]);
}

#[tokio::test]
async fn what_the_backend_has_already_is_the_baseline_and_must_be_accepted_or_put_back() {
    let demo = Demo::new().await;
    demo.app.backend.create("production", "ENABLE_CAR_NUMBER").await.expect("creates");
    demo.app.backend.set("production", "ENABLE_CAR_NUMBER", &rollout::Exposure::ON).await.expect("sets");
    let begun = begin(&demo, ORDERS, "production").await;
    status(&begun, 201);
    let warnings = begun.json["warnings"].to_string();
    assert!(warnings.contains("ENABLE_CAR_NUMBER is at on"), "{warnings}");
    let id: RolloutId = begun.json["id"].as_str().and_then(|id| id.parse().ok()).expect("an id");
    let ledger = demo.app.ledger(id).expect("is there");
    let folded = ledger.lock(demo.app.store.as_ref()).await.expect("locks");
    let flag = rollout::FlagSlug::new("car-number").expect("a slug");
    let seen = folded.rollout.flags[&flag].observed.as_ref().expect("was observed");
    assert!(seen.baseline && seen.exposure.is_on());
}

#[tokio::test]
async fn what_the_backend_cannot_express_is_refused_with_step_and_reason_before_anything_begins() {
    let demo = Demo::new().await;
    let text = ORDERS.replacen("flag: car-number, to: \"on\"", "flag: car-number, to: \"0.1\"", 1);
    let answer = async |capabilities: Capabilities, plan: &str| {
        demo.backend.can_only(capabilities);
        begin(&demo, plan, "staging").await
    };
    let whole_percents = Capabilities { percentage_step_ppm: Some(10_000), segments: false };
    for (capabilities, reason) in
        [(whole_percents, "steps of 1 %"), (Capabilities::OFF_AND_ON, "it knows off and on alone")]
    {
        let refused = answer(capabilities, &text).await;
        let told = (refused.status, &refused.json["type"], refused.json["place"].as_str());
        assert_eq!(told, (422, &json!("/problems/not-expressible"), Some("/plan")), "{}", refused.body);
        let flaw = &refused.json["flaws"][0];
        let message = flaw["message"].as_str().expect("a message");
        assert!(message.contains("0.1 %") && message.contains(reason) && message.starts_with("step "), "{message}");
        assert!(
            flaw["line"].is_u64() && flaw["place"].as_str().is_some_and(|p| p.ends_with("do.exposure.to")),
            "{flaw}"
        );
    }
    let initial = ORDERS.replacen("initial: \"off\"", "initial: { percent: \"10\", segments: [staff] }", 1);
    let refused = answer(whole_percents, &initial).await;
    let flaw = &refused.json["flaws"][0];
    assert_eq!((refused.status, &flaw["place"]), (422, &json!("flags[0].initial")), "{}", refused.body);
    assert!(flaw["message"].as_str().is_some_and(|message| message.contains("no segments")), "{flaw}");
    assert_eq!(demo.app.ledgers().len(), 1);
    assert!(demo.app.backend.all("staging").await.expect("reads").is_empty(), "no flag was made");
    status(&answer(whole_percents, ORDERS).await, 201);
}

#[tokio::test]
async fn flags_that_the_backend_has_not_are_named_with_the_reason_and_none_is_made_unasked() {
    let demo = Demo::new().await;
    let keys = keys_of(ORDERS);
    demo.app.make_flags("staging", keys[..1].to_vec()).await;
    let refused = try_to_begin(&demo, json!(ORDERS), "staging").await;
    let told = (refused.status, &refused.json["type"], refused.json["place"].as_str());
    assert_eq!(told, (422, &json!("/problems/flags-missing"), Some("/plan/flags/1/key")), "{}", refused.body);
    let expected: Vec<Value> = keys[1..].iter().map(|key| json!({"key": key, "why": "not-made"})).collect();
    assert_eq!(refused.json["missing"], json!(expected));
    let detail = refused.json["detail"].as_str().expect("a detail");
    assert!(detail.contains("5 flags") && detail.contains(&keys[5]) && detail.contains("engineer"), "{detail}");
    assert_eq!((demo.app.ledgers().len(), demo.app.backend.all("staging").await.expect("reads").len()), (1, 1));

    demo.backend.is(crate::testing::Fault::Refuses);
    let archived = try_to_begin(&demo, json!(ORDERS), "staging").await;
    assert_eq!((archived.status, &archived.json["missing"][0]["why"]), (422, &json!("archived")), "{}", archived.body);
    assert!(archived.json["detail"].as_str().is_some_and(|detail| detail.contains("archived: revive it")));
    demo.backend.is(crate::testing::Fault::None);
    status(&begin(&demo, ORDERS, "staging").await, 201);
}

#[tokio::test]
async fn a_backend_that_does_not_answer_begins_nothing() {
    let demo = Demo::new().await;
    demo.backend.is(crate::testing::Fault::Down);
    assert_eq!(begin(&demo, ORDERS, "production").await.status, 503);
    assert_eq!(demo.app.ledgers().len(), 1);
    demo.backend.is(crate::testing::Fault::None);
    status(&begin(&demo, ORDERS, "production").await, 201);
}

#[tokio::test]
async fn a_gate_may_ask_for_the_same_plan_to_be_closed_in_staging() {
    let demo = Demo::new().await;
    let start = async |environment: &str| {
        let begun = begin(&demo, PROVEN, environment).await;
        let id = begun.json["id"].as_str().expect("an id").to_owned();
        let adopt = json!({"type": "adopt", "plan": begun.json["plan_digest"]});
        status(&command(&demo, &id, "product-owner", adopt).await, 200);
        status(&command(&demo, &id, "product-owner", go(1)).await, 200);
        raise(&demo, &id, "proven-50").await;
        id
    };
    let (staging, production) = (start("staging").await, start("production").await);
    let early = command(&demo, &production, "product-owner", go(2)).await;
    assert_eq!((early.status, &early.json["blockers"][0]["code"]), (422, &json!("not-proven")), "{}", early.body);
    status(&command(&demo, &staging, "product-owner", go(2)).await, 200);
    raise(&demo, &staging, "proven-on").await;
    assert_eq!(command(&demo, &production, "product-owner", go(2)).await.status, 422, "not closed yet");
    status(&command(&demo, &staging, "product-owner", go(3)).await, 200);
    status(&command(&demo, &production, "product-owner", go(2)).await, 200);
}

async fn raise(demo: &Demo, id: &str, step: &str) {
    let raise = json!({"type": "raise", "step": step, "confirm": "FEATURE_RAMP"});
    status(&command(demo, id, "engineer", raise).await, 200);
    demo.delivery.tick().await;
}
