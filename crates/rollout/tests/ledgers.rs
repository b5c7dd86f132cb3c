//! Ledgers as each release wrote them, kept in `fixtures/ledgers/<release>/`: they must fold to the same state for ever.
//!
//! A release keeps its own by `SIGNALBOX_KEEP_LEDGERS=1 cargo test -p rollout --test ledgers`: that walks the scenarios
//! and writes what is missing, never what is there.

#[path = "support/ledger.rs"]
mod ledger;
#[path = "support/script.rs"]
mod script;

use ledger::Ledger;
use rollout::{Digest, Event, Plan, Record, Rollout, canonical, evolve, record::leaf_hash};
use serde_json::{Value, json};
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

/// The sample plans, and the scenario that walks each whole; and what they do not use.
const WALKS: [(&str, &str); 6] = [
    ("s4", "s4-whole"),
    ("unified-workflow", "unified-workflow"),
    ("service-orders", "service-orders"),
    ("by-hand", "by-hand"),
    ("glass", "glass-review"),
    ("proof", "proof"),
];

fn tests() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests")
}

fn releases() -> Vec<PathBuf> {
    let folder = tests().join("fixtures/ledgers");
    let mut all: Vec<_> =
        fs::read_dir(folder).expect("the ledgers").map(|entry| entry.expect("a release").path()).collect();
    all.sort();
    all
}

/// The state, without the version of the rulebook that folded it: that may rise.
fn state(rollout: &Rollout) -> Value {
    let mut state: Value = serde_json::from_slice(&rollout.canonical_bytes()).expect("JSON");
    state.as_object_mut().and_then(|state| state.remove("rulebook")).expect("says which rulebook folded it");
    state
}

/// One hash of all the records' leaf hashes, in order.
fn leaves(records: &[impl AsRef<[u8]>]) -> Digest {
    let leaves: Vec<u8> = records.iter().flat_map(|bytes| leaf_hash(bytes.as_ref()).bytes().to_vec()).collect();
    Digest::of(&[&leaves])
}

fn keep(release: &Path, name: &str, scenario: &str) {
    let scenarios = tests().join("scenarios");
    let walked = script::run(&scenarios, &scenarios.join(format!("{scenario}.txt")));
    let Ledger { rollout, bytes, .. } = walked.expect("comes out as written").expect("does something");
    let kept = json!({ "leaves": leaves(&bytes), "state": state(&rollout) });
    let lines: Vec<u8> = bytes.iter().flat_map(|bytes| [bytes.as_slice(), b"\n"].concat()).collect();
    fs::create_dir_all(release).expect("the release's folder");
    let write = |kind: &str, bytes: Vec<u8>| fs::write(release.join(format!("{name}.{kind}")), bytes).expect("writes");
    write("jsonl", lines);
    write("plan.json", canonical::bytes(&**rollout.plan()));
    write("folded.json", canonical::bytes(&kept));
}

/// Reads one ledger back, and gives the kinds that stand in it.
fn check(release: &Path, name: &str) -> BTreeSet<String> {
    let at = format!("{} of {}", name, release.display());
    let read = |kind: &str| fs::read(release.join(format!("{name}.{kind}"))).unwrap_or_else(|e| panic!("{at}: {e}"));
    let plan_bytes = read("plan.json");
    let plan: Plan = serde_json::from_slice(&plan_bytes).unwrap_or_else(|e| panic!("{at}: the plan is none: {e}"));
    assert_eq!(canonical::bytes(&plan), plan_bytes, "{at}: the plan's canonical form is another, so its digest is");
    let lines = read("jsonl");
    let lines: Vec<&[u8]> = lines.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).collect();
    let parse = |line: &&[u8]| Record::parse(line).unwrap_or_else(|e| panic!("{at}: {e}"));
    let records: Vec<Record> = lines.iter().map(parse).collect();
    let mut rollout = Rollout::begin(&records[0], Arc::new(plan)).unwrap_or_else(|e| panic!("{at}: {e}"));
    for (record, line) in records.iter().zip(&lines) {
        assert_eq!(record.bytes(), *line, "{at}: record {} is written otherwise now", record.seq);
        evolve(&mut rollout, record);
        assert_eq!(rollout.version, record.seq, "{at}: record {} does not follow", record.seq);
    }
    let kept: Value = serde_json::from_slice(&read("folded.json")).expect("JSON");
    assert_eq!(kept["leaves"], json!(leaves(&lines)), "{at}: its records hash to something else now");
    let (then, now) = (&kept["state"], state(&rollout));
    let differ = then.as_object().expect("a state").keys().chain(now.as_object().expect("a state").keys());
    let differ: BTreeSet<_> = differ.filter(|key| then[key.as_str()] != now[key.as_str()]).collect();
    assert!(
        differ.is_empty(),
        "{at} folds to another state now: {differ:?} differ. If a kind means something else now, undo that: a new \
         meaning is a new kind or a new `v`. If the state says more than it did, from the same records, raise \
         RULEBOOK_VERSION, and write what it says more into {name}.folded.json by hand, in a commit that says why.\n\
         then: {then}\nnow: {now}"
    );
    let kind = |line: &&[u8]| serde_json::from_slice::<Value>(line).expect("JSON")["kind"].as_str().map(str::to_owned);
    lines.iter().map(|line| kind(line).expect("a kind")).collect()
}

#[test]
fn ledgers_of_every_release_fold_as_they_did() {
    let this = tests().join("fixtures/ledgers").join(env!("CARGO_PKG_VERSION"));
    let has = |release: &Path, name: &str| release.join(format!("{name}.jsonl")).exists();
    if std::env::var_os("SIGNALBOX_KEEP_LEDGERS").is_some() {
        WALKS.iter().filter(|(name, _)| !has(&this, name)).for_each(|(name, scenario)| keep(&this, name, scenario));
    }
    assert!(
        WALKS.iter().all(|(name, _)| has(&this, name)),
        "this release does not keep all its ledgers yet: SIGNALBOX_KEEP_LEDGERS=1 cargo test -p rollout --test ledgers"
    );
    for release in releases() {
        let kept = WALKS.iter().filter(|(name, _)| has(&release, name));
        let kinds: BTreeSet<String> = kept.flat_map(|(name, _)| check(&release, name)).collect();
        if release == this {
            let every = Event::KINDS.map(str::to_owned).into();
            assert_eq!(kinds, every, "each kind is in one of this release's ledgers");
        }
    }
}
