//! Flags go back by themselves whose broken glass nobody has reviewed in time.

use super::Delivery;
use crate::app::Ledger;
use rollout::{Event, Exposure, FlagSlug, delivery};

impl Delivery {
    /// Asks the rulebook what is due, and records it: what is wanted then is delivered like any lowering. A store that
    /// takes no record does not keep a flag up: then it is lowered at the backend, and recorded when the store works again.
    pub(super) async fn take_back(&self, ledger: &Ledger) {
        let now = self.app.clock.now();
        let due = delivery::due(&self.fold(ledger).await.rollout, now);
        for event in due {
            let recorded = self.record(ledger, |rollout| delivery::due(rollout, now).into_iter().find(|d| *d == event));
            let Err(error) = recorded.await else { continue };
            let Event::GlassExpired { flag, to, .. } = &event else { continue };
            tracing::error!(rollout = %ledger.id, %flag, %error, "a broken glass is over, and that cannot be recorded yet");
            self.keep_at_most(ledger, flag, to).await;
        }
    }

    /// Lowers what is above, and nothing else.
    async fn keep_at_most(&self, ledger: &Ledger, slug: &FlagSlug, to: &Exposure) {
        let Some(flag) = ledger.plan.flag(slug).filter(|flag| flag.manual().is_none()) else { return };
        let Some(_hand) = self.take((ledger.id, slug.clone())) else { return };
        let there = self.app.read_back(ledger, flag).await;
        if there.is_ok_and(|there| to.lowers_to(&there) || !there.lowers_to(to)) {
            return;
        }
        if let Err(cause) = self.app.set_and_read_back(ledger, flag, to).await {
            tracing::error!(rollout = %ledger.id, flag = %slug, ?cause, "it did not get through either, and is tried again");
        }
    }
}

#[cfg(test)]
mod tests;
