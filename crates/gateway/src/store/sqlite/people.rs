//! Reading what is kept of people.

use super::{
    Sqlite,
    beside::{from_json, to_json},
    digest, number, parse, signed, unreadable,
};
use crate::store::{AccountRow, Change, Note, People, PersonRow, Proof, Result, SessionRow, SystemStored, folded};
use async_trait::async_trait;
use gateway_api::Grant;
use rollout::{Digest, PersonId, PlanSlug, Seq, TextHash, Timestamp};
use serde::{Serialize, de::DeserializeOwned};
use sqlx::{Row, sqlite::SqliteRow};
use std::collections::{BTreeMap, BTreeSet};

/// People with what they sign in with, and their grants as one JSON list.
const PEOPLE: &str = "SELECT people.*, login, (SELECT json_group_array(json_object('role', role, 'plan', plan, \
    'environment', environment, 'source', source) ORDER BY role, plan, environment, source) \
    FROM grants WHERE grants.person = people.id) AS granted \
    FROM people LEFT JOIN accounts ON accounts.person = people.id";

/// A value that is one word, as it is kept.
pub(super) fn word<T: Serialize>(value: &T) -> Result<String> {
    match serde_json::to_value(value).map_err(unreadable)? {
        serde_json::Value::String(word) => Ok(word),
        other => Err(unreadable(format!("{other} is no word"))),
    }
}

fn of_word<T: DeserializeOwned>(word: String) -> Result<T> {
    serde_json::from_value(serde_json::Value::String(word)).map_err(unreadable)
}

fn time(row: &SqliteRow, column: &str) -> Result<Option<Timestamp>> {
    Ok(row.try_get::<Option<i64>, _>(column)?.map(Timestamp::from_millis))
}

#[derive(serde::Deserialize)]
struct Granted {
    role: String,
    plan: String,
    environment: String,
    source: String,
}

fn grant(row: Granted) -> Result<Grant> {
    let plan = Some(row.plan).filter(|plan| !plan.is_empty()).map(PlanSlug::new).transpose().map_err(unreadable)?;
    let environment = Some(row.environment).filter(|environment| !environment.is_empty());
    Ok(Grant { role: of_word(row.role)?, plan, environment, source: of_word(row.source)? })
}

fn person(row: &SqliteRow) -> Result<PersonRow> {
    let granted: Vec<Granted> = from_json(row.try_get("granted")?)?;
    Ok(PersonRow {
        id: parse(row.try_get("id")?)?,
        name: row.try_get("name")?,
        login: row.try_get("login")?,
        grants: granted.into_iter().map(grant).collect::<Result<_>>()?,
        seen: time(row, "seen_at")?,
        disabled: time(row, "disabled_at")?.is_some(),
        erased: time(row, "erased_at")?.is_some(),
    })
}

fn session(row: &SqliteRow) -> Result<SessionRow> {
    let time = |column| Ok::<_, sqlx::Error>(Timestamp::from_millis(row.try_get(column)?));
    Ok(SessionRow {
        token: Digest::try_from(row.try_get::<String, _>("token_hash")?).map_err(unreadable)?,
        id: row.try_get("id")?,
        person: parse(row.try_get("person")?)?,
        begun: time("begun_at")?,
        seen: time("seen_at")?,
        ends: time("ends_at")?,
        proof: Proof { at: time("proven_at")?, by: of_word(row.try_get("proven_by")?)? },
        agent: row.try_get("agent")?,
    })
}

fn account(row: &SqliteRow) -> Result<AccountRow> {
    Ok(AccountRow {
        person: parse(row.try_get("person")?)?,
        login: row.try_get("login")?,
        password: row.try_get("password")?,
        disabled: time(row, "disabled_at")?.is_some(),
    })
}

fn stored(row: &SqliteRow) -> Result<SystemStored> {
    Ok(SystemStored {
        seq: number(row.try_get("seq")?)?,
        bytes: row.try_get("bytes")?,
        leaf: digest(row.try_get("leaf")?)?,
        recorded_at: Timestamp::from_millis(row.try_get("recorded_at")?),
    })
}

#[async_trait]
impl People for Sqlite {
    async fn people(&self) -> Result<Vec<PersonRow>> {
        let sql = format!("{PEOPLE} ORDER BY people.id");
        sqlx::query(sqlx::AssertSqlSafe(sql)).fetch_all(&self.reader).await?.iter().map(person).collect()
    }

    async fn person(&self, id: PersonId) -> Result<Option<PersonRow>> {
        let sql = format!("{PEOPLE} WHERE people.id = $1");
        let query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(id.to_string());
        query.fetch_optional(&self.reader).await?.as_ref().map(person).transpose()
    }

    async fn names(&self, people: &BTreeSet<PersonId>) -> Result<BTreeMap<PersonId, String>> {
        let sql = "SELECT id, name FROM people WHERE id IN (SELECT value FROM json_each($1))";
        let rows = sqlx::query(sql).bind(to_json(people)?).fetch_all(&self.reader).await?;
        rows.iter().map(|row| Ok((parse(row.try_get("id")?)?, row.try_get("name")?))).collect()
    }

