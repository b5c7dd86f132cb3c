//! A folder of files in memory, named by their paths inside it.

use anyhow::{Context, Result};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

pub type Files = BTreeMap<String, Vec<u8>>;

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
