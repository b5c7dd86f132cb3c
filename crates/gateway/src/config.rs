//! What the gateway is told when it starts: by its command line, and by a TOML file that says the same.

mod explain;
mod manual;
mod ofrep;
mod provider;
mod sign_in;
mod spoken;
mod unleash;
mod user;

pub use explain::explain;
pub use user::{Passwords, RoleCommands, UserCommands};

use crate::{
    backend::{
        manual::Targets,
        unleash::{Settings, Token},
    },
    identity::{self, site::Site},
};
use anyhow::{Context, bail};
use clap::{Args, Parser, Subcommand};
use rollout::RolloutId;
use serde::Deserialize;
use std::{
    net::{AddrParseError, SocketAddr},
    path::{Path, PathBuf},
    str::FromStr,
    time::Duration,
};

/// Staged feature-flag rollouts with the sign-offs they need.
#[derive(Debug, Parser)]
#[command(name = "signalbox", version)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Commands,
}

#[derive(Debug, Subcommand)]
pub enum Commands {
    /// Serve the console and the API
    Serve(Serve),
    /// Copy a data directory, while a gateway serves from it or not
    Backup {
        /// Where to: a directory that is empty, or not there yet
        to: PathBuf,
        #[command(flatten)]
        data: Data,
    },
    /// Make a data directory of a backup; everybody has to sign in again
    Restore {
        /// The backup's directory
        backup: PathBuf,
        #[command(flatten)]
        data: Data,
    },
    /// Write ledgers as lines of JSON, to be read without Signalbox
    Export {
        #[command(flatten)]
        data: Data,
        /// One rollout alone
        #[arg(long, value_name = "ID")]
        rollout: Option<RolloutId>,
        /// Also what was said, and who said it: personal data
        #[arg(long)]
        texts: bool,
        /// A new file to write to, instead of the standard output
        #[arg(long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// Work with people: who may sign in, and what is granted to them
    User {
        #[command(subcommand)]
        command: UserCommands,
    },
    /// Work with ledgers
    Ledger {
        #[command(subcommand)]
        command: LedgerCommands,
    },
    /// Work with the flag backend
    Backend {
        #[command(subcommand)]
        command: BackendCommands,
    },
    /// Work with the configuration
    Config {
        #[command(subcommand)]
        command: ConfigCommands,
    },
    /// Work with plan files
    Plan {
        #[command(subcommand)]
        command: PlanCommands,
    },
}

#[derive(Debug, Subcommand)]
pub enum PlanCommands {
    /// Check a plan file, YAML or JSON, and show its digest
    Check {
        /// The file
        file: PathBuf,
    },
    /// Print the JSON Schema of plans, for editors that complete them
    Schema,
}

#[derive(Debug, Subcommand)]
pub enum LedgerCommands {
    /// Check every record against its hash, and every snapshot against the records; changes nothing
    Check {
        #[command(flatten)]
        data: Data,
    },
}

#[derive(Debug, Subcommand)]
pub enum BackendCommands {
    /// Ask the backend whether rollouts can work with it, and show what was delivered last; changes nothing
    Check {
        #[command(flatten)]
        data: Data,
    },
}

#[derive(Debug, Subcommand)]
pub enum ConfigCommands {
    /// Print every key of the configuration file: meaning, unit, default and an example
    Explain,
}

/// Which data directory is meant.
#[derive(Debug, Args)]
pub struct Data {
    /// The data directory [default: ./.data/signalbox; the demo's is ./.data/demo]
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// The gateway's TOML file, which may name it
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
}

impl Data {
    /// Errors: the file cannot be read.
    pub fn path(self) -> anyhow::Result<PathBuf> {
        let file = self.config.as_deref().map(read).transpose()?.unwrap_or_default();
        Ok(self.data.or(file.data).unwrap_or_else(|| usual_data(false)))
    }
}

#[derive(Debug, Args)]
pub struct Serve {
    /// Run the demo: sample accounts, a sample rollout, a clock that can be moved; on this machine only
    #[arg(long)]
    pub demo: bool,
    /// A TOML file with these settings; the command line goes before it
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Where to listen [default: 127.0.0.1:8700]
    #[arg(long, value_name = "ADDR")]
    pub listen: Option<SocketAddr>,
    /// Where to keep the data [default: ./.data/signalbox, or ./.data/demo for the demo]
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// Where to tell metrics and health, or `off` [default: 127.0.0.1:8701, if it is free]
    #[arg(long, value_name = "ADDR")]
    pub ops: Option<Ops>,
    /// Serve the console from this directory instead of the one inside the program
    #[arg(long, value_name = "DIR")]
    pub console: Option<PathBuf>,
    /// Write logs as JSON
    #[arg(long)]
    pub log_json: bool,
}

/// Where metrics and health are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
#[serde(try_from = "String")]
pub enum Ops {
    Off,
    At(SocketAddr),
}

impl Ops {
    fn is_this_machine(&self) -> bool {
        matches!(self, Self::At(address) if address.ip().is_loopback()) || *self == Self::Off
    }
}

impl FromStr for Ops {
    type Err = AddrParseError;
    fn from_str(text: &str) -> Result<Self, AddrParseError> {
        if text == "off" { Ok(Self::Off) } else { text.parse().map(Self::At) }
    }
}

impl TryFrom<String> for Ops {
    type Error = AddrParseError;
    fn try_from(text: String) -> Result<Self, AddrParseError> {
        text.parse()
    }
}

/// The file's keys, which [`explain`] tells about. All may be left out; others are refused.
#[derive(Debug, Default, PartialEq, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
#[serde(deny_unknown_fields)]
struct File {
    listen: Option<SocketAddr>,
    data: Option<PathBuf>,
    ops: Option<Ops>,
    console: Option<PathBuf>,
    log_json: Option<bool>,
    live_patience_s: Option<u64>,
    public_url: Option<String>,
    sign_in: Option<sign_in::Table>,
    ofrep: Option<ofrep::Table>,
    unleash: Option<unleash::Table>,
    manual: Option<manual::Table>,
}

/// What holds after both were read.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    pub demo: bool,
    pub listen: SocketAddr,
    /// Where browsers find it.
    pub site: Site,
    /// How long sessions last.
    pub sign_in: identity::Settings,
    /// What applications say to be told their flags.
    pub ofrep_keys: Vec<Token>,
    /// None: there, if nobody else is.
    pub ops: Option<Ops>,
    pub data: PathBuf,
    pub console: Option<PathBuf>,
    pub log_json: bool,
    pub live_patience: Duration,
    /// The backend, if it is not the built-in one.
    pub unleash: Option<Settings>,
    /// Where one asks about flags that a person moves.
    pub targets: Targets,
    /// By which the backend is known when it hints that something has changed there.
    pub hint_secret: Option<Token>,
    /// Where people sign in, if the company has a place for it.
    pub provider: Option<identity::provider::Settings>,
}

