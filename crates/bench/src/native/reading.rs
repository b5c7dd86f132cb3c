//! Reading a rollout must not take longer for what happened in it long ago.

use super::gateway::Gateway;
use crate::{median, now};
use anyhow::Result;
use bench::{
    row::{Row, Target},
    story::{Story, id, plan},
};
use gateway::{
    store::{Append, Begin, Sqlite, Store},
    wiring::stamp::stamp,
};
use rollout::{Plan, Record, canonical, record::leaf_hash};
use std::{path::Path, sync::Arc};

const SIZES: [u64; 4] = [1_000, 10_000, 100_000, 1_000_000];
/// So many records are stored at once.
const BATCH: u64 = 10_000;
const READS: usize = 51;

/// What one size takes, in milliseconds.
struct Took {
    records: u64,
    start: f64,
    read: f64,
    back_then: f64,
}

pub fn rows() -> Result<Vec<Row>> {
    let dir = tempfile::tempdir_in("target")?;
    let data = dir.path().join("data");
    std::fs::create_dir(&data)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let plan = Arc::new(plan());
    let (mut story, first) = Story::begin(id(1), plan.clone());
    let mut waiting = first.to_vec();
    let mut took = Vec::new();
    for records in SIZES {
        runtime.block_on(write(&data, &plan, &mut story, &mut waiting, records))?;
        // The gateway that comes first folds what is new and keeps the snapshots that a living one had written.
        Gateway::start(&data)?.stop()?;
        took.push(read(&data, records)?);
        println!(
            "{records} records: {:.1} ms to start, {:.2} ms to read",
            took[took.len() - 1].start,
            took[took.len() - 1].read
        );
    }
    let least = &took[0];
    let row = |one: &Took, what: &str, value: f64, peer: f64| {
        let beside = format!("the same with {}", counted(least.records));
        let what = format!("{what} with {}", counted(one.records));
        Row::new(what, value, "ms", beside, peer).target(Target::AtMost(1.5))
    };
    let rows = took.iter().flat_map(|one| {
        [
            row(one, "Reading a rollout", one.read, least.read),
            row(one, "Reading it as it stood halfway", one.back_then, least.back_then),
            row(one, "Start to ready", one.start, least.start),
        ]
    });
    Ok(rows.collect())
}

fn counted(records: u64) -> String {
    format!("10{} records", ["³", "⁴", "⁵", "⁶"][records.ilog10() as usize - 3])
}

/// Goes on with the story until the ledger has so many records.
async fn write(data: &Path, plan: &Plan, story: &mut Story, waiting: &mut Vec<Record>, until: u64) -> Result<()> {
    let store = Sqlite::open(&data.join("signalbox.db")).await?;
    if store.rollouts().await?.is_empty() {
        stamp(&store, true).await?;
    }
    while store_head(waiting, story) < until || !waiting.is_empty() {
        let more = (until - story.rollout.version).min(BATCH - waiting.len() as u64);
        waiting.extend((0..more).map(|_| story.next_record()));
        store.append(vec![append(plan, story, std::mem::take(waiting))], None).await?;
    }
    store.close().await?;
    Ok(())
}

/// How many records are stored.
fn store_head(waiting: &[Record], story: &Story) -> u64 {
    story.rollout.version - waiting.len() as u64
}

fn append(plan: &Plan, story: &Story, records: Vec<Record>) -> Append {
    let expected = records.first().map_or(0, |record| record.seq - 1);
    let begin = (expected == 0).then(|| Begin {
        environment: story.rollout.environment.clone(),
        plan_digest: plan.digest(),
        plan: canonical::bytes(plan),
    });
    let bytes = records.iter().map(Record::bytes).map(|bytes| (leaf_hash(&bytes), bytes));
    Append {
        rollout: story.rollout.id,
        expected,
        records: bytes.map(|(leaf, bytes)| (bytes, leaf)).collect(),
        recorded_at: story.rollout.time,
        begin,
        claims: None,
        texts: vec![],
        answer: None,
        notes: Vec::new(),
    }
}

fn read(data: &Path, records: u64) -> Result<Took> {
    let begun = now();
    let gateway = Gateway::start(data)?;
    let start = begun.elapsed().as_secs_f64() * 1_000.0;
    let viewer = gateway.sign_in("viewer")?;
    let timed = |path: String| {
        let once = |_| {
            let begun = now();
            gateway.get(&viewer, &path)?;
            Ok(begun.elapsed().as_secs_f64() * 1_000.0)
        };
        (0..READS).map(once).collect::<Result<Vec<_>>>().map(median)
    };
    let rollout = format!("/api/rollouts/{}", id(1));
    let (read, back_then) = (timed(rollout.clone())?, timed(format!("{rollout}?at={}", records / 2))?);
    gateway.stop()?;
    Ok(Took { records, start, read, back_then })
}
