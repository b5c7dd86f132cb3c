//! `signalbox`: see `signalbox --help`.

use clap::Parser;
use gateway::{
    config::{Cli, Commands, Config, PlanCommands},
    plan_file, wiring,
};
use std::{io::Write, process::ExitCode};

fn main() -> ExitCode {
    let done = match Cli::parse().command {
        Commands::Serve(serve) => Config::load(serve).and_then(wiring::serve),
        Commands::Plan { command: PlanCommands::Check { file } } => plan_file::read(&file)
            .and_then(|plan| Ok(std::io::stdout().write_all(plan_file::describe(&plan).as_bytes())?)),
        Commands::Plan { command: PlanCommands::Schema } => {
            writeln!(std::io::stdout(), "{:#}", plan_file::schema()).map_err(anyhow::Error::from)
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("signalbox: {error:#}");
            ExitCode::FAILURE
        }
    }
}
