//! `make bench`: measures one part and keeps its rows, or makes the table of all of them.

mod native {
    pub mod commands;
    pub mod first_screen;
    pub mod gateway;
    pub mod reading;
    pub mod report;
    pub mod streams;
}

use anyhow::{Context, Result};
use bench::{rates, row::Row};
use clap::{Parser, ValueEnum};
use native::{commands, first_screen, reading, report, streams};
use std::{fs, path::Path, process::ExitCode, time::Instant};

/// Where each part keeps its rows.
const KEPT: &str = "target/bench";

/// Measures Signalbox.
#[derive(Debug, Parser)]
struct Cli {
    part: Part,
}

/// What to measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    /// The first screen's bytes: reads what `xtask first-screen` printed from the standard input.
    FirstScreen,
    /// How fast the rulebook is, on this machine.
    Rulebook,
    /// The same in the browser: reads what its test printed from the standard input.
    Browser,
    /// Durable commands beside raw commits.
    Commands,
    /// Reading rollouts of a thousand to a million records.
    Reading,
    /// A thousand live streams.
    Streams,
    /// The table, from the rows that all parts have kept.
    Report,
}

fn main() -> ExitCode {
    match run(Cli::parse().part) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(part: Part) -> Result<()> {
    let printed = || std::io::read_to_string(std::io::stdin());
    let (name, rows) = match part {
        Part::FirstScreen => ("first-screen", first_screen::rows(&printed()?)?),
        Part::Rulebook => ("rulebook", rates::rows("on this machine", milliseconds)),
        Part::Browser => ("rulebook-in-the-browser", report::printed(&printed()?)?),
        Part::Commands => ("commands", commands::rows()?),
        Part::Reading => ("reading", reading::rows()?),
        Part::Streams => ("streams", streams::rows()?),
        Part::Report => return report::write(Path::new(KEPT), Path::new("docs/performance.md")),
    };
    keep(name, &rows)
}

fn keep(part: &str, rows: &[Row]) -> Result<()> {
    for row in rows {
        println!("{}: {:.3} {}, {:.3} × {}", row.what, row.value, row.unit, row.ratio(), row.beside);
    }
    fs::create_dir_all(KEPT)?;
    let file = Path::new(KEPT).join(part).with_extension("json");
    fs::write(&file, serde_json::to_vec_pretty(rows)?).with_context(|| format!("cannot write {}", file.display()))
}

/// Steady time. A measurement is the one thing here that may ask for it.
pub fn now() -> Instant {
    #[expect(clippy::disallowed_methods, reason = "a measurement asks the machine")]
    Instant::now()
}

fn milliseconds() -> f64 {
    static BEGUN: std::sync::OnceLock<Instant> = std::sync::OnceLock::new();
    BEGUN.get_or_init(now).elapsed().as_secs_f64() * 1_000.0
}

/// The middle one.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
