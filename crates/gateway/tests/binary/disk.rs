//! A disk that is full: nothing acknowledged is lost, lowering goes on, and when there is room again all is recorded.

use super::{
    burst::ROLES,
    crash::{ledger, open_first_gate, settle},
    process::{Answer, Client, Gateway, SIGNALBOX},
};
use serde_json::{Value, json};
use std::{
    fs::{self, File},
    io::Write,
    path::{Path, PathBuf},
    process::Command,
    thread,
    time::Duration,
};

/// A gateway on a small disk of its own, in memory: a mount that nobody else sees and that goes with it.
fn on_a_small_disk(data: &Path) -> (Gateway, PathBuf) {
    fs::create_dir(data).expect("makes a directory");
    let probe = Command::new("unshare").args(["-rm", "true"]).output().expect("unshare is there (util-linux)");
    assert!(
        probe.status.success(),
        "this kernel lets nobody mount in a namespace of one's own: allow it by `sysctl kernel.unprivileged_userns_clone=1` \
         or `sysctl kernel.apparmor_restrict_unprivileged_userns=0`, or run the tests as root: {}",
        String::from_utf8_lossy(&probe.stderr)
    );
    let mut command = Command::new("unshare");
    command.args(["-rm", "sh", "-c", "mount -t tmpfs -o size=8m tmpfs \"$0\" && exec \"$@\""]).arg(data).arg(SIGNALBOX);
    let gateway = Gateway::spawn(command, data);
    let seen = PathBuf::from(format!("/proc/{}/root{}", gateway.child.id(), data.display()));
    (gateway, seen)
}

/// Takes what room there is left.
fn fill(file: &Path) {
    let mut file = File::create(file).expect("makes a file");
    for chunk in [1 << 16, 1 << 12, 1] {
        while file.write_all(&vec![0; chunk]).is_ok() {}
    }
}

struct People(Vec<Client>, String);

impl People {
    fn ask(&self, role: usize, key: &str, command: &Value) -> Answer {
        let (_, version) = self.0[role].rollout();
        self.0[role].command(&self.1, key, version, command).expect("the gateway stays up")
    }

    fn is_on(&self) -> bool {
        let asked = self.0[0].post("/ofrep/v1/evaluate/flags/FEATURE_CSF_ENABLED", &[], &json!({"context": {}}));
        asked.expect("answers").json()["value"] == json!(true)
    }
}

#[test]
fn on_a_full_disk_lowering_goes_on_and_all_is_recorded_when_there_is_room() {
    let dir = tempfile::tempdir().expect("a directory");
    let (gateway, disk) = on_a_small_disk(&dir.path().join("data"));
    let clients: Vec<Client> = ROLES.iter().map(|role| Client::sign_in(&gateway.url, role)).collect();
    let (rollout, _) = clients[0].rollout();
    open_first_gate(&clients, &rollout);
    let people = People(clients, rollout);
    let raise = json!({"type": "raise", "step": "csf-on", "confirm": "FEATURE_CSF_ENABLED"});
    assert_eq!(people.ask(0, "raise", &raise).status, 200);
    settle(&people.0[0], &people.1);
    assert!(people.is_on());

    fill(&disk.join("filler"));
    let mut acknowledged = Vec::new();
    let refused = (0..3_000).find_map(|number| {
        let act = if number % 2 == 0 { "untick" } else { "tick" };
        let answer = people.ask(1, &format!("act-{number}"), &json!({"type": act, "line": "s4-dashboards"}));
        if answer.status == 200 {
            acknowledged.extend(answer.json()["records"].as_array().expect("records").clone());
        }
        (answer.status != 200).then_some(answer)
    });
    let refused = refused.expect("the disk is full some time");
    assert_eq!((refused.status, &refused.json()["type"]), (507, &json!("/problems/disk-full")), "{}", refused.body);
    assert!(refused.body.contains("Make room"), "{}", refused.body);

    // A little may still fit; what does not is carried out all the same, again and again.
    let lower = json!({"type": "lower", "flag": "csf-grid", "to": "off"});
    let lowered: Vec<Answer> = (0..40).map(|number| people.ask(1, &format!("lower-{number}"), &lower)).collect();
    assert!(lowered.iter().all(|answer| matches!(answer.status, 200 | 202)), "{lowered:?}");
    let last = lowered.last().expect("one").json();
    assert_eq!(last["lowered"][0]["failure"], Value::Null, "{last}");
    assert!(!people.is_on(), "it is down");
    let raised = people.ask(0, "raise-again", &raise);
    assert_eq!(raised.status, 507, "{}", raised.body);
    assert_eq!(people.0[0].get("/healthz").status, 200);
    assert_eq!(people.0[0].get("/readyz").status, 507);

    fs::remove_file(disk.join("filler")).expect("makes room");
    let kinds = |wanted: &str| {
        let all = ledger(&people.0[0], &people.1).into_iter();
        all.filter(|(_, bytes)| bytes.contains(&format!("\"kind\":\"{wanted}\""))).count()
    };
    let recorded = (0..100).any(|_| {
        thread::sleep(Duration::from_millis(100));
        kinds("lowered") == lowered.len()
    });
    assert!(recorded, "{} of {} lowerings are recorded", kinds("lowered"), lowered.len());
    settle(&people.0[0], &people.1);
    let stored = ledger(&people.0[0], &people.1);
    for record in acknowledged {
        let seq = record["seq"].as_u64().expect("a number");
        assert_eq!(json!(stored[seq as usize - 1].1), record["bytes"], "record {seq} was acknowledged");
    }
    assert_eq!(people.ask(2, "note", &json!({"type": "note", "text": "There is room again"})).status, 200);
    assert_eq!(people.0[0].get("/readyz").status, 200);
}
