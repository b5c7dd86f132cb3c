//! What stands beside the records: words, attempts, settings.

use super::{Sqlite, number, parse, signed, unreadable};
use crate::store::Result;
use gateway_api::Attempt;
use rollout::{PersonId, RolloutId, TextHash, Timestamp, text::Spoken};
use serde::{Serialize, de::DeserializeOwned};
use sqlx::{Connection, Row, Sqlite as Db, sqlite::SqliteRow};
use std::collections::{BTreeMap, BTreeSet};

const ATTEMPTS_KEPT: i64 = 1_000;

pub(super) fn to_json<T: Serialize>(value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(unreadable)
}

pub(super) fn from_json<T: DeserializeOwned>(text: &str) -> Result<T> {
    serde_json::from_str(text).map_err(|e| unreadable(format!("{text}: {e}")))
}

pub(super) async fn texts(
    store: &Sqlite,
    rollout: RolloutId,
    hashes: &BTreeSet<TextHash>,
) -> Result<BTreeMap<TextHash, String>> {
    // The list travels as one JSON parameter: SQLite bounds the number of parameters, not their length.
    let sql = "SELECT hash, words FROM texts WHERE rollout = $1 AND hash IN (SELECT value FROM json_each($2))";
    let rows = sqlx::query(sql).bind(rollout.to_string()).bind(to_json(hashes)?).fetch_all(&store.reader).await?;
    let row = |row: &SqliteRow| {
        let hash: String = row.try_get("hash")?;
        Ok((TextHash::try_from(hash).map_err(unreadable)?, row.try_get("words")?))
    };
    rows.iter().map(row).collect()
}

/// Everything that was said in a ledger, and by whom.
pub(super) async fn all_texts(store: &Sqlite, rollout: RolloutId) -> Result<Vec<(PersonId, Spoken)>> {
    let sql = "SELECT hash, salt, words, person FROM texts WHERE rollout = $1 ORDER BY hash";
    sqlx::query(sql).bind(rollout.to_string()).fetch_all(&store.reader).await?.iter().map(spoken).collect()
}

/// Everything behind hashes in the system's own ledger, and whom it is about.
pub(super) async fn all_system_texts(store: &Sqlite) -> Result<Vec<(PersonId, Spoken)>> {
    let sql = "SELECT hash, salt, words, person FROM system_texts ORDER BY hash";
    sqlx::query(sql).fetch_all(&store.reader).await?.iter().map(spoken).collect()
}

fn spoken(row: &SqliteRow) -> Result<(PersonId, Spoken)> {
    let (hash, salt): (String, Vec<u8>) = (row.try_get("hash")?, row.try_get("salt")?);
    let salt = salt.try_into().map_err(|_| unreadable("a salt of another length"))?;
    let hash = TextHash::try_from(hash).map_err(unreadable)?;
    Ok((parse(row.try_get("person")?)?, Spoken { hash, salt, words: row.try_get("words")? }))
}

pub(super) async fn add_attempt(store: &Sqlite, attempt: &Attempt) -> Result<()> {
    let mut writer = store.writer.lock().await?;
    let mut tx = writer.begin_with("BEGIN IMMEDIATE").await?;
    let sql = "INSERT INTO attempts (rollout, flag_key, want, wanted, at, took_ms, outcome) \
               VALUES ($1, $2, $3, $4, $5, $6, $7)";
    let query = sqlx::query(sql).bind(attempt.rollout.to_string()).bind(&attempt.key).bind(signed(attempt.want));
    let query = query.bind(to_json(&attempt.to)?).bind(attempt.at.millis()).bind(signed(attempt.took_ms));
    let done = query.bind(to_json(&attempt.outcome)?).execute(&mut *tx).await?;
    let oldest = done.last_insert_rowid() - ATTEMPTS_KEPT;
    sqlx::query("DELETE FROM attempts WHERE id <= $1").bind(oldest).execute(&mut *tx).await?;
    Ok(tx.commit().await?)
}

pub(super) fn attempt(row: &SqliteRow) -> Result<Attempt> {
    Ok(Attempt {
        rollout: parse(row.try_get("rollout")?)?,
        key: row.try_get("flag_key")?,
        want: number(row.try_get("want")?)?,
        to: from_json(row.try_get("wanted")?)?,
        at: Timestamp::from_millis(row.try_get("at")?),
        took_ms: number(row.try_get("took_ms")?)?,
        outcome: from_json(row.try_get("outcome")?)?,
    })
}

pub(super) async fn set_setting(
    executor: impl sqlx::Executor<'_, Database = Db>,
    key: &str,
    value: &str,
) -> Result<()> {
    let sql =
        "INSERT INTO settings (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value";
    sqlx::query(sql).bind(key).bind(value).execute(executor).await?;
    Ok(())
}
