//! The rollout this page is about.

use crate::{
    api::{Clock, Held, Remote, use_clock},
    session::{Session, use_session},
};
use leptos::prelude::*;
use rollout::{Blocker, Command, Plan, Role, RolloutId, Timestamp};
use std::sync::Arc;

/// The rollout this page is about, loaded; it follows the ledger.
#[derive(Clone, Copy)]
pub struct Here {
    /// Which.
    pub id: RolloutId,
    /// The gateway's time.
    pub clock: Clock,
    session: Session,
    held: Memo<Option<Arc<Held>>>,
}

impl Here {
    /// A rollout that has been loaded.
    pub fn new(id: RolloutId, remote: Signal<Remote<Arc<Held>>>) -> Self {
        let held = Memo::new(move |last: Option<&Option<Arc<Held>>>| {
            // What was loaded stays on screen while it is fetched again.
            remote.with(|remote| remote.ready().cloned()).or_else(|| last.cloned().flatten())
        });
        Self { id, clock: use_clock(), session: use_session(), held }
    }

    /// The rollout, followed.
    ///
    /// # Panics
    /// Before it was loaded; the page is drawn only then.
    pub fn held(self) -> Arc<Held> {
        #[expect(clippy::expect_used, reason = "the page is drawn only once the rollout is loaded")]
        self.held.get().expect("the rollout is loaded")
    }

    /// The rollout as it is at this moment, without following it.
    ///
    /// # Panics
    /// As [`Here::held`].
    pub fn held_untracked(self) -> Arc<Held> {
        untrack(|| self.held())
    }

    /// The plan, followed.
    pub fn plan(self) -> Arc<Plan> {
        self.held().rollout.plan().clone()
    }

    /// The gateway's time, followed: changes once a second.
    pub fn now(self) -> Timestamp {
        self.clock.get()
    }

    /// The role one acts in.
    pub fn role(self) -> Option<Role> {
        self.session.role()
    }

    /// Does one act in one of these roles? Controls of other roles are not shown; the gateway decides all the same.
    pub fn is_any(self, roles: &[Role]) -> bool {
        self.role().is_some_and(|role| roles.contains(&role))
    }

    /// What speaks against this command now; follows ledger and clock. Everything, if nobody is signed in.
    pub fn blockers(self, command: &Command) -> Vec<Blocker> {
        match self.session.actor() {
            Some(actor) => self.held().blockers(command, &actor, self.now()),
            None => vec![],
        }
    }
}

/// The rollout this page is about.
///
/// # Panics
/// Outside a rollout's page.
pub fn use_here() -> Here {
    expect_context()
}
