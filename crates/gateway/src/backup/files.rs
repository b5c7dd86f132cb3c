//! Files that must be on the disk, whole, before anybody counts on them.

use super::FileSum;
use anyhow::{Context, bail, ensure};
use rollout::Digest;
use sha2::{Digest as _, Sha256};
use std::{
    fs::{self, DirBuilder, File, OpenOptions},
    io::{ErrorKind, Read, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::Path,
};

/// Makes a directory of one's own, or takes one that is empty.
pub(super) fn make_empty(path: &Path) -> anyhow::Result<()> {
    let shown = path.display();
    let made = DirBuilder::new().recursive(true).mode(0o700).create(path);
    made.with_context(|| format!("the directory {shown} cannot be made"))?;
    if fs::read_dir(path).with_context(|| format!("the directory {shown} cannot be read"))?.next().is_some() {
        bail!("the directory {shown} is not empty: name one that is, or that is not there yet");
    }
    Ok(())
}

pub(super) fn remove(path: &Path) -> anyhow::Result<()> {
    fs::remove_file(path).with_context(|| format!("{} cannot be removed", path.display()))
}

/// Brings a file to the disk, and sums it up.
pub(super) fn seal(path: &Path) -> anyhow::Result<FileSum> {
    let unreadable = || format!("{} cannot be read", path.display());
    let mut file = File::open(path).with_context(unreadable)?;
    file.sync_all().with_context(unreadable)?;
    let (mut hasher, mut bytes, mut buffer) = (Sha256::new(), 0, vec![0; 1 << 16]);
    loop {
        match file.read(&mut buffer).with_context(unreadable)? {
            0 => break,
            read => {
                hasher.update(&buffer[..read]);
                bytes += read as u64;
            }
        }
    }
    Ok(FileSum { bytes, sha256: Digest::try_from(hex::encode(hasher.finalize()))? })
}

/// Is the file what it was summed up to be?
pub(super) fn check(path: &Path, sum: &FileSum) -> anyhow::Result<()> {
    let found = seal(path)?;
    ensure!(
        found == *sum,
        "{} is damaged: it has {} bytes with the SHA-256 {}, and the manifest says {} bytes with {}",
        path.display(),
        found.bytes,
        found.sha256,
        sum.bytes,
        sum.sha256
    );
    Ok(())
}

/// Writes a new file, and brings it and its name to the disk.
pub(super) fn write(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let unwritable = || format!("{} cannot be written", path.display());
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).with_context(unwritable)?;
    file.write_all(bytes).and_then(|()| file.sync_all()).with_context(unwritable)?;
    sync_directory(path.parent().unwrap_or(Path::new(".")))
}

/// Brings the names in a directory to the disk.
pub(super) fn sync_directory(path: &Path) -> anyhow::Result<()> {
    let synced = File::open(path).and_then(|directory| directory.sync_all());
    synced.with_context(|| format!("the directory {} cannot be brought to the disk", path.display()))
}

/// Is there nothing in it but a lock? Also so if it is not there.
pub(super) fn is_unused(path: &Path, lock: &str) -> anyhow::Result<bool> {
    match fs::read_dir(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(true),
        Err(error) => Err(error).with_context(|| format!("the directory {} cannot be read", path.display())),
        Ok(mut entries) => Ok(entries.all(|entry| entry.is_ok_and(|entry| entry.file_name() == lock))),
    }
}
