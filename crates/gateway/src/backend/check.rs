//! `signalbox backend check`: whether rollouts can work with the backend, in words and a verdict.

use super::{
    BackendError, BuiltIn,
    unleash::{Settings, Unleash},
};
use crate::{
    store::{Sqlite, Store},
    wiring::data_dir::STORE,
};
use anyhow::Context;
use gateway_api::{Attempt, Outcome};
use rollout::{Exposure, FailureCause, facts::Capabilities};
use std::{fmt::Write as _, path::Path};

/// How many attempts to deliver are shown.
const ATTEMPTS: u32 = 10;

/// What it found, in lines; the last is the verdict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    pub lines: String,
    pub is_good: bool,
}

/// Asks the backend that is configured, and tells what was delivered from that data directory. Changes nothing.
///
/// Errors: it cannot even be asked, or the directory's store cannot be read.
pub async fn check(unleash: Option<Settings>, data: &Path) -> anyhow::Result<Checked> {
    let delivered = deliveries(data).await?;
    let Some(settings) = unleash else {
        let mut lines = "backend       built-in\n".to_owned();
        writeln!(lines, "capabilities  {}", capabilities(BuiltIn::CAPABILITIES))?;
        lines.push_str(&delivered);
        lines.push_str("Good: it is part of the gateway.\n");
        return Ok(Checked { lines, is_good: true });
    };
    let unleash = Unleash::new(settings)?;
    let (address, project) = unleash.address();
    let mut lines = format!("backend       unleash at {address}\n");
    writeln!(lines, "project       {project}")?;
    let health = unleash.health().await;
    match &health {
        Ok(health) => writeln!(lines, "reachable     yes, in {} ms", health.latency.as_millis())?,
        Err(BackendError::Unreachable(_)) => lines.push_str("reachable     no\n"),
        Err(_) => lines.push_str("reachable     yes\n"),
    }
    if let Ok(health) = &health {
        writeln!(lines, "version       {}", health.version)?;
        let shown =
            |(name, may): &(String, bool)| if *may { name.clone() } else { format!("{name} (to be read only)") };
        let shown: Vec<String> = health.environments.iter().map(shown).collect();
        writeln!(lines, "environments  {}", shown.join(", "))?;
    }
    writeln!(lines, "capabilities  {}", capabilities(Unleash::CAPABILITIES))?;
    lines.push_str(&delivered);
    let is_good = match health {
        Ok(health) if health.environments.iter().any(|(_, may)| *may) => {
            lines.push_str("Good: rollouts can work with it.\n");
            true
        }
        Ok(_) => {
            lines.push_str(
                "Not good: the token may change flags in no environment of the project. It takes an admin token, or the \
                 personal one of somebody who may edit the project.\n",
            );
            false
        }
        Err(error) => {
            writeln!(lines, "Not good: {error}.")?;
            false
        }
    };
    Ok(Checked { lines, is_good })
}

/// The latest attempts to deliver, newest first; the gateway may serve from the directory meanwhile.
async fn deliveries(data: &Path) -> anyhow::Result<String> {
    let file = data.join(STORE);
    let shown = data.display();
    if !file.exists() {
        return Ok(format!("deliveries    none: {shown} holds no data\n"));
    }
    let store = Sqlite::beside(&file).await.with_context(|| format!("{} cannot be read", file.display()))?;
    let attempts = store.attempts(ATTEMPTS).await?;
    store.leave().await;
    if attempts.is_empty() {
        return Ok(format!("deliveries    none yet from {shown}\n"));
    }
    let mut lines = format!("deliveries    the latest attempts from {shown}\n");
    for Attempt { key, want, to, at, took_ms, outcome, .. } in attempts {
        writeln!(lines, "  {at}  {key} to {to} (record {want}): {}, {took_ms} ms", came_of(outcome))?;
    }
    Ok(lines)
}

fn came_of(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Applied => "applied",
        Outcome::Cancelled => "cancelled",
        Outcome::Superseded => "overtaken by something newer",
        Outcome::Failed(FailureCause::Unreachable) => "failed, no answer",
        Outcome::Failed(FailureCause::FlagMissing) => "failed, there is no such flag",
        Outcome::Failed(FailureCause::Refused) => "failed, it was refused",
        Outcome::Failed(FailureCause::ReadBackDiffers) => "failed, something else was read back",
    }
}

fn capabilities(Capabilities { percentage_step_ppm, segments }: Capabilities) -> String {
    let step = percentage_step_ppm.and_then(|ppm| Exposure::new(ppm, None).ok());
    let percentages = step.map_or_else(|| "off and on alone".to_owned(), |step| format!("off, on, steps of {step}"));
    format!("{percentages}; {}", if segments { "segments" } else { "no segments" })
}
