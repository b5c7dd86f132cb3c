use crate::{
    backend::Backend,
    testing::{Answer, Demo, Fault, status},
};
use rollout::Exposure;
use serde_json::{Value, json};

const PLAN: &str = include_str!("../../../../rollout/tests/scenarios/plans/glass.yaml");
const KEY: &str = "FEATURE_RAMP";

/// A gateway with a rollout where the glass may be broken, in force; operations has just broken it.
struct Broken {
    demo: Demo,
    rollout: String,
    owner: String,
}

fn glass(to: &str) -> Value {
    json!({"type": "break-glass", "flag": "ramp", "to": to, "reason": "the old path is down", "confirm": KEY})
}

impl Broken {
    async fn new() -> Self {
        let this = Self::whole().await;
        let operations = this.demo.sign_in("operations").await;
        status(&this.ask(&operations, glass("50")).await, 200);
        this
    }

    /// Before it is broken.
    async fn whole() -> Self {
        let demo = Demo::new().await;
        let (owner, engineer) = (demo.sign_in("product-owner").await, demo.sign_in("engineer").await);
        let keys = json!({"environment": "production", "keys": [KEY]});
        status(&demo.post("/api/backend/flags", &engineer, keys).await, 200);
        let begun = demo.post("/api/rollouts", &owner, json!({"plan": PLAN, "environment": "production"})).await;
        status(&begun, 201);
        let rollout = format!("/api/rollouts/{}", begun.json["id"].as_str().expect("an id"));
        let this = Self { demo, rollout, owner };
        status(&this.ask(&this.owner, json!({"type": "adopt", "plan": begun.json["plan_digest"]})).await, 200);
        this
    }

    async fn ask(&self, cookie: &str, command: Value) -> Answer {
        self.demo.ask_in(&self.rollout, cookie, command).await
    }

    async fn view(&self) -> Answer {
        self.demo.get(&self.rollout, Some(&self.owner)).await
    }

    async fn there(&self) -> Exposure {
        self.demo.backend.is(Fault::None);
        self.demo.backend.get("production", KEY).await.expect("reads")
    }

    async fn records(&self) -> Vec<Value> {
        let page = self.demo.get(&format!("{}/records?after=2", self.rollout), Some(&self.owner)).await;
        status(&page, 200);
        let records = page.json["records"].as_array().expect("records");
        records.iter().map(parsed).collect()
    }

    async fn kinds(&self) -> Vec<String> {
        self.records().await.iter().map(|record| record["kind"].as_str().expect("a kind").to_owned()).collect()
    }
}

fn parsed(record: &Value) -> Value {
    serde_json::from_str(record["bytes"].as_str().expect("bytes")).expect("JSON")
}

fn half() -> Exposure {
    serde_json::from_value(json!("50")).expect("an exposure")
}

#[tokio::test]
async fn whoever_breaks_it_confirms_how_far() {
    let this = Broken::whole().await;
    let operations = this.demo.sign_in("operations").await;
    let half = this.demo.confirmation_in(&this.rollout, &operations, &glass("50")).await;
    let headers = [("idempotency-key", "k1"), ("confirmation", half.as_str())];
    let path = format!("{}/commands", this.rollout);
    let whole = this.demo.send("POST", &path, Some(&operations), &headers, &glass("on").to_string()).await;
    assert_eq!((whole.status, &whole.json["blockers"][0]["code"]), (422, &json!("not-confirmed")), "{}", whole.body);
    let half = this.demo.send("POST", &path, Some(&operations), &headers, &glass("50").to_string()).await;
    status(&half, 200);
}

#[tokio::test]
async fn it_stands_in_the_systems_ledger_too() {
    let broken = Broken::new().await;
    let head = broken.demo.app.store.system_head().await.expect("reads");
    let last = broken.demo.app.store.system_records(head - 1, 1).await.expect("reads");
    let last: Value = serde_json::from_slice(&last[0].bytes).expect("JSON");
    assert_eq!((&last["kind"], &last["body"]["role"]), (&json!("glass-broken"), &json!("operations")));
    let page = broken.demo.get(&format!("{}/records?after=2", broken.rollout), Some(&broken.owner)).await;
    let record = &page.json["records"][0];
    let (rollout, seq, leaf) = (&record["rollout"], &record["seq"], &record["leaf"]);
    assert_eq!(last["body"], json!({"rollout": rollout, "record": seq, "leaf": leaf, "role": "operations"}));
    assert_eq!(
        last["actor"],
        parsed(record)["actor"]["person"].as_str().map(|person| json!({"person": person})).expect("a person")
    );
}

#[tokio::test]
async fn a_flag_goes_back_by_itself_also_after_a_restart() {
    let mut broken = Broken::new().await;
    broken.demo.delivery.tick().await;
    assert_eq!(broken.there().await, half(), "no gate is open, and it is up");
    broken.demo.pass_hours(1);
    broken.demo.delivery.tick().await;
    assert_eq!(broken.there().await, half(), "its time is not up");
    broken.demo.restart().await;
    broken.demo.delivery.tick().await;
    assert_eq!(broken.there().await, half(), "nor is it after a restart");
    broken.demo.pass_hours(1);
    broken.demo.restart().await;
    broken.demo.delivery.tick().await;
    assert_eq!(broken.there().await, Exposure::OFF);
    assert_eq!(broken.kinds().await, ["glass-broken", "applied", "glass-expired", "applied"]);
    assert_eq!(broken.records().await[2]["actor"], json!({"system": "delivery"}));
    broken.demo.delivery.tick().await;
    assert_eq!(broken.kinds().await.len(), 4, "and that once");
    assert!(broken.view().await.json["state"]["glasses"]["3"]["over"].is_string(), "the review is owed all the same");
}

#[tokio::test]
async fn what_was_reviewed_in_time_stays() {
    let broken = Broken::new().await;
    broken.demo.delivery.tick().await;
    status(&broken.ask(&broken.owner, json!({"type": "review", "glass": 3, "reason": "needed"})).await, 200);
    broken.demo.pass_hours(3);
    broken.demo.delivery.tick().await;
    assert_eq!(broken.there().await, half());
    assert_eq!(broken.kinds().await, ["glass-broken", "applied", "glass-reviewed"]);
}

#[tokio::test]
async fn a_backend_that_was_away_gets_nothing_after_its_time_and_goes_back_when_it_answers() {
    let broken = Broken::new().await;
    broken.demo.backend.is(Fault::Down);
    broken.demo.delivery.tick().await;
    broken.demo.pass_hours(2);
    broken.demo.delivery.tick().await;
    assert_eq!(broken.there().await, Exposure::OFF, "it never came up");
    assert_eq!(broken.kinds().await[..3], ["glass-broken", "failed", "glass-expired"]);
    broken.demo.pass(60_000);
    broken.demo.delivery.tick().await;
    assert_eq!(broken.kinds().await.last().map(String::as_str), Some("applied"));
    assert_eq!(broken.there().await, Exposure::OFF);
}

#[tokio::test]
async fn a_store_that_takes_no_record_keeps_no_flag_up() {
    let broken = Broken::new().await;
    broken.demo.delivery.tick().await;
    let lock = broken.demo.lock_store().await;
    broken.demo.pass_hours(2);
    broken.demo.delivery.tick().await;
    assert_eq!(broken.there().await, Exposure::OFF, "it went back unrecorded");
    drop(lock);
    broken.demo.pass(60_000);
    broken.demo.delivery.tick().await;
    assert_eq!(broken.kinds().await, ["glass-broken", "applied", "glass-expired", "applied"], "and it is no drift");
}
