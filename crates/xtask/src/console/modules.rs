//! The console's compiled modules, made small. Trunk knows of one module only, so it is told to leave this to us.

use super::files::Files;
use anyhow::{Context, Result, ensure};
use std::{
    cmp::Reverse,
    fs,
    path::PathBuf,
    process::{Child, Command, Stdio},
    thread,
};

/// From `scripts/wasm-opt/`, put on PATH by `scripts/tools.sh`.
const OPTIMIZER: &str = "signalbox-wasm-opt";

/// Optimizes every module for size, and takes its symbols out.
///
/// Errors: the optimizer is missing, or refuses a module.
pub fn optimize(files: &mut Files) -> Result<()> {
    let folder = tempfile::tempdir().context("there is no room for the modules")?;
    let mut modules: Vec<(&String, &mut Vec<u8>)> =
        files.iter_mut().filter(|(name, _)| name.ends_with(".wasm")).collect();
    modules.sort_by_key(|(_, bytes)| Reverse(bytes.len()));
    let at = |name: &str| folder.path().join(name);
    for (name, bytes) in &modules {
        fs::write(at(name), bytes)?;
    }
    let paths: Vec<PathBuf> = modules.iter().map(|(name, _)| at(name)).collect();
    let workers = thread::available_parallelism().map_or(1, usize::from);
    // Dealt out like cards, largest first, each gets about as much.
    let dealt = |worker: usize| paths.iter().skip(worker).step_by(workers);
    let started: Vec<_> = (0..workers).map(|worker| run(dealt(worker))).collect::<Result<_>>()?;
    for child in started {
        let done = child.wait_with_output()?;
        ensure!(done.status.success(), "{OPTIMIZER} failed: {}", String::from_utf8_lossy(&done.stderr));
    }
    for (name, bytes) in modules {
        *bytes = fs::read(at(name)).with_context(|| format!("{OPTIMIZER} wrote nothing for {name}"))?;
    }
    Ok(())
}

fn run<'a>(modules: impl Iterator<Item = &'a PathBuf>) -> Result<Child> {
    let started = Command::new(OPTIMIZER).args(modules).stderr(Stdio::piped()).spawn();
    started.with_context(|| format!("{OPTIMIZER} does not start: run `make tools`"))
}
