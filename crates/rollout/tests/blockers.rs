//! A blocker says in words what blocks, who can clear it, and where.

#[path = "support/ledger.rs"]
mod ledger;

use ledger::{DELIVERY, Ledger, person};
use rollout::{Blocker, ClearedBy, Command, Decision, Exposure, FlagSlug, Place, Role, Text, delivery, plan::Plan};
use serde_json::json;
use std::collections::BTreeMap;

fn s4() -> Ledger {
    Ledger::begin(ledger::plan(include_str!("../../../plans/s4.yaml")), BTreeMap::new())
}

fn command(json: serde_json::Value) -> Command {
    serde_json::from_value(json).expect("a command")
}

fn place(place: &Place) -> String {
    match place {
        Place::Gate(gate) => format!("gate {gate}"),
        Place::Phase(slug) => format!("phase {slug}"),
        Place::Line(slug) => format!("line {slug}"),
        Place::Step(slug) => format!("step {slug}"),
        Place::Flag(slug) => format!("flag {slug}"),
        Place::Incident(seq) => format!("incident {seq}"),
        other => format!("{other:?}"),
    }
}

fn said(blockers: &[Blocker], plan: &Plan) -> Vec<String> {
    let one = |b: &Blocker| format!("{}. {}. At {}.", b.sentence(plan), b.who(), place(&b.place));
    blockers.iter().map(one).collect()
}

fn refused(ledger: &mut Ledger, role: Role, json: serde_json::Value) -> Vec<String> {
    let blockers = ledger.act(person(role, 0), &command(json)).expect_err("refused");
    said(&blockers, ledger.rollout.plan())
}

fn does(ledger: &mut Ledger, role: Role, json: serde_json::Value) {
    ledger.act(person(role, 0), &command(json)).expect("allowed");
}

/// Everything before the first gate, and the go.
fn open_phase_1(ledger: &mut Ledger) {
    let plan = ledger.rollout.plan_digest;
    does(ledger, Role::ProductOwner, json!({ "type": "adopt", "plan": plan }));
    does(ledger, Role::Operations, json!({ "type": "tick", "line": "s4-deployment" }));
    does(ledger, Role::Engineer, json!({ "type": "tick", "line": "s4-flag-infrastructure" }));
    does(ledger, Role::Operations, json!({ "type": "tick", "line": "s4-dashboards" }));
    does(ledger, Role::ProductOwner, json!({ "type": "sign", "slot": "s4-initiation" }));
    does(ledger, Role::ProductOwner, json!({ "type": "decide", "gate": 1, "decision": "go", "reason": "ready" }));
}

fn raise() -> serde_json::Value {
    json!({ "type": "raise", "step": "csf-on", "confirm": "FEATURE_CSF_ENABLED" })
}

#[test]
fn a_locked_lever_explains_itself() {
    let mut ledger = s4();
    assert_eq!(
        refused(&mut ledger, Role::Engineer, raise()),
        [
            "The plan is not in force: it has not been adopted. Product owner can clear it. At Plan.",
            "Gate 1 has no go. Product owner can clear it. At gate 1.",
            "Not ticked: v0.2.0 runs in production. Operations can clear it. At line s4-deployment.",
            "Not ticked: Switching a flag is proven to work. Engineer can clear it. At line s4-flag-infrastructure.",
            "Not signed: The S4 rollout may begin. Product owner can clear it. At line s4-initiation.",
            "Not ticked: Dashboards show how much each feature is used. Operations can clear it. At line s4-dashboards.",
        ]
    );
    open_phase_1(&mut ledger);
    let typo = json!({ "type": "raise", "step": "csf-on", "confirm": "CSF" });
    assert_eq!(
        refused(&mut ledger, Role::Viewer, typo),
        [
            "This is for Engineer. Engineer can clear it. At Plan.",
            "The typed text is not FEATURE_CSF_ENABLED. You can clear it by asking differently. At step csf-on."
        ]
    );
    let hold = |gate| json!({ "type": "decide", "gate": gate, "decision": "hold", "reason": "wait" });
    does(&mut ledger, Role::Legal, hold(1));
    does(&mut ledger, Role::Privacy, hold(1));
    does(&mut ledger, Role::Privacy, json!({ "type": "incident", "reason": "a leak" }));
    let incident = *ledger.rollout.incidents.keys().next().expect("an incident");
    assert_eq!(
        refused(&mut ledger, Role::Engineer, raise()),
        [
            format!("Incident {incident} is open. Privacy (DPO) can clear it. At incident {incident}."),
            "Gate 1 is held by Legal and Privacy (DPO). Legal or Privacy (DPO) can clear it. At gate 1.".into(),
        ]
    );
}

