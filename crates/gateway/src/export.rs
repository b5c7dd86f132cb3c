//! Exports: ledgers as lines of JSON that are read without Signalbox. `docs/operations.md` tells the form.

use crate::{
    store::{People, RolloutRow, Sqlite, Store},
    wiring::data_dir::STORE,
};
use anyhow::{Context, ensure};
use rollout::{Digest, PersonId, RolloutId, Seq, TextHash, Timestamp};
use serde::Serialize;
use std::{io::Write, path::Path};

const PAGE: u32 = 1_000;

/// One line.
#[derive(Debug, Serialize)]
#[serde(tag = "line", rename_all = "kebab-case")]
enum Line<'a> {
    /// A rollout, with the bytes of its plan. Its records follow, then what was said in them.
    Rollout { rollout: RolloutId, environment: &'a str, plan_digest: Digest, plan: &'a str },
    /// A record: its bytes as they are stored and hashed.
    Record { rollout: RolloutId, seq: Seq, leaf: Digest, recorded_at: Timestamp, bytes: &'a str },
    /// What stands behind a hash in a record: SHA-256 of salt and words is the hash.
    Text { rollout: RolloutId, hash: TextHash, salt: String, words: &'a str, by: PersonId },
    /// A record of the system's own ledger.
    SystemRecord { seq: Seq, leaf: Digest, recorded_at: Timestamp, bytes: &'a str },
    /// What stands behind a hash in one.
    SystemText { hash: TextHash, salt: String, words: &'a str, about: PersonId },
    /// Who a person is.
    Person { person: PersonId, name: &'a str },
}

/// Writes one rollout, or all with the system's own ledger; with what was said and who said it if that is asked for.
///
/// Errors: there is no such rollout, or something cannot be read or written.
pub async fn write(data: &Path, only: Option<RolloutId>, texts: bool, to: &mut dyn Write) -> anyhow::Result<()> {
    let file = data.join(STORE);
    let store = Sqlite::beside(&file).await.with_context(|| format!("{} cannot be read", file.display()))?;
    let mut rollouts = store.rollouts().await?;
    rollouts.retain(|row| only.is_none_or(|only| only == row.id));
    ensure!(only.is_none() || !rollouts.is_empty(), "there is no such rollout in {}", data.display());
    if texts {
        for person in store.people().await? {
            line(to, &Line::Person { person: person.id, name: &person.name })?;
        }
    }
    for row in rollouts {
        rollout(&store, &row, to).await?;
        if texts {
            for (by, spoken) in store.all_texts(row.id).await? {
                let (hash, salt) = (spoken.hash, hex::encode(spoken.salt));
                line(to, &Line::Text { rollout: row.id, hash, salt, words: &spoken.words, by })?;
            }
        }
    }
    if only.is_none() {
        system(&store, texts, to).await?;
    }
    store.leave().await;
    Ok(to.flush()?)
}

async fn system(store: &Sqlite, texts: bool, to: &mut dyn Write) -> anyhow::Result<()> {
    let mut after = 0;
    loop {
        let page = store.system_records(after, PAGE).await?;
        let Some(last) = page.last() else { break };
        after = last.seq;
        for stored in &page {
            let (seq, leaf, recorded_at) = (stored.seq, stored.leaf, stored.recorded_at);
            line(to, &Line::SystemRecord { seq, leaf, recorded_at, bytes: std::str::from_utf8(&stored.bytes)? })?;
        }
    }
    if texts {
        for (about, spoken) in store.all_system_texts().await? {
            let (hash, salt) = (spoken.hash, hex::encode(spoken.salt));
            line(to, &Line::SystemText { hash, salt, words: &spoken.words, about })?;
        }
    }
    Ok(())
}

async fn rollout(store: &Sqlite, row: &RolloutRow, to: &mut dyn Write) -> anyhow::Result<()> {
    let plan_digest = Digest::of(&[&row.plan]);
    let (rollout, environment, plan) = (row.id, row.environment.as_str(), std::str::from_utf8(&row.plan)?);
    line(to, &Line::Rollout { rollout, environment, plan_digest, plan })?;
    let mut after = 0;
    loop {
        let page = store.records(row.id, after, PAGE).await?;
        let Some(last) = page.last() else { return Ok(()) };
        after = last.seq;
        for stored in &page {
            let (seq, leaf, recorded_at) = (stored.seq, stored.leaf, stored.recorded_at);
            line(to, &Line::Record { rollout, seq, leaf, recorded_at, bytes: std::str::from_utf8(&stored.bytes)? })?;
        }
    }
}

fn line(to: &mut dyn Write, line: &Line<'_>) -> anyhow::Result<()> {
    serde_json::to_writer(&mut *to, line)?;
    Ok(to.write_all(b"\n")?)
}
