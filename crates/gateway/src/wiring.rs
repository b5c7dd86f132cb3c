//! Putting it together: data directory, store, backend, application, delivery, listener; and taking it apart again.

pub mod data_dir;
pub mod stamp;

use crate::{
    app::App,
    backend::{Backend, BuiltIn, Manual, Unleash},
    clock::Clock,
    config::{Config, Ops},
    delivery::Delivery,
    demo,
    feed::Feed,
    http::{self, console::Console},
    identity::{self, provider::Provider},
    store::{AHEAD, Sqlite, Store},
};
use anyhow::{Context, bail};
use data_dir::DataDir;
use std::{
    io::{ErrorKind, IsTerminal},
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::Arc,
    time::Duration,
};
use tokio::{
    net::TcpListener,
    signal::unix::{Signal, SignalKind, signal},
};
use tracing_subscriber::EnvFilter;

/// Where metrics and health are told if nothing is said about it.
const OPS: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8701);

/// The setting that says whose flags the ledgers move.
const BACKEND: &str = "backend";

/// How long requests may take to finish once the gateway closes.
const CLOSING: Duration = Duration::from_secs(10);

/// Serves until it is told to stop.
///
/// Errors: it cannot start, and what to do about it.
pub fn serve(config: Config) -> anyhow::Result<()> {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info,sqlx=warn"));
    let colors = std::io::stderr().is_terminal();
    let logs = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(colors);
    if config.log_json {
        logs.json().init()
    } else {
        logs.init()
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(run(config))
}

async fn run(config: Config) -> anyhow::Result<()> {
    let console = Arc::new(Console::new(config.console.clone())?);
    let data = DataDir::open(&config.data)?;
    // Before anything is changed on the disk: somebody else's port is a reason not to start.
    let listener = listen(config.listen, "--listen").await?;
    let ops = listen_for_ops(config.ops).await?;
    let (app, flags) = open(&data, &config).await?;
    let delivery = tokio::spawn(Arc::new(Delivery::new(app.clone())).run());
    let feed = tokio::spawn(Feed::run(app.clone()));
    let watch = tokio::spawn(identity::watch(app.clone()));
    let address = listener.local_addr()?;
    // Before anybody is told that it serves, and so may ask it to stop.
    let signals = stop_signals();
    welcome(&app, &format!("http://{address}")).await?;
    let ops = tokio::spawn(serve_ops(ops, app.clone()));

    let told = app.clone();
    let stop = async move {
        stopped(signals).await;
        tracing::info!("closing");
        told.hub.close();
    };
    let router = http::router(app.clone(), console).into_make_service_with_connect_info::<SocketAddr>();
    let served = axum::serve(listener, router).with_graceful_shutdown(stop);
    let closed = app.clone();
    tokio::select! {
        done = served => done?,
        () = async { closed.hub.closed().await; tokio::time::sleep(CLOSING).await } => {
            tracing::warn!("some requests did not finish in time");
        }
    }
    app.hub.close();
    delivery.await?;
    feed.await?;
    watch.await?;
    ops.await??;
    app.keep_snapshots().await;
    app.store.close().await?;
    flags.close().await?;
    drop(data);
    tracing::info!("closed");
    Ok(())
}

/// Says where it serves; and where nobody can be an administrator yet, the one-time code that makes the first.
async fn welcome(app: &App, here: &str) -> anyhow::Result<()> {
    if app.demo {
        println!("Signalbox demo: {here}");
        return Ok(());
    }
    let at = if app.site.is_public() { app.site.to_string() } else { here.to_owned() };
    println!("Signalbox: {at}");
    if app.store.has_accounts().await? {
        println!("Sign in there; `signalbox user --help` tells how people are added.");
        return Ok(());
    }
    if let Some(provider) = app.provider.as_ref().filter(|provider| provider.makes_administrators()) {
        println!("Sign in there with {}: it says who is an administrator.", provider.name());
        return Ok(());
    }
    let code = app.set_up.make();
    println!("Nobody has an account yet. Make the first administrator at {at}/sign-in");
    println!("with this one-time code: {}", code.reveal());
    Ok(())
}

/// The application over a data directory, furnished for the demo.
async fn open(data: &DataDir, config: &Config) -> anyhow::Result<(Arc<App>, BuiltIn)> {
    let file = data.database();
    let store =
        Sqlite::open(&file).await.with_context(|| format!("the database {} cannot be opened", file.display()))?;
    stamp::stamp(&store, config.demo).await?;
    let ahead =
        store.setting(AHEAD).await?.map_or(Ok(0), |text| text.parse()).context("the demo's clock is unreadable")?;
    let recorded = store.latest_time().await?;
    let clock = Clock::machine(recorded.millis(), ahead);
    // In a file of its own, as any other backend's flags are: a store that fails does not take the backend with it.
    let flags = data.flags();
    let flags =
        Sqlite::open(&flags).await.with_context(|| format!("the flags {} cannot be opened", flags.display()))?;
    let backend = BuiltIn::new(flags);
    backend.take_over(&store).await?;
    // No reason not to start: on a disk that is full already, a gateway that may lower flags is better than none.
    if let Err(error) = backend.make_room().await {
        tracing::error!(%error, "no room could be made for lowering flags on a full disk");
    }
    // Unleash cannot express what the later sample plans ask for.
    let (serving, plans): (Arc<dyn Backend>, _) = match &config.unleash {
        None => (Arc::new(backend.clone()), &demo::PLANS[..]),
        Some(settings) => (Arc::new(Unleash::new(settings.clone())?), &demo::PLANS[..1]),
    };
    stay_with(&store, serving.kind()).await?;
    let mut app = App::open(Arc::new(store), serving, clock, config.demo).await?;
    app.live_patience = config.live_patience;
    app.manual = Manual::new(config.targets.clone())?;
    app.hint_secret = config.hint_secret.clone();
    app.site = config.site.clone();
    app.sign_in = config.sign_in;
    app.ofrep_keys = config.ofrep_keys.clone();
    let provider = config.provider.clone().map(|settings| Provider::new(settings, &app.site.to_string()));
    app.provider = provider.transpose()?;
    if config.demo {
        demo::furnish(&app, plans).await?;
    }
    Ok((Arc::new(app), backend))
}

/// What ledgers say of flags is true of one backend alone.
///
/// Errors: these ledgers are another one's.
async fn stay_with(store: &dyn Store, kind: &str) -> anyhow::Result<()> {
    let known = match store.setting(BACKEND).await? {
        None if !store.rollouts().await?.is_empty() => Some(BuiltIn::KIND.to_owned()),
        known => known,
    };
    match known {
        Some(known) if known != kind => bail!(
            "the rollouts in this data directory move flags of the backend \"{known}\", not of \"{kind}\": configure \
             that one, or name another directory with --data"
        ),
        _ => Ok(store.set_setting(BACKEND, kind).await?),
    }
}

async fn listen(address: SocketAddr, option: &str) -> anyhow::Result<TcpListener> {
    match TcpListener::bind(address).await {
        Err(error) if error.kind() == ErrorKind::AddrInUse => {
            let port = address.port();
            let next = port.checked_add(1).unwrap_or(8700);
            bail!(
                "port {port} is in use, perhaps by another Signalbox: stop that one, or listen elsewhere with \
                 `{option} {}:{next}`",
                address.ip()
            )
        }
        listener => listener.with_context(|| format!("cannot listen at {address}")),
    }
}

/// Where nothing is said about it, another program at the usual address is no reason not to start.
async fn listen_for_ops(ops: Option<Ops>) -> anyhow::Result<Option<TcpListener>> {
    match ops {
        Some(Ops::Off) => Ok(None),
        Some(Ops::At(address)) => listen(address, "--ops").await.map(Some),
        None => match TcpListener::bind(OPS).await {
            Ok(listener) => Ok(Some(listener)),
            Err(error) => {
                tracing::warn!(%error, "metrics and health are not told at {OPS}: name another address with --ops, or `off`");
                Ok(None)
            }
        },
    }
}

/// Serves until the gateway closes. Nobody has to be waited for: whoever asks for metrics asks again.
async fn serve_ops(listener: Option<TcpListener>, app: Arc<App>) -> std::io::Result<()> {
    let Some(listener) = listener else { return Ok(()) };
    tracing::info!(address = %listener.local_addr()?, "metrics and health");
    tokio::select! {
        done = axum::serve(listener, http::ops::router(app.clone())) => done,
        () = app.hub.closed() => Ok(()),
    }
}

/// Heard from here on: until then a signal ends the process where it stands.
fn stop_signals() -> Option<[Signal; 2]> {
    match (signal(SignalKind::terminate()), signal(SignalKind::interrupt())) {
        (Ok(terminate), Ok(interrupt)) => Some([terminate, interrupt]),
        _ => {
            tracing::error!("signals cannot be heard: stop the gateway with SIGKILL, nothing is lost by it");
            None
        }
    }
}

async fn stopped(signals: Option<[Signal; 2]>) {
    let Some([mut terminate, mut interrupt]) = signals else { return std::future::pending().await };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn ledgers_stay_with_their_backend() {
        let demo = crate::testing::Demo::new().await;
        let store = demo.app.store.as_ref();
        let other = stay_with(store, "unleash").await.expect_err("they are the built-in backend's").to_string();
        assert!(other.contains("built-in") && other.contains("--data"), "{other}");
        stay_with(store, BuiltIn::KIND).await.expect("as before");

        let dir = tempfile::tempdir().expect("a directory");
        let new = Sqlite::open(&dir.path().join("signalbox.db")).await.expect("opens");
        stay_with(&new, "unleash").await.expect("is free");
        stay_with(&new, BuiltIn::KIND).await.expect_err("is not any more");
    }
}