#[test]
fn a_soak_says_when_it_is_over_while_it_runs() {
    let mut ledger = s4();
    open_phase_1(&mut ledger);
    does(&mut ledger, Role::Engineer, raise());
    let wanted = delivery::wanted(&ledger.rollout).remove(0);
    assert_eq!((wanted.key.as_str(), wanted.raise, &wanted.to), ("FEATURE_CSF_ENABLED", true, &Exposure::ON));
    let applied = delivery::applied(&ledger.rollout, &wanted).expect("news");
    ledger.append(DELIVERY, applied);
    assert_eq!(delivery::applied(&ledger.rollout, &wanted), None, "it is known");
    let end = ledger.now.plus(48 * rollout::time::HOUR);
    ledger.now = ledger.now.plus(rollout::time::HOUR);
    let go = || Command::Decide {
        gate: 2,
        decision: Decision::Go,
        reason: Text::new("ready").expect("a text"),
        conditions: None,
        evidence: vec![],
    };
    let soak = |ledger: &mut Ledger| {
        let blockers = ledger.act(person(Role::ProductOwner, 0), &go()).expect_err("refused");
        let soak = blockers.iter().find(|b| matches!(b.why, rollout::Why::SoakRunning { .. })).expect("a soak").clone();
        (soak.sentence(ledger.rollout.plan()), soak.cleared_by)
    };
    assert_eq!(soak(&mut ledger), ("The soak has 47 h to run".into(), ClearedBy::At(end)));
    does(&mut ledger, Role::Engineer, json!({ "type": "incident", "reason": "errors" }));
    assert_eq!(soak(&mut ledger), ("The soak stands still with 47 h to run".into(), ClearedBy::ByItself));
}

#[test]
fn a_criterion_names_who_ticks_and_who_waives_it() {
    let mut ledger = s4();
    open_phase_1(&mut ledger);
    let go = json!({ "type": "decide", "gate": 2, "decision": "go", "reason": "ready" });
    let said = refused(&mut ledger, Role::ProductOwner, go);
    let errors = "Not confirmed: Errors are no more frequent than before. Operations or Product owner can clear it. At line csf-errors.";
    assert!(said.iter().any(|text| text == errors), "{said:?}");
    let step = "An earlier step is not done: Switch CSF Grid on for everybody. Engineer can clear it. At step csf-on.";
    assert!(said.iter().any(|text| text == step), "{said:?}");
    let dependency = "Not yet so: CSF Grid has succeeded. Clears by itself. At line csf-grid-success.";
    assert!(said.iter().any(|text| text == dependency), "{said:?}");
}

#[test]
fn what_delivery_knows_already_is_not_recorded_twice() {
    let mut ledger = s4();
    open_phase_1(&mut ledger);
    does(&mut ledger, Role::Engineer, raise());
    let csf = FlagSlug::new("csf-grid").expect("a slug");
    let wanted = delivery::wanted(&ledger.rollout).remove(0);
    assert_eq!(delivery::observed(&ledger.rollout, &csf, &Exposure::ON), None, "ours is on its way");
    let cause = rollout::FailureCause::Unreachable;
    let failed = delivery::failed(&ledger.rollout, &wanted, cause).expect("news");
    ledger.append(DELIVERY, failed);
    assert_eq!(delivery::failed(&ledger.rollout, &wanted, cause), None, "the same failure again");
    assert!(delivery::failed(&ledger.rollout, &wanted, rollout::FailureCause::Refused).is_some(), "another failure");
    // Something newer is wanted: the old wish is over.
    does(&mut ledger, Role::Operations, json!({ "type": "lower", "flag": "csf-grid", "to": "off" }));
    assert_eq!(delivery::applied(&ledger.rollout, &wanted), None);
    assert_eq!(delivery::failed(&ledger.rollout, &wanted, rollout::FailureCause::Refused), None);
    assert_eq!(delivery::cancelled(&ledger.rollout, &wanted, rollout::CancelCause::WaitedTooLong), None);
    let lowering = delivery::wanted(&ledger.rollout).remove(0);
    assert!(!lowering.raise && lowering.to.is_off());
    assert_eq!(delivery::cancelled(&ledger.rollout, &lowering, rollout::CancelCause::WaitedTooLong), None, "no raise");
    let applied = delivery::applied(&ledger.rollout, &lowering).expect("news");
    ledger.append(DELIVERY, applied);
    assert_eq!(delivery::observed(&ledger.rollout, &csf, &Exposure::OFF), None, "as the ledger says");
    let seen = delivery::observed(&ledger.rollout, &csf, &Exposure::ON).expect("news");
    ledger.append(DELIVERY, seen);
    assert_eq!(delivery::observed(&ledger.rollout, &csf, &Exposure::ON), None, "it is known");
    assert!(delivery::observed(&ledger.rollout, &csf, &Exposure::OFF).is_some(), "it went away again");
}

