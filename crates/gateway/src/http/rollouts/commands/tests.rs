use crate::testing::{CSF, Demo, LOWER, RAISE, parse, status};
use gateway_api::CommandAnswer;
use rollout::record::leaf_hash;
use serde_json::json;

const NOTE: &str = r#"{"type": "note", "text": "seen"}"#;

#[tokio::test]
async fn a_command_makes_records_with_the_words_beside_them() {
    let demo = Demo::new().await;
    let engineer = demo.sign_in("engineer").await;
    let done = demo.ask(&engineer, parse(NOTE)).await;
    status(&done, 200);
    let answer: CommandAnswer = serde_json::from_str(&done.body).expect("an answer");
    let [record] = answer.records.as_slice() else { panic!("{}", done.body) };
    assert_eq!((answer.version, record.seq, record.leaf), (3, 3, leaf_hash(record.bytes.as_bytes())));
    assert!(!record.bytes.contains("seen"), "no words in records: {}", record.bytes);
    assert_eq!(answer.said.texts.values().collect::<Vec<_>>(), ["seen"]);
    let hash = answer.said.texts.keys().next().expect("a hash").to_string();
    assert!(record.bytes.contains(&hash));
    let page = demo.get(&demo.path("/records?after=2"), Some(&engineer)).await;
    assert_eq!(page.json["said"]["texts"][&hash], json!("seen"));
    assert_eq!(page.json["records"], serde_json::to_value(&answer.records).expect("JSON"));
}

#[tokio::test]
async fn the_same_again_gets_the_same_answer_and_the_same_key_for_another_thing_none() {
    let mut demo = Demo::new().await;
    let engineer = demo.sign_in("engineer").await;
    let first = demo.command(&engineer, "k1", Some("\"2\""), &parse(NOTE)).await;
    status(&first, 200);
    // Also when the version it named is long gone, and after a restart.
    let again = demo.command(&engineer, "k1", Some("\"2\""), &parse(NOTE)).await;
    assert_eq!((again.status, &again.body), (200, &first.body));
    demo.restart().await;
    let again = demo.command(&engineer, "k1", None, &parse(NOTE)).await;
    assert_eq!((again.status, &again.body), (200, &first.body));
    assert_eq!(demo.version().await, 3);

    let other = demo.command(&engineer, "k1", Some("\"3\""), &json!({"type": "note", "text": "else"})).await;
    assert_eq!((other.status, other.json["type"].as_str()), (422, Some("/problems/key-reused")));
    let operations = demo.sign_in("operations").await;
    let somebody_else = demo.command(&operations, "k1", Some("\"3\""), &parse(NOTE)).await;
    status(&somebody_else, 200);
}

#[tokio::test]
async fn what_is_sent_twice_at_once_is_done_once() {
    let demo = Demo::new().await;
    let engineer = demo.sign_in("engineer").await;
    let (note, version) = (parse(NOTE), Some("\"2\""));
    let (a, b) =
        tokio::join!(demo.command(&engineer, "k1", version, &note), demo.command(&engineer, "k1", version, &note));
    assert_eq!((a.status, b.status), (200, 200));
    assert_eq!(a.body, b.body);
    assert_eq!(demo.version().await, 3);
}

#[tokio::test]
async fn of_two_who_saw_the_same_version_one_wins_and_the_other_gets_the_news() {
    let demo = Demo::new().await;
    demo.open_first_gate().await;
    let engineer = demo.sign_in("engineer").await;
    let version = format!("\"{}\"", demo.version().await);
    let raise = parse(RAISE);
    let (a, b) = tokio::join!(
        demo.command(&engineer, "k1", Some(&version), &raise),
        demo.command(&engineer, "k2", Some(&version), &raise)
    );
    let (won, lost, free) = if a.status == 200 { (a, b, "k2") } else { (b, a, "k1") };
    assert_eq!((won.status, lost.status), (200, 412), "{} {}", won.body, lost.body);
    assert_eq!(lost.json["news"]["records"], won.json["records"]);
    assert_eq!((&lost.json["version"], lost.json["type"].as_str()), (&won.json["version"], Some("/problems/stale")));
    // What was refused is not kept: the key is free for the next try.
    let now = format!("\"{}\"", demo.version().await);
    let retried = demo.command(&engineer, free, Some(&now), &raise).await;
    assert_eq!((retried.status, retried.json["type"].as_str()), (422, Some("/problems/refused")));
}

