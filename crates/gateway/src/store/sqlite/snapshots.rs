//! Folds that are kept.

use super::{Sqlite, digest, number, signed};
use crate::store::{Result, SNAPSHOT_EVERY, Snapshot};
use rollout::{RolloutId, Seq};
use sqlx::{Connection, Row, sqlite::SqliteRow};

fn snapshot(rulebook: u32, row: &SqliteRow) -> Result<Snapshot> {
    Ok(Snapshot {
        rulebook,
        seq: number(row.try_get("seq")?)?,
        position: number(row.try_get("position")?)?,
        state: row.try_get("state")?,
        digest: digest(row.try_get("digest")?)?,
    })
}

pub(super) async fn nearest(
    store: &Sqlite,
    rollout: RolloutId,
    rulebook: u32,
    at_most: Seq,
) -> Result<Option<Snapshot>> {
    let sql = "SELECT seq, position, state, digest FROM snapshots \
               WHERE rollout = $1 AND rulebook = $2 AND seq <= $3 ORDER BY seq DESC LIMIT 1";
    let query = sqlx::query(sql).bind(rollout.to_string()).bind(rulebook).bind(signed(at_most));
    let row = query.fetch_optional(&store.reader).await?;
    row.as_ref().map(|row| snapshot(rulebook, row)).transpose()
}

pub(super) async fn keep(store: &Sqlite, rollout: RolloutId, snapshot: &Snapshot) -> Result<()> {
    let mut writer = store.writer.lock().await?;
    let mut tx = writer.begin_with("BEGIN IMMEDIATE").await?;
    let rollout = rollout.to_string();
    let sql = "DELETE FROM snapshots WHERE rollout = $1 AND (rulebook <> $2 OR seq / $3 = $4 / $3)";
    let query = sqlx::query(sql).bind(&rollout).bind(snapshot.rulebook);
    query.bind(signed(SNAPSHOT_EVERY)).bind(signed(snapshot.seq)).execute(&mut *tx).await?;
    let sql = "INSERT INTO snapshots (rollout, rulebook, seq, position, state, digest) VALUES ($1, $2, $3, $4, $5, $6)";
    let query = sqlx::query(sql).bind(&rollout).bind(snapshot.rulebook).bind(signed(snapshot.seq));
    let query = query.bind(signed(snapshot.position)).bind(&snapshot.state).bind(&snapshot.digest.bytes()[..]);
    query.execute(&mut *tx).await?;
    Ok(tx.commit().await?)
}
