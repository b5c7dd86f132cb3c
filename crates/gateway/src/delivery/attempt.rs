//! One call to the backend, and what it is worth: only what is read back counts.

use super::{Cancel, Delivery, Key};
use crate::{app::Ledger, backend::BackendError, store::StoreError};
use gateway_api::{Attempt, Outcome};
use rollout::{
    Exposure, FailureCause,
    delivery::{self, Wanted},
};
use std::time::Duration;

impl Delivery {
    /// Sends it, reads it back, records it. Gives whether to go on at once.
    pub(super) async fn send(
        &self,
        ledger: &Ledger,
        key: &Key,
        wanted: Wanted,
        there: Option<Result<Exposure, BackendError>>,
    ) -> Result<bool, StoreError> {
        let begun = self.app.clock.steady();
        let done = match there {
            // An earlier try came through.
            Some(Ok(there)) if there == wanted.to => Ok(()),
            Some(Err(error)) => Err(error.cause()),
            _ => self.set(ledger, key, &wanted).await,
        };
        match done {
            Ok(()) => {
                self.waits.succeeded(key);
                let applied = self.record(ledger, |rollout| delivery::applied(rollout, &wanted)).await?;
                let outcome = if applied { Outcome::Applied } else { Outcome::Superseded };
                self.note(ledger, &wanted, begun, outcome).await?;
                Ok(true)
            }
            Err(cause) => self.failed(ledger, key, &wanted, begun, cause).await,
        }
    }

    /// Does not send it. If an earlier try may have come through, it is taken back first.
    pub(super) async fn cancel(
        &self,
        ledger: &Ledger,
        key: &Key,
        cancel: Cancel,
        there: Option<Result<Exposure, BackendError>>,
    ) -> Result<bool, StoreError> {
        let Cancel { wanted, cause, back_to, maybe_sent } = cancel;
        let begun = self.app.clock.steady();
        let taken_back = match there {
            _ if !maybe_sent => Ok(()),
            Some(Err(error)) => Err(error.cause()),
            Some(Ok(there)) if !goes_back(&there, &wanted.to, &back_to) => Ok(()),
            _ => {
                let back = Wanted { to: back_to, raise: false, ..wanted.clone() };
                self.set(ledger, key, &back).await
            }
        };
        match taken_back {
            Ok(()) => {
                self.waits.succeeded(key);
                self.record(ledger, |rollout| delivery::cancelled(rollout, &wanted, cause)).await?;
                self.note(ledger, &wanted, begun, Outcome::Cancelled).await?;
                Ok(true)
            }
            Err(cause) => self.failed(ledger, key, &wanted, begun, cause).await,
        }
    }

    /// Sets and reads back.
    pub(super) async fn set(&self, ledger: &Ledger, key: &Key, wanted: &Wanted) -> Result<(), FailureCause> {
        if wanted.raise {
            self.waits.sent(key, wanted.want);
        }
        // The plan had it when it was asked for.
        let Some(flag) = ledger.plan.flag(&wanted.flag) else { return Err(FailureCause::FlagMissing) };
        self.app.set_and_read_back(ledger, flag, &wanted.to).await
    }

    pub(super) async fn failed(
        &self,
        ledger: &Ledger,
        key: &Key,
        wanted: &Wanted,
        begun: Duration,
        cause: FailureCause,
    ) -> Result<bool, StoreError> {
        self.waits.failed(key, wanted.want, wanted.raise, self.app.clock.steady());
        self.record(ledger, |rollout| delivery::failed(rollout, wanted, cause)).await?;
        self.note(ledger, wanted, begun, Outcome::Failed(cause)).await?;
        Ok(false)
    }

    /// Keeps the attempt. Attempts are no records.
    pub(super) async fn note(
        &self,
        ledger: &Ledger,
        wanted: &Wanted,
        begun: Duration,
        outcome: Outcome,
    ) -> Result<(), StoreError> {
        let took = self.app.clock.steady().saturating_sub(begun);
        let attempt = Attempt {
            rollout: ledger.id,
            key: wanted.key.clone(),
            want: wanted.want,
            to: wanted.to.clone(),
            at: self.app.clock.real(),
            took_ms: took.as_millis() as u64,
            outcome,
        };
        self.app.metrics.delivered(outcome, took);
        tracing::info!(flag = wanted.key, to = %wanted.to, want = wanted.want, ?outcome, "delivery");
        self.app.store.add_attempt(&attempt).await
    }
}

/// Must a raise that is cancelled be taken back, if this is there? Never up: what is below already stays there. But what
/// the raise itself left there goes back, even where it reaches other people rather than more.
fn goes_back(there: &Exposure, raised_to: &Exposure, back_to: &Exposure) -> bool {
    there != back_to && (there == raised_to || there.lowers_to(back_to))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cancelled_raise_goes_back_and_nothing_goes_up() {
        let share = |json: &str| serde_json::from_str::<Exposure>(json).expect("an exposure");
        let (tenth, half) = (share("\"10\""), share("\"50\""));
        assert!(goes_back(&half, &half, &tenth), "it came through");
        assert!(goes_back(&Exposure::ON, &half, &tenth), "somebody went further");
        assert!(!goes_back(&tenth, &half, &tenth), "it did not");
        assert!(!goes_back(&Exposure::OFF, &half, &tenth), "it is lower already");
        let staff = share(r#"{"percent": "100", "segments": ["staff"]}"#);
        assert!(goes_back(&staff, &staff, &tenth), "it reaches other people");
        assert!(!goes_back(&staff, &half, &tenth), "somebody else's doing is drift");
    }
}
