//! Durable commands a second, beside raw commits to SQLite on the same disk.

use super::gateway::Gateway;
use crate::now;
use anyhow::Result;
use bench::row::{Row, Target};
use serde_json::json;
use sqlx::{
    Connection, SqliteConnection,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};
use std::{path::Path, thread};

/// Both take turns, so that whatever else the disk does hits both.
const TURNS: usize = 10;
const EACH: usize = 100;
const CLIENTS: usize = 24;
/// About as long as a record of a note.
const RECORD: usize = 450;

pub fn rows() -> Result<Vec<Row>> {
    let dir = tempfile::tempdir_in("target")?;
    let gateway = Gateway::start(&dir.path().join("data"))?;
    let engineer = gateway.sign_in("engineer")?;
    let rollout = gateway.first_rollout(&engineer)?;
    let mut version = 2;
    let mut note = |turn: usize, n: usize| -> Result<()> {
        let note = json!({"type": "note", "text": format!("Looked at the dashboards, round {turn}.{n}")});
        version = gateway.command(&engineer, &rollout, version, &format!("{turn}.{n}"), &note)?;
        Ok(())
    };
    let mut raw = Raw::open(dir.path())?;
    let (mut commands, mut commits) = (0.0, 0.0);
    for turn in 0..TURNS {
        let begun = now();
        (0..EACH).try_for_each(|n| note(turn, n))?;
        commands += begun.elapsed().as_secs_f64();
        let begun = now();
        raw.commit(EACH)?;
        commits += begun.elapsed().as_secs_f64();
    }
    let per_second = |took: f64| (TURNS * EACH) as f64 / took;
    let (commits, beside) = (per_second(commits), "raw SQLite commits of one row, on the same disk");
    let owner = gateway.sign_in("product-owner")?;
    let plan = std::fs::read_to_string("plans/s4.yaml")?;
    let begin = |n: usize| gateway.begin(&owner, &plan, &format!("bench-{n}"));
    let own = (0..CLIENTS).map(begin).collect::<Result<Vec<_>>>()?;
    let apart = at_once(&gateway, &own)?;
    let together = at_once(&gateway, &vec![rollout; CLIENTS])?;
    Ok(vec![
        Row::new(
            "Durable commands, one client, one after the other",
            per_second(commands),
            "a second",
            beside,
            commits,
        ),
        Row::new(
            format!("Durable commands, {CLIENTS} clients, each on its own rollout"),
            apart,
            "a second",
            beside,
            commits,
        )
        .target(Target::AtLeast(0.8)),
        Row::new(format!("Durable commands, {CLIENTS} clients on one rollout"), together, "a second", beside, commits),
    ])
}

/// A client to each of these rollouts, all at once, with a command that names no version.
fn at_once(gateway: &Gateway, rollouts: &[String]) -> Result<f64> {
    let legal = gateway.sign_in("legal")?;
    let hold = json!({"type": "decide", "gate": 1, "decision": "hold", "reason": "Looking into it"});
    let begun = now();
    thread::scope(|scope| {
        let client = |(client, rollout): (usize, &String)| {
            let (legal, hold, rollout) = (&legal, &hold, rollout.clone());
            let one = move |n| gateway.command(legal, &rollout, 0, &format!("{client}.{n}.hold"), hold).map(drop);
            scope.spawn(move || (0..EACH).try_for_each(one))
        };
        let clients: Vec<_> = rollouts.iter().enumerate().map(client).collect();
        clients.into_iter().try_for_each(|client| match client.join() {
            Ok(done) => done,
            Err(_) => anyhow::bail!("a client broke off"),
        })
    })?;
    Ok((rollouts.len() * EACH) as f64 / begun.elapsed().as_secs_f64())
}

/// A database with one table, as durable as the gateway's.
struct Raw {
    runtime: tokio::runtime::Runtime,
    connection: SqliteConnection,
}

impl Raw {
    fn open(dir: &Path) -> Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let options = SqliteConnectOptions::new().filename(dir.join("raw.db")).create_if_missing(true);
        let options = options.journal_mode(SqliteJournalMode::Wal).synchronous(SqliteSynchronous::Full);
        let connection = runtime.block_on(async {
            let mut connection = SqliteConnection::connect_with(&options).await?;
            let sql = "CREATE TABLE records (position INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT";
            sqlx::query(sql).execute(&mut connection).await?;
            Ok::<_, sqlx::Error>(connection)
        })?;
        Ok(Self { runtime, connection })
    }

    fn commit(&mut self, times: usize) -> Result<()> {
        self.runtime.block_on(async {
            for _ in 0..times {
                let insert = sqlx::query("INSERT INTO records (bytes) VALUES ($1)").bind(&[7; RECORD][..]);
                insert.execute(&mut self.connection).await?;
            }
            Ok(())
        })
    }
}
