//! From a backup to a data directory.

use super::{FLAGS, Manifest, STORE, files, verified};
use crate::{
    store::{Sqlite, Store},
    wiring::data_dir::{DataDir, LOCK},
};
use anyhow::{Context, bail};
use std::{fs, path::Path};

/// Makes a data directory of a backup. Nobody is signed in there.
///
/// Errors: the backup is none or is damaged, or the directory is used.
pub async fn restore(backup: &Path, data: &Path) -> anyhow::Result<Manifest> {
    let manifest = verified(backup)?;
    if !files::is_unused(data, LOCK)? {
        bail!(
            "the data directory {} is used: move it away first, or name another with --data; nothing is ever restored \
             over what is there",
            data.display()
        );
    }
    let locked = DataDir::open(data)?;
    for (name, sum) in &manifest.files {
        let part = data.join(format!("{name}.part"));
        fs::copy(backup.join(name), &part).with_context(|| format!("{} cannot be written", part.display()))?;
        files::check(&part, sum)?;
        let database = Sqlite::open(&part).await.with_context(|| format!("{} cannot be opened", part.display()))?;
        database.close_sessions().await?;
        database.close().await?;
    }
    // The store last: a directory without one is no data directory yet.
    for (name, to) in [(FLAGS, locked.flags()), (STORE, locked.database())] {
        let part = data.join(format!("{name}.part"));
        files::seal(&part)?;
        fs::rename(&part, &to).with_context(|| format!("{} cannot be written", to.display()))?;
    }
    files::sync_directory(data)?;
    Ok(manifest)
}
