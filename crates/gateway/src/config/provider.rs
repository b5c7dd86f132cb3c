//! What the configuration says of signing in at the company's provider.

use super::spoken;
use crate::identity::provider::{Granted, Mapping, Rule, Settings, Wanted, is_safe};
use anyhow::{Context, bail, ensure};
use gateway_api::Power;
use openidconnect::{ClientId, ClientSecret, IssuerUrl, Scope};
use rollout::{PlanSlug, Role, plan::is_environment};
use serde::Deserialize;
use std::path::PathBuf;

/// Says the secret where there is no file of it.
const SECRET: &str = "SIGNALBOX_PROVIDER_SECRET";

/// The most seconds that the provider's clock may be off.
const MOST_SKEW: u16 = 300;

/// The provider's keys. Others are refused.
#[derive(Debug, Default, PartialEq, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
#[serde(deny_unknown_fields)]
pub struct Table {
    issuer: Option<String>,
    client_id: Option<String>,
    client_secret_file: Option<PathBuf>,
    name: Option<String>,
    scopes: Option<Vec<String>>,
    groups_claim: Option<String>,
    skew_s: Option<u16>,
    everyone: Option<Everyone>,
    #[serde(default)]
    roles: Vec<RoleTable>,
}

/// What everyone may whom the provider knows: not much.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
#[serde(rename_all = "kebab-case")]
enum Everyone {
    Viewer,
}

/// The keys of a role that is granted.
#[derive(Debug, Default, PartialEq, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
#[serde(deny_unknown_fields)]
struct RoleTable {
    group: Option<String>,
    claim: Option<String>,
    value: Option<String>,
    role: String,
    plan: Option<String>,
    environment: Option<String>,
}

impl Table {
    /// Errors: something is missing, or may not be so.
    pub fn settings(self) -> anyhow::Result<Settings> {
        let client_secret = self.secret()?;
        let issuer = self.issuer.context("`sign_in.provider.issuer` is missing: it says where the provider is")?;
        let issuer = issuer_url(&issuer)?;
        let client_id = self.client_id.filter(|id| !id.trim().is_empty());
        let client_id = client_id
            .context("`sign_in.provider.client_id` is missing: it says what the provider calls this gateway")?;
        let scopes = self.scopes.unwrap_or_else(|| ["openid", "profile", "email", "groups"].map(str::to_owned).into());
        ensure!(
            scopes.iter().all(|scope| is_scope(scope)),
            "`sign_in.provider.scopes` must be a list of words without spaces, as [\"profile\", \"email\"]"
        );
        let skew = self.skew_s.unwrap_or(60);
        ensure!(skew <= MOST_SKEW, "`sign_in.provider.skew_s` must be at most {MOST_SKEW}: set the clocks instead");
        let rules: anyhow::Result<Vec<Rule>> = self
            .roles
            .into_iter()
            .enumerate()
            .map(|(index, role)| {
                role.rule()
                    .with_context(|| format!("the entry {} of `sign_in.provider.roles` cannot be used", index + 1))
            })
            .collect();
        let roles = Mapping { rules: rules?, everyone: self.everyone.is_some() };
        ensure!(
            roles.everyone || !roles.rules.is_empty(),
            "nobody could sign in: `sign_in.provider.roles` grants nothing, and there is no \
             `sign_in.provider.everyone = \"viewer\"`"
        );
        Ok(Settings {
            issuer,
            client_id: ClientId::new(client_id),
            client_secret,
            scopes: scopes.into_iter().filter(|scope| scope != "openid").map(Scope::new).collect(),
            groups_claim: self.groups_claim.unwrap_or_else(|| "groups".to_owned()),
            name: self.name.unwrap_or_else(|| "your company's account".to_owned()),
            skew: i64::from(skew) * 1_000,
            roles,
        })
    }

    fn secret(&self) -> anyhow::Result<Option<ClientSecret>> {
        let file = self.client_secret_file.as_deref();
        let text = spoken::secret("secret", file, "sign_in.provider.client_secret_file", SECRET)?;
        let Some(text) = text else { return Ok(None) };
        let secret = text.trim();
        ensure!(
            !secret.is_empty(),
            "the provider's secret (`sign_in.provider.client_secret_file` or {SECRET}) is empty: leave both out if the \
             provider gives none"
        );
        Ok(Some(ClientSecret::new(secret.to_owned())))
    }
}

/// Errors: it is no issuer, or one that anybody on the way could pretend to be.
fn issuer_url(text: &str) -> anyhow::Result<IssuerUrl> {
    let expected = "`sign_in.provider.issuer` must be an address like https://login.example.org/realm, exactly as the \
                    provider says it, without a name, a password or a question in it; http is for this machine alone";
    let url = IssuerUrl::new(text.to_owned()).context(expected)?;
    let parsed = url.url();
    let is_plain = parsed.username().is_empty() && parsed.password().is_none() && parsed.query().is_none();
    if !is_safe(parsed) || !is_plain || parsed.fragment().is_some() {
        bail!(expected);
    }
    Ok(url)
}

/// As RFC 6749 has them.
fn is_scope(scope: &str) -> bool {
    !scope.is_empty() && scope.chars().all(|c| c.is_ascii_graphic() && c != '"' && c != '\\')
}

impl RoleTable {
    fn rule(self) -> anyhow::Result<Rule> {
        let wanted = match (self.group, self.claim, self.value) {
            (Some(group), None, None) if !group.is_empty() => Wanted::Group(group),
            (None, Some(name), Some(value)) if !name.is_empty() => Wanted::Claim { name, value },
            _ => bail!("it says either `group`, or both `claim` and `value`"),
        };
        let plan = self.plan.map(PlanSlug::new).transpose().context("`plan` is a plan's name")?;
        if let Some(environment) = &self.environment {
            ensure!(is_environment(environment), "`environment` is named by a-z, 0-9 and single hyphens");
        }
        let power = power(&self.role)?;
        let is_everywhere = plan.is_none() && self.environment.is_none();
        ensure!(
            power != Power::Administrator || is_everywhere,
            "an administrator is one everywhere: leave `plan` and `environment` out"
        );
        Ok(Rule { wanted, granted: Granted { power, plan, environment: self.environment } })
    }
}

/// Errors: there is none of this name.
fn power(role: &str) -> anyhow::Result<Power> {
    if role == "administrator" {
        return Ok(Power::Administrator);
    }
    let found = Role::ALL.into_iter().find(|known| known.slug() == role);
    let names = Role::ALL.map(Role::slug).join(", ");
    found.map(Power::Role).with_context(|| format!("`role` is administrator, {names}; not {role:?}"))
}

#[cfg(test)]
mod tests;
