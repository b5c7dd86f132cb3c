//! Who is signed in.

use rollout::{PersonId, Role, Timestamp};
use serde::{Deserialize, Serialize};

/// POST /api/session, in the demo: sign in as the sample account of this role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SignIn {
    /// Which sample account: one a role.
    pub account: Role,
}

/// GET /api/session: who is signed in, and how one can sign in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SessionView {
    /// This gateway runs the demo.
    pub demo: bool,
    /// Who is signed in; nobody, if none.
    pub signed_in: Option<SignedIn>,
    /// The sample accounts of the demo; empty outside it.
    pub accounts: Vec<Account>,
    /// The gateway's time.
    pub now: Timestamp,
}

/// A person who is signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SignedIn {
    /// Who.
    pub person: PersonId,
    /// Their name.
    pub name: String,
    /// What they may act as.
    pub roles: Vec<Role>,
}

/// A sample account of the demo.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Account {
    /// Its role, and its name in [`SignIn`].
    pub account: Role,
    /// The sample person's name.
    pub name: String,
}

/// What is told about a person who stands in a ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Person {
    /// Their name.
    pub name: String,
}
