//! Checking ledgers whole: each record against its hash, each against the one before, each snapshot against the fold.
//! A gateway that starts from snapshots does not read the older records again; this does.

use crate::{
    app::Folded,
    store::{People, RolloutRow, Sqlite, Store},
    wiring::data_dir::STORE,
};
use anyhow::{Context, bail, ensure};
use gateway_api::SystemRecord;
use rollout::{Digest, Plan, RULEBOOK_VERSION, RolloutId, Seq, Timestamp, record::leaf_hash};
use std::{collections::BTreeMap, path::Path, sync::Arc};

const PAGE: u32 = 1_000;

/// Checks every ledger of a data directory, beside a gateway that serves from it or not. Tells each by `say`.
///
/// Errors: something is not as it should be; the rest was checked all the same.
pub async fn check(data: &Path, mut say: impl FnMut(String) -> anyhow::Result<()>) -> anyhow::Result<()> {
    let file = data.join(STORE);
    let store = Sqlite::beside(&file).await.with_context(|| format!("{} cannot be read", file.display()))?;
    let mut bad = 0;
    for row in store.rollouts().await? {
        let id = row.id;
        match one(&store, row).await {
            Ok(good) => say(format!("{id}  {good}"))?,
            Err(error) => {
                bad += 1;
                say(format!("{id}  DAMAGED: {error:#}"))?;
            }
        }
    }
    match system(&store).await {
        Ok(good) => say(format!("system  {good}"))?,
        Err(error) => {
            bad += 1;
            say(format!("system  DAMAGED: {error:#}"))?;
        }
    }
    store.leave().await;
    if bad > 0 {
        bail!("{bad} ledgers are not as they should be: do not write to {}, and restore a backup", data.display());
    }
    Ok(())
}

/// The system's own ledger: each record against its hash, its number and its time.
async fn system(store: &Sqlite) -> anyhow::Result<String> {
    let (mut seq, mut time, mut leaf) = (0, Timestamp::from_millis(0), Digest::of(&[]));
    loop {
        let page = store.system_records(seq, PAGE).await?;
        if page.is_empty() {
            return Ok(format!("{seq} records, the last {leaf}: all as they should be"));
        }
        for stored in page {
            seq += 1;
            ensure!(stored.seq == seq, "record {seq} is missing");
            ensure!(leaf_hash(&stored.bytes) == stored.leaf, "record {seq} is damaged");
            let record = SystemRecord::parse(&stored.bytes).with_context(|| format!("record {seq} cannot be read"))?;
            ensure!(record.bytes() == stored.bytes, "record {seq} is not in its canonical form");
            ensure!(record.seq == seq, "record {seq} says that it is record {}", record.seq);
            ensure!(record.time >= time, "record {seq} is before the one before it");
            (time, leaf) = (record.time, stored.leaf);
        }
    }
}

async fn one(store: &Sqlite, row: RolloutRow) -> anyhow::Result<String> {
    let plan: Arc<Plan> = Arc::new(serde_json::from_slice(&row.plan)?);
    let mut snapshots = snapshots(store, row.id).await?;
    let kept = snapshots.len();
    let mut folded: Option<Folded> = None;
    let mut leaf = Digest::of(&[]);
    loop {
        let after = folded.as_ref().map_or(0, |folded| folded.rollout.version);
        let page = store.records(row.id, after, PAGE).await?;
        let Some(last) = page.last() else { break };
        leaf = last.leaf;
        for stored in &page {
            let folded = match &mut folded {
                Some(folded) => {
                    folded.fold(stored)?;
                    folded
                }
                none => none.insert(Folded::begin(stored, plan.clone())?),
            };
            if let Some(digest) = snapshots.remove(&stored.seq) {
                let own = Digest::of(&[&folded.rollout.canonical_bytes()]);
                ensure!(own == digest, "the snapshot at version {} is not the fold of the records", stored.seq);
            }
        }
    }
    let folded = folded.context("it has no records")?;
    if let Some(seq) = snapshots.keys().next() {
        bail!("there is a snapshot of version {seq}, and no such version");
    }
    Ok(format!("{} records, the last {leaf}, {kept} snapshots: all as they should be", folded.rollout.version))
}

/// The snapshots of this rulebook: the SHA-256 of each one's bytes, by version.
async fn snapshots(store: &Sqlite, id: RolloutId) -> anyhow::Result<BTreeMap<Seq, Digest>> {
    let (mut all, mut at_most) = (BTreeMap::new(), Seq::MAX);
    while let Some(snapshot) = store.snapshot(id, RULEBOOK_VERSION, at_most).await? {
        ensure!(
            Digest::of(&[&snapshot.state]) == snapshot.digest,
            "the snapshot at version {} is damaged",
            snapshot.seq
        );
        all.insert(snapshot.seq, snapshot.digest);
        at_most = snapshot.seq.saturating_sub(1);
    }
    Ok(all)
}