impl Config {
    /// Errors: the file cannot be read, has an unknown key, or something may not be so.
    pub fn load(serve: Serve) -> anyhow::Result<Self> {
        let file = serve.config.as_deref().map(read).transpose()?.unwrap_or_default();
        let listen = serve.listen.or(file.listen).unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], 8700)));
        let site = site(serve.demo, file.public_url.as_deref(), listen)?;
        let (sign_in, provider) = file.sign_in.unwrap_or_default().settings()?;
        if provider.is_some() && serve.demo {
            bail!("the demo has its sample accounts alone: take `sign_in.provider` out, or serve without --demo");
        }
        if provider.is_some() && !site.is_public() {
            bail!(
                "people come back from the provider (`sign_in.provider`) to an address of this gateway: say by `public_url` \
                 where browsers find it"
            );
        }
        let ops = serve.ops.or(file.ops);
        if let Some(Ops::At(address)) = ops.filter(|ops| !ops.is_this_machine()) {
            bail!(
                "metrics and health are told without signing in, so on this machine alone: use 127.0.0.1 or [::1], not \
                 {address}"
            );
        }
        Ok(Self {
            demo: serve.demo,
            listen,
            site,
            sign_in,
            provider,
            ofrep_keys: file.ofrep.unwrap_or_default().keys()?,
            ops,
            data: serve.data.or(file.data).unwrap_or_else(|| usual_data(serve.demo)),
            console: serve.console.or(file.console),
            log_json: serve.log_json || file.log_json.unwrap_or(false),
            live_patience: Duration::from_secs(file.live_patience_s.unwrap_or(30).max(1)),
            hint_secret: file.unleash.as_ref().map(unleash::Table::webhook_secret).transpose()?.flatten(),
            unleash: file.unleash.map(unleash::Table::settings).transpose()?,
            targets: file.manual.unwrap_or_default().targets()?,
        })
    }
}

/// The Unleash that a file names.
///
/// Errors: the file cannot be read, or what it says about Unleash is not enough.
pub fn unleash_of(file: Option<&Path>) -> anyhow::Result<Option<Settings>> {
    let file = file.map(read).transpose()?.unwrap_or_default();
    file.unleash.map(unleash::Table::settings).transpose()
}

