//! What the fold promises beyond what scenarios ask: records that the rulebook does not write, or not yet, and what it
//! remembers for delivery alone.

#[path = "support/ledger.rs"]
mod ledger;

use ledger::{DELIVERY, Ledger, person};
use rollout::{
    Actor, CancelCause, Command, Digest, Event, Exposure, FailureCause, FlagSlug, LineSlug, Record, Role, RolloutId,
    SystemActor, delivery,
    plan::LineKind,
    state::{Overtaken, SlotStatus},
};
use serde_json::json;
use std::collections::BTreeMap;
use uuid::Uuid;

fn ramp() -> Ledger {
    let mut ledger = Ledger::begin(ledger::plan(include_str!("scenarios/plans/slow.yaml")), BTreeMap::new());
    let plan = ledger.rollout.plan_digest;
    does(&mut ledger, Role::ProductOwner, json!({ "type": "adopt", "plan": plan }));
    does(&mut ledger, Role::ProductOwner, json!({ "type": "decide", "gate": 1, "decision": "go", "reason": "ready" }));
    ledger
}

fn does(ledger: &mut Ledger, role: Role, json: serde_json::Value) {
    let command: Command = serde_json::from_value(json).expect("a command");
    ledger.act(person(role, 0), &command).expect("allowed");
}

#[test]
fn a_record_of_another_ledger_changes_nothing() {
    let mut ledger = ramp();
    let before = ledger.rollout.clone();
    let record = |ledger_id, seq| {
        let event = Event::IncidentOpened { words: Default::default() };
        Record::new(ledger_id, seq, before.time, person(Role::Engineer, 0), before.plan_digest, event)
    };
    let other = RolloutId(Uuid::from_bytes([0xee; 16]));
    for stray in [record(other, before.version + 1), record(before.id, before.version), record(before.id, 999)] {
        rollout::evolve(&mut ledger.rollout, &stray);
        assert_eq!(ledger.rollout, before, "{stray:?}");
    }
    rollout::evolve(&mut ledger.rollout, &record(before.id, before.version + 1));
    assert_eq!(ledger.rollout.incidents.len(), 1);
}

/// What was raised arrives after somebody took it back: the lowering is still to be sent, and the step stays open.
#[test]
fn news_of_an_older_wish_leaves_the_newest_on_its_way() {
    let mut ledger = ramp();
    does(&mut ledger, Role::Engineer, json!({ "type": "raise", "step": "tenth", "confirm": "FEATURE_RAMP" }));
    let raise = delivery::wanted(&ledger.rollout).remove(0);
    does(&mut ledger, Role::Operations, json!({ "type": "lower", "flag": "ramp", "to": "off" }));
    let lowering = delivery::wanted(&ledger.rollout);
    let flag = FlagSlug::new("ramp").expect("a slug");
    let failed = Event::Failed { flag: flag.clone(), want: raise.want, cause: FailureCause::Unreachable };
    ledger.append(DELIVERY, failed);
    let pending = ledger.rollout.flags[&flag].pending.clone().expect("the lowering");
    assert_eq!(pending.failure, None, "it was the raise that failed");
    ledger.append(DELIVERY, Event::Applied { flag: flag.clone(), exposure: raise.to.clone(), want: raise.want });
    assert_eq!(ledger.rollout.flags[&flag].applied, raise.to);
    assert_eq!(delivery::wanted(&ledger.rollout), lowering);
    assert!(ledger.rollout.steps.is_empty());
    let applied = delivery::applied(&ledger.rollout, &lowering[0]).expect("news");
    ledger.append(DELIVERY, applied);
    assert_eq!(ledger.rollout.flags[&flag].applied, Exposure::OFF);
}

/// A signature under another text of the slot: what the next revision of a plan leaves behind.
#[test]
fn a_signature_under_another_text_is_void() {
    let mut ledger = Ledger::begin(ledger::plan(include_str!("scenarios/plans/ramp.yaml")), BTreeMap::new());
    let slot = LineSlug::new("advice").expect("a slug");
    let plan = ledger.rollout.plan().clone();
    let LineKind::Slot(body) = plan.line(&slot).expect("a line").kind else { panic!("no slot") };
    let sign = |scope_digest: Digest| Event::Signed {
        slot: slot.clone(),
        meaning: body.meaning,
        scope_digest,
        proof: None,
        words: Default::default(),
    };
    ledger.append(person(Role::Legal, 0), sign(plan.digest()));
    assert_eq!(ledger.rollout.slot_status(body, ledger.now), SlotStatus::Void);
    ledger.append(person(Role::Legal, 1), sign(plan.scope_digest(&slot).expect("a digest")));
    assert_eq!(ledger.rollout.slot_status(body, ledger.now), SlotStatus::Signed);
}

