//! From trunk's output to `dist/`, and the weight of what a browser loads first.
//!
//! The layout of `dist/`, which the gateway serves:
//! - `index.html`: never cached without asking;
//! - `name-<16 hex digits>.ext`: named by content, so it may be cached for ever;
//! - any other name: a file that only the console's code refers to; cached by its ETag;
//! - after a release build `.br` and `.gz` beside every file worth compressing.

mod compress;
mod files;
mod names;
mod styles;

use anyhow::{Context, Result, ensure};
use files::Files;
use std::path::Path;

/// What the first screen is to weigh one day, in bytes as served to a browser that takes brotli.
const FIRST_SCREEN_GOAL: usize = 250_000;

/// What it may weigh until then: what it weighs now and 2 %. A ratchet: whoever makes it lighter lowers this; it is
/// never raised.
const FIRST_SCREEN_CEILING: usize = 565_000;

pub fn finish(from: &Path, to: &Path, compressed: bool) -> Result<()> {
    let mut dist = files::read(from)?;
    styles::join(&mut dist)?;
    dist = names::by_content(dist)?;
    if compressed {
        let more = compress::variants(&dist)?;
        dist.extend(more);
    }
    files::replace(to, &dist)
}

pub fn first_screen(dist: &Path) -> Result<()> {
    let files = files::read(dist)?;
    let rows = weigh(&files)?;
    let total: usize = rows.iter().map(|(_, bytes)| bytes).sum();
    println!("First screen, bytes with brotli:");
    for (name, bytes) in &rows {
        println!("{bytes:>9}  {name}");
    }
    println!("{total:>9}  in all; {}", judged(total)?);
    Ok(())
}

/// How the weight stands to the goal.
///
/// Errors: it is over the ceiling.
fn judged(total: usize) -> Result<String> {
    ensure!(
        total <= FIRST_SCREEN_CEILING,
        "the first screen weighs {total} bytes, {} more than its ceiling of {FIRST_SCREEN_CEILING}: take something out \
         of it, or load it later",
        total - FIRST_SCREEN_CEILING
    );
    Ok(match total.checked_sub(FIRST_SCREEN_GOAL) {
        None | Some(0) => format!("within the goal of {FIRST_SCREEN_GOAL}"),
        Some(over) => format!("{over} over the goal of {FIRST_SCREEN_GOAL}; the ceiling is {FIRST_SCREEN_CEILING}"),
    })
}

/// The files of the first screen with the bytes each takes on the wire, heaviest first.
fn weigh(files: &Files) -> Result<Vec<(String, usize)>> {
    let mut rows = Vec::new();
    for name in names::reachable(files) {
        let sent = if compress::is_worth_it(&name) { format!("{name}.br") } else { name.clone() };
        let bytes = files.get(&sent).with_context(|| format!("{sent} is missing: run `make build` first"))?;
        rows.push((name, bytes.len()));
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
        let rows = weigh(&files).expect("everything is there");
        assert_eq!(rows, [("f.woff2".to_owned(), 5), ("index.html".to_owned(), 2), ("a.js".to_owned(), 1)]);
    }

    #[test]
    fn over_the_goal_is_said_and_over_the_ceiling_is_an_error() {
        assert_eq!(judged(FIRST_SCREEN_GOAL).expect("light"), "within the goal of 250000");
        let over = judged(FIRST_SCREEN_GOAL + 1).expect("under the ceiling");
        assert!(over.starts_with("1 over the goal of 250000"), "{over}");
        assert!(judged(FIRST_SCREEN_CEILING).is_ok());
        let error = judged(FIRST_SCREEN_CEILING + 1).expect_err("too heavy").to_string();
        assert!(error.contains(", 1 more than its ceiling of"), "{error}");
    }

    #[test]
    fn a_debug_build_cannot_be_weighed() {
        let files: Files = [("index.html".to_owned(), b"<p>".to_vec())].into();
        assert!(weigh(&files).is_err());
    }
}