#[test]
fn what_is_asked_of_people_says_who_clears_it() {
    let mut ledger = Ledger::begin(ledger::plan(include_str!("scenarios/plans/duties.yaml")), BTreeMap::new());
    let plan = ledger.rollout.plan_digest;
    assert_eq!(
        refused(&mut ledger, Role::ProductOwner, json!({ "type": "adopt", "plan": plan })),
        ["Prove yourself again first: this counts for five minutes. You can clear it by asking differently. At Plan."]
    );
    ledger.rollout.began_by = person(Role::ProductOwner, 0).person();
    let proof = Some(rollout::Proof { by: rollout::ProvenBy::Password, at: ledger.now });
    let owner = rollout::Asker { proof, ..ledger::confirmed(person(Role::ProductOwner, 0)) };
    let adopt = command(json!({ "type": "adopt", "plan": plan }));
    let blockers = ledger.act(owner, &adopt).expect_err("refused");
    assert_eq!(
        said(&blockers, ledger.rollout.plan()),
        ["Who began the rollout does not approve it: another person does. Product owner can clear it. At Plan."]
    );
}

#[test]
fn a_broken_glass_says_what_it_locks_and_who_reviews_it() {
    let mut ledger = Ledger::begin(ledger::plan(include_str!("scenarios/plans/glass.yaml")), BTreeMap::new());
    let plan = ledger.rollout.plan_digest;
    does(&mut ledger, Role::ProductOwner, json!({ "type": "adopt", "plan": plan }));
    let glass =
        json!({ "type": "break-glass", "flag": "ramp", "to": "50", "reason": "down", "confirm": "FEATURE_RAMP" });
    assert_eq!(
        refused(&mut ledger, Role::Engineer, glass.clone()),
        ["This is for Operations or Product owner. Operations or Product owner can clear it. At Plan."]
    );
    does(&mut ledger, Role::ProductOwner, glass.clone());
    let applied = delivery::applied(&ledger.rollout, &delivery::wanted(&ledger.rollout).remove(0)).expect("news");
    ledger.append(DELIVERY, applied);
    let until = ledger.now.plus(2 * rollout::time::HOUR);
    assert_eq!(
        refused(&mut ledger, Role::Operations, glass),
        [
            "The glass was broken for The ramp (record 3), and it is still up unreviewed. Clears by itself when the time has \
          run. At flag ramp.",
            "It is so already. You can clear it by asking differently. At flag ramp."
        ]
    );
    assert_eq!(ledger.rollout.glasses[&3].until, until);
    assert_eq!(
        refused(&mut ledger, Role::ProductOwner, json!({ "type": "review", "glass": 3, "reason": "so" })),
        [
            "Who broke the glass does not review it: another person does. Product owner or Legal can clear it. At flag ramp."
        ]
    );
    ledger.now = ledger.now.plus(rollout::time::DAY);
    let go = json!({ "type": "decide", "gate": 1, "decision": "go", "reason": "ready" });
    let owed = "The glass broken for The ramp (record 3) has not been reviewed for a day. Product owner or Legal can clear \
                it. At flag ramp.";
    assert!(refused(&mut ledger, Role::ProductOwner, go).iter().any(|text| text == owed));
}
