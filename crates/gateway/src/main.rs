//! `signalbox`: see `signalbox --help`.

use anyhow::Context;
use clap::Parser;
use gateway::{
    backend, backup,
    clock::Clock,
    config::{self, BackendCommands, Cli, Commands, Config, ConfigCommands, LedgerCommands, PlanCommands},
    export, ledger_check, plan_file, users, wiring,
};
use rollout::RolloutId;
use std::{
    fs::OpenOptions,
    io::{BufWriter, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
    process::ExitCode,
};

fn main() -> ExitCode {
    // For requests to a backend. It fails only where it is done already.
    drop(rustls::crypto::ring::default_provider().install_default());
    match run(Cli::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("signalbox: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Commands) -> anyhow::Result<()> {
    match command {
        Commands::Serve(serve) => Config::load(serve).and_then(wiring::serve),
        Commands::Backup { to, data } => {
            let taken = wait(backup::take(&data.path()?, &to, Clock::machine(0, 0).real()))?;
            say(&backup::describe(&taken, &to))
        }
        Commands::Restore { backup, data } => {
            let data = data.path()?;
            let restored = wait(backup::restore(&backup, &data))?;
            say(&backup::describe(&restored, &data))?;
            say("Everybody has to sign in again.\n")
        }
        Commands::Export { data, rollout, texts, output } => {
            wait(write_export(&data.path()?, rollout, texts, output.as_deref()))
        }
        Commands::User { command } => say(&wait(users::run(command))?),
        Commands::Ledger { command: LedgerCommands::Check { data } } => {
            wait(ledger_check::check(&data.path()?, |line| say(&format!("{line}\n"))))
        }
        Commands::Backend { command: BackendCommands::Check { data } } => {
            let unleash = config::unleash_of(data.config.as_deref())?;
            let checked = wait(async { backend::check::check(unleash, &data.path()?).await })?;
            say(&checked.lines)?;
            anyhow::ensure!(checked.is_good, "the backend cannot be worked with as it is");
            Ok(())
        }
        Commands::Config { command: ConfigCommands::Explain } => say(&config::explain()),
        Commands::Plan { command: PlanCommands::Check { file } } => say(&plan_file::describe(&plan_file::read(&file)?)),
        Commands::Plan { command: PlanCommands::Schema } => say(&format!("{:#}\n", plan_file::schema())),
    }
}

/// Does what takes a while, with its warnings on the standard error.
fn wait<T>(doing: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    tracing_subscriber::fmt().with_max_level(tracing::Level::WARN).with_writer(std::io::stderr).without_time().init();
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(doing)
}

async fn write_export(
    data: &Path,
    rollout: Option<RolloutId>,
    texts: bool,
    output: Option<&Path>,
) -> anyhow::Result<()> {
    let Some(path) = output else {
        return export::write(data, rollout, texts, &mut BufWriter::new(std::io::stdout())).await;
    };
    let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    let file = file.with_context(|| format!("{} cannot be made", path.display()))?;
    let mut file = BufWriter::new(file);
    export::write(data, rollout, texts, &mut file).await?;
    file.get_ref().sync_all().with_context(|| format!("{} cannot be brought to the disk", path.display()))
}

fn say(text: &str) -> anyhow::Result<()> {
    Ok(std::io::stdout().write_all(text.as_bytes())?)
}
