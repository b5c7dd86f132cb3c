//! What every request to another program keeps to: no redirects, an end, a limit.

use reqwest::{Client, Response, redirect::Policy};
use std::{error::Error, time::Duration};

/// How long an answer may take, to its last byte.
const PATIENCE: Duration = Duration::from_secs(5);

/// How long an answer may be.
const LONGEST: usize = 1 << 20;

/// Errors: there is no TLS.
pub fn client() -> reqwest::Result<Client> {
    Client::builder().redirect(Policy::none()).timeout(PATIENCE).build()
}

/// Errors: it breaks off, or is too long.
pub async fn bytes(mut answer: Response) -> Result<Vec<u8>, String> {
    let mut all = Vec::new();
    while let Some(part) = answer.chunk().await.map_err(|error| broken(&error))? {
        if all.len() + part.len() > LONGEST {
            return Err(format!("its answer is longer than {} MiB", LONGEST >> 20));
        }
        all.extend_from_slice(&part);
    }
    Ok(all)
}

/// Why there is no answer, without the address it was asked at.
pub fn broken(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return format!("no whole answer in {} s", PATIENCE.as_secs());
    }
    let mut cause: &dyn Error = error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    let what = if error.is_connect() { "nobody takes the connection" } else { "the connection broke" };
    format!("{what}: {cause}")
}
