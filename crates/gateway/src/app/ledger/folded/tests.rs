use super::*;
use crate::{
    store::SNAPSHOT_EVERY,
    testing::{Demo, RAISE, parse, status},
};
use rollout::{Actor, Event, SystemActor};

/// A ledger that something has happened to, and then so many notes as one append each.
async fn noted(demo: &Demo, appends: &[usize]) {
    let ledger = demo.ledger();
    for notes in appends {
        let mut folded = ledger.lock(demo.app.store.as_ref()).await.expect("locks");
        let note = Event::Noted { about: None, words: Default::default() };
        let by = Actor::System { system: SystemActor::Demo };
        let prepared = demo.app.prepare(&ledger, &folded.rollout, by, vec![note; *notes], demo.app.clock.now());
        demo.app.commit(&mut folded, prepared).await.expect("appends");
    }
}

/// Every version of the ledger, folded from its first record without any snapshot.
async fn all_versions(demo: &Demo) -> Vec<Vec<u8>> {
    let ledger = demo.ledger();
    let all = demo.app.store.records(ledger.id, 0, u32::MAX).await.expect("reads");
    let mut folded = Folded::begin(&all[0], ledger.plan.clone()).expect("begins");
    let mut versions = vec![folded.rollout.canonical_bytes()];
    for stored in &all[1..] {
        folded.fold(stored).expect("folds");
        versions.push(folded.rollout.canonical_bytes());
    }
    versions
}

async fn newest(demo: &Demo, at_most: Seq) -> Option<Snapshot> {
    demo.app.store.snapshot(demo.ledger().id, RULEBOOK_VERSION, at_most).await.expect("reads")
}

async fn shown(demo: &Demo) -> Vec<u8> {
    demo.ledger().as_it_stands().await.rollout.canonical_bytes()
}

#[tokio::test]
async fn from_a_snapshot_every_version_is_what_it_is_from_the_first_record() {
    let mut demo = Demo::new().await;
    demo.open_first_gate().await;
    let engineer = demo.sign_in("engineer").await;
    noted(&demo, &[SNAPSHOT_EVERY as usize - 20]).await;
    assert_eq!(newest(&demo, Seq::MAX).await, None);
    status(&demo.ask(&engineer, parse(RAISE)).await, 200);
    demo.delivery.tick().await;
    noted(&demo, &[30, 700, 700]).await;
    status(&demo.ask(&engineer, parse(crate::testing::LOWER)).await, 200);

    let versions = all_versions(&demo).await;
    let (ledger, head) = (demo.ledger(), versions.len() as Seq);
    let last = newest(&demo, Seq::MAX).await.expect("is kept");
    assert!((2 * SNAPSHOT_EVERY..head).contains(&last.seq), "{} of {head}", last.seq);
    assert!(newest(&demo, last.seq - 1).await.is_some_and(|before| before.seq / SNAPSHOT_EVERY == 1));
    let store = demo.app.store.as_ref();
    for seq in [1, 2, 9, 500, 999, 1_000, 1_001, 1_030, 1_999, 2_000, last.seq - 1, last.seq, last.seq + 1, head] {
        let then = ledger.as_it_stood(store, seq).await.expect("folds").expect("was");
        assert!(then.canonical_bytes() == versions[seq as usize - 1], "version {seq} is another");
    }
    assert_eq!(ledger.as_it_stood(store, 0).await.expect("folds"), None);
    assert_eq!(ledger.as_it_stood(store, head + 1).await.expect("folds"), None);

    demo.app.keep_snapshots().await;
    assert_eq!(newest(&demo, Seq::MAX).await.expect("is kept").seq, head, "kept when the gateway closes");
    demo.restart().await;
    assert_eq!(shown(&demo).await, versions[head as usize - 1]);
}

#[tokio::test]
async fn what_is_damaged_or_of_another_rulebook_is_passed_over_and_kept_anew() {
    let mut demo = Demo::new().await;
    noted(&demo, &[SNAPSHOT_EVERY as usize + 500, 900, 50]).await;
    let (id, right) = (demo.ledger().id, shown(&demo).await);
    let good = newest(&demo, Seq::MAX).await.expect("is kept");
    let text = String::from_utf8(good.state.clone()).expect("UTF-8");
    let sealed =
        |state: String| Snapshot { digest: Digest::of(&[state.as_bytes()]), state: state.into_bytes(), ..good.clone() };
    let version = |seq: Seq| format!("\"version\":{seq}");
    let bad = [
        Snapshot { state: vec![b' '; 5], ..good.clone() },
        sealed("{}".into()),
        sealed(text.replace(&id.to_string(), "01890000-0000-7000-8000-000000000000")),
        sealed(text.replace(&demo.ledger().plan.digest().to_string(), &"ab".repeat(32))),
        Snapshot { position: good.position + 1, ..good.clone() },
        Snapshot { seq: good.seq + 1, ..good.clone() },
        Snapshot { seq: good.seq + 500, ..sealed(text.replace(&version(good.seq), &version(good.seq + 500))) },
    ];
    for snapshot in bad {
        demo.app.store.keep_snapshot(id, &snapshot).await.expect("keeps");
        demo.restart().await;
        assert_eq!(shown(&demo).await, right, "{snapshot:?}");
    }
    // One whose bytes and hash are right is believed: this is what is given up, and what `signalbox ledger check` is for.
    let lie = sealed(text.replace("\"sample\":true", "\"sample\":false"));
    demo.app.store.keep_snapshot(id, &lie).await.expect("keeps");
    demo.restart().await;
    assert!(!demo.ledger().as_it_stands().await.rollout.sample, "older records are not folded again");

    let other = Snapshot { rulebook: RULEBOOK_VERSION + 1, ..good };
    demo.app.store.keep_snapshot(id, &other).await.expect("keeps");
    assert_eq!(newest(&demo, Seq::MAX).await, None, "thrown away");
    demo.restart().await;
    assert_eq!(shown(&demo).await, right);
    let again = newest(&demo, Seq::MAX).await.expect("is kept while it is folded");
    assert!(again.seq >= 2 * SNAPSHOT_EVERY && newest(&demo, again.seq - 1).await.is_some());
}
