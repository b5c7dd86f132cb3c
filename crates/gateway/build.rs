//! Puts the console's files inside the program, in release builds, if the console is built.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

fn main() {
    let dist = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../dist");
    println!("cargo::rerun-if-changed={}", dist.display());
    let mut files = Vec::new();
    if env::var("PROFILE").as_deref() == Ok("release") && dist.is_dir() {
        collect(&dist, "", &mut files);
        if files.is_empty() {
            println!("cargo::warning=dist/ is empty: this program carries no console");
        }
    }
    files.sort();
    let rows: String =
        files.iter().map(|(name, path)| format!("    ({name:?}, include_bytes!({path:?}) as &[u8]),\n")).collect();
    let out = PathBuf::from(env::var("OUT_DIR").expect("cargo names it")).join("console_files.rs");
    fs::write(out, format!("&[\n{rows}]\n")).expect("cargo's own folder takes a file");
}

fn collect(folder: &Path, prefix: &str, files: &mut Vec<(String, PathBuf)>) {
    println!("cargo::rerun-if-changed={}", folder.display());
    for entry in fs::read_dir(folder).expect("dist/ can be read") {
        let path = entry.expect("dist/ can be read").path();
        let name = path.file_name().and_then(|name| name.to_str()).expect("a name in UTF-8");
        let name = format!("{prefix}{name}");
        if path.is_dir() {
            collect(&path, &format!("{name}/"), files);
        } else {
            println!("cargo::rerun-if-changed={}", path.display());
            files.push((name, path.canonicalize().expect("it is there")));
        }
    }
}
