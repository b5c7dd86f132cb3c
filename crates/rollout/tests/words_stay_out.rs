//! What people write stays out of the records: they hold salted hashes, and a side table holds the words.

#[path = "support/ledger.rs"]
mod ledger;

use ledger::Ledger;
use rollout::{Command, Decision, Plan, Role};
use serde_json::json;
use std::{collections::BTreeMap, sync::Arc};

const REASON: &str = "Maria from ward 7 asked for it";

/// A plan with everything that can be said something with.
fn plan() -> Arc<Plan> {
    let glass = "break_glass: { roles: [product-owner], reviewers: [legal] }\nflags:";
    ledger::plan(&include_str!("scenarios/plans/ramp.yaml").replacen("flags:", glass, 1))
}

fn commands() -> Vec<(Role, Command)> {
    let evidence = json!([{ "title": "Minutes with Maria", "url": "https://example.org/maria" }]);
    let digest = plan().digest();
    let po = Role::ProductOwner;
    let list = [
        (po, json!({ "type": "adopt", "plan": digest, "reason": REASON })),
        (
            Role::Legal,
            json!({ "type": "sign", "slot": "advice", "reason": REASON, "conditions": "Maria agrees", "evidence": evidence }),
        ),
        (po, json!({ "type": "break-glass", "flag": "ramp", "to": "on", "reason": REASON, "confirm": "FEATURE_RAMP" })),
        (Role::Legal, json!({ "type": "review", "glass": 4, "reason": REASON, "evidence": evidence })),
        (Role::Legal, json!({ "type": "object", "slot": "advice", "reason": REASON, "evidence": evidence })),
        (Role::Legal, json!({ "type": "withdraw", "slot": "advice", "reason": REASON })),
        (
            po,
            json!({ "type": "decide", "gate": 1, "decision": "hold", "reason": REASON, "conditions": "Maria agrees", "evidence": evidence }),
        ),
        (po, json!({ "type": "release", "gate": 1, "reason": REASON })),
        (po, json!({ "type": "lower", "flag": "ramp", "to": "off", "reason": REASON })),
        (po, json!({ "type": "rollback", "scope": { "of": "everything" }, "reason": REASON })),
        (po, json!({ "type": "skip", "phase": "migration", "reason": REASON })),
        (po, json!({ "type": "unskip", "phase": "migration", "reason": REASON })),
        (po, json!({ "type": "incident", "reason": REASON, "evidence": evidence })),
        (po, json!({ "type": "note", "text": REASON, "about": 1, "evidence": evidence })),
    ];
    list.map(|(role, json)| (role, serde_json::from_value(json).expect("a command"))).into()
}

#[test]
fn a_record_holds_the_hash_of_every_text_and_no_word_of_it() {
    let mut ledger = Ledger::begin(plan(), BTreeMap::new());
    let mut number = 0_u8;
    for (role, mut command) in commands() {
        command.salt(|| {
            number += 1;
            [number; 32]
        });
        ledger.act(ledger::person(role, 0), &command).expect("allowed");
        let record = String::from_utf8(ledger.bytes.last().expect("a record").clone()).expect("UTF-8");
        assert!(!record.contains("Maria") && !record.contains("example.org"), "{record}");
        let spoken = command.spoken();
        assert!(!spoken.is_empty() && spoken.iter().all(|row| row.words.contains("Maria")), "{spoken:?}");
        for row in &spoken {
            assert!(record.contains(&row.hash.to_string()), "{record} lacks {row:?}");
        }
    }
    assert!(number >= 17, "every text has a salt of its own, {number} were asked for");
}

#[test]
fn every_salt_is_used_once() {
    let (_, mut command) = commands().remove(1);
    let mut number = 0_u8;
    command.salt(|| {
        number += 1;
        [number; 32]
    });
    let salts: std::collections::BTreeSet<_> = command.spoken().into_iter().map(|row| row.salt).collect();
    assert_eq!((salts.len(), number), (3, 3));
}

#[test]
fn what_makes_things_safer_waits_for_no_news() {
    let free = |json| serde_json::from_value::<Command>(json).expect("a command").needs_no_version();
    let decide = |decision: &str| json!({ "type": "decide", "gate": 1, "decision": decision, "reason": "so" });
    assert!(free(decide("no-go")) && free(decide("hold")) && !free(decide("go")));
    assert!(free(json!({ "type": "lower", "flag": "ramp", "to": "off" })));
    assert!(free(json!({ "type": "rollback", "scope": { "of": "phase", "phase": "trial" } })));
    assert!(free(json!({ "type": "unattest", "step": "migrate" })));
    assert!(free(json!({ "type": "object", "slot": "advice", "reason": "so" })));
    assert!(free(json!({ "type": "withdraw", "slot": "advice" })));
    assert!(free(json!({ "type": "incident", "reason": "so" })));
    let glass = json!({ "type": "break-glass", "flag": "ramp", "to": "on", "reason": "so", "confirm": "FEATURE_RAMP" });
    assert!(free(glass), "an emergency is lost to no race");
    assert!(free(json!({ "type": "review", "glass": 7, "reason": "so" })));
    assert!(!free(json!({ "type": "raise", "step": "ramp-10", "confirm": "FEATURE_RAMP" })));
    assert!(!free(json!({ "type": "tick", "line": "ramp-quiet" })));
    assert!(!free(json!({ "type": "release", "gate": 1, "reason": "so" })));
    let go = Command::Decide {
        gate: 1,
        decision: Decision::Go,
        reason: rollout::Text::new("so").expect("a text"),
        conditions: None,
        evidence: vec![],
    };
    assert_eq!(serde_json::from_value::<Command>(decide("go")).expect("a command"), go);
}

#[test]
fn a_command_with_an_unknown_field_or_an_empty_reason_is_none() {
    let bad = |json| serde_json::from_value::<Command>(json).is_err();
    assert!(bad(json!({ "type": "raise", "step": "ramp-10", "confirm": "FEATURE_RAMP", "force": true })));
    assert!(bad(json!({ "type": "incident", "reason": "  " })));
    assert!(bad(json!({ "type": "lower", "flag": "ramp", "to": "101" })));
    assert!(bad(json!({ "type": "rollback", "scope": { "of": "everything", "phase": "trial" } })));
    assert!(bad(json!({ "type": "break-glass", "flag": "ramp", "to": "on", "confirm": "FEATURE_RAMP" })), "no reason");
    assert!(bad(json!({ "type": "break-glass", "flag": "ramp", "to": "on", "reason": "", "confirm": "FEATURE_RAMP" })));
    assert!(bad(json!({ "type": "review", "glass": 7 })));
    assert!(bad(json!({ "type": "explode" })));
}
