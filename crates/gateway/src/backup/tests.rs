use super::*;
use crate::{
    export, ledger_check,
    store::{People, Snapshot},
    testing::{Demo, status},
};
use serde_json::{Value, json};
use std::{fs, path::PathBuf};
use tempfile::TempDir;

/// A gateway that something has happened at, and a backup of it taken while it runs.
async fn taken() -> (Demo, TempDir, PathBuf, Manifest) {
    let demo = Demo::new().await;
    demo.open_first_gate().await;
    let dir = tempfile::tempdir().expect("a directory");
    let backup = dir.path().join("backup");
    let manifest = take(demo.data(), &backup, Timestamp::from_millis(5)).await.expect("is taken");
    (demo, dir, backup, manifest)
}

fn error<T>(result: anyhow::Result<T>) -> String {
    format!("{:#}", result.err().expect("an error"))
}

#[tokio::test]
async fn a_backup_of_a_running_gateway_is_restored_whole_and_nobody_is_signed_in() {
    let (demo, dir, backup, manifest) = taken().await;
    let ledger = demo.ledger();
    let records = demo.app.store.records(ledger.id, 0, u32::MAX).await.expect("reads");
    let last = records.last().expect("a record");
    assert_eq!(manifest.ledgers, BTreeMap::from([(ledger.id, Head { version: last.seq, leaf: last.leaf })]));
    let system = demo.app.store.system_records(0, u32::MAX).await.expect("reads");
    let last = system.last().expect("a record");
    assert_eq!(manifest.system, Some(Head { version: last.seq, leaf: last.leaf }));
    let data = dir.path().join("data");
    assert_eq!(restore(&backup, &data).await.expect("is restored"), manifest);
    let mut files: Vec<_> = fs::read_dir(&data).expect("reads").map(|f| f.expect("a file").file_name()).collect();
    files.sort();
    assert_eq!(files, ["flags.db", "lock", "signalbox.db"]);
    let store = Sqlite::open(&data.join(STORE)).await.expect("opens");
    assert_eq!(store.records(ledger.id, 0, u32::MAX).await.expect("reads"), records);
    assert_eq!(store.system_records(0, u32::MAX).await.expect("reads"), system);
    assert_eq!(store.people().await.expect("reads"), demo.app.store.people().await.expect("reads"));
    let sessions = sqlx::query("SELECT token_hash FROM sessions").fetch_all(&store.reader).await.expect("reads");
    assert!(sessions.is_empty(), "{} sessions", sessions.len());
    let flags = BuiltIn::new(Sqlite::open(&data.join(FLAGS)).await.expect("opens"));
    let there = demo.backend.all("production").await.expect("reads");
    assert_eq!(flags.all("production").await.expect("reads"), there);
}

#[tokio::test]
async fn what_is_no_backup_or_no_place_for_one_is_said_and_nothing_is_overwritten() {
    let (demo, dir, backup, _) = taken().await;
    let data = dir.path().join("data");
    let again = error(take(demo.data(), &backup, Timestamp::from_millis(5)).await);
    assert!(again.contains("backup is not empty"), "{again}");
    let nothing = error(take(dir.path(), &dir.path().join("b"), Timestamp::from_millis(5)).await);
    assert!(nothing.contains("there is no") && nothing.contains("--data"), "{nothing}");
    let used = error(restore(&backup, demo.data()).await);
    assert!(used.contains("is used") && used.contains("--data"), "{used}");

    let store = backup.join(STORE);
    let whole = fs::read(&store).expect("reads");
    let mut damaged = whole.clone();
    damaged[whole.len() / 2] ^= 1;
    fs::write(&store, damaged).expect("writes");
    let told = error(restore(&backup, &data).await);
    assert!(told.contains("signalbox.db is damaged"), "{told}");
    fs::write(&store, whole).expect("writes");
    let manifest = fs::read_to_string(backup.join(MANIFEST)).expect("reads");
    fs::write(backup.join(MANIFEST), manifest.replace(FORM, "signalbox-backup/9")).expect("writes");
    let newer = error(restore(&backup, &data).await);
    assert!(newer.contains("signalbox-backup/9"), "{newer}");
    fs::remove_file(backup.join(MANIFEST)).expect("removes");
    let unfinished = error(restore(&backup, &data).await);
    assert!(unfinished.contains("manifest.json") && unfinished.contains("not finished"), "{unfinished}");
    assert!(!data.exists(), "nothing was begun");
}

