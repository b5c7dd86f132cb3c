//! Every URL of the console, typed both ways.

use rollout::{PhaseSlug, RolloutId, Seq};

/// The rollouts.
pub const ROLLOUTS: &str = "/";
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
