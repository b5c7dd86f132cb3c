//! What a plan must say of flags that a person moves.

use super::{Checker, is_environment};
use crate::{
    exposure::Exposure,
    facts::Capabilities,
    plan::{Flag, FlagBackend},
};

/// The hours that a raise may wait for the person: a week at most.
const WAITS: std::ops::RangeInclusive<u32> = 1..=168;

impl Checker<'_> {
    pub(super) fn by_hand(&mut self, flag: &Flag, place: &str) {
        if flag.backend == FlagBackend::Manual && flag.by_hand.is_none() {
            self.flaw(
                format!("{place}.by_hand"),
                "is missing: a flag that only a person can move needs `enable` and `disable`, what to do for either",
            );
        }
        let Some(by_hand) = &flag.by_hand else { return };
        self.said(&by_hand.enable, format!("{place}.by_hand.enable"));
        self.said(&by_hand.disable, format!("{place}.by_hand.disable"));
        if !WAITS.contains(&by_hand.waits_hours) {
            let found = by_hand.waits_hours;
            self.flaw(format!("{place}.by_hand.waits_hours"), format!("1 to 168 hours are expected, {found} found"));
        }
        // Named like an environment, so that it fits a key of the gateway's configuration; a plan names no address.
        if by_hand.verify.as_ref().is_some_and(|target| !is_environment(target)) {
            let message = "names a target of the gateway's configuration: small letters, digits and hyphens";
            self.flaw(format!("{place}.by_hand.verify"), message);
        }
        if flag.backend == FlagBackend::Manual {
            self.is_off_or_on(&flag.initial, format!("{place}.initial"));
            for (p, phase) in self.draft.phases.iter().enumerate() {
                for (s, step) in phase.steps.iter().enumerate() {
                    if let Some((_, to)) = step.exposure().filter(|(slug, _)| **slug == flag.slug) {
                        self.is_off_or_on(to, format!("phases[{p}].steps[{s}].do.exposure.to"));
                    }
                }
            }
        }
    }

    fn is_off_or_on(&mut self, exposure: &Exposure, place: String) {
        if !Capabilities::OFF_AND_ON.can(exposure) {
            self.flaw(place, format!("is {exposure}: a person turns the flag off or on, nothing between"));
        }
    }
}
