use super::*;
use rollout::{Actor, Event, RolloutId, SystemActor, Timestamp, event::Words};
use std::collections::BTreeMap;

fn plan() -> Plan {
    let plan = r#"{
        "schema": "signalbox-plan/1", "slug": "p", "name": "P", "summary": "S",
        "flags": [{ "slug": "grid", "key": "GRID", "name": "Grid", "purpose": "x", "code_default": "off", "initial": "off" }],
        "phases": [{
            "slug": "first", "name": "First", "summary": "x", "risk": "low", "prerequisites": [],
            "steps": [{ "slug": "on", "text": "On", "do": { "exposure": { "flag": "grid", "to": "on" } } }],
            "rollback": { "text": "Off" }
        }]
    }"#;
    serde_json::from_str(plan).expect("a plan")
}

fn ledger() -> RolloutId {
    "0193a5c0-0000-7000-8000-000000000001".parse().expect("a UUID")
}

fn view(seq: Seq, event: Event) -> RecordView {
    let actor = Actor::System { system: SystemActor::Demo };
    let time = Timestamp::from_millis(1_000 * seq as i64);
    let bytes = Record::new(ledger(), seq, time, actor, plan().digest(), event).bytes();
    let leaf = leaf_hash(&bytes);
    RecordView { rollout: ledger(), seq, bytes: String::from_utf8(bytes).expect("UTF-8"), leaf }
}

fn records() -> Vec<RecordView> {
    let attached = Event::Attached { environment: "production".into(), baselines: BTreeMap::new(), sample: true };
    let adopted = Event::Adopted { digest: plan().digest(), proof: None, words: Words::default() };
    vec![view(1, attached), view(2, adopted), view(3, Event::Noted { about: None, words: Words::default() })]
}

fn folded(records: &[RecordView]) -> Result<Fold, Disagreement> {
    let mut fold = Fold::new(plan());
    records.iter().try_for_each(|record| fold.take(record)).map(|()| fold)
}

fn state(fold: &Fold) -> Value {
    let bytes = fold.rollout.as_ref().expect("begun").canonical_bytes();
    serde_json::from_slice(&bytes).expect("JSON")
}

#[test]
fn the_same_records_are_the_same_state() {
    let fold = folded(&records()).expect("folds");
    let agreement = fold.compare(&state(&fold), 3).expect("agrees");
    assert_eq!((agreement.records, agreement.bytes), (3, canonical::bytes(&state(&fold)).len()));
}

#[test]
fn a_field_that_differs_or_is_unknown_is_named() {
    let fold = folded(&records()).expect("folds");
    let mut other = state(&fold);
    other["flags"]["grid"]["applied"] = "on".into();
    assert_eq!(fold.compare(&other, 3), Err(Disagreement::State { at: "/state/flags/grid/applied".into() }));
    let mut newer = state(&fold);
    newer["a/b"] = 1.into();
    assert_eq!(fold.compare(&newer, 3), Err(Disagreement::State { at: "/state/a~1b".into() }));
}

#[test]
fn a_changed_missing_or_foreign_record_is_found() {
    let mut changed = records();
    changed[1].bytes = changed[1].bytes.replace("adopted", "adapted");
    assert_eq!(folded(&changed).err(), Some(Disagreement::Leaf { seq: 2 }));

    let mut missing = records();
    missing.remove(1);
    assert_eq!(folded(&missing).err(), Some(Disagreement::Order { expected: 2, found: 3 }));

    let mut unknown = records();
    unknown[2].bytes = unknown[2].bytes.replace("noted", "mused");
    unknown[2].leaf = leaf_hash(unknown[2].bytes.as_bytes());
    assert!(matches!(folded(&unknown).err(), Some(Disagreement::Unreadable { seq: 3, .. })));

    let headless = &records()[1..];
    assert_eq!(folded(headless).err(), Some(Disagreement::Order { expected: 1, found: 2 }));
}

#[test]
fn a_ledger_that_ends_too_early_is_found() {
    let fold = folded(&records()[..2]).expect("folds");
    assert_eq!(fold.compare(&state(&fold), 3), Err(Disagreement::Short { have: 2, expected: 3 }));
}
