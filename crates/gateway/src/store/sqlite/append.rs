//! The one transaction of a command: its records, its words, its answer.

use super::{Sqlite, signed};
use crate::store::{AHEAD, Answer, Append, Claim, Result, StoreError};
use rollout::{Digest, Millis, Seq, text::Spoken, time::DAY};
use sqlx::{Connection, QueryBuilder, Row, Sqlite as Db, Transaction};
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::oneshot;

/// How long an answer is kept for whoever repeats the request.
const ANSWERS_KEPT: Millis = 7 * DAY;
/// How many records are written in one trip.
const TOGETHER: usize = 16;

/// Appends that wait for the one writer: whoever is next takes all that wait into one transaction, so that they share
/// its fsync.
#[derive(Debug, Default)]
pub(super) struct Queue {
    waiting: Mutex<Vec<Waiting>>,
    turn: tokio::sync::Mutex<()>,
}

#[derive(Debug)]
struct Waiting {
    appends: Vec<Append>,
    ahead: Option<Millis>,
    done: oneshot::Sender<Result<Vec<u64>>>,
}

pub(super) async fn append(store: &Sqlite, appends: Vec<Append>, ahead: Option<Millis>) -> Result<Vec<u64>> {
    let (done, mut outcome) = oneshot::channel();
    open(&store.queue).push(Waiting { appends, ahead, done });
    let outcome = tokio::select! {
        biased;
        // Somebody before took this one along.
        outcome = &mut outcome => outcome,
        _turn = store.queue.turn.lock() => {
            let waiting = std::mem::take(&mut *open(&store.queue));
            write(store, waiting).await;
            outcome.await
        }
    };
    // Dropped only with whoever was writing: nobody knows how that ended.
    outcome.unwrap_or(Err(StoreError::Failed(sqlx::Error::WorkerCrashed)))
}

fn open(queue: &Queue) -> MutexGuard<'_, Vec<Waiting>> {
    queue.waiting.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn write(store: &Sqlite, waiting: Vec<Waiting>) {
    if waiting.len() > 1 {
        let all: Vec<_> = waiting.iter().map(|one| (one.appends.as_slice(), one.ahead)).collect();
        if let Ok(positions) = transaction(store, &all).await {
            // Whoever asked may have gone.
            waiting.into_iter().zip(positions).for_each(|(one, positions)| drop(one.done.send(Ok(positions))));
            return;
        }
    }
    // Alone, or together with one that cannot be: then each by itself.
    for Waiting { appends, ahead, done } in waiting {
        let outcome = transaction(store, &[(&appends, ahead)]).await;
        drop(done.send(outcome.map(|positions| positions.into_iter().flatten().collect())));
    }
}

async fn transaction(store: &Sqlite, all: &[(&[Append], Option<Millis>)]) -> Result<Vec<Vec<u64>>> {
    // Immediate: the writing lock comes first, so that what is read here is what is written upon.
    let mut writer = store.writer.lock().await?;
    let mut tx = writer.begin_with("BEGIN IMMEDIATE").await?;
    let appends: Vec<&Append> = all.iter().flat_map(|(appends, _)| appends.iter()).collect();
    for append in &appends {
        begin(&mut tx, append).await?;
    }
    let mut last = rows(&mut tx, &appends).await?.into_iter();
    for append in appends {
        super::changes::record(&mut tx, &append.notes, append.recorded_at).await?;
    }
    for ahead in all.iter().filter_map(|(_, ahead)| *ahead) {
        super::beside::set_setting(&mut *tx, AHEAD, &ahead.to_string()).await?;
    }
    tx.commit().await?;
    Ok(all.iter().map(|(appends, _)| last.by_ref().take(appends.len()).collect()).collect())
}

/// The rollout, if it begins, and the flags it takes and gives back.
async fn begin(tx: &mut Transaction<'_, Db>, append: &Append) -> Result<()> {
    let rollout = append.rollout.to_string();
    if let Some(begin) = &append.begin {
        let sql = "INSERT INTO plans (digest, bytes) VALUES ($1, $2) ON CONFLICT DO NOTHING";
        sqlx::query(sql).bind(begin.plan_digest.to_string()).bind(&begin.plan).execute(&mut **tx).await?;
        let sql = "INSERT INTO rollouts (id, environment, plan) VALUES ($1, $2, $3)";
        let query = sqlx::query(sql).bind(&rollout).bind(&begin.environment).bind(begin.plan_digest.to_string());
        query.execute(&mut **tx).await?;
    }
    if let Some(claims) = &append.claims {
        sqlx::query("DELETE FROM claims WHERE rollout = $1").bind(&rollout).execute(&mut **tx).await?;
        for claim in claims {
            take(tx, claim, &rollout, append.begin.is_some()).await?;
        }
    }
    Ok(())
}

