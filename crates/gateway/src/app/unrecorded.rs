//! Lowerings that the store did not take. They are carried out at the backend all the same, and recorded as soon as the
//! store takes them: in the name of the one who asked, with the time they were asked at.
//!
//! Until then they are in memory alone, and nothing else is appended to their ledger before them. If the gateway goes
//! down meanwhile, the flag is down and nobody knows why: the next one finds it as drift and says so.

use super::{App, Asked, CommandError, Folded, Ledger};
use crate::store::StoreError;
use futures::future::join_all;
use gateway_api::rollouts::{LoweredUnrecorded, Unrecorded};
use rollout::{Digest, Event, Exposure, Facts, FailureCause, FlagSlug, Rollout, Timestamp};
use std::collections::BTreeMap;
use tokio::sync::MutexGuard;

/// One such lowering.
#[derive(Debug, Clone)]
pub(super) struct Waiting {
    asked: Asked,
    /// The digest of what was asked.
    digest: Digest,
    /// When, by the rulebook's clock.
    at: Timestamp,
    /// The flags it takes down, and where to.
    down: BTreeMap<FlagSlug, Exposure>,
}

impl App {
    /// The ledger's fold, for whoever appends: what waits to be recorded is recorded first.
    ///
    /// Errors: the store does not take it, or an earlier write's outcome is unknown.
    pub async fn to_append<'a>(&self, ledger: &'a Ledger) -> Result<MutexGuard<'a, Folded>, StoreError> {
        let mut folded = ledger.lock(self.store.as_ref()).await?;
        while let Some(first) = ledger.waiting().first().cloned() {
            self.record_late(ledger, &mut folded, &first).await?;
            ledger.recorded_first();
        }
        Ok(folded)
    }

    async fn record_late(&self, ledger: &Ledger, folded: &mut Folded, late: &Waiting) -> Result<(), StoreError> {
        // The first try may have come through after all.
        if self.store.answer(ledger.id, late.asked.person, &late.asked.key).await?.is_some() {
            return Ok(());
        }
        match self.decided(ledger, &folded.rollout, &late.asked, late.digest, late.at).await {
            Ok((prepared, _)) => {
                self.commit(folded, prepared).await?;
                tracing::info!(rollout = %ledger.id, flags = ?late.down, "a lowering is recorded now that the store works");
            }
            Err(CommandError::Store(error)) => return Err(error),
            // It was cleared when it was carried out, and nothing came between but lowerings.
            Err(error) => {
                tracing::error!(rollout = %ledger.id, flags = ?late.down, %error, "a lowering stays unrecorded")
            }
        }
        Ok(())
    }

    /// Carries out a lowering that the store does not take.
    ///
    /// Errors: the rulebook refuses it, or its key was used for another.
    pub(super) async fn lower_unrecorded(
        &self,
        ledger: &Ledger,
        asked: Asked,
        digest: Digest,
    ) -> Result<Unrecorded, CommandError> {
        let down = {
            let folded = ledger.as_it_stands().await;
            let waiting = ledger.waiting();
            let same = |late: &&Waiting| late.asked.person == asked.person && late.asked.key == asked.key;
            match waiting.iter().find(same) {
                Some(known) if known.digest != digest => return Err(CommandError::KeyReused),
                Some(known) => known.down.clone(),
                None => {
                    let facts = self.facts_at_hand(ledger).await;
                    let rollout = self.as_if_recorded(ledger, &folded.rollout, &facts);
                    let at = self.clock.now();
                    let (_, events) = asked
                        .decide(&rollout, &facts, &asked.command, false, at)
                        .map_err(|refusal| CommandError::refused(refusal, &ledger.plan))?;
                    let down = taken_down(&events);
                    ledger.wait(Waiting { asked, digest, at, down: down.clone() });
                    down
                }
            }
        };
        tracing::error!(rollout = %ledger.id, flags = ?down, "the store does not take a lowering: it is carried out unrecorded");
        self.nudge.notify_one();
        let lowered = join_all(down.into_iter().map(|(flag, to)| self.lower_now(ledger, flag, to))).await;
        Ok(Unrecorded { detail: in_words(&lowered), lowered })
    }

    async fn lower_now(&self, ledger: &Ledger, flag: FlagSlug, to: Exposure) -> LoweredUnrecorded {
        // The rulebook knew it a moment ago.
        let Some(body) = ledger.plan.flag(&flag) else {
            return LoweredUnrecorded { key: flag.to_string(), flag, to, failure: Some(FailureCause::FlagMissing) };
        };
        let failure = self.set_and_read_back(ledger, body, &to).await.err();
        LoweredUnrecorded { flag, key: body.key.clone(), to, failure }
    }

    /// Lowers again what has come up meanwhile, or did not get through at first.
    pub async fn keep_down(&self, ledger: &Ledger) {
        // Of several for a flag the last goes furthest down.
        let down: BTreeMap<FlagSlug, Exposure> = ledger.waiting().into_iter().flat_map(|late| late.down).collect();
        let one = |(flag, to): (FlagSlug, Exposure)| async move {
            let Some(body) = ledger.plan.flag(&flag) else { return };
            let there = self.read_back(ledger, body).await;
            if !there.is_ok_and(|there| to.lowers_to(&there)) {
                self.lower_now(ledger, flag, to).await;
            }
        };
        join_all(down.into_iter().map(one)).await;
    }

    /// The fold as it will be once everything is recorded.
    fn as_if_recorded(&self, ledger: &Ledger, rollout: &Rollout, facts: &Facts) -> Rollout {
        ledger.waiting().iter().fold(rollout.clone(), |rollout, late| {
            match late.asked.decide(&rollout, facts, &late.asked.command, false, late.at) {
                Ok((actor, events)) => self.prepare(ledger, &rollout, actor, events, late.at).next,
                Err(_) => rollout,
            }
        })
    }

    /// Facts, with what the store does not tell left out.
    async fn facts_at_hand(&self, ledger: &Ledger) -> Facts {
        match self.facts(ledger).await {
            Ok(facts) => facts,
            Err(error) => {
                tracing::error!(rollout = %ledger.id, %error, "nobody knows whether another rollout holds a flag");
                Facts {
                    backend_unreachable_since: self.backend_unreachable_since(),
                    capabilities: self.backend.capabilities(),
                    ..Facts::calm()
                }
            }
        }
    }
}

fn taken_down(events: &[Event]) -> BTreeMap<FlagSlug, Exposure> {
    let down = events.iter().filter_map(|event| match event {
        Event::Lowered { flag, to, .. } => Some((flag.clone(), to.clone())),
        _ => None,
    });
    down.collect()
}

fn in_words(lowered: &[LoweredUnrecorded]) -> String {
    let one = |one: &LoweredUnrecorded| match one.failure {
        None => format!("{} is {}, read back", one.key, one.to),
        Some(_) => format!("{} did not get through yet and is tried again every second", one.key),
    };
    let each: Vec<String> = lowered.iter().map(one).collect();
    format!(
        "The gateway's store does not do its work, so this is carried out but not recorded yet. At the backend: {}. The \
         gateway records it in your name as soon as its store works again; until then it raises nothing here. Do not \
         stop the gateway before that: look after its disk.",
        each.join("; ")
    )
}

#[cfg(test)]
mod tests;
