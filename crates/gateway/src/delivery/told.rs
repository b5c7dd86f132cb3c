//! Who did it there: asked of the backend when something was seen that the ledger did not ask for, and noted in words, since
//! a name is personal data.

use super::{Delivery, look::Before};
use crate::{backend::BackendError, clock, store::StoreError};
use rollout::{Seq, Text, delivery};
use std::sync::PoisonError;

impl Delivery {
    /// Notes what can be found out about every drift of the open rollouts that nothing is noted about.
    pub(super) async fn tell(&self) {
        for ledger in self.app.ledgers() {
            for before in self.still_flags(&ledger, |flag, is_closed| !is_closed && flag.observed.is_some()).await {
                let observed = before.state.observed.as_ref().filter(|seen| !seen.baseline && seen.told.is_none());
                let Some(seen) = observed.map(|observed| observed.seq) else { continue };
                if self.is_untold(&before, seen) {
                    continue;
                }
                match self.tell_of(&before, seen).await {
                    // The next look asks again.
                    Ok(false) => return,
                    done => self.say(&before, done.map(drop)),
                }
            }
        }
    }

    fn is_untold(&self, before: &Before, seen: Seq) -> bool {
        self.untold.lock().unwrap_or_else(PoisonError::into_inner).contains(&(before.ledger.id, seen))
    }

    /// Gives whether the backend answered.
    async fn tell_of(&self, before: &Before, seen: Seq) -> Result<bool, StoreError> {
        let Before { ledger, flag, body, .. } = before;
        let told = match body.manual() {
            // What a person moves keeps no log that anybody could ask.
            Some(_) => Ok(None),
            None => self.app.last_change(&ledger.environment, &body.key).await,
        };
        let text = match told {
            Ok(told) => told.and_then(|words| Text::new(&words).ok()),
            Err(BackendError::Unreachable(_)) => return Ok(false),
            Err(error) => {
                tracing::warn!(key = body.key, %error, "the backend does not tell who changed a flag");
                None
            }
        };
        let Some(text) = text else {
            self.untold.lock().unwrap_or_else(PoisonError::into_inner).insert((ledger.id, seen));
            return Ok(true);
        };
        let spoken = text.salted(clock::salt()).spoken();
        let hash = spoken.hash;
        self.record_saying(ledger, |rollout| delivery::told(rollout, flag, seen, hash), vec![spoken]).await?;
        Ok(true)
    }
}
