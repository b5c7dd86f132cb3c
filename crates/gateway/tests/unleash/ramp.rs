//! A rollout of one flag in steps, driven by the API.

use crate::process::{Client, Gateway};
use serde_json::{Value, json};
use std::{
    sync::atomic::{AtomicU32, Ordering::SeqCst},
    time::{Duration, Instant},
};

/// Long enough for a machine that does much else.
const PATIENCE: Duration = Duration::from_secs(180);

/// Waits for something, and tells how long it took.
#[track_caller]
pub fn wait_for(what: &str, is_so: impl Fn() -> bool) -> Duration {
    #[expect(clippy::disallowed_methods, reason = "how long it takes is told")]
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < PATIENCE, "{what} did not come");
        std::thread::sleep(Duration::from_millis(100));
    }
    begun.elapsed()
}

pub struct Ramp {
    pub key: String,
    id: String,
    engineer: Client,
}

/// Steps to 10 %, 20 % and 50 %.
fn plan(key: &str) -> String {
    let slug = key.to_lowercase().replace('_', "-");
    let step = |percent: u32| {
        format!(
            "      - {{ slug: to-{percent}, text: To {percent}, do: {{ exposure: {{ flag: ramp, to: \"{percent}\" }} }} }}\n"
        )
    };
    format!(
        "schema: signalbox-plan/1\nslug: {slug}\nname: {key}\nsummary: One flag in steps\nflags:\n  - {{ slug: ramp, key: {key}, \
         name: The ramp, purpose: To be drilled, code_default: \"off\", initial: \"off\", rollback_to: off }}\nphases:\n  - \
         slug: trial\n    name: Trial\n    summary: In steps\n    risk: low\n    prerequisites: []\n    steps:\n{}{}{}    \
         rollback: {{ text: Down }}\n",
        step(10),
        step(20),
        step(50)
    )
}

impl Ramp {
    /// Begun, adopted and open.
    pub fn begin(gateway: &Gateway, key: &str) -> Self {
        let owner = Client::sign_in(&gateway.url, "product-owner");
        let engineer = Client::sign_in(&gateway.url, "engineer");
        let made = json!({"environment": "production", "keys": [key]});
        let made = engineer.post("/api/backend/flags", &[], &made).expect("answers");
        assert_eq!(made.status, 200, "{}", made.body);
        let asked = json!({"plan": plan(key), "environment": "production"});
        let begun = owner.post("/api/rollouts", &[], &asked).expect("answers");
        assert_eq!(begun.status, 201, "{}", begun.body);
        let begun = begun.json();
        let id = begun["id"].as_str().expect("an id").to_owned();
        let ramp = Self { key: key.to_owned(), id, engineer };
        ramp.does(&owner, &json!({"type": "adopt", "plan": begun["plan_digest"]}));
        ramp.does(&owner, &json!({"type": "decide", "gate": 1, "decision": "go", "reason": "ready"}));
        ramp
    }

    fn does(&self, by: &Client, command: &Value) {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let key = format!("{}-{}", self.key, COUNT.fetch_add(1, SeqCst));
        // Delivery may have recorded something since.
        for _ in 0..50 {
            let answer = by.command(&self.id, &key, self.version(), command).expect("answers");
            if answer.status != 412 {
                assert_eq!(answer.status, 200, "{command}: {}", answer.body);
                return;
            }
        }
        panic!("{command}: the version moves on and on");
    }

    pub fn raise(&self, percent: u32) {
        self.does(&self.engineer, &json!({"type": "raise", "step": format!("to-{percent}"), "confirm": self.key}));
    }

    pub fn lower(&self, percent: u32) {
        let to = if percent == 0 { "off".to_owned() } else { percent.to_string() };
        self.does(&self.engineer, &json!({"type": "lower", "flag": "ramp", "to": to}));
    }

    fn view(&self) -> Value {
        self.engineer.get(&format!("/api/rollouts/{}", self.id)).json()
    }

    fn version(&self) -> u64 {
        self.view()["state"]["version"].as_u64().expect("a number")
    }

    pub fn flag(&self) -> Value {
        self.view()["state"]["flags"]["ramp"].clone()
    }

    /// Waits until the ledger says that the backend has this, and that nothing is strange or on its way.
    #[track_caller]
    pub fn settles(&self, percent: u32) -> Duration {
        let to = json!(if percent == 0 { "off".to_owned() } else { percent.to_string() });
        wait_for(&format!("{} at {to}: {}", self.key, self.flag()), || {
            let flag = self.flag();
            flag["applied"] == to && flag["wanted"] == to && flag["pending"].is_null() && flag["observed"].is_null()
        })
    }

    /// Waits until an attempt is on record as failed.
    #[track_caller]
    pub fn fails(&self, cause: &str) {
        wait_for(&format!("the failure of {}", self.key), || self.flag()["pending"]["failure"] == json!(cause));
    }

    /// Kinds and bodies of its records.
    pub fn records(&self) -> Vec<(String, Value)> {
        let page = self.engineer.get(&format!("/api/rollouts/{}/records?after=0&limit=500", self.id)).json();
        let records = page["records"].as_array().expect("records").iter();
        let record = |view: &Value| -> (String, Value) {
            let record: Value = serde_json::from_str(view["bytes"].as_str().expect("bytes")).expect("JSON");
            (record["kind"].as_str().expect("a kind").to_owned(), record)
        };
        records.map(record).collect()
    }

    /// Every want ended: it was applied, cancelled, or overtaken by a newer one.
    pub fn every_command_ended(&self) {
        let records = self.records();
        let wants = records.iter().filter(|(kind, _)| kind == "raised" || kind == "lowered");
        for (_, want) in wants {
            let seq = want["seq"].as_u64().expect("a number");
            let ends = |(kind, record): &(String, Value)| match kind.as_str() {
                "applied" | "cancelled" => record["body"]["want"] == json!(seq),
                "lowered" | "raised" => record["seq"].as_u64() > Some(seq),
                _ => false,
            };
            assert!(records.iter().any(ends), "{want} has no end in {records:?}");
        }
    }

    /// The text that was noted on what was seen, if any was.
    pub fn told(&self) -> Option<String> {
        let view = self.view();
        let hash = view["state"]["flags"]["ramp"]["observed"]["told"]["words"]["reason"].as_str()?;
        view["said"]["texts"][hash].as_str().map(str::to_owned)
    }

    pub fn unreachable_since(&self) -> Value {
        self.engineer.get("/api/backend").json()["backends"][0]["standing"]["silent"].clone()
    }
}
