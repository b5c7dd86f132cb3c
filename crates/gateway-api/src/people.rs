//! GET /api/people: everyone the gateway knows.

use rollout::{PersonId, Role, Timestamp, id::PlanSlug};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// A person, and what they may act as.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct KnownPerson {
    /// Who.
    pub id: PersonId,
    /// Their name.
    pub name: String,
    /// What they may act as somewhere.
    pub roles: Vec<Role>,
    /// Where their first role comes from.
    pub source: RoleSource,
    /// What was granted to them, for where, and where it comes from.
    #[serde(default)]
    pub grants: Vec<Grant>,
    /// What they sign in with, if they have a local account. Administrators alone are told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub login: Option<String>,
    /// When they last asked something, to the minute.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen: Option<Timestamp>,
    /// They may not sign in.
    #[serde(default)]
    pub disabled: bool,
    /// Their name and their words are gone for good.
    #[serde(default)]
    pub erased: bool,
}

/// Where a person's role comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum RoleSource {
    /// A sample account of the demo.
    Sample,
    /// Granted to a local account, by an administrator.
    Account,
    /// What the company's provider says, by the configuration.
    Provider,
}

/// What may be granted: a role in rollouts, or to look after people and the system.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Power {
    /// Looks after people and the system. It is no role: it moves no rollout.
    Administrator,
    /// Acts in rollouts.
    #[serde(untagged)]
    Role(Role),
}

impl Power {
    /// The role in rollouts, if it is one.
    pub fn role(self) -> Option<Role> {
        match self {
            Self::Role(role) => Some(role),
            Self::Administrator => None,
        }
    }
}

/// What was granted to a person.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Grant {
    /// What.
    pub role: Power,
    /// In rollouts of this plan alone; in all, if none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan: Option<PlanSlug>,
    /// In this environment alone; in all, if none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub environment: Option<String>,
    /// Where it comes from.
    pub source: RoleSource,
}

impl Grant {
    /// Everywhere.
    pub fn everywhere(role: Power, source: RoleSource) -> Self {
        Self { role, plan: None, environment: None, source }
    }

    /// Does it hold for this plan in this environment?
    pub fn holds_in(&self, plan: &PlanSlug, environment: &str) -> bool {
        self.plan.as_ref().is_none_or(|own| own == plan) && self.is_for(environment)
    }

    /// Does it hold in this environment, for some plan at least?
    pub fn is_for(&self, environment: &str) -> bool {
        self.environment.as_deref().is_none_or(|own| own == environment)
    }

    /// The same, wherever it comes from?
    pub fn is_same(&self, other: &Self) -> bool {
        (self.role, &self.plan, &self.environment) == (other.role, &other.plan, &other.environment)
    }
}

/// Why a text names no grant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoGrant(String);

impl fmt::Display for NoGrant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let roles = Role::ALL.map(Role::slug).join(", ");
        write!(f, "\"{}\" is no grant: ROLE[@ENVIRONMENT][/PLAN], and ROLE is one of {roles}", self.0)
    }
}

impl std::error::Error for NoGrant {}

/// `engineer`, `engineer@staging`, `legal/s4`, `legal@production/s4`: as one types it, for a local account.
impl FromStr for Grant {
    type Err = NoGrant;
    fn from_str(text: &str) -> Result<Self, NoGrant> {
        let none = || NoGrant(text.to_owned());
        let (rest, plan) = match text.rsplit_once('/') {
            Some((rest, plan)) => (rest, Some(PlanSlug::new(plan).map_err(|_| none())?)),
            None => (text, None),
        };
        let (role, environment) = match rest.split_once('@') {
            Some((role, environment)) => (role, Some(environment.to_owned())),
            None => (rest, None),
        };
        if environment.as_deref().is_some_and(|environment| environment.is_empty() || environment.trim() != environment)
        {
            return Err(none());
        }
        let role = Role::ALL.into_iter().find(|known| known.slug() == role).ok_or_else(none)?;
        Ok(Self { role: Power::Role(role), plan, environment, source: RoleSource::Account })
    }
}

impl fmt::Display for Grant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.role {
            Power::Administrator => f.write_str("administrator")?,
            Power::Role(role) => f.write_str(role.slug())?,
        }
        self.environment.iter().try_for_each(|environment| write!(f, "@{environment}"))?;
        self.plan.iter().try_for_each(|plan| write!(f, "/{plan}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grant_is_written_as_it_is_read() {
        for text in ["engineer", "product-owner@staging", "legal/s4", "privacy@production/s4"] {
            let grant: Grant = text.parse().expect(text);
            assert_eq!(grant.to_string(), text);
        }
        for text in ["", "admin", "administrator", "Legal", "legal@", "legal/", "legal/S4", "@x", "legal@ x"] {
            assert!(text.parse::<Grant>().is_err(), "{text}");
        }
        let all = Role::ALL.map(|role| serde_json::to_value(role).expect("JSON"));
        assert_eq!(Role::ALL.map(|role| serde_json::json!(role.slug())), all);
    }

    #[test]
    fn a_power_is_a_plain_word() {
        let both = [Power::Administrator, Power::Role(Role::ProductOwner)];
        let json = serde_json::to_string(&both).expect("JSON");
        assert_eq!(json, r#"["administrator","product-owner"]"#);
        assert_eq!(serde_json::from_str::<[Power; 2]>(&json).expect("powers"), both);
        assert!(serde_json::from_str::<Power>("\"root\"").is_err());
    }

    #[test]
    fn a_grant_holds_where_it_says() {
        let plan = |slug: &str| PlanSlug::new(slug).expect("a slug");
        let holds = |text: &str| {
            let grant: Grant = text.parse().expect(text);
            [("s4", "production"), ("s4", "staging"), ("other", "production")]
                .map(|(slug, environment)| grant.holds_in(&plan(slug), environment))
        };
        assert_eq!(holds("legal"), [true, true, true]);
        assert_eq!(holds("legal@production"), [true, false, true]);
        assert_eq!(holds("legal/s4"), [true, true, false]);
        assert_eq!(holds("legal@production/s4"), [true, false, false]);
    }
}
