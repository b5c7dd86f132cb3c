//! What a Makefile line should not hold.

mod console;
mod tidy;

use anyhow::Result;
use clap::{Parser, ValueEnum};
use std::path::PathBuf;
use std::process::ExitCode;

/// Signalbox's own build steps.
#[derive(Debug, Parser)]
enum Command {
    /// Check what no compiler checks: dependency direction, file sizes, forbidden words.
    Tidy,
    /// Turn trunk's output into dist/: names by content, one style sheet, precompressed.
    ConsoleFinish {
        /// Where trunk put its output (trunk tells its hooks).
        #[arg(long, env = "TRUNK_STAGING_DIR")]
        from: PathBuf,
        /// Where cargo builds: the modules that are loaded later are there, beside the linked one.
        #[arg(long, env = "CARGO_TARGET_DIR", default_value = "target")]
        target: PathBuf,
        /// The folder to make.
        #[arg(long, default_value = "dist")]
        to: PathBuf,
        /// A debug build is not precompressed (trunk tells its hooks).
        #[arg(long, env = "TRUNK_PROFILE", default_value = "release")]
        profile: Profile,
    },
    /// Print the first screen's weight, and fail over its ceiling.
    FirstScreen {
        /// The finished console.
        #[arg(default_value = "dist")]
        dist: PathBuf,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Profile {
    Debug,
    Release,
}

impl Profile {
    /// Cargo's folder for it: the console has a release profile of its own.
    fn folder(self) -> &'static str {
        match self {
            Self::Debug => "debug",
            Self::Release => "console",
        }
    }
}

fn main() -> ExitCode {
    match run(Command::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Without the backtrace: these failures are about the project, not about this program.
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<()> {
    match command {
        Command::Tidy => tidy::run(),
        Command::ConsoleFinish { from, target, to, profile } => {
            let chunks = target.join("wasm32-unknown-unknown").join(profile.folder()).join("deps/chunks");
            console::finish(&from, &chunks, &to, profile == Profile::Release)
        }
        Command::FirstScreen { dist } => console::first_screen(&dist),
    }
}
