//! Sending one command, once.

use super::{
    Cache, Failure, Held, Remote, client,
    once::{fresh_key, until_answered},
};
use leptos::prelude::*;
use rollout::{Command, RolloutId};
use std::sync::Arc;

/// How often a command is sent again by itself when others were faster.
const MOST_RETRIES: usize = 5;

/// A command about to be sent. It keeps its key, so that sending it again carries it out once.
#[derive(Debug, Clone)]
pub struct Ask {
    rollout: RolloutId,
    command: Command,
    key: String,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq)]
pub enum Asked {
    /// It stands in the ledger.
    Done,
    /// Others were faster, and what the person was told is no longer true: they decide again.
    ChangedMeanwhile,
    /// It was refused or did not get through.
    Failed(Failure),
}

impl Ask {
    /// A command, with a key of its own.
    pub fn new(rollout: RolloutId, command: Command) -> Self {
        Self { rollout, command, key: fresh_key() }
    }

    /// Is it this command? Then the same ask, with its key, is sent again.
    pub fn is(&self, command: &Command) -> bool {
        self.command == *command
    }

    /// Sends it. When others were faster it folds in the news, and tries again by itself only if `sentence`, what the
    /// person had read, is still word for word true.
    pub async fn send(&self, cache: Cache, sentence: impl Fn(&Held) -> String) -> Asked {
        let held = cache.rollout(self.rollout);
        let current = move || held.with_untracked(|remote: &Remote<Arc<Held>>| remote.ready().cloned());
        let Some(before) = current() else { return Asked::Failed(Failure::NoAnswer) };
        let told = sentence(&before);
        let mut version = before.rollout.version;
        for _ in 0..MOST_RETRIES {
            match self.send_once(version).await {
                Ok(answer) => {
                    cache.put(self.rollout, &answer.records, &answer.said);
                    return Asked::Done;
                }
                Err(Failure::Moved(news)) => {
                    cache.put(self.rollout, &news.records, &news.said);
                    version = news.version;
                    if current().is_none_or(|now| sentence(&now) != told) {
                        return Asked::ChangedMeanwhile;
                    }
                }
                Err(failure) => return Asked::Failed(failure),
            }
        }
        Asked::ChangedMeanwhile
    }

    async fn send_once(&self, version: u64) -> Result<gateway_api::CommandAnswer, Failure> {
        until_answered(async || client::command(self.rollout, version, &self.key, &self.command).await).await
    }
}
