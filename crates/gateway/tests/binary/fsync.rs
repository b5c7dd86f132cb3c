//! An answer leaves after its records are on the disk. `kill -9` cannot show this, since the page cache survives it; the
//! system calls do.

use super::process::{Client, Gateway, SIGNALBOX};
use serde_json::json;
use std::process::Command;

#[test]
fn the_log_is_synced_before_the_answer_is_written() {
    if Command::new("strace").arg("-V").output().is_err() {
        println!("skipped: strace is not installed (`make test` installs it)");
        return;
    }
    let dir = tempfile::tempdir().expect("a directory");
    let trace = dir.path().join("trace");
    let mut strace = Command::new("strace");
    strace.args([
        "-f",
        "-y",
        "-s",
        "80",
        "-e",
        "trace=read,recvfrom,pwrite64,fsync,fdatasync,write,writev,sendto,sendmsg",
    ]);
    strace.arg("-o").arg(&trace).arg(SIGNALBOX);
    let mut gateway = Gateway::spawn(strace, &dir.path().join("data"));
    let engineer = Client::sign_in(&gateway.url, "engineer");
    let (rollout, version) = engineer.rollout();
    let answer = engineer.command(&rollout, "k1", version, &json!({"type": "note", "text": "x"})).expect("answers");
    assert_eq!(answer.status, 200, "{}", answer.body);
    // strace itself heeds no signal while its child runs; the lock file names the child.
    let pid = std::fs::read_to_string(dir.path().join("data/lock")).expect("names the gateway");
    assert!(Command::new("kill").args(["-TERM", pid.trim()]).status().expect("runs").success());
    gateway.child.wait().expect("ends");

    let trace = std::fs::read_to_string(trace).expect("was traced");
    let lines: Vec<&str> = trace.lines().collect();
    let find = |from: usize, what: &str, is: &dyn Fn(&str) -> bool| {
        let found = lines[from..].iter().position(|line| is(line));
        from + found.unwrap_or_else(|| panic!("no {what} after line {from} of\n{trace}"))
    };
    let asked = find(0, "request", &|line| line.contains("POST /api/rollouts/"));
    let written = find(asked, "write to the log", &|line| line.contains("pwrite64") && line.contains("-wal>"));
    let begun = find(written, "sync of the log", &|line| line.contains("sync(") && line.contains("-wal>"));
    let thread = lines[begun].split_whitespace().next().expect("a thread");
    let synced = if lines[begun].contains("unfinished") {
        find(begun, "end of the sync", &|line| line.starts_with(thread) && line.contains("sync resumed>"))
    } else {
        begun
    };
    assert!(lines[synced].trim_end().ends_with("= 0"), "{}", lines[synced]);
    let answered = find(asked, "answer", &|line| line.contains("HTTP/1.1 200"));
    assert!(synced < answered, "synced in line {synced}, answered in line {answered} of\n{trace}");
}
