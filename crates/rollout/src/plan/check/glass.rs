//! What a plan must say of breaking the glass.

use super::Checker;
use crate::role::Role;

/// The hours that a flag may stay up unreviewed. After a day the review itself is overdue.
const HOURS: std::ops::RangeInclusive<u32> = 1..=24;

impl Checker<'_> {
    pub(super) fn glass(&mut self) {
        let Some(glass) = &self.draft.break_glass else { return };
        if !HOURS.contains(&glass.hours) {
            self.flaw("break_glass.hours", format!("1 to 24 hours are expected, {} found", glass.hours));
        }
        self.roles(&glass.roles, "break_glass.roles", "may break the glass");
        self.roles(&glass.reviewers, "break_glass.reviewers", "reviews it");
    }

    fn roles(&mut self, roles: &[Role], place: &str, does: &str) {
        if roles.is_empty() {
            self.flaw(place, format!("is empty: somebody {does}, or leave break_glass out"));
        }
        for (i, role) in roles.iter().enumerate() {
            if *role == Role::Viewer {
                self.flaw(format!("{place}[{i}]"), "a viewer looks, and nothing more");
            }
            if roles[..i].contains(role) {
                self.flaw(format!("{place}[{i}]"), "stands twice in the list");
            }
        }
    }
}
