//! From trunk's output to `dist/`, and the weight of what a browser loads first.
//!
//! The layout of `dist/`, which the gateway serves:
//! - `index.html`: never cached without asking;
//! - `name-<16 hex digits>.ext`: named by content, so it may be cached for ever;
//! - any other name: a file that only the console's code refers to; cached by its ETag;
//! - after a release build `.br` and `.gz` beside every file worth compressing.

mod compress;
mod files;
mod modules;
mod names;
mod parts;
mod styles;

use anyhow::{Context, Result, ensure};
use files::Files;
use std::path::Path;

/// What the first screen may weigh, in bytes as served to a browser that takes brotli.
const FIRST_SCREEN_LIMIT: usize = 250_000;

pub fn finish(from: &Path, chunks: &Path, to: &Path, release: bool) -> Result<()> {
    let mut dist = files::read(from)?;
    dist.extend(files::read(chunks)?);
    styles::join(&mut dist)?;
    if release {
        modules::optimize(&mut dist)?;
        parts::pack(&mut dist)?;
    }
    dist = names::by_content(dist)?;
    if release {
        let more = compress::variants(&dist)?;
        dist.extend(more);
    }
    files::replace(to, &dist)
}

pub fn first_screen(dist: &Path) -> Result<()> {
    let files = files::read(dist)?;
    let first = names::reachable(&files);
    let total = table("First screen, bytes with brotli:", &weigh(&files, |name| first.contains(name))?);
    let later = |name: &str| name.ends_with(".wasm") && !first.contains(name);
    table("Loaded later, when a page needs it:", &weigh(&files, later)?);
    ensure!(
        total <= FIRST_SCREEN_LIMIT,
        "the first screen weighs {total} bytes, {} more than it may: take something out of it, or load it later",
        total - FIRST_SCREEN_LIMIT
    );
    println!("The first screen may weigh {FIRST_SCREEN_LIMIT}: {} are left.", FIRST_SCREEN_LIMIT - total);
    Ok(())
}

/// Prints the rows and their sum, which it returns.
fn table(title: &str, rows: &[(String, usize)]) -> usize {
    let total = rows.iter().map(|(_, bytes)| bytes).sum();
    println!("{title}");
    for (name, bytes) in rows {
        println!("{bytes:>9}  {name}");
    }
    println!("{total:>9}  in all");
    total
}

/// The files with the bytes each takes on the wire, heaviest first.
fn weigh(files: &Files, counts: impl Fn(&str) -> bool) -> Result<Vec<(String, usize)>> {
    let mut rows = Vec::new();
    for name in files.keys().filter(|name| counts(name)) {
        let sent = if compress::is_worth_it(name) { format!("{name}.br") } else { name.clone() };
        let bytes = files.get(&sent).with_context(|| format!("{sent} is missing: run `make build` first"))?;
        rows.push((name.clone(), bytes.len()));
    }
    rows.sort_by_key(|(_, bytes)| std::cmp::Reverse(*bytes));
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_screen_is_weighed_as_it_is_sent() {
        let files: Files = [
            ("index.html", "<script src=\"/a.js\"></script><link href='/f.woff2'>"),
            ("index.html.br", "12"),
            ("a.js", "alert(1)"),
            ("a.js.br", "1"),
            ("f.woff2", "12345"),
            ("unused.svg", "<svg/>"),
        ]
        .map(|(name, text)| (name.to_owned(), text.as_bytes().to_vec()))
        .into();
        let first = names::reachable(&files);
        let rows = weigh(&files, |name| first.contains(name)).expect("everything is there");
        assert_eq!(rows, [("f.woff2".to_owned(), 5), ("index.html".to_owned(), 2), ("a.js".to_owned(), 1)]);
    }

    #[test]
    fn a_debug_build_cannot_be_weighed() {
        let files: Files = [("index.html".to_owned(), b"<p>".to_vec())].into();
        assert!(weigh(&files, |_| true).is_err());
    }
}