/// It may have been sent, so delivery has to know of it, after a crash too.
#[test]
fn a_raise_that_was_overtaken_is_remembered_until_one_goes_as_far() {
    let mut ledger = ramp();
    let flag = FlagSlug::new("ramp").expect("a slug");
    let raise = json!({ "type": "raise", "step": "tenth", "confirm": "FEATURE_RAMP" });
    let remembered = |ledger: &Ledger| ledger.rollout.flags[&flag].overtaken.clone();
    does(&mut ledger, Role::Engineer, raise.clone());
    let first = delivery::wanted(&ledger.rollout).remove(0);
    assert_eq!(remembered(&ledger), None, "it is still on its way");
    let cancelled = delivery::cancelled(&ledger.rollout, &first, CancelCause::WaitedTooLong).expect("news");
    ledger.append(DELIVERY, cancelled);
    let overtaken = |wanted: &delivery::Wanted, by| Some(Overtaken { want: wanted.want, to: wanted.to.clone(), by });
    assert_eq!(remembered(&ledger), overtaken(&first, ledger.rollout.version));
    does(&mut ledger, Role::Engineer, raise.clone());
    let second = delivery::wanted(&ledger.rollout).remove(0);
    does(&mut ledger, Role::Operations, json!({ "type": "lower", "flag": "ramp", "to": "off" }));
    let by = ledger.rollout.version;
    assert_eq!(remembered(&ledger), overtaken(&second, by));
    // That the lowering was read back does not mean that the raise will not come.
    let lowering = delivery::wanted(&ledger.rollout).remove(0);
    let applied = delivery::applied(&ledger.rollout, &lowering).expect("news");
    ledger.append(DELIVERY, applied);
    does(&mut ledger, Role::Operations, json!({ "type": "lower", "flag": "ramp", "to": "off" }));
    assert_eq!(remembered(&ledger), overtaken(&second, by), "a lowering overtakes no lowering");
    let lowering = delivery::wanted(&ledger.rollout).remove(0);
    let applied = delivery::applied(&ledger.rollout, &lowering).expect("news");
    ledger.append(DELIVERY, applied);
    does(&mut ledger, Role::ProductOwner, json!({ "type": "decide", "gate": 1, "decision": "go", "reason": "again" }));
    does(&mut ledger, Role::Engineer, raise);
    let third = delivery::wanted(&ledger.rollout).remove(0);
    let applied = delivery::applied(&ledger.rollout, &third).expect("news");
    ledger.append(DELIVERY, applied);
    assert_eq!(remembered(&ledger), None);
}

/// What people say of a record is theirs: what delivery found out can be said by it alone.
#[test]
fn nobody_but_delivery_tells_who_did_it_at_the_backend() {
    let mut ledger = ramp();
    let flag = FlagSlug::new("ramp").expect("a slug");
    let observed = delivery::observed(&ledger.rollout, &flag, &Exposure::ON).expect("news");
    ledger.append(DELIVERY, observed);
    let seen = ledger.rollout.version;
    let told = |ledger: &Ledger| ledger.rollout.flags[&flag].observed.as_ref().and_then(|seen| seen.told.clone());
    let said = Digest::of(&[b"in Unleash, admin enabled it"]);
    let event = delivery::told(&ledger.rollout, &flag, seen, said).expect("news");
    does(&mut ledger, Role::Engineer, json!({ "type": "note", "about": seen, "text": "it was me" }));
    ledger.append(Actor::System { system: SystemActor::Demo }, event.clone());
    assert_eq!(told(&ledger), None);
    assert_eq!(delivery::told(&ledger.rollout, &flag, seen - 1, said), None, "of another record");
    ledger.append(DELIVERY, event);
    let mark = told(&ledger).expect("is told");
    assert_eq!((mark.seq, mark.words.reason), (ledger.rollout.version, Some(said)));
    assert_eq!(delivery::told(&ledger.rollout, &flag, seen, said), None, "it is told already");
}

/// A baseline was seen by whoever attached the plan, in one record with every other.
#[test]
fn a_baseline_is_not_told_about() {
    let flag = FlagSlug::new("ramp").expect("a slug");
    let plan = ledger::plan(include_str!("scenarios/plans/slow.yaml"));
    let mut ledger = Ledger::begin(plan, BTreeMap::from([(flag.clone(), Exposure::ON)]));
    let said = Digest::of(&[b"in Unleash, admin enabled it"]);
    assert_eq!(delivery::told(&ledger.rollout, &flag, 1, said), None);
    let before = ledger.rollout.flags.clone();
    ledger.append(DELIVERY, Event::Noted { about: Some(1), words: Default::default() });
    assert_eq!(ledger.rollout.flags, before);
}
