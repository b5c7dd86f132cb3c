//! Names by content: what a name stands for never changes, so a browser may keep it for ever.

use super::files::Files;
use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};

const PAGE: &str = "index.html";

/// Renames every file that the page refers to, directly or through others, and rewrites the references.
/// A file that only the console's own code names keeps its name: a compiled module is not rewritten.
pub fn by_content(files: Files) -> Result<Files> {
    let mut renaming = Renaming { before: &files, names: BTreeMap::new(), open: Vec::new(), after: Files::new() };
    let page = renaming.rewritten(PAGE)?;
    let Renaming { names, mut after, .. } = renaming;
    after.insert(PAGE.to_owned(), page);
    for (name, bytes) in &files {
        if name != PAGE && !names.contains_key(name) {
            after.insert(name.clone(), bytes.clone());
        }
    }
    Ok(after)
}

/// Every file that the page's first screen loads, the page itself included.
pub fn reachable(files: &Files) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut next = vec![PAGE.to_owned()];
    while let Some(name) = next.pop() {
        if let Some(bytes) = files.get(&name)
            && found.insert(name.clone())
        {
            next.extend(files.keys().filter(|other| **other != name && refers_to(&name, bytes, other)).cloned());
        }
    }
    found
}

struct Renaming<'a> {
    before: &'a Files,
    /// Old name to new name.
    names: BTreeMap<String, String>,
    /// The files being renamed now, from the page inwards.
    open: Vec<String>,
    after: Files,
}

impl Renaming<'_> {
    fn rename(&mut self, name: &str) -> Result<String> {
        if let Some(renamed) = self.names.get(name) {
            return Ok(renamed.clone());
        }
        if self.open.iter().any(|open| open == name) {
            bail!("{name} and {} refer to each other, so neither can be named by its content", self.open.join(", "));
        }
        self.open.push(name.to_owned());
        let bytes = self.rewritten(name)?;
        self.open.pop();
        let renamed = hashed(name, &bytes);
        self.names.insert(name.to_owned(), renamed.clone());
        self.after.insert(renamed.clone(), bytes);
        Ok(renamed)
    }

    /// The file's bytes with its references under their new names.
    fn rewritten(&mut self, name: &str) -> Result<Vec<u8>> {
        let bytes = self.before.get(name).with_context(|| format!("trunk wrote no {name}"))?;
        if !is_text(name) {
            return Ok(bytes.clone());
        }
        let mut text = String::from_utf8(bytes.clone()).with_context(|| format!("{name} is not UTF-8"))?;
        for other in self.before.keys().filter(|other| *other != name && *other != PAGE) {
            if refers_to(name, bytes, other) {
                let renamed = self.rename(other)?;
                for (old, new) in spellings(other).zip(spellings(&renamed)) {
                    text = text.replace(&old, &new);
                }
            }
        }
        Ok(text.into_bytes())
    }
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

fn hashed(name: &str, bytes: &[u8]) -> String {
    let digest: String = Sha256::digest(bytes).iter().take(8).map(|byte| format!("{byte:02x}")).collect();
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
        let after = by_content(files(CONSOLE)).expect("no circle");
        let wasm = hashed("console_bg.wasm", b"\0asm/icons.svg/api");
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
        let before = by_content(files(CONSOLE)).expect("no circle");
        let after = by_content(changed).expect("no circle");
        let kept: Vec<_> = before.keys().filter(|name| after.contains_key(*name)).collect();
        let css = before.keys().find(|name| name.starts_with("app-")).expect("app.css is renamed");
        assert_eq!(kept, [css, "icons.svg", "index.html"]);
    }

    #[test]
    fn the_same_input_gives_the_same_names() {
        assert_eq!(by_content(files(CONSOLE)).expect("no circle"), by_content(files(CONSOLE)).expect("no circle"));
    }

    #[test]
    fn a_circle_is_refused() {
        let circle = files([("index.html", "'/a.js'"), ("a.js", "'./b.js'"), ("b.js", "'./a.js'")]);
        let error = by_content(circle).expect_err("no content hash can be in itself");
        assert!(error.to_string().contains("a.js"), "{error}");
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
    fn a_name_inside_a_longer_one_is_no_reference() {
        assert!(!refers_to("a.js", b"'./not-boot.js'", "boot.js"));
        assert!(refers_to("a.js", b"'./boot.js'", "boot.js"));
    }
}
