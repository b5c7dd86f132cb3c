//! What every request to another program keeps to: no redirects, an end, a limit.

use reqwest::{Client, Response, redirect::Policy};
use std::{error::Error, time::Duration};

/// How long an answer may take, to its last byte.
const PATIENCE: Duration = Duration::from_secs(5);

/// How long an answer may be.
pub const LONGEST: usize = 1 << 20;

/// Why there is no whole answer.
#[derive(Debug, thiserror::Error)]
pub enum NoAnswer {
    #[error("its answer is longer than {} MiB", LONGEST >> 20)]
    TooLong,
    /// Without the address it was asked at.
    #[error("{0}")]
    Broken(String),
}

/// Errors: there is no TLS.
pub fn client() -> reqwest::Result<Client> {
    Client::builder().redirect(Policy::none()).timeout(PATIENCE).build()
}

/// Errors: it breaks off, or is too long.
pub async fn bytes(mut answer: Response) -> Result<Vec<u8>, NoAnswer> {
    if answer.content_length().is_some_and(|length| length > LONGEST as u64) {
        return Err(NoAnswer::TooLong);
    }
    let mut all = Vec::new();
    while let Some(part) = answer.chunk().await? {
        if all.len() + part.len() > LONGEST {
            return Err(NoAnswer::TooLong);
        }
        all.extend_from_slice(&part);
    }
    Ok(all)
}

impl From<reqwest::Error> for NoAnswer {
    fn from(error: reqwest::Error) -> Self {
        if error.is_timeout() {
            return Self::Broken(format!("no whole answer in {} s", PATIENCE.as_secs()));
        }
        let mut cause: &dyn Error = &error;
        while let Some(deeper) = cause.source() {
            cause = deeper;
        }
        let what = if error.is_connect() { "nobody takes the connection" } else { "the connection broke" };
        Self::Broken(format!("{what}: {cause}"))
    }
}
