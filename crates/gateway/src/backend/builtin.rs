//! The built-in backend: flags in the gateway's own database, evaluated by OFREP. It takes no short cut: delivery
//! reaches it as it reaches any other. Who gets a flag is worked out in [`super::who`].

use super::{Backend, BackendError, Place};
use crate::store::{Sqlite, Store, StoreError};
use async_trait::async_trait;
use gateway_api::{Absence, backends::Told};
use rollout::{Exposure, facts::Capabilities};
use sqlx::{Row, SqliteConnection, sqlite::SqliteRow};
use std::{collections::BTreeMap, ops::DerefMut};

/// How much room is made for writes on a full disk: some thirty flags can be set before the log is written over again.
const ROOM: i64 = 1 << 18;

/// Flags in SQLite.
#[derive(Debug, Clone)]
pub struct BuiltIn {
    db: Sqlite,
}

fn failed(error: sqlx::Error) -> BackendError {
    BackendError::Unreachable(error.to_string())
}

fn exposure(row: &SqliteRow) -> Result<Exposure, BackendError> {
    let text: String = row.try_get("exposure").map_err(failed)?;
    serde_json::from_str(&text).map_err(|e| BackendError::Refused(format!("{text} is no exposure: {e}")))
}

impl BuiltIn {
    /// Every percentage that an exposure can have, and segments.
    pub const CAPABILITIES: Capabilities = Capabilities { percentage_step_ppm: Some(1), segments: true };
    /// As it stands in claims.
    pub const KIND: &str = "built-in";

    pub fn new(db: Sqlite) -> Self {
        Self { db }
    }

    /// Takes over the flags of a data directory that kept them in the store's own file.
    pub async fn take_over(&self, store: &Sqlite) -> Result<(), sqlx::Error> {
        let old = sqlx::query("SELECT environment, key, exposure FROM builtin_flags").fetch_all(&store.reader).await?;
        for row in old {
            let sql =
                "INSERT INTO builtin_flags (environment, key, exposure) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
            let query = sqlx::query(sql).bind(row.try_get::<String, _>("environment")?);
            let query = query.bind(row.try_get::<String, _>("key")?).bind(row.try_get::<String, _>("exposure")?);
            query.execute(&mut *self.db.writer.lock().await?).await?;
        }
        Ok(())
    }

    /// Makes room for lowering flags on a disk that is full by then: the log grows once, and after that it is brought into
    /// the file at every write, so that it is written over from its beginning and needs to grow no more.
    pub async fn make_room(&self) -> Result<(), sqlx::Error> {
        let mut writer = self.db.writer.lock().await?;
        sqlx::query("PRAGMA wal_autocheckpoint = 1").execute(&mut *writer).await?;
        let sql = "INSERT INTO settings (key, value) VALUES ('room', printf('%.*c', $1, ' '))";
        sqlx::query(sql).bind(ROOM).execute(&mut *writer).await?;
        sqlx::query("DELETE FROM settings WHERE key = 'room'").execute(&mut *writer).await?;
        Ok(())
    }

    async fn writer(&self) -> Result<impl DerefMut<Target = SqliteConnection>, BackendError> {
        self.db.writer.lock().await.map_err(failed)
    }

    /// Closes what was opened beside a gateway.
    pub async fn leave(&self) {
        self.db.leave().await;
    }

    /// Brings the log into the file.
    pub async fn close(&self) -> Result<(), StoreError> {
        self.db.close().await
    }
}

#[cfg(test)]
impl BuiltIn {
    /// As if somebody had deleted the flag.
    pub async fn delete(&self, key: &str) {
        let query = sqlx::query("DELETE FROM builtin_flags WHERE key = $1").bind(key);
        query.execute(&mut *self.db.writer.lock().await.expect("is free")).await.expect("deletes");
    }
}

#[async_trait]
impl Backend for BuiltIn {
    fn kind(&self) -> &'static str {
        Self::KIND
    }

    fn place(&self) -> Place {
        Place::default()
    }

    fn capabilities(&self) -> Capabilities {
        Self::CAPABILITIES
    }

    async fn tell(&self) -> Result<Told, BackendError> {
        let read = sqlx::query("SELECT 1 FROM builtin_flags LIMIT 1").fetch_optional(&self.db.reader).await;
        read.map_err(|error| {
            tracing::error!(%error, "the built-in backend's flags cannot be read");
            BackendError::Unreachable("its flags cannot be read; the gateway's log tells more".to_owned())
        })?;
        // It is part of the gateway, and takes whatever environment a plan names.
        Ok(Told { version: env!("CARGO_PKG_VERSION").to_owned(), environments: vec![] })
    }

    async fn get(&self, environment: &str, key: &str) -> Result<Exposure, BackendError> {
        let sql = "SELECT exposure FROM builtin_flags WHERE environment = $1 AND key = $2";
        let row = sqlx::query(sql).bind(environment).bind(key).fetch_optional(&self.db.reader).await;
        exposure(&row.map_err(failed)?.ok_or(BackendError::FlagMissing)?)
    }

    async fn all(&self, environment: &str) -> Result<BTreeMap<String, Exposure>, BackendError> {
        let sql = "SELECT key, exposure FROM builtin_flags WHERE environment = $1";
        let rows = sqlx::query(sql).bind(environment).fetch_all(&self.db.reader).await.map_err(failed)?;
        rows.iter().map(|row| Ok((row.try_get("key").map_err(failed)?, exposure(row)?))).collect()
    }

    async fn why_missing(&self, _environment: &str, keys: &[String]) -> Result<Vec<Absence>, BackendError> {
        Ok(vec![Absence::NotMade; keys.len()])
    }

    async fn create(&self, environment: &str, key: &str) -> Result<(), BackendError> {
        let sql = "INSERT INTO builtin_flags (environment, key, exposure) VALUES ($1, $2, '\"off\"') \
                   ON CONFLICT DO NOTHING";
        let query = sqlx::query(sql).bind(environment).bind(key);
        query.execute(&mut *self.writer().await?).await.map_err(failed)?;
        Ok(())
    }

    async fn set(&self, environment: &str, key: &str, to: &Exposure) -> Result<(), BackendError> {
        let text = serde_json::to_string(to).map_err(|e| BackendError::Refused(e.to_string()))?;
        let sql = "UPDATE builtin_flags SET exposure = $3 WHERE environment = $1 AND key = $2";
        let query = sqlx::query(sql).bind(environment).bind(key).bind(text);
        let done = query.execute(&mut *self.writer().await?).await.map_err(failed)?;
        match done.rows_affected() {
            0 => Err(BackendError::FlagMissing),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn does_what_every_backend_does() {
        let dir = tempfile::tempdir().expect("a directory");
        let db = Sqlite::open(&dir.path().join("flags.db")).await.expect("opens");
        let backend = BuiltIn::new(db);
        for key in ["CONFORMANCE_A", "CONFORMANCE_B"] {
            backend.create("production", key).await.expect("creates");
        }
        crate::backend::conformance::check(&backend, "production", ["CONFORMANCE_A", "CONFORMANCE_B"]).await;
    }
}
