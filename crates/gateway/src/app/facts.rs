//! Facts: what no ledger holds. Asked for with every command and every second, so who has which flag is looked up, not
//! searched for.

use super::{App, Ledger};
use crate::store::{Claim, StoreError};
use rollout::{Facts, RolloutId};
use std::collections::{BTreeMap, HashMap, HashSet};

/// Who has which flag.
struct Claims<'a> {
    /// By environment and key.
    by: HashMap<(&'a str, &'a str), RolloutId>,
    /// Who has any.
    holders: HashSet<RolloutId>,
}

impl<'a> Claims<'a> {
    fn of(claims: &'a [(Claim, RolloutId)], backend: &str) -> Self {
        let here = claims.iter().filter(|(claim, _)| claim.backend == backend);
        let by = here.map(|(claim, by)| ((claim.environment.as_str(), claim.flag_key.as_str()), *by));
        Self { by: by.collect(), holders: claims.iter().map(|(_, by)| *by).collect() }
    }
}

impl App {
    /// What no ledger holds, for one rollout.
    pub async fn facts(&self, ledger: &Ledger) -> Result<Facts, StoreError> {
        let claims = self.store.claims().await?;
        Ok(self.facts_by(ledger, &Claims::of(&claims, self.backend.kind())))
    }

    /// The same for every rollout.
    pub async fn all_facts(&self) -> Result<BTreeMap<RolloutId, Facts>, StoreError> {
        let claims = self.store.claims().await?;
        let claims = Claims::of(&claims, self.backend.kind());
        Ok(self.ledgers().iter().map(|ledger| (ledger.id, self.facts_by(ledger, &claims))).collect())
    }

    fn facts_by(&self, ledger: &Ledger, claims: &Claims<'_>) -> Facts {
        let held = ledger.plan.flags.iter().filter_map(|flag| {
            let by = claims.by.get(&(ledger.environment.as_str(), flag.key.as_str()))?;
            (*by != ledger.id).then(|| (flag.slug.clone(), *by))
        });
        // A rollout holds its flags while it is open, and gives them back when it is closed.
        let is_closed = |other: &Ledger| !other.plan.flags.is_empty() && !claims.holders.contains(&other.id);
        let same = self.ledgers().into_iter().filter(|other| other.plan.digest() == ledger.plan.digest());
        let closed = same.filter(|other| is_closed(other)).map(|other| other.environment.clone());
        Facts {
            closed_in: closed.collect(),
            backend_unreachable_since: self.backend_unreachable_since(),
            capabilities: self.backend.capabilities(),
            held_elsewhere: held.collect(),
        }
    }
}
