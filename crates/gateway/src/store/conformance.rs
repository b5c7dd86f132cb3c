//! What every store must do, whatever it is.

mod people;

use super::{Answer, Append, Begin, Claim, Note, SNAPSHOT_EVERY, Snapshot, Store, StoreError};
use futures::future::join_all;
use gateway_api::{Attempt, Outcome, SystemEvent, system_records::SystemActor};
use rollout::{Digest, Exposure, PersonId, RolloutId, Timestamp, record::leaf_hash, text::Spoken};
use std::collections::BTreeSet;

fn id(n: u32) -> uuid::Uuid {
    format!("01890000-0000-7000-8000-{n:012}").parse().expect("a UUID")
}

fn claim(key: &str) -> Claim {
    Claim { backend: "test".into(), environment: "production".into(), flag_key: key.into() }
}

fn append(rollout: u32, expected: u64, texts: &[&str]) -> Append {
    let records = texts.iter().map(|text| (text.as_bytes().to_vec(), leaf_hash(text.as_bytes()))).collect();
    let begin = (expected == 0).then(|| Begin {
        environment: "production".into(),
        plan_digest: Digest::of(&[b"plan"]),
        plan: b"plan".to_vec(),
    });
    Append {
        rollout: RolloutId(id(rollout)),
        expected,
        records,
        recorded_at: Timestamp::from_millis(1_000 + expected as i64),
        begin,
        claims: None,
        texts: Vec::new(),
        answer: None,
        notes: Vec::new(),
    }
}

/// The store is empty.
pub async fn check(store: &dyn Store) {
    people::check(store).await;
    records(store).await;
    together_or_not_at_all(store).await;
    claims(store).await;
    snapshots(store).await;
    beginnings(store).await;
    at_once(store).await;
    beside(store).await;
    people::erased(store).await;
}

async fn records(store: &dyn Store) {
    assert_eq!(store.head().await.expect("reads"), 0);
    assert_eq!(store.latest_time().await.expect("reads"), Timestamp::from_millis(0));
    let positions = store.append(vec![append(1, 0, &["a", "b"])], None).await.expect("appends");
    let other = store.append(vec![append(2, 0, &["x"])], None).await.expect("appends");
    assert!(other[0] > positions[0], "positions grow over all ledgers");
    store.append(vec![append(1, 2, &["c"])], None).await.expect("appends");

    let stale = store.append(vec![append(1, 2, &["d"])], None).await.expect_err("the ledger is at 3");
    assert!(matches!(stale, StoreError::VersionMoved), "{stale}");
    let early = store.append(vec![append(1, 7, &["d"])], None).await.expect_err("the ledger is at 3");
    assert!(matches!(early, StoreError::VersionMoved), "{early}");

    let all = store.since(0, 100).await.expect("reads");
    let bytes: Vec<&[u8]> = all.iter().map(|record| record.bytes.as_slice()).collect();
    assert_eq!(bytes, [b"a", b"b", b"x", b"c"], "in the order they were stored, byte for byte");
    assert!(all.iter().all(|record| record.leaf == leaf_hash(&record.bytes)));
    assert_eq!(store.since(all[1].position, 1).await.expect("reads"), all[2..3]);
    let one = store.records(RolloutId(id(1)), 1, 100).await.expect("reads");
    assert_eq!(one.iter().map(|record| record.seq).collect::<Vec<_>>(), [2, 3]);
    let back = store.records_before(RolloutId(id(1)), 4, 2).await.expect("reads");
    assert_eq!(back.iter().map(|record| record.seq).collect::<Vec<_>>(), [3, 2], "newest first");
    assert_eq!(store.records_before(RolloutId(id(1)), 1, 9).await.expect("reads"), []);
    assert_eq!(store.record(RolloutId(id(1)), 3).await.expect("reads").as_ref(), Some(&all[3]));
    assert_eq!(store.record(RolloutId(id(1)), 4).await.expect("reads"), None);
    assert_eq!(store.head().await.expect("reads"), all[3].position);
    assert_eq!(store.latest_time().await.expect("reads"), Timestamp::from_millis(1_002));
    let rows = store.rollouts().await.expect("reads");
    assert_eq!(
        rows.iter().map(|row| (row.id, row.plan.as_slice())).collect::<Vec<_>>(),
        [(RolloutId(id(1)), b"plan".as_slice()), (RolloutId(id(2)), b"plan".as_slice())]
    );
}

