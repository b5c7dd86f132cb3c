//! Changes to people, and the system's ledger of them: one transaction.

use super::{Sqlite, number, people::word, signed};
use crate::store::{Change, ERASED, Note, Result, StoreError, folded};
use gateway_api::SystemRecord;
use rollout::{PersonId, Timestamp, record::leaf_hash, text::Spoken};
use sqlx::{Connection, Row, Sqlite as Db, SqliteConnection, Transaction};

/// Everything that knows an erased person's name or words, or lets them in.
const ERASE: &str = "DELETE FROM texts WHERE person = $1; DELETE FROM system_texts WHERE person = $1; \
    DELETE FROM answers WHERE person = $1; DELETE FROM beginnings WHERE person = $1; \
    DELETE FROM sessions WHERE person = $1; DELETE FROM accounts WHERE person = $1; \
    DELETE FROM provider_subjects WHERE person = $1; DELETE FROM grants WHERE person = $1";

pub(super) async fn change(store: &Sqlite, changes: Vec<Change>, notes: Vec<Note>, now: Timestamp) -> Result<()> {
    let erases = changes.iter().any(|change| matches!(change, Change::Erase { .. }));
    let mut writer = store.writer.lock().await?;
    // What is erased must not stay in the file where it was, nor in the log.
    if erases {
        sqlx::query("PRAGMA secure_delete = ON").execute(&mut *writer).await?;
    }
    // Immediate: the writing lock comes first, so that the head that is read here is the one that is followed.
    let mut tx = writer.begin_with("BEGIN IMMEDIATE").await?;
    for change in changes {
        one(&mut tx, change, now).await?;
    }
    record(&mut tx, &notes, now).await?;
    tx.commit().await?;
    // It is done by now, whatever comes of this.
    if erases && let Err(error) = clear_log(&mut writer).await {
        tracing::warn!(%error, "what was erased stands in the database's log until that is brought into the file");
    }
    Ok(())
}

/// Brings the log into the file, where what was deleted is overwritten.
async fn clear_log(writer: &mut SqliteConnection) -> Result<()> {
    sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(&mut *writer).await?;
    sqlx::query("PRAGMA secure_delete = OFF").execute(&mut *writer).await?;
    Ok(())
}

