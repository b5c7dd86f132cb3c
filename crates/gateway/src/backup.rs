//! Backups: a copy of a data directory, taken while a gateway serves from it or not, and the way back.
//!
//! A backup is a directory: the two databases, each whole and by itself, and a manifest that is written last. Without
//! one, or where a file is not what the manifest says, it is no backup.

mod files;
mod restore;
#[cfg(test)]
mod tests;

pub use restore::restore;

use crate::{
    app::Ledger,
    backend::{Backend, BuiltIn},
    store::{Sqlite, Store},
    wiring::data_dir::{FLAGS, STORE},
};
use anyhow::{Context, bail, ensure};
use rollout::{Digest, RULEBOOK_VERSION, RolloutId, Seq, Timestamp};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, path::Path};

/// The manifest's file.
const MANIFEST: &str = "manifest.json";

/// The form of the manifest, and of what stands beside it.
const FORM: &str = "signalbox-backup/1";

/// How often both databases are copied anew because a flag moved between the two copies.
const TRIES: u32 = 10;

/// What a backup holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    form: String,
    /// The Signalbox that took it.
    signalbox: String,
    rulebook: u32,
    taken_at: Timestamp,
    /// Each file's size and SHA-256.
    files: BTreeMap<String, FileSum>,
    /// Where each ledger ends in it.
    pub ledgers: BTreeMap<RolloutId, Head>,
    /// Where the system's own ledger ends; none if it had not begun.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub system: Option<Head>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct FileSum {
    bytes: u64,
    sha256: Digest,
}

/// The end of a ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    pub version: Seq,
    /// The last record's leaf hash.
    pub leaf: Digest,
}

/// Takes a backup of a data directory into a directory that is empty, or not there yet.
///
/// Errors: what cannot be read or written. What was begun then has no manifest.
pub async fn take(data: &Path, to: &Path, now: Timestamp) -> anyhow::Result<Manifest> {
    let store = beside(data, STORE).await?;
    let flags = beside(data, FLAGS).await?;
    files::make_empty(to)?;
    let copies = [(to.join(FLAGS), &flags), (to.join(STORE), &store)];
    for left in (0..TRIES).rev() {
        // The flags first: what moves between the two copies is then known to the ledger.
        for (file, database) in &copies {
            copy(database, file).await?;
        }
        let moved = moved(to).await?;
        if moved.is_empty() {
            break;
        }
        if left == 0 {
            tracing::warn!(flags = ?moved, "these are not as their ledgers say: whoever restores it sees them as drift");
            break;
        }
        copies.iter().try_for_each(|(file, _)| files::remove(file))?;
    }
    store.leave().await;
    flags.leave().await;
    let copied = Sqlite::beside(&to.join(STORE)).await?;
    let heads = copied.heads().await?.into_iter();
    let system = copied.system_end().await?.map(|(version, leaf)| Head { version, leaf });
    copied.leave().await;
    let mut sums = BTreeMap::new();
    for (file, name) in [(to.join(FLAGS), FLAGS), (to.join(STORE), STORE)] {
        sums.insert(name.to_owned(), files::seal(&file)?);
    }
    let manifest = Manifest {
        form: FORM.into(),
        signalbox: env!("CARGO_PKG_VERSION").into(),
        rulebook: RULEBOOK_VERSION,
        taken_at: now,
        files: sums,
        ledgers: heads.map(|(id, (version, leaf))| (id, Head { version, leaf })).collect(),
        system,
    };
    files::write(&to.join(MANIFEST), &serde_json::to_vec_pretty(&manifest)?)?;
    Ok(manifest)
}

async fn beside(data: &Path, name: &str) -> anyhow::Result<Sqlite> {
    let file = data.join(name);
    if !file.is_file() {
        bail!("there is no {}: name the gateway's data directory with --data", file.display());
    }
    Sqlite::beside(&file).await.with_context(|| format!("{} cannot be read", file.display()))
}

async fn copy(database: &Sqlite, file: &Path) -> anyhow::Result<()> {
    let path = file.to_str().with_context(|| format!("{} is not UTF-8", file.display()))?;
    database.copy_into(path).await.with_context(|| format!("{path} cannot be written"))
}

/// The flags of the built-in backend that are neither on their way nor where their ledger last saw them.
async fn moved(copy: &Path) -> anyhow::Result<Vec<String>> {
    let store = Sqlite::beside(&copy.join(STORE)).await?;
    let backend = BuiltIn::new(Sqlite::beside(&copy.join(FLAGS)).await?);
    let mut moved = Vec::new();
    let claims = store.claims().await?;
    for row in store.rollouts().await? {
        let ledger = Ledger::load(&store, row).await?;
        let rollout = &ledger.as_it_stands().await.rollout;
        let there = backend.all(&ledger.environment).await?;
        let held = claims.iter().filter(|(claim, by)| *by == ledger.id && claim.backend == backend.kind());
        for (claim, _) in held {
            let flag = ledger.plan.flags.iter().find(|flag| flag.key == claim.flag_key);
            let Some(state) = flag.and_then(|flag| rollout.flags.get(&flag.slug)) else { continue };
            let seen = state.observed.as_ref().map_or(&state.applied, |seen| &seen.exposure);
            if state.pending.is_none() && there.get(&claim.flag_key) != Some(seen) {
                moved.push(claim.flag_key.clone());
            }
        }
    }
    store.leave().await;
    backend.leave().await;
    Ok(moved)
}

/// Reads a backup's manifest, and sees that its files are what it says.
fn verified(backup: &Path) -> anyhow::Result<Manifest> {
    let path = backup.join(MANIFEST);
    let text = std::fs::read(&path)
        .with_context(|| format!("{} cannot be read: a backup that was not finished has none", path.display()))?;
    let manifest: Manifest =
        serde_json::from_slice(&text).with_context(|| format!("{} is no manifest", path.display()))?;
    ensure!(
        manifest.form == FORM,
        "{} is of the form {}, and this Signalbox knows {FORM}",
        path.display(),
        manifest.form
    );
    for name in [STORE, FLAGS] {
        let sum = manifest.files.get(name).with_context(|| format!("{} does not name {name}", path.display()))?;
        files::check(&backup.join(name), sum)?;
    }
    Ok(manifest)
}

/// What is in a backup, in words.
pub fn describe(manifest: &Manifest, at: &Path) -> String {
    let mut text = format!("{}: {} rollouts\n", at.display(), manifest.ledgers.len());
    for (id, head) in &manifest.ledgers {
        text += &format!("{id}  {} records, the last {}\n", head.version, head.leaf);
    }
    if let Some(head) = &manifest.system {
        text += &format!("system  {} records, the last {}\n", head.version, head.leaf);
    }
    text
}
