//! Roles, and who acts.

use crate::id::PersonId;
use serde::{Deserialize, Serialize};
use std::fmt;

/// In what capacity a person acts. Authority is judged at the moment of the act.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Role {
    /// Decides at gates, adopts plans, signs own slots.
    ProductOwner,
    /// Raises, lowers, attests.
    Engineer,
    /// Keeps it running, attests, rolls back.
    Operations,
    /// Signs, objects, holds for legal reasons.
    Legal,
    /// Signs, objects, holds for the protection of personal data (DPO).
    Privacy,
    /// Looks.
    Viewer,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 6] =
        [Self::ProductOwner, Self::Engineer, Self::Operations, Self::Legal, Self::Privacy, Self::Viewer];

    /// Who may raise a flag, and put one back up.
    pub const MAY_RAISE: [Self; 1] = [Self::Engineer];

    /// Who may hold a gate beside those who decide there.
    pub const MAY_HOLD: [Self; 2] = [Self::Legal, Self::Privacy];

    /// Who may resolve an incident, but for one that a role which may hold has raised: that role alone.
    pub const MAY_RESOLVE: [Self; 2] = [Self::Operations, Self::ProductOwner];

    /// Who may accept what the backend has, be it a baseline or drift.
    pub const fn may_accept(baseline: bool) -> [Self; 1] {
        [if baseline { Self::ProductOwner } else { Self::Engineer }]
    }

    /// Who may lower a flag, and so roll back a flag, a phase or everything.
    pub const MAY_LOWER: [Self; 3] = [Self::Engineer, Self::Operations, Self::ProductOwner];

    /// Who may attest a step that names nobody.
    pub const MAY_ATTEST: [Self; 2] = [Self::Engineer, Self::Operations];

    /// Everyone but the viewer.
    pub const MAY_SPEAK: [Self; 5] = [Self::ProductOwner, Self::Engineer, Self::Operations, Self::Legal, Self::Privacy];

    /// The role's name on screen.
    pub fn name(self) -> &'static str {
        match self {
            Self::ProductOwner => "Product owner",
            Self::Engineer => "Engineer",
            Self::Operations => "Operations",
            Self::Legal => "Legal",
            Self::Privacy => "Privacy (DPO)",
            Self::Viewer => "Viewer",
        }
    }

    /// As it is written in plans, commands and configurations.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::ProductOwner => "product-owner",
            Self::Engineer => "engineer",
            Self::Operations => "operations",
            Self::Legal => "legal",
            Self::Privacy => "privacy",
            Self::Viewer => "viewer",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What acts when no person does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum SystemActor {
    /// The delivery loop: carries wanted exposure to the backend and reads it back.
    Delivery,
    /// The demo: attaches the sample rollout.
    Demo,
}

/// Who did it: a person in a role, or the system.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(untagged)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Actor {
    /// A person, in the role acted in.
    Person {
        /// Who.
        person: PersonId,
        /// In what capacity.
        role: Role,
    },
    /// No person.
    System {
        /// Which part of the system.
        system: SystemActor,
    },
}

impl Actor {
    /// The role acted in, if a person acts.
    pub fn role(&self) -> Option<Role> {
        match self {
            Self::Person { role, .. } => Some(*role),
            Self::System { .. } => None,
        }
    }

    /// The person who acts, if one does.
    pub fn person(&self) -> Option<PersonId> {
        match self {
            Self::Person { person, .. } => Some(*person),
            Self::System { .. } => None,
        }
    }
}
