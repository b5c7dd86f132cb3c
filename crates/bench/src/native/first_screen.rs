//! The first screen's weight, from what `xtask first-screen` prints.

use anyhow::{Context, Result};
use bench::row::{Row, Target};

/// The rows of that table: the whole beside its limit, each file beside the whole.
pub fn rows(printed: &str) -> Result<Vec<Row>> {
    let first = printed.split("Loaded later").next().unwrap_or(printed);
    let files: Vec<(&str, f64)> = first.lines().filter_map(weighed).collect();
    let (_, whole) = *files.last().context("xtask first-screen printed no table")?;
    let limit = printed.lines().find_map(|line| line.strip_prefix("The first screen may weigh "));
    let limit = limit.and_then(|rest| rest.split(':').next()).context("xtask first-screen printed no limit")?;
    let all = Row::new("The first screen in all", whole, "bytes", "its limit", limit.parse()?);
    let parts = files.iter().filter(|(name, _)| *name != "in all");
    let part = |(name, bytes): &(&str, f64)| Row::new(plain(name), *bytes, "bytes", "the whole", whole);
    Ok(std::iter::once(all.target(Target::AtMost(1.0))).chain(parts.map(part)).collect())
}

fn weighed(line: &str) -> Option<(&str, f64)> {
    let (bytes, name) = line.trim_start().split_once("  ")?;
    Some((name, bytes.parse().ok()?))
}

/// A file's name without the part that changes with its content.
fn plain(name: &str) -> String {
    match name.rsplit_once('.') {
        Some((stem, extension)) => match stem.rsplit_once('-') {
            Some((stem, hash)) if hash.len() == 16 => format!("`{stem}.{extension}`"),
            _ => format!("`{name}`"),
        },
        None => format!("`{name}`"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_read() {
        let printed = "First screen, bytes with brotli:\n   200  a-0123456789abcdef.wasm\n    40  index.html\n   240  in all\n\
                       Loaded later, when a page needs it:\n   900  b.wasm\n   900  in all\n\
                       The first screen may weigh 250: 10 are left.\n";
        let rows = rows(printed).expect("a table");
        let short: Vec<_> = rows.iter().map(|row| (row.what.as_str(), row.value, row.peer)).collect();
        let expected =
            [("The first screen in all", 240.0, 250.0), ("`a.wasm`", 200.0, 240.0), ("`index.html`", 40.0, 240.0)];
        assert_eq!(short, expected);
        assert!(super::rows("nothing").is_err());
    }
}
