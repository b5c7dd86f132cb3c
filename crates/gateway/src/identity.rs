//! Who is asking, and what was granted to them.
//!
//! However somebody proves who they are (a sample account, a password, a provider), it ends in [`open`]: a session of a
//! person that the store knows, with its token in a cookie.

pub mod accounts;
pub mod at_provider;
pub mod limits;
pub mod local;
pub mod passwords;
pub mod provider;
mod sessions;
pub mod set_up;
pub mod site;

pub use sessions::{Opening, Sessions, Settings, cookie, end, forget, forget_all, open, token, watch};

use crate::{
    app::App,
    clock::Clock,
    store::{PersonRow, Proof, SessionId, SessionRow, StoreError},
};
use axum::http::HeaderMap;
use gateway_api::{Grant, Power, ProvenBy};
use rollout::{Digest, PersonId, PlanSlug, Role};

/// A signed-in person, with everything that was granted to them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed {
    pub person: PersonId,
    pub name: String,
    pub grants: Vec<Grant>,
    /// The hash of the session's token; the token itself is kept nowhere.
    pub session: Digest,
    /// The session's public name.
    pub session_id: SessionId,
    /// When, by real time, and how they proved who they are, the last time.
    pub proof: Proof,
}

impl Signed {
    fn new(session: SessionRow, person: PersonRow) -> Self {
        let SessionRow { token, id, proof, .. } = session;
        Self { person: person.id, name: person.name, grants: person.grants, session: token, session_id: id, proof }
    }

    /// What they may act as in a rollout of this plan, in the order of [`Role::ALL`]. Who was granted nothing there looks.
    pub fn roles_in(&self, plan: &PlanSlug, environment: &str) -> Vec<Role> {
        roles(&self.grants, |grant| grant.holds_in(plan, environment))
    }

    /// What they may act as in this environment, for some plan at least.
    pub fn roles_for(&self, environment: &str) -> Vec<Role> {
        roles(&self.grants, |grant| grant.is_for(environment))
    }

    /// What they may act as somewhere.
    pub fn roles(&self) -> Vec<Role> {
        roles(&self.grants, |_| true)
    }

    /// When and how they last proved who they are, by the rulebook's clock: as long ago as it is.
    pub fn proof_by(&self, clock: &Clock) -> rollout::Proof {
        let by = match self.proof.by {
            ProvenBy::Sample => rollout::ProvenBy::Sample,
            // Whoever had the code has chosen a password with it.
            ProvenBy::Password | ProvenBy::Code => rollout::ProvenBy::Password,
            ProvenBy::Provider => rollout::ProvenBy::Provider,
        };
        rollout::Proof { by, at: self.proof.at.plus(clock.ahead()) }
    }

    /// May they look after people and the system?
    pub fn is_administrator(&self) -> bool {
        self.grants.iter().any(|grant| grant.role == Power::Administrator)
    }
}

/// The roles among grants, in the order of [`Role::ALL`]; the viewer's, if there is none.
pub fn roles(grants: &[Grant], holds: impl Fn(&Grant) -> bool) -> Vec<Role> {
    let held = |role: &Role| grants.iter().any(|grant| grant.role == Power::Role(*role) && holds(grant));
    let roles: Vec<Role> = Role::ALL.into_iter().filter(held).collect();
    if roles.is_empty() { vec![Role::Viewer] } else { roles }
}

/// Who is signed in, if anybody. It counts as something that they did.
pub async fn who(app: &App, headers: &HeaderMap) -> Result<Option<Signed>, StoreError> {
    let Some(token) = token(&app.site, headers) else { return Ok(None) };
    let signed = whose(app, token).await?;
    Ok(signed.inspect(|signed| sessions::touch(app, signed)))
}

/// Whose session it is, if it has not ended. To look does not make it last longer.
pub async fn whose(app: &App, session: Digest) -> Result<Option<Signed>, StoreError> {
    let now = app.clock.steady();
    let ended = match app.sessions.known(&session, now) {
        Ok(signed) => return Ok(Some(signed)),
        Err(ended) => ended,
    };
    let real = app.clock.real();
    let found = app.store.session(&session, real).await?;
    let found = found.filter(|(row, _)| !app.sessions.is_idle(row, real, app.sign_in.idle));
    let signed = found.map(|(session, person)| Signed::new(session, person));
    Ok(signed.inspect(|signed| app.sessions.keep(signed, now, ended)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn granted(grants: &[&str]) -> Vec<Grant> {
        grants.iter().map(|text| text.parse().expect("a grant")).collect()
    }

    #[test]
    fn roles_are_those_that_were_granted_there_in_the_order_of_all() {
        let grants = granted(&["legal@production", "engineer@staging", "product-owner/s4", "operations"]);
        let plan = |slug: &str| PlanSlug::new(slug).expect("a slug");
        let signed = Signed {
            person: crate::clock::person_id(),
            name: "Somebody".into(),
            grants,
            session: Digest::of(&[]),
            session_id: "x".into(),
            proof: Proof { at: rollout::Timestamp::from_millis(0), by: ProvenBy::Password },
        };
        let s4 = |environment| signed.roles_in(&plan("s4"), environment);
        assert_eq!(s4("production"), [Role::ProductOwner, Role::Operations, Role::Legal]);
        assert_eq!(s4("staging"), [Role::ProductOwner, Role::Engineer, Role::Operations]);
        assert_eq!(signed.roles_in(&plan("x"), "production"), [Role::Operations, Role::Legal]);
        assert_eq!(signed.roles_for("staging"), [Role::ProductOwner, Role::Engineer, Role::Operations]);
        assert!(!signed.is_administrator());
    }

    #[test]
    fn whoever_was_granted_nothing_looks() {
        assert_eq!(roles(&[], |_| true), [Role::Viewer]);
        assert_eq!(roles(&granted(&["legal"]), |_| false), [Role::Viewer]);
        let administrator = Grant::everywhere(Power::Administrator, gateway_api::RoleSource::Account);
        assert_eq!(roles(&[administrator], |_| true), [Role::Viewer]);
    }
}
