//! A thousand open screens: how long until all have heard of a record, and what they cost.

use super::gateway::{Gateway, Person};
use crate::{median, now};
use anyhow::{Context, Result, bail};
use bench::row::{Row, Target};
use serde_json::json;
use std::time::{Duration, Instant};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    sync::mpsc,
};

const STREAMS: usize = 1_000;
const RECORDS: u64 = 20;
/// "The engineer's open screen changes by itself within two seconds."
const PROMISED_MS: f64 = 2_000.0;
/// So much the demo may take with all of them, in MiB.
const MOST_MEMORY: f64 = 256.0;

pub fn rows() -> Result<Vec<Row>> {
    let dir = tempfile::tempdir_in("target")?;
    let gateway = Gateway::start(&dir.path().join("data"))?;
    let (viewer, engineer) = (gateway.sign_in("viewer")?, gateway.sign_in("engineer")?);
    let rollout = gateway.first_rollout(&engineer)?;
    let alone = memory(&gateway)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let (sender, mut heard) = mpsc::unbounded_channel();
    let begun = now();
    runtime.block_on(async {
        for _ in 0..STREAMS {
            let stream = open(&gateway, &viewer).await?;
            tokio::spawn(listen(stream, sender.clone()));
        }
        // Each begins with a beat.
        all(&mut heard, None).await
    })?;
    let opening = begun.elapsed().as_secs_f64() * 1_000.0;
    let together = memory(&gateway)?;
    let (mut first, mut last) = (Vec::new(), Vec::new());
    for n in 0..RECORDS {
        let sent = now();
        let note = json!({"type": "note", "text": format!("Round {n}")});
        let version = gateway.command(&engineer, &rollout, 2 + n, &n.to_string(), &note)?;
        let times = runtime.block_on(all(&mut heard, Some(version)))?;
        let since = |time: &Instant| time.duration_since(sent).as_secs_f64() * 1_000.0;
        first.extend(times.iter().map(since).min_by(f64::total_cmp));
        last.extend(times.iter().map(since).max_by(f64::total_cmp));
    }
    let (first, last) = (median(first), median(last));
    let promised = format!("the {PROMISED_MS} ms promised");
    Ok(vec![
        Row::new(format!("From command to the last of {STREAMS} streams"), last, "ms", &promised, PROMISED_MS)
            .target(Target::AtMost(1.0)),
        Row::new("From command to the first of them", first, "ms", promised, PROMISED_MS).target(Target::AtMost(1.0)),
        Row::new(format!("Opening {STREAMS} streams"), opening, "ms", "the time to the last of them", last),
        Row::new(format!("Memory of the gateway with {STREAMS} streams"), together, "MiB", "the same with none", alone),
        Row::new("The same", together, "MiB", format!("a limit of {MOST_MEMORY} MiB"), MOST_MEMORY)
            .target(Target::AtMost(1.0)),
    ])
}

async fn open(gateway: &Gateway, viewer: &Person) -> Result<TcpStream> {
    let host = gateway.url.strip_prefix("http://").context("no address")?;
    let mut stream = TcpStream::connect(host).await?;
    let request = format!("GET /api/live HTTP/1.1\r\nhost: {host}\r\ncookie: {}\r\n\r\n", viewer.cookie);
    stream.write_all(request.as_bytes()).await?;
    Ok(stream)
}

/// What a stream heard, and when: a beat, or the number of a record.
type Heard = (Option<u64>, Instant);

/// Says what it hears, until the stream ends.
async fn listen(mut stream: TcpStream, heard: mpsc::UnboundedSender<Heard>) {
    let (mut text, mut buffer) = (String::new(), [0; 8_192]);
    while let Ok(read @ 1..) = stream.read(&mut buffer).await {
        let time = now();
        text.push_str(&String::from_utf8_lossy(&buffer[..read]));
        while let Some((event, rest)) = text.split_once("\n\n") {
            let seq = event.contains("event: record").then(|| seq(event)).flatten();
            if (seq.is_some() || event.contains("event: beat")) && heard.send((seq, time)).is_err() {
                return;
            }
            text = rest.to_owned();
        }
    }
}

fn seq(event: &str) -> Option<u64> {
    let (_, after) = event.split_once("\\\"seq\\\":")?;
    after.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

/// When each of the streams has heard that.
async fn all(heard: &mut mpsc::UnboundedReceiver<Heard>, what: Option<u64>) -> Result<Vec<Instant>> {
    let mut times = Vec::new();
    while times.len() < STREAMS {
        match tokio::time::timeout(Duration::from_secs(30), heard.recv()).await {
            Ok(Some((this, time))) if this == what => times.push(time),
            Ok(Some(_)) => {}
            Ok(None) | Err(_) => bail!("only {} of {STREAMS} streams heard of {what:?}", times.len()),
        }
    }
    Ok(times)
}

/// How much of the gateway is in memory, in MiB.
fn memory(gateway: &Gateway) -> Result<f64> {
    let status = std::fs::read_to_string(format!("/proc/{}/status", gateway.pid()))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS")?;
    Ok(line.trim().trim_end_matches(" kB").trim().parse::<f64>()? / 1_024.0)
}
