//! The data directory: the owner's alone, and one gateway's at a time.

use anyhow::{Context, bail};
use std::{
    fs::{DirBuilder, File, OpenOptions, TryLockError},
    io::{Read, Seek, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

/// The files in it.
pub const STORE: &str = "signalbox.db";
pub const FLAGS: &str = "flags.db";
pub const LOCK: &str = "lock";

/// A locked data directory. The lock goes with the process, however it ends.
#[derive(Debug)]
pub struct DataDir {
    path: PathBuf,
    _lock: File,
}

impl DataDir {
    /// Opens the directory, making it if it is not there.
    ///
    /// Errors: it cannot be made or written, or another gateway has it.
    pub fn open(path: &Path) -> anyhow::Result<Self> {
        let shown = path.display();
        let made = DirBuilder::new().recursive(true).mode(0o700).create(path);
        made.with_context(|| format!("the data directory {shown} cannot be made"))?;
        let lock = path.join(LOCK);
        let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).open(lock);
        let mut file = file.with_context(|| format!("the data directory {shown} cannot be written"))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                file.read_to_string(&mut holder)?;
                bail!(
                    "the data directory {shown} is in use by the gateway with process id {}: stop that one, or name \
                     another directory with --data",
                    holder.trim()
                )
            }
            Err(TryLockError::Error(error)) => {
                return Err(error).with_context(|| format!("the data directory {shown} cannot be locked"));
            }
        }
        file.set_len(0)?;
        file.rewind()?;
        writeln!(file, "{}", std::process::id())?;
        Ok(Self { path: path.to_owned(), _lock: file })
    }

    /// The database's file.
    pub fn database(&self) -> PathBuf {
        self.path.join(STORE)
    }

    /// The file of the built-in backend's flags.
    pub fn flags(&self) -> PathBuf {
        self.path.join(FLAGS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn it_is_the_owners_alone_and_one_gateways_at_a_time() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("a/b");
        let first = DataDir::open(&path).expect("opens");
        let mode = std::fs::metadata(&path).expect("is there").permissions().mode();
        assert_eq!(mode & 0o777, 0o700);
        let second = DataDir::open(&path).expect_err("is locked").to_string();
        assert!(second.contains(&format!("process id {}", std::process::id())), "{second}");
        drop(first);
        DataDir::open(&path).expect("is free again");
    }
}
