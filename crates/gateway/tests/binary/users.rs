//! A gateway of one's own: set up, people added and let go beside it, and nothing secret in its log.

use super::process::{Client, Gateway, SIGNALBOX};
use serde_json::json;
use std::{
    io::Write,
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

pub const PASSWORD: &str = "correct horse battery";
const OTHER: &str = "another horse battery";

/// `signalbox user …`, with this on its standard input.
fn user(data: &Path, arguments: &[&str], input: &str) -> (bool, String) {
    let mut command = Command::new(SIGNALBOX);
    command.arg("user").args(arguments).arg("--data").arg(data).stdin(Stdio::piped());
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("runs");
    // One that refuses before it reads has closed its end.
    drop(child.stdin.take().expect("is piped").write_all(input.as_bytes()));
    let output = child.wait_with_output().expect("ends");
    (output.status.success(), String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned())
}

pub fn good(data: &Path, arguments: &[&str], input: &str) -> String {
    let (good, said) = user(data, arguments, input);
    assert!(good, "{arguments:?}: {said}");
    said
}

pub fn sign_in(gateway: &Gateway, login: &str, password: &str) -> (Client, u16) {
    let (client, answer) =
        Client::come_in(&gateway.url, "/api/session", &json!({"login": login, "password": password}));
    (client, answer.status)
}

/// Within a second or so.
#[expect(clippy::disallowed_methods, reason = "another process is waited for")]
fn soon(is_so: impl Fn() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < Duration::from_secs(5), "it is not so after seconds");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn the_first_start_shows_a_code_and_people_are_changed_beside_the_gateway() {
    let dir = tempfile::tempdir().expect("a directory");
    let (data, log) = (dir.path().join("data"), dir.path().join("log"));
    let (gateway, code) = Gateway::own(&data, &log);
    let code = code.expect("nobody has an account");
    let url = gateway.url.as_str();
    let nobody = Client::new(url);
    let session = nobody.get("/api/session").json();
    assert_eq!((&session["demo"], &session["setup"], &session["accounts"]), (&json!(false), &json!(true), &json!([])));
    let first = |code: &str| json!({"code": code, "login": "first", "name": "The first", "password": PASSWORD});
    assert_eq!(Client::come_in(url, "/api/setup", &first("0000-0000")).1.status, 401);
    let (administrator, made) = Client::come_in(url, "/api/setup", &first(&code));
    assert_eq!((made.status, made.json()["signed_in"]["administrator"].as_bool()), (200, Some(true)));
    assert_eq!(Client::come_in(url, "/api/setup", &first(&code)).1.status, 404, "once");
    for (path, body) in [("/api/demo/clock", json!({"ahead_hours": 1})), ("/api/session", json!({"account": "legal"}))]
    {
        assert_eq!(administrator.post(path, &[], &body).expect("answers").status, 404, "{path}");
    }

    let add =
        ["add", "mia", "--name", "Mia Example", "--role", "engineer@staging", "--role", "legal", "--password-stdin"];
    assert!(user(&data, &add, "short\n").1.contains("at least 12 characters"));
    good(&data, &add, &format!("{PASSWORD}\nmore\n"));
    assert!(user(&data, &add, PASSWORD).1.contains("there is an account mia already"));
    assert!(user(&data, &["disable", "max"], "").1.contains("there is no account max"));
    let (mia, status) = sign_in(&gateway, "MIA", PASSWORD);
    assert_eq!(
        (status, mia.get("/api/session").json()["signed_in"]["roles"].clone()),
        (200, json!(["engineer", "legal"]))
    );

    good(&data, &["role", "add", "mia", "product-owner/s4"], "");
    good(&data, &["role", "remove", "mia", "legal"], "");
    good(&data, &["role", "add", "mia", "administrator"], "");
    assert!(user(&data, &["role", "add", "mia", "king"], "").1.contains("ROLE[@ENVIRONMENT][/PLAN]"));
    let now = json!(["product-owner", "engineer"]);
    soon(|| mia.get("/api/session").json()["signed_in"]["roles"] == now);
    let list = good(&data, &["list"], "");
    assert!(list.contains("mia\tMia Example\tadministrator engineer@staging product-owner/s4\n"), "{list}");

    let stream = {
        let mia = mia.clone();
        std::thread::spawn(move || mia.get("/api/live").body)
    };
    std::thread::sleep(Duration::from_millis(300));
    good(&data, &["disable", "mia"], "");
    soon(|| mia.get("/api/rollouts").status == 401);
    soon(|| stream.is_finished());
    assert_eq!(sign_in(&gateway, "mia", PASSWORD).1, 401);
    good(&data, &["enable", "mia"], "");
    let (mia, _) = sign_in(&gateway, "mia", PASSWORD);
    good(&data, &["passwd", "mia", "--password-stdin"], OTHER);
    soon(|| mia.get("/api/rollouts").status == 401);
    assert_eq!((sign_in(&gateway, "mia", PASSWORD).1, sign_in(&gateway, "mia", OTHER).1), (401, 200));
    let checked = Command::new(SIGNALBOX).args(["ledger", "check", "--data"]).arg(&data).output().expect("runs");
    assert!(checked.status.success() && String::from_utf8_lossy(&checked.stdout).contains("system  "), "{checked:?}");
}

#[test]
fn nothing_secret_is_logged_or_answered_whatever_is_logged() {
    let dir = tempfile::tempdir().expect("a directory");
    let (data, log) = (dir.path().join("data"), dir.path().join("log"));
    let add = ["add", "mia", "--name", "Mia Example", "--administrator", "--password-stdin"];
    good(&data, &add, PASSWORD);
    let (gateway, code) = Gateway::own(&data, &log);
    assert_eq!(code, None, "there is an account");
    let unknown = "some.unknown.login";
    let (mia, status) = sign_in(&gateway, "mia", PASSWORD);
    assert_eq!(status, 200);
    let (wrong, refused) = (json!({"login": unknown, "password": OTHER}), json!({"password": 47_114_711}));
    let mut answers = vec![
        Client::come_in(&gateway.url, "/api/session", &wrong).1,
        mia.post("/api/session/proof", &[], &json!({"password": PASSWORD})).expect("answers"),
        mia.post("/api/session/proof", &[], &json!({"password": OTHER})).expect("answers"),
        mia.post("/api/session/proof", &[], &refused).expect("answers"),
    ];
    assert_eq!(answers.iter().map(|answer| answer.status).collect::<Vec<_>>(), [401, 200, 401, 400]);
    answers.extend(["/api/session", "/api/sessions", "/api/people", "/api/system/records"].map(|path| mia.get(path)));
    let logged = std::fs::read_to_string(&log).expect("UTF-8");
    assert!(logged.contains("/api/session/proof") && logged.contains("somebody did not come in"), "{logged}");
    for secret in [PASSWORD, OTHER, unknown, &mia.token(), "$argon2id", "47114711"] {
        assert!(!logged.contains(secret), "{secret} is logged");
        assert!(answers.iter().all(|answer| !answer.body.contains(secret)), "{secret} is answered");
    }
}

#[test]
fn the_demos_data_stays_the_demos() {
    let dir = tempfile::tempdir().expect("a directory");
    drop(Gateway::start(dir.path()));
    let (good, said) = user(dir.path(), &["list"], "");
    assert!(!good && said.contains("was made by the demo"), "{said}");
    let serve = Command::new(SIGNALBOX)
        .args(["serve", "--ops", "off", "--listen", "127.0.0.1:0", "--data"])
        .arg(dir.path())
        .output();
    let said = String::from_utf8_lossy(&serve.expect("runs").stderr).into_owned();
    assert!(said.contains("was made by the demo") && said.contains("--data"), "{said}");
}