/// Where browsers find it, and whether it may listen there.
fn site(is_demo: bool, public_url: Option<&str>, listen: SocketAddr) -> anyhow::Result<Site> {
    let site = public_url.map_or_else(|| Ok(Site::default()), Site::public).context("`public_url` cannot be used")?;
    if is_demo && site.is_public() {
        bail!("the demo lets anybody in, so it has no public address: take `public_url` out, or serve without --demo");
    }
    if listen.ip().is_loopback() || site.is_secure() {
        return Ok(site);
    }
    if is_demo {
        bail!("the demo lets anybody in, so it listens on this machine alone: use 127.0.0.1 or [::1], not {listen}");
    }
    bail!(
        "passwords go through a proxy with TLS, so without one the gateway listens on this machine alone: use 127.0.0.1 or \
         [::1], not {listen}, or say by `public_url` at which https address the proxy serves it"
    )
}

fn usual_data(is_demo: bool) -> PathBuf {
    PathBuf::from(if is_demo { ".data/demo" } else { ".data/signalbox" })
}

fn read(path: &Path) -> anyhow::Result<File> {
    let source = config::File::from(path).format(config::FileFormat::Toml).required(true);
    let settings = config::Config::builder().add_source(source).build().and_then(config::Config::try_deserialize);
    settings.with_context(|| format!("the configuration {} cannot be read", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(arguments: &[&str], file: &str) -> Result<Config, String> {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("signalbox.toml");
        std::fs::write(&path, file).expect("writes");
        let path = path.to_str().expect("UTF-8");
        let all = ["signalbox", "serve", "--config", path].into_iter().chain(arguments.iter().copied());
        match Cli::try_parse_from(all).expect("a command line").command {
            Commands::Serve(serve) => Config::load(serve).map_err(|error| format!("{error:#}")),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_command_line_goes_before_the_file_and_the_file_before_the_defaults() {
        let config = load(&["--demo"], "").expect("loads");
        assert_eq!(
            (config.listen.to_string().as_str(), config.data.as_path()),
            ("127.0.0.1:8700", Path::new(".data/demo"))
        );
        let file = "listen = '127.0.0.1:8701'\ndata = '/tmp/a'\nlog_json = true\nlive_patience_s = 5\n";
        let config = load(&["--demo", "--data", "/tmp/b"], file).expect("loads");
        assert_eq!((config.listen.port(), config.data.as_path(), config.log_json), (8701, Path::new("/tmp/b"), true));
        assert_eq!(config.live_patience, Duration::from_secs(5));
    }

    #[test]
    fn what_it_does_not_know_or_allow_is_refused_by_name() {
        let unknown = load(&["--demo"], "lisen = '127.0.0.1:8701'\n").expect_err("unknown key");
        assert!(unknown.contains("lisen"), "{unknown}");
        let open = load(&["--demo", "--listen", "0.0.0.0:8700"], "").expect_err("not loopback");
        assert!(open.contains("127.0.0.1"), "{open}");
    }

    #[test]
    fn without_tls_it_listens_on_this_machine_alone() {
        let own = load(&[], "").expect("loads");
        assert_eq!((own.demo, own.data.as_path()), (false, Path::new(".data/signalbox")));
        let everywhere = ["--listen", "0.0.0.0:8700"];
        let open = load(&everywhere, "").expect_err("no TLS");
        assert!(open.contains("`public_url`"), "{open}");
        let here = load(&everywhere, "public_url = 'http://localhost:8700'\n").expect_err("no TLS");
        assert!(here.contains("`public_url`"), "{here}");
        let public = load(&everywhere, "public_url = 'https://signalbox.example.org'\n").expect("loads");
        assert_eq!(public.site.to_string(), "https://signalbox.example.org");
        let plain = load(&[], "public_url = 'http://signalbox.example.org'\n").expect_err("no TLS");
        assert!(plain.contains("https://HOST"), "{plain}");
        let demo = load(&["--demo"], "public_url = 'https://signalbox.example.org'\n").expect_err("lets anybody in");
        assert!(demo.contains("--demo"), "{demo}");
    }
    #[test]
    fn people_come_back_from_the_provider_to_a_public_address() {
        let provider = "[sign_in]\nidle_minutes = 5\n[sign_in.provider]\nissuer = 'https://login.example.org'\n\
                        client_id = 'signalbox'\neveryone = 'viewer'\n";
        let none = load(&[], provider).expect_err("comes back to nowhere");
        assert!(none.contains("`public_url`"), "{none}");
        let demo = load(&["--demo"], provider).expect_err("has sample accounts");
        assert!(demo.contains("--demo"), "{demo}");
        let both = load(&[], &format!("public_url = 'https://signalbox.example.org'\n{provider}")).expect("loads");
        assert_eq!((both.provider.is_some(), both.sign_in.idle), (true, 300_000));
        let neither = load(&[], "public_url = 'https://signalbox.example.org'\n").expect("loads");
        assert!(neither.provider.is_none());
    }
}
