//! Questions about broken glasses: raises past the blockers, until somebody reviewed them.

use super::{Mark, Rollout};
use crate::{
    exposure::Exposure,
    id::{FlagSlug, Seq},
    time::{DAY, Millis, Timestamp},
};
use serde::{Deserialize, Serialize};

/// A broken glass that nobody has reviewed for so long locks every gate.
pub const REVIEW_WITHIN: Millis = DAY;

/// A raise past the blockers that nobody has reviewed yet. Its number is that of the record that broke it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Glass {
    /// The flag.
    pub flag: FlagSlug,
    /// What the ledger wanted before: there it goes back.
    pub from: Exposure,
    /// Where it was raised to.
    pub to: Exposure,
    /// When it goes back by itself.
    pub until: Timestamp,
    /// Who broke it, when and why.
    pub broken: Mark,
    /// Since when it keeps the flag up no more: its time was up, somebody lowered the flag, or it was never sent. The
    /// review is owed all the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub over: Option<Timestamp>,
}

impl Glass {
    /// Does it keep the flag up?
    pub fn stands(&self) -> bool {
        self.over.is_none()
    }

    /// Should it have been reviewed by now?
    pub fn is_overdue(&self, now: Timestamp) -> bool {
        now >= self.review_by()
    }

    /// When the review is due.
    pub fn review_by(&self) -> Timestamp {
        self.broken.time.plus(REVIEW_WITHIN)
    }
}

impl Rollout {
    /// The broken glass that keeps this flag up, if one does, with its number.
    pub fn standing_glass(&self, flag: &FlagSlug) -> Option<(Seq, &Glass)> {
        let mut standing = self.glasses.iter().filter(|(_, glass)| glass.flag == *flag && glass.stands());
        standing.next().map(|(seq, glass)| (*seq, glass))
    }
}