/// Writes answers, words and records. Gives the position of each append's last record.
async fn rows(tx: &mut Transaction<'_, Db>, appends: &[&Append]) -> Result<Vec<u64>> {
    let mut stored = Vec::new();
    for (mut sql, records) in trips(appends) {
        let written = sql.build().fetch_all(&mut **tx).await.map_err(|error| match error {
            // Records are written only where there is none, and salts make words unique: so it is an answer's.
            sqlx::Error::Database(error) if error.is_unique_violation() => StoreError::KeyTaken,
            other => other.into(),
        })?;
        if written.len() < records {
            return Err(StoreError::VersionMoved);
        }
        stored.extend(written);
    }
    let mut stored = stored.iter();
    let last = |append: &&Append| match stored.by_ref().take(append.records.len()).last() {
        Some(row) => super::number(row.try_get("position")?),
        None => Ok(0),
    };
    appends.iter().map(last).collect()
}

/// What goes to the database together, and how many records it holds: a trip costs as much as a dozen rows.
fn trips(appends: &[&Append]) -> Vec<(QueryBuilder<Db>, usize)> {
    let records = appends.iter().flat_map(|append| (append.expected..).zip(&append.records).map(move |r| (append, r)));
    let mut trips = vec![(beside(appends), 0)];
    for (append, (before, record)) in records {
        if trips.last().is_none_or(|(_, records)| *records == TOGETHER) {
            trips.push((QueryBuilder::new(""), 0));
        }
        if let Some((sql, records)) = trips.last_mut() {
            follow(sql, append, before, record);
            *records += 1;
        }
    }
    trips
}

/// Answers and words.
fn beside(appends: &[&Append]) -> QueryBuilder<Db> {
    let mut sql = QueryBuilder::new("");
    let answers = |begun: bool| {
        appends.iter().filter(move |a| a.begin.is_some() == begun).filter_map(|a| Some((a, a.answer.as_ref()?)))
    };
    for (append, answer) in answers(true) {
        let Answer { person, key, asked, answer } = answer;
        sql.push("DELETE FROM beginnings WHERE stored_at < ")
            .push_bind(append.recorded_at.plus(-ANSWERS_KEPT).millis());
        sql.push("; INSERT INTO beginnings (person, key, asked, answer, stored_at) VALUES (");
        let mut values = sql.separated(", ");
        values.push_bind(person.to_string()).push_bind(key.clone()).push_bind(asked.to_string());
        values.push_bind(answer.clone()).push_bind(append.recorded_at.millis()).push_unseparated("); ");
    }
    if let Some(at) = answers(false).map(|(append, _)| append.recorded_at).min() {
        sql.push("DELETE FROM answers WHERE stored_at < ").push_bind(at.plus(-ANSWERS_KEPT).millis());
        sql.push("; INSERT INTO answers (rollout, person, key, asked, answer, stored_at) ");
        sql.push_values(answers(false), |mut values, (append, Answer { person, key, asked, answer })| {
            values.push_bind(append.rollout.to_string()).push_bind(person.to_string()).push_bind(key.clone());
            values.push_bind(asked.to_string()).push_bind(answer.clone()).push_bind(append.recorded_at.millis());
        });
        sql.push("; ");
    }
    let mut texts = appends.iter().flat_map(|append| append.texts.iter().map(move |text| (append, text))).peekable();
    if texts.peek().is_some() {
        sql.push("INSERT INTO texts (rollout, hash, salt, words, person) ");
        sql.push_values(texts, |mut values, (append, (person, Spoken { hash, salt, words }))| {
            values.push_bind(append.rollout.to_string()).push_bind(hash.to_string()).push_bind(salt.to_vec());
            values.push_bind(words.clone()).push_bind(person.to_string());
        });
        sql.push("; ");
    }
    sql
}

/// A record, only upon the one before it: if it is written, this gives its position.
fn follow(sql: &mut QueryBuilder<Db>, append: &Append, before: Seq, (bytes, leaf): &(Vec<u8>, Digest)) {
    let rollout = append.rollout.to_string();
    let mut values = sql.push("INSERT INTO records (rollout, seq, bytes, leaf, recorded_at) SELECT ").separated(", ");
    values.push_bind(rollout.clone()).push_bind(signed(before + 1)).push_bind(bytes.clone());
    values.push_bind(leaf.bytes().to_vec()).push_bind(append.recorded_at.millis());
    sql.push(" WHERE (SELECT coalesce(max(seq), 0) FROM records WHERE rollout = ").push_bind(rollout);
    sql.push(") = ").push_bind(signed(before)).push(" RETURNING position; ");
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