    async fn account(&self, login: &str) -> Result<Option<AccountRow>> {
        let sql = "SELECT accounts.*, disabled_at FROM accounts JOIN people ON id = person WHERE folded = $1";
        let row = sqlx::query(sql).bind(folded(login)).fetch_optional(&self.reader).await?;
        row.as_ref().map(account).transpose()
    }

    async fn account_of(&self, person: PersonId) -> Result<Option<AccountRow>> {
        let sql = "SELECT accounts.*, disabled_at FROM accounts JOIN people ON id = person WHERE person = $1";
        let row = sqlx::query(sql).bind(person.to_string()).fetch_optional(&self.reader).await?;
        row.as_ref().map(account).transpose()
    }

    async fn has_accounts(&self) -> Result<bool> {
        let sql = "SELECT EXISTS (SELECT 1 FROM accounts)";
        Ok(sqlx::query(sql).fetch_one(&self.reader).await?.try_get::<i64, _>(0)? == 1)
    }

    async fn subject(&self, issuer: &str, subject: &str) -> Result<Option<PersonId>> {
        let sql = "SELECT person FROM provider_subjects WHERE issuer = $1 AND subject = $2";
        let row = sqlx::query(sql).bind(issuer).bind(subject).fetch_optional(&self.reader).await?;
        row.map(|row| parse(row.try_get("person")?)).transpose()
    }

    async fn subject_of(&self, issuer: &str, person: PersonId) -> Result<Option<String>> {
        let sql = "SELECT subject FROM provider_subjects WHERE issuer = $1 AND person = $2";
        let row = sqlx::query(sql).bind(issuer).bind(person.to_string()).fetch_optional(&self.reader).await?;
        Ok(row.map(|row| row.try_get("subject")).transpose()?)
    }

    async fn session(&self, token: &Digest, now: Timestamp) -> Result<Option<(SessionRow, PersonRow)>> {
        let sql = "SELECT * FROM sessions WHERE token_hash = $1 AND ends_at > $2";
        let query = sqlx::query(sql).bind(token.to_string()).bind(now.millis());
        let Some(row) = query.fetch_optional(&self.reader).await? else { return Ok(None) };
        let session = session(&row)?;
        let person = self.person(session.person).await?;
        Ok(person.filter(|person| !person.disabled && !person.erased).map(|person| (session, person)))
    }

    async fn sessions_of(&self, person: PersonId, now: Timestamp) -> Result<Vec<SessionRow>> {
        let sql = "SELECT * FROM sessions WHERE person = $1 AND ends_at > $2 ORDER BY begun_at DESC, id DESC";
        let query = sqlx::query(sql).bind(person.to_string()).bind(now.millis());
        query.fetch_all(&self.reader).await?.iter().map(session).collect()
    }

    async fn seen(&self, token: &Digest, at: Timestamp) -> Result<()> {
        let mut writer = self.writer.lock().await?;
        let sql = "UPDATE people SET seen_at = $1 WHERE id = (SELECT person FROM sessions WHERE token_hash = $2); \
                   UPDATE sessions SET seen_at = $1 WHERE token_hash = $2";
        let query = sqlx::query(sql).bind(at.millis()).bind(token.to_string());
        query.execute(&mut *writer).await?;
        Ok(())
    }

    async fn change(&self, changes: Vec<Change>, notes: Vec<Note>, now: Timestamp) -> Result<()> {
        super::changes::change(self, changes, notes, now).await
    }

    async fn system_head(&self) -> Result<Seq> {
        let row = sqlx::query("SELECT coalesce(max(seq), 0) FROM system_records").fetch_one(&self.reader).await?;
        number(row.try_get(0)?)
    }

    async fn system_records(&self, after: Seq, limit: u32) -> Result<Vec<SystemStored>> {
        let sql = "SELECT * FROM system_records WHERE seq > $1 ORDER BY seq LIMIT $2";
        let rows = sqlx::query(sql).bind(signed(after)).bind(limit).fetch_all(&self.reader).await?;
        rows.iter().map(stored).collect()
    }

    async fn system_records_before(&self, before: Seq, limit: u32) -> Result<Vec<SystemStored>> {
        let sql = "SELECT * FROM system_records WHERE seq < $1 ORDER BY seq DESC LIMIT $2";
        let rows = sqlx::query(sql).bind(signed(before)).bind(limit).fetch_all(&self.reader).await?;
        rows.iter().map(stored).collect()
    }

    async fn system_texts(&self, hashes: &BTreeSet<TextHash>) -> Result<BTreeMap<TextHash, String>> {
        let sql = "SELECT hash, words FROM system_texts WHERE hash IN (SELECT value FROM json_each($1))";
        let rows = sqlx::query(sql).bind(to_json(hashes)?).fetch_all(&self.reader).await?;
        let row = |row: &SqliteRow| {
            let hash: String = row.try_get("hash")?;
            Ok((TextHash::try_from(hash).map_err(unreadable)?, row.try_get("words")?))
        };
        rows.iter().map(row).collect()
    }
}
