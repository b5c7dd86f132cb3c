//! Whether flags are at the backend, and making those that are not: off, and only when somebody asked for it.

use super::App;
use crate::backend::BackendError;
use futures::{StreamExt, stream};
use gateway_api::{FlagAtBackend, FlagStanding, MissingFlag};
use rollout::Exposure;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

/// How many flags are asked for or made at once.
const AT_ONCE: usize = 8;

impl App {
    /// Of flags that the backend has not: why.
    ///
    /// Errors: it does not tell.
    pub async fn why_missing(&self, environment: &str, keys: Vec<String>) -> Result<Vec<MissingFlag>, BackendError> {
        let why = self.answered(self.backend.why_missing(environment, &keys)).await?;
        Ok(keys.into_iter().zip(why).map(|(key, why)| MissingFlag { key, why }).collect())
    }

    /// How these flags stand at the backend.
    ///
    /// Errors: it does not tell.
    pub async fn flags_there(&self, environment: &str, keys: Vec<String>) -> Result<Vec<FlagAtBackend>, BackendError> {
        let read = keys.into_iter().map(async |key| {
            let found = self.read(environment, &key).await;
            (key, found)
        });
        let found: Vec<_> = stream::iter(read).buffered(AT_ONCE).collect().await;
        let (mut flags, mut missing) = (vec![], vec![]);
        for (key, found) in found {
            match found {
                Ok(exposure) => flags.push(Ok((key, exposure))),
                Err(BackendError::FlagMissing) => {
                    flags.push(Err(missing.len()));
                    missing.push(key);
                }
                Err(error) => return Err(error),
            }
        }
        let missing = if missing.is_empty() { vec![] } else { self.why_missing(environment, missing).await? };
        let flag = |flag: Result<(String, Exposure), usize>| match flag {
            Ok((key, exposure)) => Some(FlagAtBackend { key, standing: FlagStanding::There(exposure) }),
            Err(index) => missing.get(index).cloned().map(|MissingFlag { key, why }| {
                let standing = FlagStanding::Missing(why);
                FlagAtBackend { key, standing }
            }),
        };
        Ok(flags.into_iter().filter_map(flag).collect())
    }

    /// Makes those of these flags that the backend has not, off, and reads each back. One that fails holds up no other, unless
    /// the backend has fallen silent.
    pub async fn make_flags(&self, environment: &str, keys: Vec<String>) -> Vec<FlagAtBackend> {
        let silent = AtomicBool::new(false);
        let made = keys.into_iter().map(async |key: String| {
            let standing = match silent.load(Relaxed) {
                true => FlagStanding::Failed("not tried, because the backend fell silent before; try again".to_owned()),
                false => self.make_flag(environment, &key).await.unwrap_or_else(|error| {
                    silent.fetch_or(matches!(error, BackendError::Unreachable(_)), Relaxed);
                    FlagStanding::Failed(error.to_string())
                }),
            };
            FlagAtBackend { key, standing }
        });
        stream::iter(made).buffered(AT_ONCE).collect().await
    }

    async fn make_flag(&self, environment: &str, key: &str) -> Result<FlagStanding, BackendError> {
        match self.read(environment, key).await {
            Err(BackendError::FlagMissing) => {}
            there => return there.map(FlagStanding::There),
        }
        self.answered(self.backend.create(environment, key)).await?;
        tracing::info!(flag = key, environment, "a flag was made at the backend");
        Ok(match self.read(environment, key).await? {
            there if there.is_off() => FlagStanding::Made,
            there => FlagStanding::Failed(format!("made, but it reads back as {there}: somebody else moves it too")),
        })
    }
}
