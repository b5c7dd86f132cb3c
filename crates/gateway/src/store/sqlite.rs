//! The store on SQLite: write-ahead log, fsync at every commit, one writer.

mod append;
mod beside;
mod changes;
mod people;
mod snapshots;
mod writer;

use super::{Answer, Append, Claim, Result, RolloutRow, Snapshot, Store, StoreError, Stored};
use anyhow::ensure;
use async_trait::async_trait;
use gateway_api::Attempt;
use rollout::{Digest, Millis, PersonId, RolloutId, Seq, TextHash, Timestamp, text::Spoken};
use sqlx::{
    Row, SqlSafeStr, SqlitePool,
    migrate::{Migration, MigrationType, Migrator},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteRow, SqliteSynchronous},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    sync::Arc,
    time::Duration,
};
use writer::Writer;

const MIGRATIONS: [(i64, &str, &str); 4] = [
    (1, "first", include_str!("../../migrations/sqlite/0001_first.sql")),
    (2, "snapshots", include_str!("../../migrations/sqlite/0002_snapshots.sql")),
    (3, "beginnings", include_str!("../../migrations/sqlite/0003_beginnings.sql")),
    (4, "identity", include_str!("../../migrations/sqlite/0004_identity.sql")),
];

/// SQLite in a file.
#[derive(Debug, Clone)]
pub struct Sqlite {
    pub(crate) writer: Arc<Writer>,
    pub(crate) reader: SqlitePool,
    queue: Arc<append::Queue>,
}

impl Sqlite {
    /// Opens the file, making it if it is not there, and brings its schema up to date.
    ///
    /// Errors: it cannot be opened, or a newer Signalbox has upgraded it.
    pub async fn open(file: &Path) -> anyhow::Result<Self> {
        let options = options(file).create_if_missing(true).journal_mode(SqliteJournalMode::Wal);
        let writer = Writer::new(options.clone());
        migrator(MIGRATIONS.len()).run(&mut *writer.lock().await?).await?;
        let reader = pool(4).connect_with(options.create_if_missing(false)).await?;
        Ok(Self { writer: Arc::new(writer), reader, queue: Arc::default() })
    }

    /// Opens a file that is there as it is, perhaps beside a gateway that has it: for what reads alone.
    ///
    /// Errors: it cannot be opened, or has another schema than this Signalbox's.
    pub async fn beside(file: &Path) -> anyhow::Result<Self> {
        let writer = Arc::new(Writer::new(options(file)));
        let reader = pool(1).connect_with(options(file)).await?;
        let row = sqlx::query("SELECT max(version) FROM _sqlx_migrations").fetch_one(&reader).await?;
        let (found, own): (i64, i64) = (row.try_get(0)?, MIGRATIONS[MIGRATIONS.len() - 1].0);
        ensure!(
            found == own,
            "it has schema {found}, and this Signalbox knows {own}: use the Signalbox that serves it, or start this one \
             on it first"
        );
        Ok(Self { writer, reader, queue: Arc::default() })
    }

    /// Closes what [`Sqlite::beside`] opened.
    pub async fn leave(&self) {
        self.reader.close().await;
    }

    /// Where each ledger ends.
    pub async fn heads(&self) -> Result<BTreeMap<RolloutId, (Seq, Digest)>> {
        let sql = "SELECT rollout, seq, leaf FROM records JOIN rollouts ON rollout = rollouts.id \
                   WHERE seq = (SELECT max(seq) FROM records WHERE rollout = rollouts.id)";
        let head = |row: &SqliteRow| {
            let leaf: Vec<u8> = row.try_get("leaf")?;
            Ok((parse(row.try_get("rollout")?)?, (number(row.try_get("seq")?)?, digest(leaf)?)))
        };
        sqlx::query(sql).fetch_all(&self.reader).await?.iter().map(head).collect()
    }

    /// Everything that was said in a ledger, and by whom.
    pub async fn all_texts(&self, rollout: RolloutId) -> Result<Vec<(PersonId, Spoken)>> {
        beside::all_texts(self, rollout).await
    }

    /// Everything behind hashes in the system's own ledger, and whom it is about.
    pub async fn all_system_texts(&self) -> Result<Vec<(PersonId, Spoken)>> {
        beside::all_system_texts(self).await
    }

