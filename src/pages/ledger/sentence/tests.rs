use super::*;
use rollout::Record;
use std::collections::BTreeSet;

const PLAN: &str = r#"{
    "schema": "signalbox-plan/1", "slug": "p", "name": "P", "summary": "S",
    "flags": [{ "slug": "grid", "key": "GRID", "name": "The grid", "purpose": "x", "code_default": "off", "initial": "off" }],
    "phases": [{
        "slug": "first", "name": "First phase", "summary": "x", "risk": "low",
        "prerequisites": [
            { "task": { "slug": "ready", "text": "It is ready", "by": "engineer" } },
            { "sign-off": { "slug": "law", "text": "It is lawful", "role": "legal", "meaning": "reviewed" } }
        ],
        "steps": [{ "slug": "on", "text": "Switch it on", "do": { "exposure": { "flag": "grid", "to": "on" } } }],
        "rollback": { "text": "Switch it off" }
    }]
}"#;

const DIGEST: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

/// Kind, body, and what a person reads.
const SENTENCES: [(&str, &str, &str); 37] = [
    (
        "attached",
        r#"{"environment":"production","baselines":{},"sample":false}"#,
        "The plan was attached in production",
    ),
    (
        "attached",
        r#"{"environment":"staging","baselines":{},"sample":true}"#,
        "The plan was attached in staging, as a sample",
    ),
    ("adopted", r#"{"digest":DIGEST,"words":WORDS}"#, "The plan was adopted and took force"),
    ("ticked", r#"{"line":"ready","words":WORDS}"#, "Ticked: It is ready"),
    ("ticked", r#"{"line":"gone-by-now","words":WORDS}"#, "Ticked: gone-by-now"),
    ("unticked", r#"{"line":"ready","words":WORDS}"#, "Opened again: It is ready"),
    ("waived", r#"{"line":"ready","words":WORDS}"#, "Waived: It is ready"),
    (
        "signed",
        r#"{"slot":"law","meaning":"reviewed","scope_digest":DIGEST,"words":WORDS}"#,
        "Signed as reviewed: It is lawful",
    ),
    ("objected", r#"{"slot":"law","words":WORDS}"#, "Objected to: It is lawful"),
    ("withdrawn", r#"{"slot":"law","words":WORDS}"#, "Withdrew their signature or objection: It is lawful"),
    ("decided", r#"{"gate":1,"decision":"go","words":WORDS}"#, "Gate 1: go"),
    ("decided", r#"{"gate":2,"decision":"no-go","words":WORDS}"#, "Gate 2: no-go"),
    ("decided", r#"{"gate":2,"decision":"hold","words":WORDS}"#, "Gate 2: hold"),
    ("released", r#"{"gate":2,"words":WORDS}"#, "Gate 2: hold released"),
    ("raised", r#"{"flag":"grid","step":"on","from":"off","to":"on"}"#, "The grid: off → on asked for"),
    (
        "glass-broken",
        r#"{"flag":"grid","from":"off","to":"on","until":"2026-03-02T09:00:00.000Z","words":WORDS}"#,
        "The grid: the glass was broken, off → on asked for past the blockers",
    ),
    (
        "glass-expired",
        r#"{"flag":"grid","glass":9,"from":"on","to":"off"}"#,
        "The grid: on → off, back by itself; nobody reviewed the glass of record 9",
    ),
    ("glass-reviewed", r#"{"flag":"grid","glass":9,"words":WORDS}"#, "The grid: the glass of record 9 was reviewed"),
    (
        "lowered",
        r#"{"flag":"grid","from":"on","to":"off","undone":{"gates":[1,2,3],"steps":[],"lines":[]},"words":WORDS}"#,
        "The grid: on → off asked for; ends the go at gates 1, 2 and 3",
    ),
    (
        "lowered",
        r#"{"flag":"grid","from":"on","to":"12.5","undone":UNDONE,"words":WORDS}"#,
        "The grid: on → 12.5 % asked for",
    ),
    (
        "put-back",
        r#"{"flag":"grid","from":"off","to":"on"}"#,
        "The grid: off → on asked for, back to what the ledger says",
    ),
    ("attested", r#"{"step":"on","words":WORDS}"#, "Attested as done: Switch it on"),
    (
        "unattested",
        r#"{"step":"on","undone":{"gates":[2],"steps":[],"lines":[]},"words":WORDS}"#,
        "Attestation taken back: Switch it on; ends the go at gate 2",
    ),
    (
        "accepted",
        r#"{"flag":"grid","exposure":"on","undone":UNDONE,"words":WORDS}"#,
        "The grid: on, as the backend has it, was accepted",
    ),
    ("skipped", r#"{"phase":"first","words":WORDS}"#, "Phase skipped: First phase"),
    ("unskipped", r#"{"phase":"first","words":WORDS}"#, "Phase taken back in: First phase"),
    ("incident-opened", r#"{"words":WORDS}"#, "Incident opened"),
    ("incident-resolved", r#"{"incident":12,"words":WORDS}"#, "Incident 12 resolved"),
    ("noted", r#"{"about":null,"words":WORDS}"#, "Note"),
    ("noted", r#"{"about":7,"words":WORDS}"#, "Note on record 7"),
    ("applied", r#"{"flag":"grid","exposure":"on","want":3}"#, "The grid: on, applied and read back from the backend"),
    (
        "moved-by-hand",
        r#"{"flag":"grid","exposure":"on","want":3,"to_verify":false,"words":WORDS}"#,
        "The grid: set to on by hand",
    ),
    (
        "moved-by-hand",
        r#"{"flag":"grid","exposure":"on","want":3,"to_verify":true,"words":WORDS}"#,
        "The grid: said to be set to on by hand; it is being verified",
    ),
    (
        "failed",
        r#"{"flag":"grid","want":3,"cause":"unreachable"}"#,
        "The grid: not delivered yet, the backend does not answer",
    ),
    (
        "cancelled",
        r#"{"flag":"grid","want":3,"back_to":"off","cause":"no-longer-clear"}"#,
        "The grid: raise cancelled, it was no longer clear; it stays off",
    ),
    (
        "observed",
        r#"{"flag":"grid","exposure":"on"}"#,
        "The grid: the backend has on, which this ledger did not ask for",
    ),
    ("clock-moved", r#"{"by_ms":172800000}"#, "The demo's clock was moved ahead by 48 h"),
];

#[test]
fn every_kind_has_its_sentence() {
    let plan: Plan = serde_json::from_str(PLAN).expect("a plan");
    for (kind, body, expected) in SENTENCES {
        let body = body
            .replace("DIGEST", &format!("\"{DIGEST}\""))
            .replace("WORDS", r#"{"reason":null,"conditions":null,"evidence":[]}"#)
            .replace("UNDONE", r#"{"gates":[],"steps":[],"lines":[]}"#);
        let id = "01890000-0000-7000-8000-000000000000";
        let record = format!(
            r#"{{"v":1,"ledger":"{id}","seq":1,"time":"2026-01-01T00:00:00.000Z","actor":{{"system":"demo"}},"plan_digest":"{DIGEST}","kind":"{kind}","body":{body}}}"#
        );
        let record = Record::parse(record.as_bytes()).expect(kind);
        assert_eq!(sentence(&record.event, &plan), expected);
    }
    let told: BTreeSet<&str> = SENTENCES.iter().map(|(kind, ..)| *kind).collect();
    assert_eq!(told, BTreeSet::from(Event::KINDS));
}