async fn one(tx: &mut Transaction<'_, Db>, change: Change, now: Timestamp) -> Result<()> {
    let at = now.millis();
    match change {
        Change::AddPerson { person, name } => {
            let query =
                sqlx::query("INSERT INTO people (id, name) VALUES ($1, $2)").bind(person.to_string()).bind(name);
            query.execute(&mut **tx).await?;
        }
        Change::Rename { person, name } => {
            let query = sqlx::query("UPDATE people SET name = $1 WHERE id = $2 AND erased_at IS NULL").bind(name);
            query.bind(person.to_string()).execute(&mut **tx).await?;
        }
        Change::AddAccount { person, login, password } => {
            let sql = "INSERT INTO accounts (person, login, folded, password) VALUES ($1, $2, $3, $4)";
            let query =
                sqlx::query(sql).bind(person.to_string()).bind(login.trim()).bind(folded(&login)).bind(password);
            query.execute(&mut **tx).await.map_err(|error| match error {
                sqlx::Error::Database(error) if error.is_unique_violation() => StoreError::LoginTaken,
                other => other.into(),
            })?;
        }
        Change::BeFirst => {
            let sql = "SELECT EXISTS (SELECT 1 FROM accounts)";
            if sqlx::query(sql).fetch_one(&mut **tx).await?.try_get::<i64, _>(0)? == 1 {
                return Err(StoreError::NotFirst);
            }
        }
        Change::SetPassword { person, password } => {
            let query = sqlx::query("UPDATE accounts SET password = $1 WHERE person = $2").bind(password);
            query.bind(person.to_string()).execute(&mut **tx).await?;
        }
        Change::Disable { person } => {
            let query = sqlx::query("UPDATE people SET disabled_at = coalesce(disabled_at, $1) WHERE id = $2").bind(at);
            query.bind(person.to_string()).execute(&mut **tx).await?;
        }
        Change::Enable { person } => {
            of_person(tx, "UPDATE people SET disabled_at = NULL WHERE id = $1", person).await?
        }
        Change::Grant { person, grant } => {
            let sql = "INSERT INTO grants (person, role, plan, environment, source, granted_at) \
                       VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING";
            let (plan, environment) = (grant.plan.map(String::from), grant.environment);
            let query =
                sqlx::query(sql).bind(person.to_string()).bind(word(&grant.role)?).bind(plan.unwrap_or_default());
            let query = query.bind(environment.unwrap_or_default()).bind(word(&grant.source)?).bind(at);
            query.execute(&mut **tx).await?;
        }
        Change::Revoke { person, grant } => {
            let sql =
                "DELETE FROM grants WHERE person = $1 AND role = $2 AND plan = $3 AND environment = $4 AND source = $5";
            let (plan, environment) = (grant.plan.map(String::from), grant.environment);
            let query =
                sqlx::query(sql).bind(person.to_string()).bind(word(&grant.role)?).bind(plan.unwrap_or_default());
            query.bind(environment.unwrap_or_default()).bind(word(&grant.source)?).execute(&mut **tx).await?;
        }
        Change::Bind { issuer, subject, person } => {
            let sql = "INSERT INTO provider_subjects (issuer, subject, person) VALUES ($1, $2, $3)";
            let query = sqlx::query(sql).bind(issuer).bind(subject).bind(person.to_string());
            query.execute(&mut **tx).await?;
        }
        Change::OpenSession(session) => {
            sqlx::query("DELETE FROM sessions WHERE ends_at <= $1").bind(at).execute(&mut **tx).await?;
            let sql = "INSERT INTO sessions (token_hash, id, person, begun_at, seen_at, ends_at, proven_at, proven_by, agent) \
                       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
            let query =
                sqlx::query(sql).bind(session.token.to_string()).bind(session.id).bind(session.person.to_string());
            let query = query.bind(session.begun.millis()).bind(session.seen.millis()).bind(session.ends.millis());
            let query = query.bind(session.proof.at.millis()).bind(word(&session.proof.by)?).bind(session.agent);
            query.execute(&mut **tx).await?;
            let query = sqlx::query("UPDATE people SET seen_at = $1 WHERE id = $2").bind(session.seen.millis());
            query.bind(session.person.to_string()).execute(&mut **tx).await?;
        }
        Change::Prove { session, proof } => {
            let query = sqlx::query("UPDATE sessions SET proven_at = $1, proven_by = $2 WHERE token_hash = $3");
            let query = query.bind(proof.at.millis()).bind(word(&proof.by)?).bind(session.to_string());
            query.execute(&mut **tx).await?;
        }
        Change::EndSession { session } => {
            let query = sqlx::query("DELETE FROM sessions WHERE token_hash = $1").bind(session.to_string());
            query.execute(&mut **tx).await?;
        }
        Change::EndSessionsOf { person } => of_person(tx, "DELETE FROM sessions WHERE person = $1", person).await?,
        Change::Erase { person } => {
            of_person(tx, ERASE, person).await?;
            let sql = "UPDATE people SET name = $1, seen_at = NULL, disabled_at = coalesce(disabled_at, $2), \
                       erased_at = coalesce(erased_at, $2) WHERE id = $3";
            sqlx::query(sql).bind(ERASED).bind(at).bind(person.to_string()).execute(&mut **tx).await?;
        }
    }
    Ok(())
}

async fn of_person(tx: &mut Transaction<'_, Db>, sql: &'static str, person: PersonId) -> Result<()> {
    sqlx::query(sql).bind(person.to_string()).execute(&mut **tx).await?;
    Ok(())
}

/// Writes the next records of the system's ledger.
pub(super) async fn record(tx: &mut Transaction<'_, Db>, notes: &[Note], now: Timestamp) -> Result<()> {
    if notes.is_empty() {
        return Ok(());
    }
    let sql = "SELECT coalesce(max(seq), 0), coalesce(max(recorded_at), 0) FROM system_records";
    let row = sqlx::query(sql).fetch_one(&mut **tx).await?;
    let mut seq = number(row.try_get(0)?)?;
    let time = now.max(Timestamp::from_millis(row.try_get(1)?));
    for Note { actor, event, texts } in notes {
        seq += 1;
        let bytes = SystemRecord::new(seq, time, *actor, event.clone()).bytes();
        let sql = "INSERT INTO system_records (seq, bytes, leaf, recorded_at) VALUES ($1, $2, $3, $4)";
        let leaf = leaf_hash(&bytes).bytes().to_vec();
        let query = sqlx::query(sql).bind(signed(seq)).bind(bytes).bind(leaf).bind(time.millis());
        query.execute(&mut **tx).await?;
        for (person, Spoken { hash, salt, words }) in texts {
            let sql = "INSERT INTO system_texts (hash, salt, words, person) VALUES ($1, $2, $3, $4)";
            let query =
                sqlx::query(sql).bind(hash.to_string()).bind(salt.to_vec()).bind(words).bind(person.to_string());
            query.execute(&mut **tx).await?;
        }
    }
    Ok(())
}