    /// The end of the system's own ledger, if it has begun.
    pub async fn system_end(&self) -> Result<Option<(Seq, Digest)>> {
        let sql = "SELECT seq, leaf FROM system_records ORDER BY seq DESC LIMIT 1";
        let row = sqlx::query(sql).fetch_optional(&self.reader).await?;
        row.map(|row| Ok((number(row.try_get("seq")?)?, digest(row.try_get("leaf")?)?))).transpose()
    }

    /// Ends every session.
    pub async fn close_sessions(&self) -> Result<()> {
        sqlx::query("DELETE FROM sessions").execute(&mut *self.writer.lock().await?).await?;
        Ok(())
    }

    /// Writes a whole and sound copy into a file that is not there yet. Nobody waits for it.
    pub async fn copy_into(&self, file: &str) -> Result<()> {
        sqlx::query("VACUUM INTO $1").bind(file).execute(&self.reader).await?;
        Ok(())
    }
}

/// The first so many migrations.
fn migrator(first: usize) -> Migrator {
    let migration = |(version, name, sql): (i64, &'static str, &'static str)| {
        Migration::new(version, name.into(), MigrationType::Simple, sql.into_sql_str(), false)
    };
    Migrator::with_migrations(MIGRATIONS.into_iter().take(first).map(migration).collect())
}

fn options(file: &Path) -> SqliteConnectOptions {
    let options = SqliteConnectOptions::new().filename(file).synchronous(SqliteSynchronous::Full);
    options.foreign_keys(true).busy_timeout(Duration::from_secs(5))
}

fn pool(most: u32) -> SqlitePoolOptions {
    // Connections stay: to open one anew takes room on the disk, which may be full by then. And they are used as they are:
    // there is no line to a server that could have broken.
    let pool = SqlitePoolOptions::new().max_connections(most).idle_timeout(None).max_lifetime(None);
    pool.acquire_timeout(Duration::from_secs(10)).test_before_acquire(false)
}

fn unreadable(what: impl std::fmt::Display) -> StoreError {
    StoreError::Unreadable(what.to_string())
}

fn parse<T: std::str::FromStr<Err: std::fmt::Display>>(text: &str) -> Result<T> {
    text.parse().map_err(|e| unreadable(format!("\"{text}\": {e}")))
}

fn number(value: i64) -> Result<u64> {
    u64::try_from(value).map_err(|_| unreadable(format!("{value} is negative")))
}