async fn together_or_not_at_all(store: &dyn Store) {
    let person = PersonId(id(90));
    let spoken = Spoken { hash: Digest::of(&[b"h"]), salt: [7; 32], words: "because".into() };
    let answer = Answer { person, key: "k".into(), asked: Digest::of(&[b"q"]), answer: b"{}".to_vec() };
    let mut with_all = append(1, 3, &["d"]);
    with_all.texts = vec![(person, spoken.clone())];
    with_all.answer = Some(answer.clone());
    let (actor, event) = (SystemActor::Person { person }, SystemEvent::AccountEnabled { person });
    with_all.notes = vec![Note { actor, event, texts: Vec::new() }];
    let noted = store.system_head().await.expect("reads");
    // The second ledger refuses, so the first gets nothing either, and the clock stays.
    let refused = store.append(vec![with_all.clone(), append(2, 9, &["y"])], Some(5)).await;
    assert!(matches!(refused, Err(StoreError::VersionMoved)));
    let hashes = BTreeSet::from([spoken.hash, Digest::of(&[b"other"])]);
    assert_eq!(store.record(RolloutId(id(1)), 4).await.expect("reads"), None);
    assert!(store.texts(RolloutId(id(1)), &hashes).await.expect("reads").is_empty());
    assert_eq!(store.answer(RolloutId(id(1)), person, "k").await.expect("reads"), None);
    assert_eq!(store.setting(super::AHEAD).await.expect("reads"), None);
    assert_eq!(store.system_head().await.expect("reads"), noted);

    store.append(vec![with_all, append(2, 1, &["y"])], Some(5)).await.expect("appends");
    let texts = store.texts(RolloutId(id(1)), &hashes).await.expect("reads");
    assert_eq!(texts.into_iter().collect::<Vec<_>>(), [(spoken.hash, "because".to_owned())]);
    assert!(store.texts(RolloutId(id(2)), &hashes).await.expect("reads").is_empty(), "words belong to one ledger");
    assert_eq!(store.answer(RolloutId(id(1)), person, "k").await.expect("reads"), Some(answer));
    assert_eq!(store.answer(RolloutId(id(2)), person, "k").await.expect("reads"), None);
    assert_eq!(store.answer(RolloutId(id(1)), PersonId(id(91)), "k").await.expect("reads"), None);
    assert_eq!(store.setting(super::AHEAD).await.expect("reads").as_deref(), Some("5"));
    assert_eq!(store.system_head().await.expect("reads"), noted + 1);
}

async fn claims(store: &dyn Store) {
    let mut first = append(1, 4, &["e"]);
    first.claims = Some(vec![claim("A"), claim("B")]);
    store.append(vec![first], None).await.expect("appends");
    let mut begins = append(3, 0, &["i"]);
    begins.claims = Some(vec![claim("B")]);
    let held = store.append(vec![begins], None).await.expect_err("B is held");
    assert!(matches!(&held, StoreError::FlagHeld(key) if key == "B"), "{held}");
    assert_eq!(store.record(RolloutId(id(3)), 1).await.expect("reads"), None, "nothing was written");
    // One that is there already, and reopens, takes what is free.
    let mut reopens = append(2, 2, &["z"]);
    reopens.claims = Some(vec![claim("B"), claim("C")]);
    store.append(vec![reopens], None).await.expect("appends");
    let by = |rollout: u32, key: &str| (claim(key), RolloutId(id(rollout)));
    assert_eq!(store.claims().await.expect("reads"), [by(1, "A"), by(1, "B"), by(2, "C")]);
    let mut gives_back = append(1, 5, &["f"]);
    gives_back.claims = Some(Vec::new());
    store.append(vec![gives_back], None).await.expect("appends");
    let mut again = append(2, 3, &["y"]);
    again.claims = Some(vec![claim("B")]);
    store.append(vec![again], None).await.expect("B is free");
    assert_eq!(store.claims().await.expect("reads"), [by(2, "B")]);
}

