use crate::testing::{Answer, Dashboard, Demo, status};
use serde_json::{Value, json};

const PLAN: &str = include_str!("../../../../rollout/tests/scenarios/plans/by-hand.yaml");

/// A gateway with the plan by hand in force, its first gate open.
struct Desk {
    demo: Demo,
    dashboard: Dashboard,
    rollout: String,
    engineer: String,
}

impl Desk {
    async fn new() -> Self {
        let dashboard = Dashboard::new().await;
        dashboard.put("production", "ENABLE_BOARD", "false");
        let demo = Demo::asking(&dashboard).await;
        let (owner, engineer) = (demo.sign_in("product-owner").await, demo.sign_in("engineer").await);
        let keys = json!({"environment": "production", "keys": ["ENABLE_LAMP"]});
        status(&demo.post("/api/backend/flags", &engineer, keys).await, 200);
        let asked = json!({"plan": PLAN, "environment": "production"});
        let begun = demo.post("/api/rollouts", &owner, asked).await;
        status(&begun, 201);
        let warned = begun.json["warnings"].to_string();
        assert!(warned.contains("ENABLE_DESK is moved by hand") && !warned.contains("ENABLE_BOARD"), "{warned}");
        let rollout = format!("/api/rollouts/{}", begun.json["id"].as_str().expect("an id"));
        let desk = Self { demo, dashboard, rollout, engineer };
        let go = json!({"type": "decide", "gate": 1, "decision": "go", "reason": "ready"});
        for command in [json!({"type": "adopt", "plan": begun.json["plan_digest"]}), go] {
            status(&desk.ask(&owner, command).await, 200);
        }
        desk
    }

    async fn ask(&self, cookie: &str, command: Value) -> Answer {
        self.demo.ask_in(&self.rollout, cookie, command).await
    }

    async fn engineers(&self, command: Value) -> Answer {
        self.ask(&self.engineer, command).await
    }

    async fn view(&self) -> Answer {
        self.demo.get(&self.rollout, Some(&self.engineer)).await
    }

    async fn flag(&self, slug: &str) -> Value {
        self.view().await.json["state"]["flags"][slug].clone()
    }

    async fn moved(&self, flag: &str) -> Answer {
        let want = &self.flag(flag).await["pending"]["want"];
        let evidence = json!([{"title": "The dashboard", "url": "https://ops.example.org/change/7"}]);
        self.engineers(json!({"type": "moved", "flag": flag, "want": want, "evidence": evidence})).await
    }

    async fn outcomes(&self) -> Vec<Value> {
        let attempts = self.demo.app.store.attempts(10).await.expect("reads");
        attempts.iter().map(|attempt| serde_json::to_value(attempt.outcome).expect("JSON")).collect()
    }
}

fn raise(step: &str, key: &str) -> Value {
    json!({"type": "raise", "step": step, "confirm": key})
}

#[tokio::test]
async fn a_person_moves_it_and_delivery_only_asks() {
    let desk = Desk::new().await;
    status(&desk.engineers(raise("desk-on", "ENABLE_DESK")).await, 200);
    desk.demo.delivery.tick().await;
    assert_eq!(desk.flag("desk").await["applied"], "off", "nothing was sent");
    assert!(desk.outcomes().await.is_empty());
    status(&desk.moved("desk").await, 200);
    assert_eq!(desk.flag("desk").await["applied"], "on", "nothing can be asked, so the word counts");

    desk.demo.pass_hours(3);
    status(&desk.engineers(raise("board-on", "ENABLE_BOARD")).await, 200);
    status(&desk.moved("board").await, 200);
    desk.demo.delivery.tick().await;
    let board = desk.flag("board").await;
    assert_eq!((&board["applied"], &board["pending"]["failure"]), (&json!("off"), &json!("read-back-differs")));
    desk.dashboard.put("production", "ENABLE_BOARD", "true");
    desk.demo.pass(60_000);
    desk.demo.delivery.tick().await;
    assert_eq!(desk.flag("board").await["applied"], "on");
    assert_eq!(desk.outcomes().await, [json!("applied"), json!({"failed": "read-back-differs"})]);
    let page = desk.demo.get("/api/backend", Some(&desk.engineer)).await.json;
    assert_eq!(page["by_hand"], json!({"flags": 2, "waiting": 0, "targets": ["board-status"]}));
    assert_eq!(page["deliveries"][0]["backend"], "manual");
}

#[tokio::test]
async fn what_is_no_longer_clear_or_waited_too_long_must_be_undone() {
    let desk = Desk::new().await;
    status(&desk.engineers(raise("desk-on", "ENABLE_DESK")).await, 200);
    let incident = desk.engineers(json!({"type": "incident", "reason": "smoke"})).await;
    status(&incident, 200);
    desk.demo.delivery.tick().await;
    let recalled = desk.flag("desk").await;
    assert_eq!((&recalled["wanted"], &recalled["pending"]["recalled"]), (&json!("off"), &json!("no-longer-clear")));
    let seq = desk.view().await.json["state"]["incidents"].as_object().and_then(|all| all.keys().next().cloned());
    let seq: u64 = seq.expect("an incident").parse().expect("a number");
    let operations = desk.demo.sign_in("operations").await;
    let resolve = json!({"type": "resolve", "incident": seq, "reason": "out"});
    status(&desk.ask(&operations, resolve).await, 200);
    status(&desk.engineers(raise("desk-on", "ENABLE_DESK")).await, 422);
    status(&desk.moved("desk").await, 200);

    status(&desk.engineers(raise("desk-on", "ENABLE_DESK")).await, 200);
    desk.demo.pass_hours(7);
    desk.demo.delivery.tick().await;
    assert_eq!(desk.flag("desk").await["pending"]["recalled"], json!(null), "the plan gives it 8 hours");
    desk.demo.pass_hours(2);
    desk.demo.delivery.tick().await;
    assert_eq!(desk.flag("desk").await["pending"]["recalled"], "waited-too-long");
}

#[tokio::test]
async fn what_somebody_does_at_the_dashboard_is_drift() {
    let desk = Desk::new().await;
    desk.dashboard.put("production", "ENABLE_BOARD", "true");
    desk.demo.pass(60_000);
    desk.demo.delivery.tick().await;
    assert_eq!(desk.flag("board").await["observed"]["exposure"], "on");
    desk.dashboard.put("production", "ENABLE_BOARD", "false");
    desk.demo.pass(60_000);
    desk.demo.delivery.tick().await;
    assert_eq!(desk.flag("board").await["observed"], json!(null));
}

#[tokio::test]
async fn a_target_that_nobody_configured_is_a_flaw_of_the_plan() {
    let demo = Demo::new().await;
    let owner = demo.sign_in("product-owner").await;
    let refused = demo.post("/api/rollouts", &owner, json!({"plan": PLAN, "environment": "production"})).await;
    let flaw = &refused.json["flaws"][0];
    assert_eq!((refused.status, flaw["line"].as_u64().is_some()), (422, true), "{}", refused.body);
    assert!(flaw["message"].as_str().is_some_and(|said| said.contains("`[manual.targets.board-status]`")), "{flaw}");
}
