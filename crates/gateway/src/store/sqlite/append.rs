//! The one transaction of a command: its records, its words, its answer.

use super::{Sqlite, signed};
use crate::store::{AHEAD, Answer, Append, Claim, Result, StoreError};
use rollout::{Millis, Seq, Timestamp, time::DAY};
use sqlx::{Row, Sqlite as Db, Transaction};

/// How long an answer is kept for whoever repeats the request.
const ANSWERS_KEPT: Millis = 7 * DAY;

pub(super) async fn append(store: &Sqlite, appends: &[Append], ahead: Option<Millis>) -> Result<Vec<u64>> {
    // Immediate: the writing lock comes first, so that what is read here is what is written upon.
    let mut tx = store.writer.begin_with("BEGIN IMMEDIATE").await?;
    let mut positions = Vec::new();
    for append in appends {
        positions.push(one(&mut tx, append).await?);
    }
    if let Some(ahead) = ahead {
        super::beside::set_setting(&mut *tx, AHEAD, &ahead.to_string()).await?;
    }
    tx.commit().await?;
    Ok(positions)
}

async fn one(tx: &mut Transaction<'_, Db>, append: &Append) -> Result<u64> {
    let rollout = append.rollout.to_string();
    if let Some(begin) = &append.begin {
        let sql = "INSERT INTO plans (digest, bytes) VALUES ($1, $2) ON CONFLICT DO NOTHING";
        sqlx::query(sql).bind(begin.plan_digest.to_string()).bind(&begin.plan).execute(&mut **tx).await?;
        let sql = "INSERT INTO rollouts (id, environment, plan) VALUES ($1, $2, $3)";
        let query = sqlx::query(sql).bind(&rollout).bind(&begin.environment).bind(begin.plan_digest.to_string());
        query.execute(&mut **tx).await?;
    }
    let head = sqlx::query("SELECT coalesce(max(seq), 0) FROM records WHERE rollout = $1").bind(&rollout);
    let head: i64 = head.fetch_one(&mut **tx).await?.try_get(0)?;
    if head != signed(append.expected) {
        return Err(StoreError::VersionMoved);
    }
    if let Some(claims) = &append.claims {
        sqlx::query("DELETE FROM claims WHERE rollout = $1").bind(&rollout).execute(&mut **tx).await?;
        for claim in claims {
            take(tx, claim, &rollout, append.begin.is_some()).await?;
        }
    }
    let mut position = 0;
    for (index, (bytes, leaf)) in append.records.iter().enumerate() {
        let sql = "INSERT INTO records (rollout, seq, bytes, leaf, recorded_at) VALUES ($1, $2, $3, $4, $5)";
        let seq = signed(append.expected + index as Seq + 1);
        let query = sqlx::query(sql).bind(&rollout).bind(seq).bind(bytes).bind(&leaf.bytes()[..]);
        let done = query.bind(append.recorded_at.millis()).execute(&mut **tx).await?;
        position = super::number(done.last_insert_rowid())?;
    }
    for (person, spoken) in &append.texts {
        let sql = "INSERT INTO texts (rollout, hash, salt, words, person) VALUES ($1, $2, $3, $4, $5)";
        let query = sqlx::query(sql).bind(&rollout).bind(spoken.hash.to_string()).bind(&spoken.salt[..]);
        query.bind(&spoken.words).bind(person.to_string()).execute(&mut **tx).await?;
    }
    if let Some(answer) = &append.answer {
        match append.begin {
            Some(_) => keep_beginning(tx, answer, append.recorded_at).await?,
            None => keep(tx, &rollout, answer, append.recorded_at).await?,
        }
    }
    Ok(position)
}

async fn keep(tx: &mut Transaction<'_, Db>, rollout: &str, answer: &Answer, at: Timestamp) -> Result<()> {
    let old = at.plus(-ANSWERS_KEPT).millis();
    sqlx::query("DELETE FROM answers WHERE stored_at < $1").bind(old).execute(&mut **tx).await?;
    let sql = "INSERT INTO answers (rollout, person, key, asked, answer, stored_at) VALUES ($1, $2, $3, $4, $5, $6)";
    let query = sqlx::query(sql).bind(rollout).bind(answer.person.to_string()).bind(&answer.key);
    let query = query.bind(answer.asked.to_string()).bind(&answer.answer).bind(at.millis());
    query.execute(&mut **tx).await?;
    Ok(())
}

async fn keep_beginning(tx: &mut Transaction<'_, Db>, answer: &Answer, at: Timestamp) -> Result<()> {
    let old = at.plus(-ANSWERS_KEPT).millis();
    sqlx::query("DELETE FROM beginnings WHERE stored_at < $1").bind(old).execute(&mut **tx).await?;
    let sql = "INSERT INTO beginnings (person, key, asked, answer, stored_at) VALUES ($1, $2, $3, $4, $5)";
    let query = sqlx::query(sql).bind(answer.person.to_string()).bind(&answer.key).bind(answer.asked.to_string());
    query.bind(&answer.answer).bind(at.millis()).execute(&mut **tx).await?;
    Ok(())
}

async fn take(tx: &mut Transaction<'_, Db>, claim: &Claim, rollout: &str, is_needed: bool) -> Result<()> {
    let sql = "INSERT INTO claims (backend, environment, flag_key, rollout) VALUES ($1, $2, $3, $4)";
    let query = sqlx::query(sql).bind(&claim.backend).bind(&claim.environment).bind(&claim.flag_key).bind(rollout);
    match query.execute(&mut **tx).await {
        Err(sqlx::Error::Database(error)) if error.is_unique_violation() => match is_needed {
            true => Err(StoreError::FlagHeld(claim.flag_key.clone())),
            false => Ok(()),
        },
        done => Ok(done.map(|_| ())?),
    }
}
