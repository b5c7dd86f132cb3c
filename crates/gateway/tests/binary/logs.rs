//! The fields of the log are told in the operators' page: each of them, and no other.

use std::{collections::BTreeSet, fs, path::Path};

/// The names of the fields in a `tracing` macro's arguments: what stands before the message.
fn fields(arguments: &str) -> impl Iterator<Item = String> + '_ {
    let before_words = arguments.split('"').next().unwrap_or_default();
    let names = before_words.split(", ").filter_map(|field| field.trim().trim_end_matches(',').split(" = ").next());
    let names = names.map(|name| name.trim_start_matches(['%', '?']).to_owned());
    names.filter(|name| !name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase() || c == '_'))
}

fn collect(folder: &Path, all: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).expect("the sources") {
        let path = entry.expect("a file").path();
        if path.is_dir() {
            collect(&path, all);
            continue;
        }
        let text = fs::read_to_string(&path).expect("UTF-8");
        for macro_name in ["error!(", "warn!(", "info!("] {
            let call = format!("tracing::{macro_name}");
            text.split(&call).skip(1).for_each(|arguments| all.extend(fields(arguments)));
        }
        // A span's name comes before its fields.
        for arguments in text.split("tracing::info_span!(\"").skip(1) {
            let (_, after) = arguments.split_once("\", ").expect("a name and fields");
            all.extend(after.split([')', ',']).next().map(str::to_owned));
        }
    }
}

#[test]
fn every_field_is_in_the_operators_page() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut logged = BTreeSet::new();
    collect(&root.join("src"), &mut logged);
    let page = fs::read_to_string(root.join("../../docs/operations.md")).expect("the page");
    let (_, logs) = page.split_once("\n## Logs\n").expect("a section");
    let (logs, _) = logs.split_once("\n## ").expect("another after it");
    let told: BTreeSet<String> =
        logs.lines().filter_map(|line| Some(line.strip_prefix("| `")?.split_once('`')?.0.to_owned())).collect();
    assert_eq!(logged, told, "left: what the sources log; right: what docs/operations.md tells");
}
