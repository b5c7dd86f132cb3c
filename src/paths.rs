//! Every URL of the console, typed both ways.

mod flags;

pub use flags::{FLAGS, FlagsQuery, Showing, Sort, SortBy};

use rollout::{PhaseSlug, RolloutId, Seq};

/// The rollouts.
pub const ROLLOUTS: &str = "/";
/// Begin a rollout.
pub const NEW_ROLLOUT: &str = "/new-rollout";
/// Everyone, and who may do what; `?rollout=` says where.
pub const PEOPLE: &str = "/people";
/// Where one is signed in.
pub const SESSIONS: &str = "/sessions";
/// How the backends do.
pub const BACKEND: &str = "/backend";
/// As many flags stand in an address at most.
pub const MOST_FLAGS: usize = 200;
/// Sign in; `?next=` says where to go then.
pub const SIGN_IN: &str = "/sign-in";

/// One rollout. A fragment from [`anchor`] leads to a place in it.
pub fn rollout(id: RolloutId) -> String {
    format!("/rollouts/{id}")
}

/// The same as it stood after one of its records.
pub fn rollout_at(id: RolloutId, seq: Seq) -> String {
    format!("/rollouts/{id}/at/{seq}")
}

/// One of these two pages with a phase on screen.
pub fn phase_on(page: &str, phase: &str) -> String {
    format!("{page}?phase={phase}")
}

/// A place in it, with the phase on screen that shows it.
pub fn place_on(page: &str, phase: &PhaseSlug, place: &rollout::Place) -> String {
    format!("{}#{}", phase_on(page, phase.as_str()), anchor(place))
}

/// A place in a rollout as it is now.
pub fn rollout_place(id: RolloutId, phase: &PhaseSlug, place: &rollout::Place) -> String {
    place_on(&rollout(id), phase, place)
}

/// The people with their parts in this rollout.
pub fn people_of(id: RolloutId) -> String {
    format!("{PEOPLE}?rollout={id}")
}

/// Its ledger.
pub fn ledger(id: RolloutId) -> String {
    format!("/rollouts/{id}/ledger")
}

/// One record of it.
pub fn record(id: RolloutId, seq: Seq) -> String {
    format!("/rollouts/{id}/ledger/{seq}")
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

/// The record that a part of an address names. One address a record: neither 007 nor +7.
pub fn seq_of(text: &str) -> Option<Seq> {
    text.parse::<Seq>().ok().filter(|seq| *seq > 0 && text == seq.to_string())
}

/// The rollout that a path is about, whichever of its pages it leads to.
pub fn rollout_of(path: &str) -> Option<RolloutId> {
    path.strip_prefix("/rollouts/")?.split('/').next()?.parse().ok()
}

/// The backends, with flags in an environment that may have to be created.
pub fn flags_at_backend<'a>(environment: &str, keys: impl IntoIterator<Item = &'a String>) -> String {
    let keys = keys.into_iter().take(MOST_FLAGS).map(|key| ("key", key.clone()));
    encoded(BACKEND, &[("environment", environment.to_owned())].into_iter().chain(keys).collect::<Vec<_>>())
}

/// A path with these parameters.
fn encoded(path: &str, parameters: &[(&str, String)]) -> String {
    let pair = |(name, value): &(&str, String)| format!("{name}={}", String::from(js_sys::encode_uri_component(value)));
    match parameters.iter().map(pair).collect::<Vec<_>>().join("&") {
        query if query.is_empty() => path.to_owned(),
        query => format!("{path}?{query}"),
    }
}

/// The record that a path names.
pub fn record_of(path: &str) -> Option<Seq> {
    let seq = path.split('/').nth(4)?;
    path.split('/').nth(3).filter(|page| *page == "ledger").and_then(|_| seq_of(seq))
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
        for path in [rollout(id), rollout_at(id, 7), ledger(id), record(id, 7)] {
            assert_eq!(rollout_of(&path), Some(id), "{path}");
        }
        assert_eq!([record_of(&record(id, 7)), record_of(&ledger(id)), record_of("/")], [Some(7), None, None]);
        assert_eq!([rollout_of("/"), rollout_of("/rollouts/nonsense/ledger")], [None, None]);
    }

    #[test]
    fn a_record_has_one_address() {
        assert_eq!(seq_of("7"), Some(7));
        for bad in ["0", "-1", "+7", "007", "7x", "", "99999999999999999999"] {
            assert_eq!(seq_of(bad), None, "{bad}");
        }
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
