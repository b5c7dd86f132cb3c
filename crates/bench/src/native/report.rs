//! The table: docs/performance.md, from the rows that every part has kept.

use anyhow::{Context, Result, ensure};
use bench::row::{Row, Target};
use std::{fmt::Write, fs, path::Path};

/// The parts, in the order of the table, with what is said before each.
const PARTS: [(&str, &str, &str); 8] = [
    (
        "first-screen",
        "First screen",
        "What is sent, brotli, until the sign-in page is there. The limit fails the build.",
    ),
    (
        "pages",
        "Pages in Chromium",
        "A cold cache and a fresh browser each time; medians. The peers are pages without any framework that do the least one could: fetch the same answer and write it down, echo a key in an empty page.",
    ),
    (
        "confirmed",
        "Click to confirmed",
        "On a real Unleash, in Chromium, in turns; medians of fifteen. Signalbox records the command, carries it out, reads it back and records that; the raw call is one request from a script, answered and not read back.",
    ),
    ("rulebook", "The rulebook on this machine", "A ledger of ordinary acts on the S4 plan; medians of seven rounds."),
    ("rulebook-in-the-browser", "The rulebook in Chromium", "The same code as WebAssembly."),
    (
        "commands",
        "Durable commands",
        "From the request to the answer, each with its fsync, over HTTP. The peer writes one row a commit, in turns with the gateway, on the same disk.",
    ),
    ("reading", "Long ledgers", "One rollout, its ledger growing; snapshots make it flat."),
    ("streams", "Live streams", "One gateway, a thousand readers on the same machine; medians of twenty records."),
];

pub fn write(kept: &Path, to: &Path) -> Result<()> {
    let mut text = String::from(
        "# Performance\n\nWritten by `make bench`. Each figure stands beside a peer or a limit of the same run: the ratio is \
         what to look at, the rest depends on the machine.\n",
    );
    writeln!(text, "Measured on {}.", machine()?)?;
    let mut found = 0;
    for (part, title, about) in PARTS {
        let file = kept.join(part).with_extension("json");
        if !file.exists() {
            continue;
        }
        let rows: Vec<Row> = serde_json::from_slice(&fs::read(&file)?).with_context(|| file.display().to_string())?;
        found += rows.len();
        write!(
            text,
            "\n## {title}\n\n{about}\n\n| what | measured | beside | ratio | wanted |\n| --- | ---: | --- | ---: | --- |\n"
        )?;
        for row in rows {
            let peer = format!("{}: {} {}", row.beside, figure(row.peer), row.unit);
            let measured = format!("{} {}", figure(row.value), row.unit);
            writeln!(text, "| {} | {measured} | {peer} | {:.2} | {} |", row.what, row.ratio(), wanted(&row))?;
        }
    }
    ensure!(found > 0, "nothing was measured yet: run `make bench`");
    fs::write(to, text).with_context(|| format!("cannot write {}", to.display()))
}

/// Three digits that mean something.
fn figure(value: f64) -> String {
    match value.abs() {
        large if large >= 10_000.0 => {
            let whole = format!("{value:.0}");
            let groups: Vec<&str> =
                whole.as_bytes().rchunks(3).rev().filter_map(|g| std::str::from_utf8(g).ok()).collect();
            groups.join(",")
        }
        some if some >= 100.0 => format!("{value:.0}"),
        some if some >= 10.0 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

fn wanted(row: &Row) -> String {
    let target = match row.target {
        Target::AtLeast(least) => format!("≥ {least}"),
        Target::AtMost(most) => format!("≤ {most}"),
        Target::None => return String::new(),
    };
    if row.holds() == Some(false) { format!("{target}, **missed**") } else { target }
}

/// Cores and processor, as far as the machine tells.
fn machine() -> Result<String> {
    let cores = std::thread::available_parallelism()?;
    let info = fs::read_to_string("/proc/cpuinfo")?;
    let model =
        info.lines().find_map(|line| line.strip_prefix("model name")?.split_once(':')).map(|(_, name)| name.trim());
    Ok(format!("{cores} cores of {}", model.unwrap_or("an unnamed processor")))
}

/// The rows that a browser test printed.
pub fn printed(text: &str) -> Result<Vec<Row>> {
    let rows = text.lines().filter_map(|line| line.split_once("BENCH ")).map(|(_, json)| serde_json::from_str(json));
    let rows = rows.collect::<Result<Vec<Row>, _>>()?;
    ensure!(!rows.is_empty(), "the browser printed no rows:\n{text}");
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_short() {
        let figures = [0.1234, 12.34, 123.4, 1_234.5, 12_345.0, 1_234_567.0].map(figure);
        assert_eq!(figures, ["0.12", "12.3", "123", "1234", "12,345", "1,234,567"]);
    }

    #[test]
    fn what_a_browser_printed_is_read() {
        let row = Row::new("a", 1.0, "ms", "b", 2.0);
        let json = serde_json::to_string(&row).expect("JSON");
        assert_eq!(printed(&format!("log: BENCH {json}\nother\n")).expect("a row"), [row]);
        assert!(printed("other").is_err());
    }
}
