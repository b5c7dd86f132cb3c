//! What no compiler checks: dependency direction, file sizes, forbidden words.

mod dependencies;
mod text;

use anyhow::{Context, Result, bail};
use std::fmt;
use std::path::Path;

/// Something to put right, and where.
#[derive(Debug, PartialEq, Eq)]
struct Finding {
    path: String,
    line: usize,
    message: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.path, self.line, self.message)
    }
}

pub fn run() -> Result<()> {
    let metadata = cargo_metadata::MetadataCommand::new().no_deps().exec().context("cargo metadata failed")?;
    let root = metadata.workspace_root.as_std_path();
    let mut findings = dependencies::check(&metadata.packages, root)?;
    let files = check_files(root, &mut findings)?;

    for finding in &findings {
        println!("{finding}");
    }
    if !findings.is_empty() {
        bail!("tidy: {} to put right in {files} files", findings.len());
    }
    println!("tidy: {files} files, nothing to put right");
    Ok(())
}

/// Checks every text file that is not ignored by git, whether it is committed yet or not.
fn check_files(root: &Path, findings: &mut Vec<Finding>) -> Result<usize> {
    let mut files = 0;
    let walk = ignore::WalkBuilder::new(root)
        .hidden(false)
        .require_git(false)
        .filter_entry(|entry| entry.file_name() != ".git")
        .sort_by_file_path(Path::cmp)
        .build();
    for entry in walk {
        let entry = entry.context("cannot walk the working copy")?;
        if !entry.file_type().is_some_and(|kind| kind.is_file()) {
            continue;
        }
        let bytes = std::fs::read(entry.path()).with_context(|| format!("cannot read {}", entry.path().display()))?;
        // What is not UTF-8 is a picture or a font.
        if let Ok(content) = std::str::from_utf8(&bytes) {
            let path = entry.path().strip_prefix(root).unwrap_or(entry.path());
            findings.extend(text::check(&path.to_string_lossy(), content));
            files += 1;
        }
    }
    Ok(files)
}