async fn snapshots(store: &dyn Store) {
    let (one, other) = (RolloutId(id(1)), RolloutId(id(2)));
    let snapshot = |rulebook, seq| {
        let state = format!("{rulebook} {seq}").into_bytes();
        Snapshot { rulebook, seq, position: seq + 7, digest: Digest::of(&[&state]), state }
    };
    let kept = async |rulebook, at_most| {
        let found = store.snapshot(one, rulebook, at_most).await.expect("reads");
        found.inspect(|found| assert_eq!(*found, snapshot(rulebook, found.seq))).map(|found| found.seq)
    };
    assert_eq!(kept(2, u64::MAX).await, None);
    let (first, later) = (SNAPSHOT_EVERY + 2, SNAPSHOT_EVERY * 2);
    for seq in [3, first, later, later + 5] {
        store.keep_snapshot(one, &snapshot(2, seq)).await.expect("keeps");
    }
    assert_eq!(store.snapshot(other, 2, u64::MAX).await.expect("reads"), None, "it belongs to one ledger");
    assert_eq!(kept(1, u64::MAX).await, None, "and to one rulebook");
    assert_eq!(kept(2, u64::MAX).await, Some(later + 5));
    assert_eq!(kept(2, later + 4).await, Some(first), "of so many versions the last stays");
    assert_eq!((kept(2, first).await, kept(2, first - 1).await, kept(2, 2).await), (Some(first), Some(3), None));
    store.keep_snapshot(one, &snapshot(2, first)).await.expect("keeps the same again");
    store.keep_snapshot(one, &snapshot(3, 4)).await.expect("keeps");
    assert_eq!((kept(2, u64::MAX).await, kept(3, u64::MAX).await), (None, Some(4)), "another rulebook's go");
}

async fn beginnings(store: &dyn Store) {
    let person = PersonId(id(90));
    let answer = Answer { person, key: "k".into(), asked: Digest::of(&[b"q"]), answer: b"begun".to_vec() };
    let mut begins = append(4, 0, &["first"]);
    begins.answer = Some(answer.clone());
    store.append(vec![begins.clone()], None).await.expect("appends");
    assert_eq!(store.beginning(person, "k").await.expect("reads"), Some(answer), "apart from a command's answer");
    assert_eq!(store.beginning(PersonId(id(91)), "k").await.expect("reads"), None);
    begins.rollout = RolloutId(id(5));
    let taken = store.append(vec![begins], None).await.expect_err("a key begins one rollout");
    assert!(matches!(taken, StoreError::KeyTaken), "{taken}");
    assert_eq!(store.record(RolloutId(id(5)), 1).await.expect("reads"), None, "nothing was written");
}

/// Appends that become durable together do not fail together.
async fn at_once(store: &dyn Store) {
    let ledgers = 100..120;
    let begin = ledgers.clone().map(|n| store.append(vec![append(n, 0, &["a"])], None));
    join_all(begin).await.into_iter().for_each(|done| assert_eq!(done.expect("appends").len(), 1));
    let (odd, text) = (107, &["b"; 40][..]);
    let go_on = ledgers.clone().map(|n| store.append(vec![append(n, if n == odd { 7 } else { 1 }, text)], None));
    for (n, done) in ledgers.zip(join_all(go_on).await) {
        let last = store.records_before(RolloutId(id(n)), u64::MAX, 1).await.expect("reads").remove(0);
        match done {
            Ok(positions) => assert_eq!((n != odd, last.seq, vec![last.position]), (true, 41, positions)),
            Err(error) => {
                assert!(n == odd && last.seq == 1 && matches!(error, StoreError::VersionMoved), "{n}: {error}")
            }
        }
    }
}

async fn beside(store: &dyn Store) {
    let attempt = |want| Attempt {
        rollout: RolloutId(id(1)),
        key: "A".into(),
        want,
        to: Exposure::ON,
        at: Timestamp::from_millis(9),
        took_ms: 3,
        outcome: Outcome::Failed(rollout::FailureCause::Unreachable),
    };
    for want in 1..=3 {
        store.add_attempt(&attempt(want)).await.expect("adds");
    }
    assert_eq!(store.attempts(2).await.expect("reads"), [attempt(3), attempt(2)]);
    store.set_setting("x", "1").await.expect("keeps");
    store.set_setting("x", "2").await.expect("keeps");
    assert_eq!(store.setting("x").await.expect("reads").as_deref(), Some("2"));
}