#[tokio::test]
async fn an_export_is_read_without_signalbox_and_tells_what_was_said_only_if_asked() {
    let demo = Demo::new().await;
    let legal = demo.sign_in("legal").await;
    status(&demo.ask(&legal, json!({"type": "note", "text": "Reachable by telephone"})).await, 200);
    let export = async |only, texts| {
        let mut lines = Vec::new();
        export::write(demo.data(), only, texts, &mut lines).await.map(|()| {
            let text = String::from_utf8(lines).expect("UTF-8");
            text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect::<Vec<Value>>()
        })
    };
    let lines = export(None, false).await.expect("exports");
    assert_eq!(lines[0]["line"], "rollout");
    let digest = |text: &Value, before: &[u8]| json!(Digest::of(&[before, text.as_str().expect("text").as_bytes()]));
    assert_eq!(digest(&lines[0]["plan"], &[]), lines[0]["plan_digest"]);
    let of = |kind: &str| lines.iter().filter(|line| line["line"] == kind).collect::<Vec<_>>();
    let (records, system) = (of("record"), of("system-record"));
    assert_eq!(records.len() as u64, demo.version().await);
    assert_eq!(system.len() as u64, demo.app.store.system_head().await.expect("reads"));
    assert!(
        records.iter().chain(&system).all(|record| digest(&record["bytes"], &[0]) == record["leaf"]),
        "a leaf is SHA-256(0x00 ‖ bytes)"
    );
    let all = export(None, true).await.expect("exports");
    let name =
        all.iter().find(|line| line["line"] == "system-text" && line["words"] == "Sample viewer").expect("a text");
    let salt = hex::decode(name["salt"].as_str().expect("text")).expect("hexadecimal");
    assert_eq!(digest(&name["words"], &salt), name["hash"]);
    let with_texts = export(Some(demo.ledger().id), true).await.expect("exports");
    let text = with_texts.iter().find(|line| line["line"] == "text").expect("a text");
    let salt = hex::decode(text["salt"].as_str().expect("text")).expect("hexadecimal");
    assert_eq!(
        (digest(&text["words"], &salt), &text["words"]),
        (text["hash"].clone(), &json!("Reachable by telephone"))
    );
    let other = "01890000-0000-7000-8000-000000000000".parse().expect("an id");
    assert!(error(export(Some(other), false).await).contains("no such rollout"));
}

#[tokio::test]
async fn a_check_finds_what_a_start_from_snapshots_does_not() {
    let demo = Demo::new().await;
    demo.open_first_gate().await;
    demo.app.keep_snapshots().await;
    let check = async || {
        let mut said = String::new();
        let say = |line: String| {
            said.extend([line.as_str(), "\n"]);
            Ok(())
        };
        let done = ledger_check::check(demo.data(), say).await;
        (done.is_ok(), said)
    };
    let (good, said) = check().await;
    assert!(good && said.contains("7 records") && said.contains("1 snapshots: all as they should be"), "{said}");
    let (id, store) = (demo.ledger().id, &demo.app.store);
    let kept = store.snapshot(id, RULEBOOK_VERSION, Seq::MAX).await.expect("reads").expect("is kept");
    let lie = String::from_utf8(kept.state.clone()).expect("UTF-8").replace("\"sample\":true", "\"sample\":false");
    let lie = Snapshot { digest: Digest::of(&[lie.as_bytes()]), state: lie.into_bytes(), ..kept.clone() };
    for (bad, told) in [(lie, "is not the fold"), (Snapshot { seq: 8, ..kept.clone() }, "version 8, and no such")] {
        store.keep_snapshot(id, &bad).await.expect("keeps");
        let (good, said) = check().await;
        assert!(!good && said.contains("DAMAGED") && said.contains(told), "{said}");
    }
    store.keep_snapshot(id, &kept).await.expect("keeps");
    demo.damage_first_record().await;
    let (good, said) = check().await;
    assert!(!good && said.contains("record 1 is damaged"), "{said}");
}
