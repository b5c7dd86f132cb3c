//! From what the provider says about somebody to what they may here.

use gateway_api::{Grant, Power, RoleSource};
use rollout::{PlanSlug, Role};

/// What is granted, and for where.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Granted {
    pub power: Power,
    /// In rollouts of this plan alone; in all, if none.
    pub plan: Option<PlanSlug>,
    /// In this environment alone; in all, if none.
    pub environment: Option<String>,
}

/// What somebody must have to be granted something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    Group(String),
    /// The claim says this, or this is among what it says.
    Claim {
        name: String,
        value: String,
    },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    pub wanted: Wanted,
    pub granted: Granted,
}

/// All of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mapping {
    pub rules: Vec<Rule>,
    /// Whoever is granted nothing else looks; else they are not let in.
    pub everyone: bool,
}

impl Mapping {
    /// What somebody may who has these groups and claims, each once. None: they are not let in.
    pub fn grants(&self, groups: &[String], claim: impl Fn(&str) -> Vec<String>) -> Option<Vec<Granted>> {
        let has = |wanted: &Wanted| match wanted {
            Wanted::Group(group) => groups.contains(group),
            Wanted::Claim { name, value } => claim(name).contains(value),
        };
        let mut granted: Vec<Granted> =
            self.rules.iter().filter(|rule| has(&rule.wanted)).map(|rule| rule.granted.clone()).collect();
        if granted.is_empty() {
            let viewer = Granted { power: Power::Role(Role::Viewer), plan: None, environment: None };
            return self.everyone.then(|| vec![viewer]);
        }
        granted.sort_unstable();
        granted.dedup();
        Some(granted)
    }

    /// May anybody come in as an administrator?
    pub fn makes_administrators(&self) -> bool {
        self.rules.iter().any(|rule| rule.granted.power == Power::Administrator)
    }

    /// Does any rule ask for a group?
    pub(super) fn asks_groups(&self) -> bool {
        self.rules.iter().any(|rule| matches!(rule.wanted, Wanted::Group(_)))
    }

    /// The claims that rules ask for.
    pub(super) fn claims(&self) -> impl Iterator<Item = &str> {
        self.rules.iter().filter_map(|rule| match &rule.wanted {
            Wanted::Claim { name, .. } => Some(name.as_str()),
            Wanted::Group(_) => None,
        })
    }
}

impl From<&Granted> for Grant {
    fn from(granted: &Granted) -> Self {
        let Granted { power, plan, environment } = granted.clone();
        Self { role: power, plan, environment, source: RoleSource::Provider }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(wanted: Wanted, power: Power, plan: Option<&str>, environment: Option<&str>) -> Rule {
        let plan = plan.map(|slug| PlanSlug::new(slug).expect("a slug"));
        Rule { wanted, granted: Granted { power, plan, environment: environment.map(str::to_owned) } }
    }

    fn mapping(everyone: bool) -> Mapping {
        let group = |name: &str| Wanted::Group(name.to_owned());
        let claim = Wanted::Claim { name: "department".into(), value: "Legal".into() };
        let rules = vec![
            rule(group("dev"), Power::Role(Role::Engineer), None, Some("staging")),
            rule(group("leads"), Power::Role(Role::Engineer), Some("s4"), Some("production")),
            rule(group("leads"), Power::Role(Role::Engineer), None, Some("staging")),
            rule(group("root"), Power::Administrator, None, None),
            rule(claim, Power::Role(Role::Legal), None, None),
        ];
        Mapping { rules, everyone }
    }

    fn granted(mapping: &Mapping, groups: &[&str], department: &[&str]) -> Option<Vec<String>> {
        let groups: Vec<String> = groups.iter().map(|&group| group.to_owned()).collect();
        let claim = |name: &str| match name {
            "department" => department.iter().map(|&value| value.to_owned()).collect(),
            _ => Vec::new(),
        };
        let text = |granted: Granted| {
            let plan = granted.plan.map(|plan| format!("/{plan}")).unwrap_or_default();
            let environment = granted.environment.map(|environment| format!("@{environment}")).unwrap_or_default();
            let power = match granted.power {
                Power::Administrator => "administrator".to_owned(),
                Power::Role(role) => role.to_string(),
            };
            format!("{power}{environment}{plan}")
        };
        mapping.grants(&groups, claim).map(|all| all.into_iter().map(text).collect())
    }

    #[test]
    fn every_rule_that_fits_grants_once() {
        let mapping = mapping(false);
        let granted = |groups: &[&str], department: &[&str]| granted(&mapping, groups, department).unwrap_or_default();
        assert_eq!(granted(&["dev"], &[]), ["Engineer@staging"]);
        assert_eq!(granted(&["dev", "leads"], &[]), ["Engineer@staging", "Engineer@production/s4"]);
        assert_eq!(granted(&["root", "x"], &["Sales", "Legal"]), ["administrator", "Legal"]);
    }

    #[test]
    fn whoever_has_no_group_of_ours_looks_or_is_not_let_in() {
        for groups in [&[][..], &["Dev"], &["dev "], &["de"]] {
            assert_eq!(granted(&mapping(false), groups, &["legal"]), None, "{groups:?}");
            assert_eq!(granted(&mapping(true), groups, &["legal"]), Some(vec!["Viewer".to_owned()]), "{groups:?}");
        }
        assert_eq!(granted(&mapping(true), &["dev"], &[]), Some(vec!["Engineer@staging".to_owned()]));
        assert_eq!(granted(&Mapping::default(), &["dev"], &["Legal"]), None);
    }
}
