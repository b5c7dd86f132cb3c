//! Told to stop while everybody is at work: each request gets its whole answer or none, and what got none was not done.

use super::{
    burst::ROLES,
    crash::{ledger, open_first_gate},
    process::{Client, Gateway},
};
use serde_json::{Value, json};
use std::{
    collections::BTreeSet,
    process::Command,
    sync::atomic::{AtomicBool, AtomicU64, Ordering::SeqCst},
    thread,
    time::Duration,
};

/// The status and the body of an answer that is whole.
fn whole(answer: &[u8]) -> (u16, Value) {
    let text = std::str::from_utf8(answer).expect("UTF-8");
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or_else(|| panic!("cut in its head: {text:?}"));
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).expect("a length");
    assert_eq!(length.parse(), Ok(body.len()), "cut in its body: {text:?}");
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
    (status, serde_json::from_str(body).expect("JSON"))
}

/// Notes until nobody answers any more. Gives the numbers of the records that were acknowledged.
fn notes(client: &Client, rollout: &str, name: &str, heard: &AtomicU64, told: &AtomicBool) -> BTreeSet<u64> {
    let mut acknowledged = BTreeSet::new();
    for number in 0.. {
        let command = json!({"type": "note", "text": format!("{name} {number}")});
        match client.raw_command(rollout, &format!("{name}-{number}"), heard.load(SeqCst), &command) {
            Ok(answer) if answer.is_empty() => assert!(told.load(SeqCst), "no answer before it was told to stop"),
            Ok(answer) => {
                let (status, body) = whole(&answer);
                assert!(matches!(status, 200 | 412), "{status} {body}");
                heard.fetch_max(body["version"].as_u64().expect("a version"), SeqCst);
                let records = body["records"].as_array().into_iter().flatten();
                acknowledged.extend(records.map(|record| record["seq"].as_u64().expect("a number")));
            }
            Err(error) => {
                assert!(told.load(SeqCst), "{error} before it was told to stop");
                return acknowledged;
            }
        }
    }
    acknowledged
}

#[test]
fn told_to_stop_in_a_burst_it_gives_whole_answers_or_none_and_loses_nothing() {
    let dir = tempfile::tempdir().expect("a directory");
    let mut gateway = Gateway::start(dir.path());
    let people: Vec<Client> = ROLES.iter().map(|role| Client::sign_in(&gateway.url, role)).collect();
    let (rollout, _) = people[0].rollout();
    open_first_gate(&people, &rollout);
    let (_, before) = people[0].rollout();
    let (heard, told) = (AtomicU64::new(before), AtomicBool::new(false));
    let acknowledged: BTreeSet<u64> = thread::scope(|scope| {
        let streams: Vec<_> = people.iter().map(|person| scope.spawn(move || person.get("/api/live"))).collect();
        let all: Vec<_> = people
            .iter()
            .zip(ROLES)
            .map(|(client, role)| {
                let (rollout, heard, told) = (&rollout, &heard, &told);
                scope.spawn(move || notes(client, rollout, role, heard, told))
            })
            .collect();
        // In full swing, however slow the machine is.
        for _ in 0..100 {
            thread::sleep(Duration::from_millis(100));
            if heard.load(SeqCst) > before + 20 {
                break;
            }
        }
        told.store(true, SeqCst);
        let pid = gateway.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().expect("runs").success());
        let ended = (0..100).find_map(|_| {
            thread::sleep(Duration::from_millis(100));
            gateway.child.try_wait().expect("can be asked")
        });
        assert!(ended.expect("ends within ten seconds").success());
        for stream in streams {
            assert!(stream.join().expect("ends whole").body.contains("event: record"));
        }
        all.into_iter().flat_map(|one| one.join().expect("no panic")).collect()
    });
    assert!(!dir.path().join("signalbox.db-wal").exists(), "the log is brought into the database");
    let gateway = Gateway::start(dir.path());
    let stored = ledger(&people[0].at(&gateway.url), &rollout);
    let stored: BTreeSet<u64> = stored.into_iter().map(|(seq, _)| seq).filter(|seq| *seq > before).collect();
    assert!(acknowledged.len() > 10, "the burst did not do what it is for: {}", acknowledged.len());
    assert_eq!(stored, acknowledged, "left: in the ledger; right: acknowledged");
}
