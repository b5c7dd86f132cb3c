//! Facts: what no ledger holds. Asked for with every command and every second, so who has which flag is looked up, not
//! searched for.

use super::{App, Ledger};
use crate::store::{Claim, StoreError};
use rollout::{Facts, RolloutId};
use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::Arc,
};

/// Who has which flag.
#[derive(Debug, Default)]
pub(super) struct Claims {
    /// By backend, environment and key.
    by: HashMap<Claim, RolloutId>,
    /// Who has any.
    holders: HashSet<RolloutId>,
}

impl Claims {
    fn of(claims: Vec<(Claim, RolloutId)>) -> Self {
        Self { holders: claims.iter().map(|(_, by)| *by).collect(), by: claims.into_iter().collect() }
    }
}

impl App {
    /// What no ledger holds, for one rollout.
    pub async fn facts(&self, ledger: &Ledger) -> Result<Facts, StoreError> {
        let claims = self.claims().await?;
        Ok(self.facts_by(ledger, &claims))
    }

    /// The same for every rollout.
    pub async fn all_facts(&self) -> Result<BTreeMap<RolloutId, Facts>, StoreError> {
        let claims = self.claims().await?;
        Ok(self.ledgers().iter().map(|ledger| (ledger.id, self.facts_by(ledger, &claims))).collect())
    }

    /// Kept until an append moves them: they are looked at with every command.
    async fn claims(&self) -> Result<Arc<Claims>, StoreError> {
        if let Some(known) = &*self.claims.read().await {
            return Ok(known.clone());
        }
        let mut kept = self.claims.write().await;
        let claims = Arc::new(Claims::of(self.store.claims().await?));
        *kept = Some(claims.clone());
        Ok(claims)
    }

    pub(super) async fn forget_claims(&self) {
        *self.claims.write().await = None;
    }

    fn facts_by(&self, ledger: &Ledger, claims: &Claims) -> Facts {
        let claimed = self.claims_of(ledger).into_iter().zip(&ledger.plan.flags);
        let held = claimed.filter_map(|(claim, flag)| {
            let by = claims.by.get(&claim)?;
            (*by != ledger.id).then(|| (flag.slug.clone(), *by))
        });
        // A rollout holds its flags while it is open, and gives them back when it is closed.
        let is_closed = |other: &Ledger| !other.plan.flags.is_empty() && !claims.holders.contains(&other.id);
        let same = self.ledgers().into_iter().filter(|other| other.plan_digest == ledger.plan_digest);
        let closed = same.filter(|other| is_closed(other)).map(|other| other.environment.clone());
        Facts {
            closed_in: closed.collect(),
            backend_unreachable_since: self.backend_unreachable_since(),
            capabilities: self.backend.capabilities(),
            held_elsewhere: held.collect(),
        }
    }
}
