//! Facts: what no ledger holds, but the rules ask about. They travel with the state, outside the fold.

use crate::{
    exposure::Exposure,
    id::{FlagSlug, RolloutId},
    plan::Flag,
    time::{Millis, Timestamp},
};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// A backend that has not answered for so long takes no raise.
pub const UNREACHABLE_TOO_LONG: Millis = 60_000;

/// What is so outside the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Facts {
    /// Since when the configured backend has not answered; none while it answers.
    pub backend_unreachable_since: Option<Timestamp>,
    /// What the configured backend can express.
    pub capabilities: Capabilities,
    /// Flags of this rollout that another open rollout holds now.
    pub held_elsewhere: BTreeMap<FlagSlug, RolloutId>,
    /// Environments where a rollout of the very same plan is closed.
    #[serde(default)]
    pub closed_in: BTreeSet<String>,
}

/// What a backend can express beside off and on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Capabilities {
    /// The smallest percentage step in parts per million; none if it knows only off and on.
    pub percentage_step_ppm: Option<u32>,
    /// Segments by name.
    pub segments: bool,
}

impl Capabilities {
    /// Off and on, nothing between.
    pub const OFF_AND_ON: Self = Self { percentage_step_ppm: None, segments: false };

    /// Can the backend express this exposure?
    pub fn can(&self, exposure: &Exposure) -> bool {
        let share = exposure.is_off()
            || exposure.ppm() == Exposure::ON.ppm()
            || self.percentage_step_ppm.is_some_and(|step| step > 0 && exposure.ppm().is_multiple_of(step));
        share && (self.segments || exposure.segments().is_none())
    }
}

impl Facts {
    /// What moves this flag can express so much.
    pub fn capabilities_of(&self, flag: &Flag) -> Capabilities {
        if flag.manual().is_some() { Capabilities::OFF_AND_ON } else { self.capabilities }
    }

    /// Since when what moves this flag has not answered. A person always may.
    pub fn unreachable_since(&self, flag: &Flag) -> Option<Timestamp> {
        self.backend_unreachable_since.filter(|_| flag.manual().is_none())
    }

    /// A backend that answers and knows off and on; no other rollout.
    pub fn calm() -> Self {
        Self {
            backend_unreachable_since: None,
            capabilities: Capabilities::OFF_AND_ON,
            held_elsewhere: BTreeMap::new(),
            closed_in: BTreeSet::new(),
        }
    }
}
