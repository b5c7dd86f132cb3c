//! Puts the console's files inside the program, if the console is built as it is shipped.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

fn main() {
    let dist = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../dist");
    println!("cargo::rerun-if-changed={}", dist.display());
    let out = PathBuf::from(env::var("OUT_DIR").expect("cargo names it"));
    let kept = out.join("console");
    fs::remove_dir_all(&kept).ok();
    let mut files = Vec::new();
    // Only a release build of the console is compressed.
    if dist.join("index.html.br").is_file() {
        collect(&dist, "", &kept, &mut files);
    } else if env::var("PROFILE").as_deref() == Ok("release") {
        println!("cargo::warning=the console is not built: this program carries none");
    }
    files.sort();
    let rows: String =
        files.iter().map(|(name, path)| format!("    ({name:?}, include_bytes!({path:?}) as &[u8]),\n")).collect();
    fs::write(out.join("console_files.rs"), format!("&[\n{rows}]\n")).expect("cargo's own folder takes a file");
}

/// Copies what is in `folder` to `kept`, since the console may be built anew while the gateway is compiled.
fn collect(folder: &Path, prefix: &str, kept: &Path, files: &mut Vec<(String, PathBuf)>) {
    println!("cargo::rerun-if-changed={}", folder.display());
    fs::create_dir_all(kept).expect("cargo's own folder takes a folder");
    for entry in fs::read_dir(folder).expect("dist/ can be read") {
        let path = entry.expect("dist/ can be read").path();
        let name = path.file_name().and_then(|name| name.to_str()).expect("a name in UTF-8");
        let name = format!("{prefix}{name}");
        if path.is_dir() {
            collect(&path, &format!("{name}/"), &kept.join(path.file_name().unwrap_or_default()), files);
        } else {
            println!("cargo::rerun-if-changed={}", path.display());
            let copy = kept.join(path.file_name().unwrap_or_default());
            fs::copy(&path, &copy).expect("cargo's own folder takes a file");
            files.push((name, copy));
        }
    }
}
