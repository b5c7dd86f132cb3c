//! What the configuration says of flags that a person moves: where to ask what they are.

use crate::backend::manual::{Target, Targets};
use anyhow::{Context, bail, ensure};
use rollout::plan::is_environment;
use serde::Deserialize;
use std::collections::BTreeMap;

/// Its keys. Others are refused.
#[derive(Debug, Default, PartialEq, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
#[serde(deny_unknown_fields)]
pub struct Table {
    #[serde(default)]
    targets: BTreeMap<String, TargetTable>,
}

/// The keys of a target.
#[derive(Debug, Default, PartialEq, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
#[serde(deny_unknown_fields)]
pub struct TargetTable {
    url: String,
    pointer: Option<String>,
}

impl Table {
    #[cfg(test)]
    pub fn of(target: &str) -> Self {
        Self { targets: [(target.to_owned(), TargetTable::default())].into() }
    }

    /// Errors: a target's name or address cannot be used.
    pub fn targets(self) -> anyhow::Result<Targets> {
        let target = |(name, TargetTable { url, pointer }): (String, TargetTable)| {
            ensure!(is_environment(&name), "`manual.targets.{name}`: a target is named by a-z, 0-9 and single hyphens");
            let target = Target { url, pointer };
            check(&target).with_context(|| format!("`manual.targets.{name}` cannot be used"))?;
            Ok((name, target))
        };
        self.targets.into_iter().map(target).collect()
    }
}

/// Errors: it is no address, or a plan could choose where it leads.
fn check(target: &Target) -> anyhow::Result<()> {
    let [one, other] = [("a", "b"), ("c", "d")].map(|(environment, key)| target.address(environment, key));
    let (one, other) = (one.map_err(anyhow::Error::msg)?, other.map_err(anyhow::Error::msg)?);
    let is_plain = one.username().is_empty() && one.password().is_none() && one.fragment().is_none();
    if !["http", "https"].contains(&one.scheme()) || !is_plain {
        bail!(
            "`url` must be an address like https://ops.example.org/flags/{{key}}, without a name or a password in it"
        );
    }
    ensure!(one.origin() == other.origin(), "`url` must name its host: {{environment}} and {{key}} belong after it");
    let pointer = target.pointer.as_deref().unwrap_or_default();
    ensure!(
        pointer.is_empty() || pointer.starts_with('/'),
        "`pointer` must begin with a slash, like /variables/{{key}}, or be left out"
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn targets(name: &str, url: &str, pointer: Option<&str>) -> Result<Targets, String> {
        let target = TargetTable { url: url.to_owned(), pointer: pointer.map(str::to_owned) };
        Table { targets: [(name.to_owned(), target)].into() }.targets().map_err(|error| format!("{error:#}"))
    }

    #[test]
    fn a_plan_chooses_no_host() {
        let good = targets("dashboard", "https://ops.example.org/{environment}?flag={key}", Some("/value"));
        let address = good.expect("is good")["dashboard"].address("pro/duction", "A&b=../c");
        assert_eq!(
            address.expect("an address").as_str(),
            "https://ops.example.org/pro%2Fduction?flag=A%26b%3D%2E%2E%2Fc"
        );
        for url in [
            "https://{key}.example.org/",
            "https://{environment}/",
            "ftp://a.example/",
            "dashboard",
            "https://u:p@a.example/",
        ] {
            let said = targets("dashboard", url, None).expect_err(url);
            assert!(said.contains("`manual.targets.dashboard`"), "{said}");
        }
        assert!(targets("Dash board", "https://a.example/", None).is_err());
        assert!(targets("dashboard", "https://a.example/", Some("value")).is_err());
    }
}
