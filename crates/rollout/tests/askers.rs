//! Who asks: several roles, a proof, a confirmation.

#[path = "support/ledger.rs"]
mod ledger;

use ledger::{Ledger, confirmed, person};
use rollout::{Asker, Command, Event, Proof, ProvenBy, Record, Role, RoleHolder, Why, decide, decide_as};
use serde_json::{Value, json};
use std::collections::BTreeMap;

fn command(json: Value) -> Command {
    serde_json::from_value(json).expect("a command")
}

fn ramp() -> Ledger {
    let mut ledger = Ledger::begin(ledger::plan(include_str!("scenarios/plans/slow.yaml")), BTreeMap::new());
    let plan = ledger.rollout.plan_digest;
    does(&mut ledger, Role::ProductOwner, json!({ "type": "adopt", "plan": plan }));
    does(&mut ledger, Role::ProductOwner, go());
    ledger
}

fn go() -> Value {
    json!({ "type": "decide", "gate": 1, "decision": "go", "reason": "ready" })
}

fn raise() -> Value {
    json!({ "type": "raise", "step": "tenth", "confirm": "FEATURE_RAMP" })
}

fn does(ledger: &mut Ledger, role: Role, json: Value) {
    ledger.act(person(role, 0), &command(json)).expect("allowed");
}

fn holder(roles: &[Role]) -> RoleHolder {
    let person = person(Role::Legal, 3).person().expect("a person");
    RoleHolder { person, roles: roles.to_vec(), proof: None, confirmed: true }
}

#[test]
fn a_raise_without_a_confirmation_is_refused_for_that_alone() {
    let ledger = ramp();
    let refused = |asker: Asker| decide(&ledger.rollout, &ledger.facts, &command(raise()), asker, ledger.now).err();
    let engineer = person(Role::Engineer, 0);
    let whys: Vec<Why> =
        refused(engineer.into()).expect("refused").into_blockers().into_iter().map(|blocker| blocker.why).collect();
    assert_eq!(whys, [Why::NotConfirmed {}]);
    assert_eq!(refused(confirmed(engineer)), None);
}

#[test]
fn the_first_role_that_may_do_it_acts() {
    let ledger = ramp();
    let ask = |roles: &[Role], json| {
        decide_as(&ledger.rollout, &ledger.facts, &command(json), &holder(roles), ledger.now)
            .map(|(role, events)| (role, events.len()))
    };
    let hold = || json!({ "type": "decide", "gate": 1, "decision": "hold", "reason": "wait" });
    assert_eq!(ask(&[Role::Operations, Role::Engineer], raise()), Ok((Role::Engineer, 1)));
    assert_eq!(ask(&[Role::Legal, Role::ProductOwner], hold()), Ok((Role::Legal, 1)));
    assert_eq!(ask(&[Role::ProductOwner, Role::Legal], hold()), Ok((Role::ProductOwner, 1)));
}

#[test]
fn a_refusal_is_that_of_the_role_that_comes_nearest() {
    let ledger = ramp();
    let whys = |roles: &[Role], json| -> Vec<Why> {
        let answer = decide_as(&ledger.rollout, &ledger.facts, &command(json), &holder(roles), ledger.now);
        answer.expect_err("refused").into_blockers().into_iter().map(|blocker| blocker.why).collect()
    };
    assert_eq!(whys(&[Role::Legal, Role::ProductOwner, Role::Engineer], go()), [Why::AlreadySo {}]);
    let needs = |role| Why::WrongRole { needs: vec![role] };
    assert_eq!(whys(&[Role::Legal, Role::Privacy], raise()), [needs(Role::Engineer)]);
    assert_eq!(whys(&[], raise()), [needs(Role::Engineer)], "who holds no role looks");
}

#[test]
fn the_record_says_how_who_decided_had_proven_themselves() {
    let mut ledger = ramp();
    let owner = confirmed(person(Role::ProductOwner, 0));
    let no_go = command(json!({ "type": "decide", "gate": 1, "decision": "no-go", "reason": "errors" }));
    for (minutes, expected) in [(5, Some(ProvenBy::Provider)), (6, None)] {
        let proof = Some(Proof { by: ProvenBy::Provider, at: ledger.now.plus(-minutes * 60_000) });
        ledger.act(Asker { proof, ..owner }, &no_go).expect("never refused");
        let bytes = ledger.bytes.last().expect("a record");
        let record = Record::parse(bytes).expect("a record");
        assert!(matches!(&record.event, Event::Decided { proof, .. } if *proof == expected), "{:?}", record.event);
        assert_eq!(
            String::from_utf8_lossy(bytes).contains("\"proof\""),
            expected.is_some(),
            "left out if there is none"
        );
        let mark = ledger.rollout.gates[&1].no_go.clone().expect("a no-go");
        assert_eq!(mark.proof, expected, "the state says it too");
    }
}

/// Records never run back in time, so the rules go on from the last one; a proof is as old as the clock says.
#[test]
fn a_clock_that_was_set_back_makes_no_proof_older() {
    let mut ledger = Ledger::begin(ledger::plan(include_str!("scenarios/plans/duties.yaml")), BTreeMap::new());
    ledger.now = ledger.now.plus(-2 * rollout::time::HOUR);
    let proof = Some(Proof { by: ProvenBy::Password, at: ledger.now });
    let adopt = command(json!({ "type": "adopt", "plan": ledger.rollout.plan_digest }));
    ledger.act(Asker { proof, ..confirmed(person(Role::ProductOwner, 0)) }, &adopt).expect("proven a moment ago");
}
