//! `kill -9`, again and again, in the middle of a burst: nothing acknowledged is lost, nothing is done twice, no raise is
//! applied after a lowering, and ledger and backend agree afterwards.

use super::{
    burst::{Chance, ROLES, Sent, burst},
    process::{Client, Gateway},
};
use rollout::{Event, FlagSlug, Record, Seq, record::leaf_hash};
use serde_json::json;
use std::{
    collections::BTreeMap,
    hash::{BuildHasher, RandomState},
    sync::atomic::AtomicU64,
    thread,
    time::Duration,
};

const KILLS: u64 = 50;

#[test]
fn whatever_moment_it_is_killed_at_nothing_acknowledged_is_lost() {
    let given = std::env::var("SIGNALBOX_SEED").ok().map(|seed| seed.parse().expect("a number"));
    let seed: u64 = given.unwrap_or_else(|| RandomState::new().hash_one("seed"));
    println!("seed: SIGNALBOX_SEED={seed}");
    let (mut chance, dir) = (Chance::new(seed), tempfile::tempdir().expect("a directory"));
    let mut gateway = Gateway::start(dir.path());
    let people: Vec<Client> = ROLES.iter().map(|role| Client::sign_in(&gateway.url, role)).collect();
    let (rollout, _) = people[0].rollout();
    open_first_gate(&people, &rollout);

    let (mut acknowledged, mut lost, mut raises) = (0, 0, 0);
    let mut before: Vec<(Seq, String)> = Vec::new();
    for round in 0..KILLS {
        let here: Vec<Client> = people.iter().map(|person| person.at(&gateway.url)).collect();
        let heard = AtomicU64::new(here[0].rollout().1);
        let sent: Vec<Sent> = thread::scope(|scope| {
            let all: Vec<_> = here
                .iter()
                .enumerate()
                .map(|(role, client)| {
                    let (seed, rollout, heard) = (chance.below(u64::MAX >> 1), &rollout, &heard);
                    scope.spawn(move || burst(client, rollout, role, round, seed, heard))
                })
                .collect();
            thread::sleep(Duration::from_millis(chance.below(160)));
            gateway.kill();
            all.into_iter().flat_map(|one| one.join().expect("no panic")).collect()
        });

        gateway = Gateway::start(dir.path());
        let here: Vec<Client> = people.iter().map(|person| person.at(&gateway.url)).collect();
        let ledger = ledger(&here[0], &rollout);
        assert!(ledger.starts_with(&before), "round {round}: what was stored before has changed");
        for one in &sent {
            let Some(answer) = &one.answer else { continue };
            let again = here[one.role].command(&rollout, &one.key, one.version, &one.command).expect("answers");
            if answer.status == 200 {
                acknowledged += 1;
                for record in answer.json()["records"].as_array().expect("records") {
                    let (seq, bytes) =
                        (record["seq"].as_u64().expect("a number"), record["bytes"].as_str().expect("bytes"));
                    assert_eq!(ledger[seq as usize - 1], (seq, bytes.to_owned()), "round {round}: {one:?}");
                }
                assert_eq!(again, *answer, "round {round}: the same key, another answer");
            }
        }
        // Those that got no answer were either done or not; asking again, twice, does them at most once.
        for one in sent.iter().filter(|one| one.answer.is_none()) {
            lost += 1;
            let ask = || here[one.role].command(&rollout, &one.key, one.version, &one.command).expect("answers");
            let (first, second) = (ask(), ask());
            if first.status == 200 {
                assert_eq!(first, second, "round {round}");
            }
        }
        settle(&here[0], &rollout);
        before = self::ledger(&here[0], &rollout);
        raises = no_raise_after_a_lowering(&before);
    }
    println!(
        "{KILLS} kills, {acknowledged} acknowledged commands, {lost} without answer, {} records, {raises} raises applied",
        before.len()
    );
    assert!(acknowledged > KILLS && lost > 0 && raises > 0, "the burst did not do what it is for");
}

