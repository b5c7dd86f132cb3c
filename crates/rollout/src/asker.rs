//! Who asks, and what the gateway knows of them beyond who they are.

use crate::{
    id::PersonId,
    role::{Actor, Role},
    time::{Millis, Timestamp},
};
use serde::{Deserialize, Serialize};

/// So long a proof counts: after that a person has to prove themselves again.
pub const PROOF_COUNTS: Millis = 5 * 60_000;

/// Who asks. Made of an [`Actor`] alone it proves nothing and confirms nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asker {
    /// Who, and in what role.
    pub actor: Actor,
    /// When and how they last proved themselves anew.
    pub proof: Option<Proof>,
    /// The confirmation of what gives a flag to somebody was checked, once and for this alone.
    pub confirmed: bool,
}

/// That a person proved themselves anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Proof {
    /// How.
    pub by: ProvenBy,
    /// When, by the clock that decides here.
    pub at: Timestamp,
}

/// How a person proved themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum ProvenBy {
    /// By their password.
    Password,
    /// By signing in at the company's provider again.
    Provider,
    /// By choosing a sample account again: the demo asks for nothing more.
    Sample,
}

impl From<Actor> for Asker {
    fn from(actor: Actor) -> Self {
        Self { actor, proof: None, confirmed: false }
    }
}

impl From<&Actor> for Asker {
    fn from(actor: &Actor) -> Self {
        (*actor).into()
    }
}

impl Asker {
    /// How they proved themselves, if that still counts.
    pub fn proven(&self, now: Timestamp) -> Option<ProvenBy> {
        self.proof.filter(|proof| now.since(proof.at) <= PROOF_COUNTS).map(|proof| proof.by)
    }
}

/// A person who asks, with every role they hold here now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleHolder {
    /// Who.
    pub person: PersonId,
    /// Their roles; the first that may do it acts. Who holds none looks, and nothing more.
    pub roles: Vec<Role>,
    /// When and how they last proved themselves anew.
    pub proof: Option<Proof>,
    /// The confirmation of what gives a flag to somebody was checked.
    pub confirmed: bool,
}

impl RoleHolder {
    /// The same, acting in one role.
    pub fn acting_as(&self, role: Role) -> Asker {
        Asker { actor: Actor::Person { person: self.person, role }, proof: self.proof, confirmed: self.confirmed }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::role::SystemActor;

    #[test]
    fn a_proof_counts_for_five_minutes_and_what_only_acts_proves_nothing() {
        let actor = Actor::System { system: SystemActor::Demo };
        let at = Timestamp::from_millis(1_000_000);
        let asker = Asker { proof: Some(Proof { by: ProvenBy::Password, at }), ..actor.into() };
        assert_eq!(asker.proven(at.plus(5 * 60_000)), Some(ProvenBy::Password));
        assert_eq!(asker.proven(at.plus(5 * 60_000 + 1)), None);
        assert_eq!((Asker::from(&actor).proven(at), Asker::from(&actor).confirmed), (None, false));
    }
}
