//! The rollout this page is about.

use crate::{
    api::{Cache, Clock, Held, Remote, use_clock},
    paths,
    session::{Session, use_session},
};
use gateway_api::{Grant, Said};
use leptos::prelude::*;
use rollout::{Blocker, Command, PersonId, Plan, Role, RoleHolder, RolloutId, Timestamp};
use std::sync::Arc;

/// The rollout this page is about, loaded. It follows the ledger, or stands still as it stood after one of its records.
#[derive(Clone, Copy)]
pub struct Here {
    /// Which.
    pub id: RolloutId,
    /// The gateway's time.
    pub clock: Clock,
    session: Session,
    held: Memo<Option<Arc<Held>>>,
    /// What stands still, if it does.
    stood: Option<RwSignal<Remote<Arc<Held>>>>,
}

impl Here {
    /// A rollout that has been loaded.
    pub fn new(id: RolloutId, remote: Signal<Remote<Arc<Held>>>) -> Self {
        Self::of(id, remote, None)
    }

    /// A rollout as it stood, that no record changes any more. It shows what was so then, and nobody can do anything.
    pub fn stood(id: RolloutId, stood: RwSignal<Remote<Arc<Held>>>) -> Self {
        Self::of(id, stood.into(), Some(stood))
    }

    fn of(id: RolloutId, remote: Signal<Remote<Arc<Held>>>, stood: Option<RwSignal<Remote<Arc<Held>>>>) -> Self {
        let held = Memo::new(move |last: Option<&Option<Arc<Held>>>| {
            // What was loaded stays on screen while it is fetched again.
            remote.with(|remote| remote.ready().cloned()).or_else(|| last.cloned().flatten())
        });
        Self { id, clock: use_clock(), session: use_session(), held, stood }
    }

    /// Does it stand still?
    pub fn stands_still(self) -> bool {
        self.stood.is_some()
    }

    /// The address of its page.
    pub fn page(self) -> String {
        match self.stood {
            Some(_) => paths::rollout_at(self.id, self.held().rollout.version),
            None => paths::rollout(self.id),
        }
    }

    /// Names and texts that this page shows beside those of the state.
    pub fn hear(self, cache: Cache, said: &Said) {
        let Some(stood) = self.stood else { return cache.put(self.id, &[], said) };
        // The page may have gone meanwhile.
        stood.try_update(|stood| {
            if let Remote::Ready(held) = stood {
                *held = Arc::new((**held).clone().knowing(said));
            }
        });
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

    /// The gateway's time, followed: changes once a second. The last record's, where it stands still.
    pub fn now(self) -> Timestamp {
        match self.stood {
            Some(_) => self.held().rollout.time,
            None => self.clock.get(),
        }
    }

    /// What one may act as in this rollout; nothing where nothing can be done any more.
    pub fn roles(self) -> Vec<Role> {
        self.holder().map_or(vec![], |holder| holder.roles)
    }

    /// Who looks.
    pub fn person(self) -> Option<PersonId> {
        self.session.person()
    }

    /// The first of them.
    pub fn role(self) -> Option<Role> {
        self.roles().first().copied()
    }

    fn holder(self) -> Option<RoleHolder> {
        let who = self.session.signed_in().filter(|_| !self.stands_still())?;
        let held = self.held();
        let (plan, environment) = (&held.rollout.plan().slug, &held.rollout.environment);
        let grants: Vec<Grant> = who.grants.iter().filter_map(|grant| grant.parse().ok()).collect();
        let is_granted = |role: &Role| {
            grants.iter().any(|grant| grant.role.role() == Some(*role) && grant.holds_in(plan, environment))
        };
        let mut roles: Vec<Role> = who.roles.into_iter().filter(is_granted).collect();
        // As the gateway sees it: whoever was granted nothing here looks.
        if roles.is_empty() {
            roles.push(Role::Viewer);
        }
        Some(RoleHolder { person: who.person, roles, proof: None, confirmed: true })
    }

    /// Does one act in one of these roles? Controls of other roles are not shown; the gateway decides all the same.
    pub fn is_any(self, roles: &[Role]) -> bool {
        self.roles().iter().any(|role| roles.contains(role))
    }

    /// What speaks against this command now; follows ledger and clock. Everything, if nobody is signed in.
    pub fn blockers(self, command: &Command) -> Vec<Blocker> {
        match self.holder() {
            Some(holder) => self.held().blockers(command, holder, self.now()),
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
