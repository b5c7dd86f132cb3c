//! What a person delivers: nothing is sent. A raise that is no longer clear is cancelled all the same, and what a person
//! says was done is asked for, where it can be.

use super::{Delivery, Key};
use crate::{app::Ledger, store::StoreError};
use gateway_api::Outcome;
use rollout::{
    FailureCause,
    delivery::{self, Wanted},
    plan::Flag,
};

impl Delivery {
    /// Gives whether to go on at once.
    pub(super) async fn by_hand(
        &self,
        ledger: &Ledger,
        key: &Key,
        wanted: Wanted,
        flag: &Flag,
    ) -> Result<bool, StoreError> {
        let begun = self.app.clock.steady();
        let said = {
            let folded = self.app.to_append(ledger).await?;
            let pending = folded.rollout.flags.get(&key.1).and_then(|state| state.pending.as_ref());
            let Some(pending) = pending.filter(|pending| pending.want == wanted.want) else { return Ok(true) };
            let said = pending.moved.is_some();
            let cause = match wanted.raise {
                true => self.against(ledger, &folded.rollout, &wanted, self.asked(ledger, &wanted).await?).await?,
                false => None,
            };
            drop(folded);
            if let Some(cause) = cause {
                self.record(ledger, |rollout| delivery::cancelled(rollout, &wanted, cause)).await?;
                self.note(ledger, &wanted, begun, Outcome::Cancelled).await?;
                return Ok(true);
            }
            said
        };
        if !said {
            return Ok(false);
        }
        let cause = match self.app.read_back(ledger, flag).await {
            Ok(there) if there == wanted.to => {
                self.waits.succeeded(key);
                self.record(ledger, |rollout| delivery::applied(rollout, &wanted)).await?;
                self.note(ledger, &wanted, begun, Outcome::Applied).await?;
                return Ok(true);
            }
            Ok(_) => FailureCause::ReadBackDiffers,
            Err(error) => error.cause(),
        };
        self.failed(ledger, key, &wanted, begun, cause).await
    }
}

#[cfg(test)]
mod tests;
