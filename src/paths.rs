//! Every URL of the console, typed both ways.

use rollout::{PhaseSlug, RolloutId, Seq};

/// The rollouts.
pub const ROLLOUTS: &str = "/";
/// Begin a rollout.
pub const NEW_ROLLOUT: &str = "/new-rollout";
/// Every flag of every rollout.
pub const FLAGS: &str = "/flags";
/// Who there is, and in which roles.
pub const PEOPLE: &str = "/people";
/// Sign in; `?next=` says where to go then.
pub const SIGN_IN: &str = "/sign-in";

/// One rollout. A fragment from [`anchor`] leads to a place in it.
pub fn rollout(id: RolloutId) -> String {
    format!("/rollouts/{id}")
}

/// The same, with a phase on screen.
pub fn rollout_phase(id: RolloutId, phase: &PhaseSlug) -> String {
    format!("/rollouts/{id}?phase={phase}")
}

/// A place in it, with the phase on screen that shows it.
pub fn rollout_place(id: RolloutId, phase: &PhaseSlug, place: &rollout::Place) -> String {
    format!("{}#{}", rollout_phase(id, phase), anchor(place))
}

/// Its ledger.
pub fn ledger(id: RolloutId) -> String {
    format!("/rollouts/{id}/ledger")
}

/// One record of it.
pub fn record(id: RolloutId, seq: Seq) -> String {
    format!("/rollouts/{id}/ledger/{seq}")
}

/// The rollout as it stood after a record.
pub fn rollout_at(id: RolloutId, seq: Seq) -> String {
    format!("/rollouts/{id}/at/{seq}")
}

/// The place in a rollout's page where a blocker is cleared, as a fragment without `#`.
pub fn anchor(place: &rollout::Place) -> String {
    use rollout::Place;
    match place {
        Place::Gate(gate) => format!("gate-{gate}"),
        Place::Phase(phase) => format!("phase-{phase}"),
        Place::Line(line) => format!("line-{line}"),
        Place::Step(step) => format!("step-{step}"),
        Place::Flag(flag) => format!("flag-{flag}"),
        Place::Incident(seq) => format!("incident-{seq}"),
        Place::Backend => "backend".into(),
        Place::Plan | Place::Rollout(_) => "plan".into(),
    }
}

/// The rollout that a path is about, whichever of its pages it leads to.
pub fn rollout_of(path: &str) -> Option<RolloutId> {
    path.strip_prefix("/rollouts/")?.split('/').next()?.parse().ok()
}

/// The record that a path names.
pub fn record_of(path: &str) -> Option<Seq> {
    let seq = path.split('/').nth(4)?;
    path.split('/').nth(3).filter(|page| *page == "ledger").and_then(|_| seq.parse().ok())
}

/// Where to go after signing in: only ever a page of this console.
pub fn after_sign_in(next: Option<String>) -> String {
    // A browser reads `//host` and `/\host` as another site.
    let outside = |next: &str| next.starts_with("//") || next.contains('\\');
    let inside = |next: &String| next.starts_with('/') && !outside(next) && !next.starts_with(SIGN_IN);
    next.filter(inside).unwrap_or_else(|| ROLLOUTS.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_of_a_rollout_names_it() {
        let id: RolloutId = "0193a5c0-0000-7000-8000-000000000001".parse().expect("a UUID");
        for path in [rollout(id), ledger(id), record(id, 7)] {
            assert_eq!(rollout_of(&path), Some(id), "{path}");
        }
        assert_eq!(rollout_of(&rollout_at(id, 7)), Some(id));
        assert_eq!([record_of(&record(id, 7)), record_of(&ledger(id)), record_of("/")], [Some(7), None, None]);
        assert_eq!([rollout_of("/"), rollout_of("/rollouts/nonsense/ledger")], [None, None]);
    }

    #[test]
    fn sign_in_leads_to_no_other_site() {
        let after = |next: &str| after_sign_in(Some(next.into()));
        assert_eq!(after("/rollouts/x?phase=y#gate-1"), "/rollouts/x?phase=y#gate-1");
        for bad in
            ["//example.org", "/\\example.org", "https://example.org", "javascript:alert(1)", "", "/sign-in?next=/"]
        {
            assert_eq!(after(bad), ROLLOUTS, "{bad}");
        }
        assert_eq!(after_sign_in(None), ROLLOUTS);
    }
}
