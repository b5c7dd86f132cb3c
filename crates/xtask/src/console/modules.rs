//! The console's compiled modules, made small. Trunk knows of one module only, so it is told to leave this to us.

use super::files::{self, Files};
use anyhow::{Context, Result, ensure};
use std::process::Command;

/// What the console's code uses of WebAssembly beyond its first version: every browser of the last three years has it.
const FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// Optimizes every module for size, and takes its symbols out.
///
/// Errors: wasm-opt is missing or refuses a module.
pub fn optimize(files: &mut Files) -> Result<()> {
    let folder = tempfile::tempdir().context("there is no room for the modules")?;
    let modules = files.iter().filter(|(name, _)| name.ends_with(".wasm")).collect();
    let optimized = files::at_once(modules, |name, bytes| {
        let (before, after) = (folder.path().join(name), folder.path().join(format!("{name}.after")));
        std::fs::write(&before, bytes)?;
        let run = Command::new("wasm-opt")
            .args(["-Oz", "--strip-debug", "--strip-producers"])
            .args(FEATURES)
            .arg(&before)
            .arg("-o")
            .arg(&after)
            .output()
            .context("wasm-opt does not start: run `make tools`")?;
        ensure!(run.status.success(), "wasm-opt refuses {name}: {}", String::from_utf8_lossy(&run.stderr));
        let bytes = std::fs::read(&after).with_context(|| format!("wasm-opt wrote nothing for {name}"))?;
        Ok((name.to_owned(), bytes))
    })?;
    files.extend(optimized);
    Ok(())
}