#[tokio::test]
async fn a_refusal_carries_its_blockers_in_words_and_keeps_no_key() {
    let demo = Demo::new().await;
    let engineer = demo.sign_in("engineer").await;
    let refused = demo.command(&engineer, "k1", Some("\"2\""), &parse(RAISE)).await;
    assert_eq!((refused.status, refused.header("content-type")), (422, "application/problem+json"));
    let codes: Vec<&str> =
        refused.json["blockers"].as_array().expect("blockers").iter().filter_map(|b| b["code"].as_str()).collect();
    assert!(codes.contains(&"gate-without-go") && codes.contains(&"sign-off-missing"), "{codes:?}");
    assert!(
        refused.json["detail"].as_str().is_some_and(|detail| detail.contains("Gate 1 has no go")),
        "{}",
        refused.body
    );
    assert_eq!(demo.version().await, 2);
    demo.open_first_gate().await;
    let version = format!("\"{}\"", demo.version().await);
    status(&demo.command(&engineer, "k1", Some(&version), &parse(RAISE)).await, 200);
}

#[tokio::test]
async fn raising_names_its_version_and_lowering_waits_for_no_news() {
    let demo = Demo::new().await;
    let engineer = demo.sign_in("engineer").await;
    let missing = demo.command(&engineer, "k1", None, &parse(RAISE)).await;
    assert_eq!((missing.status, missing.json["place"].as_str()), (428, Some("if-match")));
    for bad in ["2", "\"x\"", "W/\"2\"", "*", "\"\""] {
        let bad_version = demo.command(&engineer, "k1", Some(bad), &parse(RAISE)).await;
        assert_eq!((bad_version.status, bad_version.json["place"].as_str()), (400, Some("if-match")), "{bad}");
    }
    let beyond = demo.command(&engineer, "k1", Some("\"900\""), &parse(NOTE)).await;
    assert_eq!((beyond.status, &beyond.json["news"]["records"]), (412, &json!([])));
    status(&demo.command(&engineer, "k2", None, &parse(LOWER)).await, 200);
    status(&demo.command(&engineer, "k3", Some("\"1\""), &parse(LOWER)).await, 200);
}

#[tokio::test]
async fn a_request_that_is_malformed_is_told_where() {
    let demo = Demo::new().await;
    let engineer = demo.sign_in("engineer").await;
    let path = demo.path("/commands");
    let send = async |headers: &[(&str, &str)], body: &str| {
        let answer = demo.send("POST", &path, Some(&engineer), headers, body).await;
        assert_eq!(answer.header("content-type"), "application/problem+json", "{}", answer.body);
        (answer.status, answer.json["place"].as_str().unwrap_or("").to_owned())
    };
    let key = [("idempotency-key", "k1"), ("if-match", "\"2\"")];
    assert_eq!(send(&[], NOTE).await, (400, "idempotency-key".into()));
    assert_eq!(send(&[("idempotency-key", "a b")], NOTE).await, (400, "idempotency-key".into()));
    assert_eq!(send(&key, "{").await.0, 400);
    assert_eq!(send(&key, r#"{"type": "sing"}"#).await.0, 400);
    assert_eq!(send(&key, r#"{"type": "note", "text": "x", "texts": 1}"#).await.0, 400);
    assert_eq!(send(&key, r#"{"type": "note", "text": " "}"#).await, (400, "/text".into()));
    assert_eq!(send(&[("content-type", "text/plain")], NOTE).await, (415, "content-type".into()));
    let large = format!(r#"{{"type": "note", "text": "{}"}}"#, "x".repeat(1024 * 1024));
    assert_eq!(send(&key, &large).await.0, 413);
    assert_eq!(demo.version().await, 2);
}

#[tokio::test]
async fn a_raise_reaches_those_who_ask_only_when_it_was_delivered() {
    let demo = Demo::new().await;
    demo.open_first_gate().await;
    let engineer = demo.sign_in("engineer").await;
    status(&demo.ask(&engineer, parse(RAISE)).await, 200);
    assert_eq!(demo.evaluate(CSF).await.json["value"], json!(false), "wanted is not delivered");
    demo.delivery.tick().await;
    assert_eq!(demo.evaluate(CSF).await.json["value"], json!(true));
}

#[tokio::test]
async fn a_restart_folds_the_same_state_from_the_bytes() {
    let mut demo = Demo::new().await;
    demo.open_first_gate().await;
    let engineer = demo.sign_in("engineer").await;
    status(&demo.ask(&engineer, parse(RAISE)).await, 200);
    demo.delivery.tick().await;
    let fold =
        async |demo: &Demo| demo.ledger().lock(demo.app.store.as_ref()).await.expect("locks").rollout.canonical_bytes();
    let before = fold(&demo).await;
    demo.restart().await;
    assert_eq!(fold(&demo).await, before);
    assert_eq!(demo.evaluate(CSF).await.json["value"], json!(true));
    assert_eq!(demo.get("/api/rollouts", Some(&engineer)).await.status, 200, "sessions survive too");
}
