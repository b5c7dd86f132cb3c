//! Names by content: what a name stands for never changes, so a browser may keep it for ever.

use super::files::Files;
use anyhow::{Context, Result, ensure};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};

const PAGE: &str = "index.html";

/// The script that loads the console's later modules, as `scripts/wasm-link.sh` names it.
pub const LOADER: &str = "__wasm_split";

/// Renames every file that the page refers to, directly or through others, and rewrites the references.
/// A file that only the console's own code names keeps its name: a compiled module is not rewritten.
///
/// A file is named by its content and by that of all it leads to. So two files may refer to each other, as a module's
/// script and the loader of its parts do.
pub fn by_content(files: Files) -> Result<Files> {
    ensure!(files.contains_key(PAGE), "trunk wrote no {PAGE}");
    let renamed: BTreeMap<&str, String> = leads_to(&files, PAGE, rewritten_references)
        .into_iter()
        .filter(|name| *name != PAGE)
        .map(|name| (name, hashed(&files, name)))
        .collect();
    files
        .iter()
        .map(|(name, bytes)| {
            let new = renamed.get(name.as_str()).unwrap_or(name).clone();
            let bytes = match renamed.contains_key(name.as_str()) || name == PAGE {
                true => rewritten(name, bytes, &renamed)?,
                false => bytes.clone(),
            };
            Ok((new, bytes))
        })
        .collect()
}

/// Every file that the page's first screen loads, the page itself included.
pub fn reachable(files: &Files) -> BTreeSet<&str> {
    leads_to(files, PAGE, |name, bytes, other| {
        let later = name.starts_with(LOADER) && other.ends_with(".wasm");
        !later && refers_to(name, bytes, other)
    })
}

/// What `start` leads to by way of `refers`, itself included.
fn leads_to<'a>(files: &'a Files, start: &str, refers: impl Fn(&str, &[u8], &str) -> bool) -> BTreeSet<&'a str> {
    let mut found = BTreeSet::new();
    let mut next = vec![start];
    while let Some(name) = next.pop() {
        if let Some((name, bytes)) = files.get_key_value(name)
            && found.insert(name.as_str())
        {
            next.extend(files.keys().filter(|other| *other != name && refers(name, bytes, other)).map(String::as_str));
        }
    }
    found
}

/// References that can follow a new name.
fn rewritten_references(name: &str, bytes: &[u8], other: &str) -> bool {
    is_text(name) && other != PAGE && refers_to(name, bytes, other)
}

/// The file's bytes with its references under their new names.
fn rewritten(name: &str, bytes: &[u8], renamed: &BTreeMap<&str, String>) -> Result<Vec<u8>> {
    if !is_text(name) {
        return Ok(bytes.to_vec());
    }
    let mut text = String::from_utf8(bytes.to_vec()).with_context(|| format!("{name} is not UTF-8"))?;
    for (old, new) in renamed.iter().filter(|(old, _)| **old != name) {
        for (old, new) in spellings(old).zip(spellings(new)) {
            // A key of an object is what the compiled module asks for, and that is not rewritten.
            text = text.replace(&old, &new).replace(&format!("{new}:"), &format!("{old}:"));
        }
    }
    Ok(text.into_bytes())
}

fn is_text(name: &str) -> bool {
    [".html", ".css", ".js"].iter().any(|extension| name.ends_with(extension))
}