pub fn open_first_gate(people: &[Client], rollout: &str) {
    let acts = [
        (1, json!({"type": "tick", "line": "s4-deployment"})),
        (0, json!({"type": "tick", "line": "s4-flag-infrastructure"})),
        (1, json!({"type": "tick", "line": "s4-dashboards"})),
        (2, json!({"type": "sign", "slot": "s4-initiation"})),
        (2, json!({"type": "decide", "gate": 1, "decision": "go", "reason": "ready"})),
    ];
    for (index, (role, command)) in acts.into_iter().enumerate() {
        let (_, version) = people[role].rollout();
        let answer = people[role].command(rollout, &format!("begin-{index}"), version, &command).expect("answers");
        assert_eq!(answer.status, 200, "{}", answer.body);
    }
}

/// Every record of the ledger, whole.
pub fn ledger(client: &Client, rollout: &str) -> Vec<(Seq, String)> {
    let mut all: Vec<(Seq, String)> = Vec::new();
    loop {
        let page = client.get(&format!("/api/rollouts/{rollout}/records?limit=500&after={}", all.len())).json();
        for record in page["records"].as_array().expect("records") {
            let (seq, bytes) = (record["seq"].as_u64().expect("a number"), record["bytes"].as_str().expect("bytes"));
            assert_eq!(seq as usize, all.len() + 1, "no gap");
            assert_eq!(record["leaf"], json!(leaf_hash(bytes.as_bytes())), "record {seq}");
            all.push((seq, bytes.to_owned()));
        }
        if all.len() as u64 == page["version"].as_u64().expect("a version") {
            return all;
        }
    }
}

/// Waits until nothing is on its way; then the backend must have what the ledger wants.
pub fn settle(client: &Client, rollout: &str) {
    for _ in 0..200 {
        let view = client.get(&format!("/api/rollouts/{rollout}")).json();
        let flags = view["state"]["flags"].as_object().expect("flags").clone();
        if flags.values().any(|flag| !flag["pending"].is_null()) {
            thread::sleep(Duration::from_millis(25));
            continue;
        }
        for flag in view["plan"]["flags"].as_array().expect("flags") {
            let state = &flags[flag["slug"].as_str().expect("a slug")];
            let path = format!("/ofrep/v1/evaluate/flags/{}", flag["key"].as_str().expect("a key"));
            let told = client.post(&path, &[], &json!({"context": {}})).expect("answers").json();
            if told["value"] != json!(state["wanted"] == "on") {
                let all = ledger(client, rollout);
                let last: Vec<&str> =
                    all[all.len().saturating_sub(12)..].iter().map(|(_, bytes)| bytes.as_str()).collect();
                panic!("the backend says {}, the ledger {state}, after\n{}", told["value"], last.join("\n"));
            }
            assert!(state["observed"].is_null(), "that is ours, not drift: {state}");
        }
        return;
    }
    panic!("delivery does not settle");
}

/// Reads the records alone: whatever is applied is what was wanted last. Gives how many raises were.
fn no_raise_after_a_lowering(ledger: &[(Seq, String)]) -> usize {
    let mut newest: BTreeMap<FlagSlug, (Seq, bool)> = BTreeMap::new();
    let mut raises = 0;
    for (seq, bytes) in ledger {
        let record = Record::parse(bytes.as_bytes()).expect("a record");
        match record.event {
            Event::Raised { flag, .. } => drop(newest.insert(flag, (*seq, true))),
            Event::Lowered { flag, .. } => drop(newest.insert(flag, (*seq, false))),
            Event::Applied { flag, want, .. } => {
                let (newest, raise) = newest[&flag];
                assert_eq!(want, newest, "record {seq} applies what is no longer wanted");
                raises += usize::from(raise);
            }
            _ => {}
        }
    }
    raises
}
