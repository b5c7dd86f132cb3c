//! Walks every file in `tests/scenarios/`: a line is an act, a jump in time or a question; see `README.md` there.

#[path = "support/ledger.rs"]
mod ledger;
#[path = "support/script.rs"]
mod script;

use std::{fs, path::Path};

#[test]
fn every_scenario_comes_out_as_written() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios");
    let files = fs::read_dir(&folder).expect("the scenarios").map(|file| file.expect("a file").path());
    let mut files: Vec<_> = files.filter(|path| path.extension().is_some_and(|ext| ext == "txt")).collect();
    files.sort();
    assert!(files.len() >= 20, "only {} scenarios found", files.len());
    let wrong: Vec<String> = files.iter().filter_map(|file| script::run(&folder, file).err()).collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}