fn refers_to(name: &str, bytes: &[u8], other: &str) -> bool {
    if is_text(name) {
        return spellings(other).any(|spelling| contains(bytes, spelling.as_bytes()));
    }
    // Strings lie side by side in a compiled module, without quotes.
    name.ends_with(".wasm") && contains(bytes, format!("/{other}").as_bytes())
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

/// The ways in which a page, a style sheet or a script may name a file.
fn spellings(name: &str) -> impl Iterator<Item = String> {
    const QUOTES: [(&str, &str); 3] = [("\"", "\""), ("'", "'"), ("(", ")")];
    const STARTS: [&str; 3] = ["/", "./", ""];
    QUOTES
        .iter()
        .flat_map(|(open, close)| STARTS.iter().map(move |start| (open, start, close)))
        .map(move |(open, start, close)| format!("{open}{start}{name}{close}"))
}

fn hashed(files: &Files, name: &str) -> String {
    let mut digest = Sha256::new();
    for leaf in leads_to(files, name, rewritten_references) {
        let bytes = &files[leaf];
        digest.update(format!("{leaf} {}\n", bytes.len()));
        digest.update(bytes);
    }
    let digest: String = digest.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    match name.rsplit_once('.') {
        Some((stem, extension)) => format!("{stem}-{digest}.{extension}"),
        None => format!("{name}-{digest}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files<const N: usize>(files: [(&str, &str); N]) -> Files {
        files.map(|(name, text)| (name.to_owned(), text.as_bytes().to_vec())).into()
    }

    fn text<'a>(files: &'a Files, start: &str) -> &'a str {
        let (_, bytes) = files.iter().find(|(name, _)| name.starts_with(start)).expect("a file of that name");
        std::str::from_utf8(bytes).expect("text")
    }

    const CONSOLE: [(&str, &str); 6] = [
        ("index.html", "<link href=\"/app.css\"><script src=\"/boot.js\"></script>"),
        ("app.css", "@font-face { src: url(/inter.woff2) }"),
        ("boot.js", "import('./console.js')"),
        ("console.js", "new URL('console_bg.wasm', import.meta.url)"),
        ("console_bg.wasm", "\0asm/icons.svg/api"),
        ("icons.svg", "<svg/>"),
    ];

    #[test]
    fn references_follow_the_new_names() {
        let after = by_content(files(CONSOLE)).expect("text");
        let wasm = after.keys().find(|name| name.ends_with(".wasm")).expect("the module is renamed");
        assert_eq!(text(&after, "console-"), format!("new URL('{wasm}', import.meta.url)"));
        let boot = after.keys().find(|name| name.starts_with("boot-")).expect("boot.js is renamed");
        let css = after.keys().find(|name| name.starts_with("app-")).expect("app.css is renamed");
        assert_eq!(after["index.html"], format!("<link href=\"/{css}\"><script src=\"/{boot}\"></script>").as_bytes());
        assert!(after.contains_key("icons.svg"), "a file that only the module names keeps its name");
        assert_eq!(after.len(), CONSOLE.len());
    }

    #[test]
    fn a_change_deep_inside_renames_everything_above_it() {
        let mut changed = files(CONSOLE);
        changed.insert("console_bg.wasm".to_owned(), b"\0asm, changed".to_vec());
        let before = by_content(files(CONSOLE)).expect("text");
        let after = by_content(changed).expect("text");
        let kept: Vec<_> = before.keys().filter(|name| after.contains_key(*name)).collect();
        let css = before.keys().find(|name| name.starts_with("app-")).expect("app.css is renamed");
        assert_eq!(kept, [css, "icons.svg", "index.html"]);
    }

    #[test]
    fn the_same_input_gives_the_same_names() {
        assert_eq!(by_content(files(CONSOLE)).expect("text"), by_content(files(CONSOLE)).expect("text"));
    }

    #[test]
    fn two_files_may_refer_to_each_other() {
        let circle = |end| files([("index.html", "'/a.js'"), ("a.js", "'./b.js'"), ("b.js", end)]);
        let after = by_content(circle("'./a.js'")).expect("text");
        let a = after.keys().find(|name| name.starts_with("a-")).expect("a.js is renamed");
        assert_eq!(text(&after, "b-"), format!("'./{a}'"));
        let changed = by_content(circle("'./a.js' ")).expect("text");
        assert!(!changed.contains_key(a), "what a.js leads to has changed");
    }

    #[test]
    fn the_first_screen_is_all_that_the_page_leads_to() {
        let mut all = files(CONSOLE);
        all.insert("inter.woff2".to_owned(), b"font".to_vec());
        all.insert("robots.txt".to_owned(), b"".to_vec());
        let found = reachable(&all);
        assert_eq!(found.len(), all.len() - 1);
        assert!(!found.contains("robots.txt"));
    }

    #[test]
    fn what_is_loaded_later_is_not_of_the_first_screen() {
        let all = files([
            ("index.html", "'/console.js'"),
            (
                "console.js",
                "import * as parts from './__wasm_split.js'; ({ './__wasm_split.js': parts }) 'console_bg.wasm'",
            ),
            ("__wasm_split.js", "'./console.js' './ledger.wasm'"),
            ("console_bg.wasm", ""),
            ("ledger.wasm", ""),
        ]);
        let after = by_content(all).expect("text");
        assert!(!after.contains_key("ledger.wasm"), "it is named by its content all the same");
        assert!(text(&after, "console-").contains("({ './__wasm_split.js': parts })"), "as the module asks for it");
        let found = reachable(&after);
        assert_eq!(found.len(), 4);
        assert!(!found.iter().any(|name| name.starts_with("ledger")));
    }

    #[test]
    fn a_name_inside_a_longer_one_is_no_reference() {
        assert!(!refers_to("a.js", b"'./not-boot.js'", "boot.js"));
        assert!(refers_to("a.js", b"'./boot.js'", "boot.js"));
    }
}
