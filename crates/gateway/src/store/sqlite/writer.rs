//! The one connection that writes. SQLite has one writer at a time: so writers wait here and never find it busy.
//!
//! It is no pool: a pool tests its connections with two more trips to the database for each write.

use sqlx::{ConnectOptions, Connection, SqliteConnection, sqlite::SqliteConnectOptions};
use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};
use tokio::sync::{MappedMutexGuard, Mutex, MutexGuard};

/// A writer that waits for so long gives up.
const PATIENCE: Duration = Duration::from_secs(10);

#[derive(Debug)]
pub struct Writer {
    options: SqliteConnectOptions,
    connection: Mutex<Option<SqliteConnection>>,
    closed: AtomicBool,
}

impl Writer {
    /// Opens nothing yet.
    pub(super) fn new(options: SqliteConnectOptions) -> Self {
        Self { options, connection: Mutex::default(), closed: AtomicBool::new(false) }
    }

    /// The connection, for oneself.
    ///
    /// Errors: it cannot be opened, others have it for too long, or it was closed for good.
    pub async fn lock(&self) -> sqlx::Result<MappedMutexGuard<'_, SqliteConnection>> {
        let waited = tokio::time::timeout(PATIENCE, self.connection.lock()).await;
        let mut held = waited.map_err(|_| sqlx::Error::PoolTimedOut)?;
        if self.closed.load(Ordering::SeqCst) {
            return Err(sqlx::Error::PoolClosed);
        }
        // It stays: to open one anew takes room on the disk, which may be full by then. But where SQLite has rolled back by
        // itself, as it does on a full disk, the driver still believes in a transaction and begins no other: that one goes.
        let connection = match held.take() {
            Some(connection) => ended(connection).await,
            None => None,
        };
        match connection {
            Some(connection) => *held = Some(connection),
            None => *held = Some(self.options.connect().await?),
        }
        MutexGuard::try_map(held, Option::as_mut).map_err(|_| sqlx::Error::PoolClosed)
    }

    /// Brings the log into the file and closes the connection for good.
    pub(super) async fn close(&self) -> sqlx::Result<()> {
        sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(&mut *self.lock().await?).await?;
        let mut held = self.connection.lock().await;
        self.closed.store(true, Ordering::SeqCst);
        match held.take() {
            Some(connection) => connection.close().await,
            None => Ok(()),
        }
    }
}

/// The connection with no transaction of whoever had it before, if it can be had without.
async fn ended(mut connection: SqliteConnection) -> Option<SqliteConnection> {
    if connection.is_in_transaction() {
        // Who dropped a transaction has asked to roll it back: this waits until that is done.
        connection.ping().await.ok()?;
    }
    (!connection.is_in_transaction()).then_some(connection)
}
