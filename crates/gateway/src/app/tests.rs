use crate::testing::{Demo, status};
use rollout::{
    Plan, Role,
    plan::{Line, LineKind, Side, Step, StepAct},
};
use serde_json::{Value, json};
use std::{collections::BTreeMap, sync::Arc};

/// Everybody, at work on the sample rollout.
struct Walk {
    demo: Demo,
    plan: Arc<Plan>,
    cookies: BTreeMap<Role, String>,
}

impl Walk {
    async fn new() -> Self {
        let demo = Demo::new().await;
        let mut cookies = BTreeMap::new();
        for role in Role::ALL {
            let name = serde_json::to_value(role).expect("JSON");
            cookies.insert(role, demo.sign_in(name.as_str().expect("a name")).await);
        }
        let plan = demo.ledger().plan.clone();
        Self { demo, plan, cookies }
    }

    async fn ask(&self, role: Role, command: Value) {
        status(&self.demo.ask(&self.cookies[&role], command).await, 200);
        self.demo.delivery.tick().await;
    }

    async fn clear(&self, phase: usize, side: Side) {
        let evidence = json!([{"title": "What shows it", "url": "https://example.org/"}]);
        for Line { kind, .. } in self.plan.lines(phase).filter(|line| line.side == side) {
            let slug = kind.slug();
            match kind {
                LineKind::Slot(slot) => self.ask(slot.role, json!({"type": "sign", "slot": slug})).await,
                LineKind::Task(task) => self.ask(task.by, json!({"type": "tick", "line": slug})).await,
                LineKind::Criterion(criterion) => {
                    self.ask(criterion.by, json!({"type": "tick", "line": slug, "evidence": evidence})).await;
                }
                LineKind::Dependency(_) => {}
            }
        }
    }

    async fn step(&self, step: &Step) {
        let evidence = json!([{"title": "What shows it", "url": "https://example.org/"}]);
        match &step.act {
            StepAct::Exposure(act) => {
                let key = &self.plan.flag(&act.flag).expect("has the flag").key;
                self.ask(Role::Engineer, json!({"type": "raise", "step": step.slug, "confirm": key})).await;
                assert_eq!(self.demo.evaluate(key).await.json["value"], json!(true));
            }
            StepAct::Attested(act) => {
                let by = act.by.unwrap_or(Role::Operations);
                let command = json!({"type": "attest", "step": step.slug, "confirm": step.slug, "evidence": evidence});
                self.ask(by, command).await;
            }
        }
        let hours = step.soak_hours.unwrap_or(1);
        let moved =
            self.demo.post("/api/demo/clock", &self.cookies[&Role::Viewer], json!({"ahead_hours": hours})).await;
        status(&moved, 200);
    }

    async fn go(&self, gate: usize) {
        self.ask(Role::ProductOwner, json!({"type": "decide", "gate": gate, "decision": "go", "reason": "on"})).await;
    }

    async fn held(&self) -> usize {
        self.demo.app.store.claims().await.expect("reads").len()
    }

    async fn summary(&self) -> Value {
        self.demo.get("/api/rollouts", Some(&self.cookies[&Role::Viewer])).await.json[0].clone()
    }
}

#[tokio::test]
async fn the_whole_plan_is_walked_closed_and_reopened_by_a_rollback() {
    let mut walk = Walk::new().await;
    let plan = walk.plan.clone();
    assert_eq!(walk.held().await, 5, "an open rollout holds its flags");
    walk.clear(0, Side::Entry).await;
    for (index, phase) in plan.phases.iter().enumerate().filter(|(_, phase)| !phase.optional) {
        walk.go(index + 1).await;
        for step in &phase.steps {
            walk.step(step).await;
        }
        walk.clear(index, Side::Exit).await;
        match plan.phases.get(index + 1) {
            Some(next) if next.optional => {
                let skip = json!({"type": "skip", "phase": next.slug, "reason": "there is no infrastructure"});
                walk.ask(Role::ProductOwner, skip).await;
            }
            Some(_) => walk.clear(index + 1, Side::Entry).await,
            None => {}
        }
    }
    walk.go(plan.phases.len()).await;
    let closed = walk.summary().await;
    assert_eq!((&closed["closed"], walk.held().await), (&json!(true), 0), "a closed one has given them back");

    let version = walk.demo.version().await;
    let moved = walk.demo.post("/api/demo/clock", &walk.cookies[&Role::Viewer], json!({"ahead_hours": 1})).await;
    assert_eq!(
        (moved.status, walk.demo.version().await),
        (200, version),
        "only open rollouts say that the clock moved"
    );

    walk.ask(Role::Operations, json!({"type": "rollback", "scope": {"of": "flag", "flag": "chat"}})).await;
    let open = walk.summary().await;
    assert_eq!((&open["closed"], walk.held().await), (&json!(false), 5), "a rollback reopens it");
    walk.demo.restart().await;
    assert_eq!(walk.summary().await["version"], open["version"], "and all of it folds again");
}
