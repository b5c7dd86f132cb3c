//! A folder of files in memory, named by their paths inside it.

use anyhow::{Context, Result};
use std::{
    cmp::Reverse,
    collections::BTreeMap,
    fs,
    path::Path,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

pub type Files = BTreeMap<String, Vec<u8>>;

/// Does the same with each file, on every processor there is, the largest first.
///
/// Errors: the first that any of them gave.
pub fn at_once<T: Send>(
    mut files: Vec<(&String, &Vec<u8>)>,
    work: impl Fn(&str, &[u8]) -> Result<T> + Sync,
) -> Result<Vec<T>> {
    files.sort_by_key(|(_, bytes)| Reverse(bytes.len()));
    let next = AtomicUsize::new(0);
    let some = || -> Result<Vec<T>> {
        let mine = std::iter::from_fn(|| files.get(next.fetch_add(1, Ordering::Relaxed)));
        mine.map(|(name, bytes)| work(name, bytes)).collect()
    };
    let workers = thread::available_parallelism().map_or(1, usize::from);
    let done: Result<Vec<_>> = thread::scope(|scope| {
        let started: Vec<_> = (0..workers).map(|_| scope.spawn(some)).collect();
        let joined = started.into_iter().map(thread::ScopedJoinHandle::join);
        joined.map(|done| done.unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
    });
    Ok(done?.into_iter().flatten().collect())
}

pub fn read(root: &Path) -> Result<Files> {
    let mut files = Files::new();
    read_into(root, "", &mut files)?;
    Ok(files)
}

fn read_into(folder: &Path, prefix: &str, files: &mut Files) -> Result<()> {
    let entries = fs::read_dir(folder)
        .with_context(|| format!("cannot read {}: is the console built? (`make build`)", folder.display()))?;
    for entry in entries {
        let entry = entry?;
        let path = entry.path();
        let name = entry.file_name();
        let name = name.to_str().with_context(|| format!("{} is not named in UTF-8", path.display()))?;
        let name = format!("{prefix}{name}");
        if path.is_dir() {
            read_into(&path, &format!("{name}/"), files)?;
        } else {
            let bytes = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
            files.insert(name, bytes);
        }
    }
    Ok(())
}

/// Writes the files beside `to` first, so that `to` is never seen half written.
pub fn replace(to: &Path, files: &Files) -> Result<()> {
    let next = to.with_extension("next");
    remove(&next)?;
    for (name, bytes) in files {
        let path = next.join(name);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
        }
        fs::write(&path, bytes).with_context(|| format!("cannot write {}", path.display()))?;
    }
    remove(to)?;
    fs::rename(&next, to).with_context(|| format!("cannot rename {} to {}", next.display(), to.display()))
}

fn remove(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| format!("cannot remove {}", folder.display()))?;
    }
    Ok(())
}