/// SQLite's integers have a sign; sequence numbers and positions never reach it.
fn signed(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

fn digest(bytes: Vec<u8>) -> Result<Digest> {
    Digest::try_from(hex::encode(bytes)).map_err(unreadable)
}

fn stored(row: &SqliteRow) -> Result<Stored> {
    let leaf: Vec<u8> = row.try_get("leaf")?;
    let time: i64 = row.try_get("recorded_at")?;
    Ok(Stored {
        position: number(row.try_get("position")?)?,
        rollout: parse(row.try_get("rollout")?)?,
        seq: number(row.try_get("seq")?)?,
        bytes: row.try_get("bytes")?,
        leaf: digest(leaf)?,
        recorded_at: Timestamp::from_millis(time),
    })
}

fn answer(row: &SqliteRow, person: PersonId, key: &str) -> Result<Answer> {
    let asked = Digest::try_from(row.try_get::<String, _>("asked")?).map_err(unreadable)?;
    Ok(Answer { person, key: key.to_owned(), asked, answer: row.try_get("answer")? })
}

#[async_trait]
impl Store for Sqlite {
    async fn append(&self, appends: Vec<Append>, ahead: Option<Millis>) -> Result<Vec<u64>> {
        append::append(self, appends, ahead).await
    }

    async fn since(&self, position: u64, limit: u32) -> Result<Vec<Stored>> {
        let sql = "SELECT * FROM records WHERE position > $1 ORDER BY position LIMIT $2";
        let rows = sqlx::query(sql).bind(signed(position)).bind(limit).fetch_all(&self.reader).await?;
        rows.iter().map(stored).collect()
    }

    async fn records(&self, rollout: RolloutId, after: Seq, limit: u32) -> Result<Vec<Stored>> {
        let sql = "SELECT * FROM records WHERE rollout = $1 AND seq > $2 ORDER BY seq LIMIT $3";
        let query = sqlx::query(sql).bind(rollout.to_string()).bind(signed(after)).bind(limit);
        query.fetch_all(&self.reader).await?.iter().map(stored).collect()
    }

    async fn records_before(&self, rollout: RolloutId, before: Seq, limit: u32) -> Result<Vec<Stored>> {
        let sql = "SELECT * FROM records WHERE rollout = $1 AND seq < $2 ORDER BY seq DESC LIMIT $3";
        let query = sqlx::query(sql).bind(rollout.to_string()).bind(signed(before)).bind(limit);
        query.fetch_all(&self.reader).await?.iter().map(stored).collect()
    }

    async fn record(&self, rollout: RolloutId, seq: Seq) -> Result<Option<Stored>> {
        let sql = "SELECT * FROM records WHERE rollout = $1 AND seq = $2";
        let row = sqlx::query(sql).bind(rollout.to_string()).bind(signed(seq)).fetch_optional(&self.reader).await?;
        row.as_ref().map(stored).transpose()
    }

    async fn snapshot(&self, rollout: RolloutId, rulebook: u32, at_most: Seq) -> Result<Option<Snapshot>> {
        snapshots::nearest(self, rollout, rulebook, at_most).await
    }

    async fn keep_snapshot(&self, rollout: RolloutId, snapshot: &Snapshot) -> Result<()> {
        snapshots::keep(self, rollout, snapshot).await
    }

    async fn head(&self) -> Result<u64> {
        let row = sqlx::query("SELECT coalesce(max(position), 0) FROM records").fetch_one(&self.reader).await?;
        number(row.try_get(0)?)
    }

    async fn latest_time(&self) -> Result<Timestamp> {
        // Appends that wait for each other may be stored in another order than they were timed in, but not by many: so the
        // latest time is looked for among the last, and nobody reads the whole table.
        let sql = "SELECT coalesce(max(recorded_at), 0) \
                   FROM (SELECT recorded_at FROM records ORDER BY position DESC LIMIT 100)";
        let row = sqlx::query(sql).fetch_one(&self.reader).await?;
        Ok(Timestamp::from_millis(row.try_get(0)?))
    }

    async fn rollouts(&self) -> Result<Vec<RolloutRow>> {
        let sql = "SELECT rollouts.id, environment, bytes FROM rollouts JOIN plans ON digest = plan ORDER BY id";
        let row = |row: &SqliteRow| {
            let (environment, plan) = (row.try_get("environment")?, row.try_get("bytes")?);
            Ok(RolloutRow { id: parse(row.try_get("id")?)?, environment, plan })
        };
        sqlx::query(sql).fetch_all(&self.reader).await?.iter().map(row).collect()
    }

    async fn claims(&self) -> Result<Vec<(Claim, RolloutId)>> {
        let rows = sqlx::query("SELECT * FROM claims ORDER BY backend, environment, flag_key");
        let row = |row: &SqliteRow| {
            let (backend, environment) = (row.try_get("backend")?, row.try_get("environment")?);
            let claim = Claim { backend, environment, flag_key: row.try_get("flag_key")? };
            Ok((claim, parse(row.try_get("rollout")?)?))
        };
        rows.fetch_all(&self.reader).await?.iter().map(row).collect()
    }

    async fn answer(&self, rollout: RolloutId, person: PersonId, key: &str) -> Result<Option<Answer>> {
        let sql = "SELECT asked, answer FROM answers WHERE rollout = $1 AND person = $2 AND key = $3";
        let query = sqlx::query(sql).bind(rollout.to_string()).bind(person.to_string()).bind(key);
        let row = query.fetch_optional(&self.reader).await?;
        row.map(|row| answer(&row, person, key)).transpose()
    }

    async fn beginning(&self, person: PersonId, key: &str) -> Result<Option<Answer>> {
        let sql = "SELECT asked, answer FROM beginnings WHERE person = $1 AND key = $2";
        let row = sqlx::query(sql).bind(person.to_string()).bind(key).fetch_optional(&self.reader).await?;
        row.map(|row| answer(&row, person, key)).transpose()
    }

    async fn texts(&self, rollout: RolloutId, hashes: &BTreeSet<TextHash>) -> Result<BTreeMap<TextHash, String>> {
        beside::texts(self, rollout, hashes).await
    }

    async fn add_attempt(&self, attempt: &Attempt) -> Result<()> {
        beside::add_attempt(self, attempt).await
    }

    async fn attempts(&self, limit: u32) -> Result<Vec<Attempt>> {
        let rows = sqlx::query("SELECT * FROM attempts ORDER BY id DESC LIMIT $1").bind(limit);
        rows.fetch_all(&self.reader).await?.iter().map(beside::attempt).collect()
    }

    async fn setting(&self, key: &str) -> Result<Option<String>> {
        let query = sqlx::query("SELECT value FROM settings WHERE key = $1").bind(key);
        let row = query.fetch_optional(&self.reader).await?;
        Ok(row.map(|row| row.try_get("value")).transpose()?)
    }

    async fn set_setting(&self, key: &str, value: &str) -> Result<()> {
        beside::set_setting(&mut *self.writer.lock().await?, key, value).await
    }

    async fn close(&self) -> Result<()> {
        self.reader.close().await;
        Ok(self.writer.close().await?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::People;

    #[tokio::test]
    async fn keeps_what_every_store_keeps() {
        let dir = tempfile::tempdir().expect("a directory");
        let store = Sqlite::open(&dir.path().join("store.db")).await.expect("opens");
        crate::store::conformance::check(&store).await;
        store.close().await.expect("closes");
    }

    #[tokio::test]
    async fn what_a_demo_had_before_identity_is_granted_to_the_same_people() {
        let dir = tempfile::tempdir().expect("a directory");
        let file = dir.path().join("store.db");
        let writer = Writer::new(options(&file).create_if_missing(true).journal_mode(SqliteJournalMode::Wal));
        migrator(3).run(&mut *writer.lock().await.expect("opens")).await.expect("makes");
        let sql = "INSERT INTO people VALUES ('01890000-0000-7000-8000-000000000001', 'Sample operations', '\"operations\"'), \
                   ('01890000-0000-7000-8000-000000000002', 'Sample viewer', '\"viewer\"'); \
                   INSERT INTO sessions VALUES ('x', '01890000-0000-7000-8000-000000000001', 5)";
        sqlx::raw_sql(sql).execute(&mut *writer.lock().await.expect("is free")).await.expect("writes");
        writer.close().await.expect("closes");

        let store = Sqlite::open(&file).await.expect("opens");
        let people = People::people(&store).await.expect("reads");
        let granted = |n: usize| people[n].grants.iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(
            (people[0].name.as_str(), granted(0)),
            ("Sample operations", vec!["administrator".into(), "operations".into()])
        );
        assert_eq!((people[1].name.as_str(), granted(1)), ("Sample viewer", vec!["viewer".to_owned()]));
        assert!(crate::demo::is_sample(&people[0], rollout::Role::Operations));
        assert_eq!(store.sessions_of(people[0].id, Timestamp::from_millis(0)).await.expect("reads"), []);
    }

    #[tokio::test]
    async fn commits_are_synced_and_records_never_change() {
        let dir = tempfile::tempdir().expect("a directory");
        let store = Sqlite::open(&dir.path().join("store.db")).await.expect("opens");
        let mut writer = store.writer.lock().await.expect("is free");
        let mut reader = store.reader.acquire().await.expect("is free");
        for connection in [&mut *writer, &mut *reader] {
            let row = sqlx::query("PRAGMA synchronous").fetch_one(&mut *connection).await.expect("answers");
            assert_eq!(row.get::<i64, _>(0), 2, "FULL");
            let row = sqlx::query("PRAGMA journal_mode").fetch_one(connection).await.expect("answers");
            assert_eq!(row.get::<String, _>(0), "wal");
        }
        drop((writer, reader));
        crate::store::conformance::check(&store).await;
        let mut writer = store.writer.lock().await.expect("is free");
        for sql in [
            "UPDATE records SET bytes = x'00'",
            "DELETE FROM records",
            "UPDATE system_records SET bytes = x'00'",
            "DELETE FROM system_records",
        ] {
            let error = sqlx::query(sql).execute(&mut *writer).await.expect_err("refused");
            assert!(error.to_string().contains("records never"), "{error}");
        }
    }
}
