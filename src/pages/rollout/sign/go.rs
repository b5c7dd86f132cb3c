//! "Sign and go": the signature that lets the rollout begin, and the go at the starting gate, in one dialog.

use crate::ui::Show;
use crate::{
    api::Held,
    pages::rollout::{blockers::Blockers, here::use_here, lock::Lock},
};
use leptos::prelude::*;
use rollout::{
    Aspect, Blocker, Command, Decision, LineSlug, Place, Role, Text,
    plan::{LineKind, Side},
};

/// The gate that lets the rollout begin.
pub const START: rollout::GateNumber = 1;

/// Is this a slot before the starting gate, signed by who decides there, and has no go been given?
pub fn goes_with(held: &Held, slug: &LineSlug, roles: &[Role]) -> bool {
    let (rollout, plan) = (&held.rollout, held.rollout.plan());
    let Some(line) = plan.line(slug) else { return false };
    let before_start = line.side == Side::Entry && rollout.ahead(START) == Some(line.phase);
    let by_decider = matches!(line.kind, LineKind::Slot(slot) if slot.role == plan.decider(START));
    before_start && by_decider && roles.contains(&plan.decider(START)) && rollout.aspect(START) != Aspect::Clear
}

/// What speaks against the go apart from the slot that is about to be signed.
pub fn lock(slug: StoredValue<LineSlug>) -> Lock {
    let here = use_here();
    Lock::of(move || {
        let Ok(reason) = Text::new("-") else { return vec![] };
        let go = Command::Decide { gate: START, decision: Decision::Go, reason, conditions: None, evidence: vec![] };
        besides(here.blockers(&go), &Place::Line(slug.get_value()))
    })
}

fn besides(blockers: Vec<Blocker>, place: &Place) -> Vec<Blocker> {
    blockers.into_iter().filter(|blocker| blocker.place != *place).collect()
}

/// Whether the go can follow at once, or what it still waits for.
#[component]
pub fn GoPart(slug: StoredValue<LineSlug>) -> impl IntoView {
    let lock = lock(slug);
    let free = "Nothing else speaks against the go: Sign and go does both, one after the other.";
    view! {
        <Show when=move || lock.locked().get() fallback=move || view! { <p class="sm s">{free}</p> }>
            <div>
                <p class="sm s">"Sign and go is locked: the go waits for more than this signature."</p>
                <Blockers blockers=lock.blockers />
            </div>
        </Show>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rollout::{ClearedBy, Why};

    #[test]
    fn the_slot_about_to_be_signed_does_not_lock_its_own_go() {
        let slug = |text: &str| LineSlug::new(text).expect("a slug");
        let missing = |text: &str| Blocker {
            why: Why::SignOffMissing { line: slug(text) },
            cleared_by: ClearedBy::Roles(vec![Role::ProductOwner]),
            place: Place::Line(slug(text)),
        };
        let left = besides(vec![missing("initiation"), missing("retention")], &Place::Line(slug("initiation")));
        assert_eq!(left, [missing("retention")]);
    }
}
