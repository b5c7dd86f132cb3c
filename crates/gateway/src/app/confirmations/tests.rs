use crate::testing::{Answer, CSF, Demo, RAISE, parse, status};
use serde_json::{Value, json};

/// The raise of CSF Grid is clear, and an engineer is about to ask for it.
async fn about_to_raise() -> (Demo, String) {
    let demo = Demo::new().await;
    demo.open_first_gate().await;
    let engineer = demo.sign_in("engineer").await;
    (demo, engineer)
}

async fn raise(demo: &Demo, cookie: &str, key: &str, confirmation: &str) -> Answer {
    let version = format!("\"{}\"", demo.version().await);
    demo.command_with(cookie, key, Some(&version), &parse(RAISE), confirmation).await
}

fn is_not_confirmed(answer: &Answer) {
    let codes: Vec<_> =
        answer.json["blockers"].as_array().into_iter().flatten().map(|one| one["code"].clone()).collect();
    assert_eq!((answer.status, codes), (422, vec![json!("not-confirmed")]), "{}", answer.body);
}

#[tokio::test]
async fn a_raise_takes_a_confirmation_that_says_what_it_is() {
    let (demo, engineer) = about_to_raise().await;
    is_not_confirmed(&raise(&demo, &engineer, "k1", "").await);
    let given = demo.send("POST", &demo.path("/confirmations"), Some(&engineer), &[], RAISE).await;
    status(&given, 200);
    let said = [&given.json["key"], &given.json["environment"], &given.json["to"]];
    assert_eq!(said, [&json!(CSF), &json!("production"), &json!("on")]);
    let confirmation = given.json["confirmation"].as_str().expect("a text");
    status(&raise(&demo, &engineer, "k1", confirmation).await, 200);
}

#[tokio::test]
async fn what_is_no_confirmation_is_none() {
    let (demo, engineer) = about_to_raise().await;
    let good = demo.confirmation(&engineer, &parse(RAISE)).await;
    let (at, code) = good.split_once('.').expect("two parts");
    let later = at.parse::<i64>().expect("a time") + 1;
    let other: String = code.chars().rev().collect();
    let bad =
        [".", "x", code, &format!("{at}."), &format!("{at}.zz"), &format!("{later}.{code}"), &format!("{at}.{other}")];
    for bad in bad.iter().copied().map(String::from).chain([format!("{at}.{}", &code[..62]), format!("{good}00")]) {
        is_not_confirmed(&raise(&demo, &engineer, "k1", &bad).await);
    }
    status(&raise(&demo, &engineer, "k1", &good).await, 200);
}

#[tokio::test]
async fn it_serves_once() {
    let (demo, engineer) = about_to_raise().await;
    let confirmation = demo.confirmation(&engineer, &parse(RAISE)).await;
    let first = raise(&demo, &engineer, "k1", &confirmation).await;
    status(&first, 200);
    assert_eq!(
        raise(&demo, &engineer, "k1", &confirmation).await.body,
        first.body,
        "the same key gets the same answer"
    );
    demo.delivery.tick().await;
    let lower = json!({"type": "lower", "flag": "csf-grid", "to": "off"});
    status(&demo.ask(&engineer, lower).await, 200);
    demo.delivery.tick().await;
    let owner = demo.sign_in("product-owner").await;
    let go = json!({"type": "decide", "gate": 1, "decision": "go", "reason": "again"});
    status(&demo.ask(&owner, go).await, 200);
    // All is as it was, but for what has happened since.
    is_not_confirmed(&raise(&demo, &engineer, "k2", &confirmation).await);
    let anew = demo.confirmation(&engineer, &parse(RAISE)).await;
    status(&raise(&demo, &engineer, "k2", &anew).await, 200);
}

#[tokio::test]
async fn it_ends_after_five_minutes_and_with_the_gateway() {
    let (mut demo, engineer) = about_to_raise().await;
    let confirmation = demo.confirmation(&engineer, &parse(RAISE)).await;
    demo.pass(5 * 60_000);
    let version = demo.version().await;
    let late = demo.confirmation(&engineer, &parse(RAISE)).await;
    demo.pass(1);
    is_not_confirmed(&raise(&demo, &engineer, "k1", &confirmation).await);
    demo.restart().await;
    is_not_confirmed(&raise(&demo, &engineer, "k2", &late).await);
    assert_eq!(demo.version().await, version, "nothing was done");
}

#[tokio::test]
async fn somebody_elses_or_another_commands_is_none() {
    let (demo, engineer) = about_to_raise().await;
    let operations = demo.sign_in("operations").await;
    let theirs = demo.confirmation(&operations, &parse(RAISE)).await;
    assert!(!theirs.is_empty(), "asking for one is no secret; the rulebook says who may raise");
    is_not_confirmed(&raise(&demo, &engineer, "k1", &theirs).await);
    let workshops = json!({"type": "raise", "step": "workshops-on", "confirm": "FEATURE_WORKSHOPS_ENABLED"});
    let others = demo.confirmation(&engineer, &workshops).await;
    is_not_confirmed(&raise(&demo, &engineer, "k1", &others).await);
    // A second session of the same person is the same person.
    let again = demo.sign_in("engineer").await;
    let own = demo.confirmation(&again, &parse(RAISE)).await;
    status(&raise(&demo, &engineer, "k1", &own).await, 200);
}

#[tokio::test]
async fn what_gives_nothing_to_anybody_is_not_confirmed() {
    let (demo, engineer) = about_to_raise().await;
    let nothing: [Value; 3] = [
        json!({"type": "lower", "flag": "csf-grid", "to": "off"}),
        json!({"type": "raise", "step": "no-such-step", "confirm": "x"}),
        json!({"type": "put-back", "flag": "no-such-flag", "confirm": "x"}),
    ];
    for command in nothing {
        let refused = demo.send("POST", &demo.path("/confirmations"), Some(&engineer), &[], &command.to_string()).await;
        assert_eq!(
            (refused.status, refused.json["type"].as_str()),
            (422, Some("/problems/nothing-to-confirm")),
            "{command}"
        );
    }
}

#[test]
fn two_gateways_make_different_codes() {
    let [a, b] = [super::Key::default(), super::Key::default()];
    assert_ne!(a.0, b.0);
}
