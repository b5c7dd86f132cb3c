//! Who is signed in.

use rollout::{PersonId, Role, Timestamp};
use serde::{Deserialize, Deserializer, Serialize, de::Error};
use std::fmt;

/// A password or a code on its way: it never shows where values are printed.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(with = "String", extend("format" = "password")))]
pub struct Secret(String);

impl Secret {
    /// A text that is nobody else's business.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // The reader's own complaint would repeat what was sent.
        String::deserialize(deserializer).map(Self).map_err(|_| D::Error::custom("a text is expected here"))
    }
}

/// POST /api/session: sign in as a sample account of the demo, or with login and password.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SignIn {
    /// In the demo: which sample account, one a role. Nothing else is needed then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<Role>,
    /// The login of a local account; upper and lower case are the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub login: Option<String>,
    /// Its password.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<Secret>,
}

impl SignIn {
    /// As a sample account of the demo.
    pub fn sample(account: Role) -> Self {
        Self { account: Some(account), ..Self::default() }
    }

    /// With a local account.
    pub fn local(login: impl Into<String>, password: impl Into<String>) -> Self {
        Self { login: Some(login.into()), password: Some(Secret::new(password)), ..Self::default() }
    }
}

/// POST /api/session/proof: prove oneself again, as one signs in.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Prove {
    /// In the demo: the sample account that one is signed in as.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<Role>,
    /// One's own password.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<Secret>,
}

/// POST /api/setup: the first administrator, before there is any account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SetUp {
    /// The one-time code that the gateway has printed in its terminal.
    pub code: Secret,
    /// What to sign in with: 1 to 100 characters.
    pub login: String,
    /// The person's name, as others see it.
    pub name: String,
    /// At least 12 characters, at most 1024 bytes.
    pub password: Secret,
}

/// How a person proved who they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum ProvenBy {
    /// Not at all: a sample account of the demo lets anybody in.
    Sample,
    /// By the password of their local account.
    Password,
    /// At the company's provider.
    Provider,
    /// By the one-time code of the first start.
    Code,
}

/// When and how a person proved who they are, the last time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ProofView {
    /// When, by the clock that `now` is of.
    pub at: Timestamp,
    /// How.
    pub by: ProvenBy,
}

/// GET /api/session: who is signed in, and how one can sign in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SessionView {
    /// This gateway runs the demo.
    pub demo: bool,
    /// There is no account yet: POST /api/setup makes the first.
    #[serde(default)]
    pub setup: bool,
    /// What the company's provider is called, if one can sign in there: by GET [`crate::paths::PROVIDER`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
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
    /// What they may act as somewhere; a viewer, if nothing else.
    pub roles: Vec<Role>,
    /// What was granted to them, each as [`crate::people::Grant`] is written: `engineer@production/s4`, `administrator`.
    #[serde(default)]
    pub grants: Vec<String>,
    /// May look after people and the system.
    #[serde(default)]
    pub administrator: bool,
    /// When and how they proved who they are, the last time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proof: Option<ProofView>,
}

/// GET /api/sessions: one of one's own sessions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct OwnSession {
    /// Its name in DELETE /api/sessions/{id}; it lets nobody in.
    #[cfg_attr(feature = "schema", schemars(with = "String", extend("format" = "uuid")))]
    pub id: String,
    /// When one signed in. All times are by the gateway's clock, as `now` of [`SessionView`] is.
    pub begun: Timestamp,
    /// When something was last asked in it, to the minute.
    pub seen: Timestamp,
    /// When it ends whatever is done in it.
    pub ends: Timestamp,
    /// The browser, as it describes itself.
    pub agent: String,
    /// It is the one that asks.
    pub own: bool,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_shows_neither_when_printed_nor_in_a_complaint() {
        let asked = SignIn::local("somebody", "correct horse");
        assert!(!format!("{asked:?}").contains("horse"), "{asked:?}");
        let wrong = serde_json::from_str::<SignIn>(r#"{"login": "a", "password": 4711}"#).expect_err("no text");
        assert!(!wrong.to_string().contains("4711"), "{wrong}");
        let sent = serde_json::to_value(&asked).expect("JSON");
        assert_eq!(sent, serde_json::json!({"login": "somebody", "password": "correct horse"}));
    }
}
