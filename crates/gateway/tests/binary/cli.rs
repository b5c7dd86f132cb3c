//! What the program says on its command line, and how it stops.

use super::process::{Client, Gateway, SIGNALBOX};
use std::{
    ffi::OsStr,
    io::Read,
    net::TcpListener,
    os::unix::ffi::OsStrExt,
    path::Path,
    process::{Command, Output},
    time::Duration,
};

fn run(arguments: &[&str]) -> (bool, String) {
    let Output { status, stdout, stderr } = Command::new(SIGNALBOX).args(arguments).output().expect("runs");
    (status.success(), String::from_utf8_lossy(&[stdout, stderr].concat()).into_owned())
}

#[test]
fn a_plan_is_checked() {
    let s4 = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../plans/s4.yaml");
    let (good, said) = run(&["plan", "check", s4.to_str().expect("UTF-8")]);
    assert!(good && said.contains("digest") && said.contains("FEATURE_CSF_ENABLED"), "{said}");
    let dir = tempfile::tempdir().expect("a directory");
    let bad = dir.path().join("bad.yaml");
    std::fs::write(&bad, "schema: signalbox-plan/1\nslug: x\nnme: x\n").expect("writes");
    let (good, said) = run(&["plan", "check", bad.to_str().expect("UTF-8")]);
    assert!(!good && said.contains("bad.yaml:3:") && said.contains("nme"), "{said}");
}

#[test]
fn it_says_why_it_does_not_start_and_what_to_do() {
    let dir = tempfile::tempdir().expect("a directory");
    let data = dir.path().join("data");
    let serve = |more: &[&str]| {
        let all = [&["serve", "--data", data.to_str().expect("UTF-8")], more].concat();
        let (good, said) = run(&all);
        assert!(!good, "{said}");
        said
    };
    assert!(serve(&["--listen", "0.0.0.0:0"]).contains("`public_url`"));
    assert!(serve(&["--demo", "--listen", "0.0.0.0:0"]).contains("127.0.0.1"));
    let taken = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = taken.local_addr().expect("an address").port();
    let said = serve(&["--demo", "--listen", &format!("127.0.0.1:{port}")]);
    assert!(said.contains(&format!("port {port} is in use")) && said.contains("--listen"), "{said}");

    let said = serve(&["--demo", "--listen", "127.0.0.1:0", "--ops", &format!("127.0.0.1:{port}")]);
    assert!(said.contains(&format!("port {port} is in use")) && said.contains("--ops"), "{said}");
    assert!(serve(&["--demo", "--ops", "0.0.0.0:8701"]).contains("without signing in"));

    let gateway = Gateway::start(&data);
    let said = serve(&["--demo", "--listen", "127.0.0.1:0"]);
    assert!(said.contains(&format!("process id {}", gateway.child.id())) && said.contains("--data"), "{said}");
}

#[test]
fn a_secret_that_cannot_be_read_is_not_taken_for_none() {
    let dir = tempfile::tempdir().expect("a directory");
    let mut serve = Command::new(SIGNALBOX);
    serve.args(["serve", "--listen", "127.0.0.1:0", "--ops", "off", "--data"]).arg(dir.path().join("data"));
    let ended = serve.env("SIGNALBOX_OFREP_KEY", OsStr::from_bytes(b"\xffsecret")).output().expect("runs");
    let said = String::from_utf8_lossy(&ended.stderr);
    assert!(!ended.status.success() && said.contains("SIGNALBOX_OFREP_KEY is no text"), "{said}");
    assert!(!said.contains("\u{fffd}secret"), "{said}");
}

#[test]
fn told_to_stop_it_ends_its_streams_and_leaves_no_logs_of_the_databases() {
    let dir = tempfile::tempdir().expect("a directory");
    let mut gateway = Gateway::start(dir.path());
    let viewer = Client::sign_in(&gateway.url, "viewer");
    let stream = std::thread::spawn(move || viewer.get("/api/live"));
    std::thread::sleep(Duration::from_millis(300));
    let pid = gateway.child.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &pid]).status().expect("runs").success());
    let status = gateway.child.wait().expect("ends");
    assert!(status.success(), "{status}");
    assert!(stream.join().expect("no panic").body.contains("event: beat"));
    let mut files: Vec<_> =
        std::fs::read_dir(dir.path()).expect("reads").map(|f| f.expect("a file").file_name()).collect();
    files.sort();
    assert_eq!(files, ["flags.db", "lock", "signalbox.db"], "the logs are brought into the databases");
    let mut head = [0; 15];
    std::fs::File::open(dir.path().join("signalbox.db")).expect("opens").read_exact(&mut head).expect("reads");
    assert_eq!(&head, b"SQLite format 3");
}
