//! A backup taken in the middle of a burst, and a gateway that goes on from it.

use super::{
    burst::{ROLES, burst},
    crash::{ledger, open_first_gate, settle},
    process::{Client, Gateway, SIGNALBOX},
};
use serde_json::Value;
use std::{
    path::Path,
    process::{Command, Output},
    sync::atomic::AtomicU64,
    thread,
    time::Duration,
};

fn signalbox(arguments: &[&str], paths: &[&Path]) -> String {
    let Output { status, stdout, stderr } = Command::new(SIGNALBOX).args(arguments).args(paths).output().expect("runs");
    let said = String::from_utf8_lossy(&[stdout, stderr].concat()).into_owned();
    assert!(status.success(), "{arguments:?}: {said}");
    said
}

#[test]
fn a_backup_taken_in_a_burst_goes_on_where_its_ledgers_end() {
    let dir = tempfile::tempdir().expect("a directory");
    let [data, backup, restored] = ["data", "backup", "restored"].map(|name| dir.path().join(name));
    let mut gateway = Gateway::start(&data);
    let people: Vec<Client> = ROLES.iter().map(|role| Client::sign_in(&gateway.url, role)).collect();
    let (rollout, _) = people[0].rollout();
    open_first_gate(&people, &rollout);
    let heard = AtomicU64::new(people[0].rollout().1);
    let original = thread::scope(|scope| {
        for (role, client) in people.iter().enumerate() {
            let (rollout, heard) = (&rollout, &heard);
            scope.spawn(move || burst(client, rollout, role, 0, 7 + role as u64, heard));
        }
        thread::sleep(Duration::from_millis(400));
        signalbox(&["backup", "--data"], &[&data, &backup]);
        thread::sleep(Duration::from_millis(100));
        let original = ledger(&people[0], &rollout);
        gateway.kill();
        original
    });
    let manifest = std::fs::read(backup.join("manifest.json")).expect("a manifest");
    let manifest: Value = serde_json::from_slice(&manifest).expect("JSON");
    let end = manifest["ledgers"][&rollout]["version"].as_u64().expect("a version") as usize;
    assert!((10..original.len()).contains(&end), "taken in the middle: {end} of {}", original.len());

    signalbox(&["restore", "--data"], &[&restored, &backup]);
    let checked = signalbox(&["ledger", "check", "--data"], &[&restored]);
    assert!(checked.contains(&format!("{rollout}  {end} records")), "{checked}");
    let gateway = Gateway::start(&restored);
    let before = people[0].at(&gateway.url).get("/api/session").json();
    assert_eq!(before["signed_in"], Value::Null, "nobody is signed in: {before}");
    let viewer = Client::sign_in(&gateway.url, "viewer");
    settle(&viewer, &rollout);
    assert_eq!(ledger(&viewer, &rollout)[..end], original[..end], "byte for byte");
}
