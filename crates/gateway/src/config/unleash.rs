//! The file's table about Unleash.

use super::spoken;
use crate::backend::unleash::{Settings, Token};
use anyhow::{Context, bail};
use serde::Deserialize;
use std::path::PathBuf;

/// Says the token where there is no file of it.
const TOKEN: &str = "SIGNALBOX_UNLEASH_TOKEN";

/// Says the webhook's secret where there is no file of it.
const WEBHOOK_SECRET: &str = "SIGNALBOX_UNLEASH_WEBHOOK_SECRET";

/// What is shorter can be guessed.
const SHORTEST_SECRET: usize = 16;

/// Its keys. Others are refused.
#[derive(Debug, Default, PartialEq, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
#[serde(deny_unknown_fields)]
pub struct Table {
    url: Option<String>,
    project: Option<String>,
    token_file: Option<PathBuf>,
    webhook_secret_file: Option<PathBuf>,
}

impl Table {
    /// What Unleash's webhook says to be let in, if it may come.
    ///
    /// Errors: the file cannot be read, or what is in it can be guessed.
    pub fn webhook_secret(&self) -> anyhow::Result<Option<Token>> {
        let file = self.webhook_secret_file.as_deref();
        let text = spoken::secret("secret", file, "unleash.webhook_secret_file", WEBHOOK_SECRET)?;
        let Some(text) = text else { return Ok(None) };
        let secret = Token::new(&text);
        if secret.length() < SHORTEST_SECRET {
            bail!(
                "the webhook's secret (`unleash.webhook_secret_file` or {WEBHOOK_SECRET}) has fewer than \
                 {SHORTEST_SECRET} characters: make one with `openssl rand -hex 32`, and give Unleash the same"
            );
        }
        Ok(Some(secret))
    }

    /// Errors: there is no address or no token, or they cannot be used.
    pub fn settings(self) -> anyhow::Result<Settings> {
        let Some(url) = self.url else { bail!("`unleash.url` is missing: it says where Unleash is") };
        let expected = "an address like https://unleash.example.org, without a name, a password or a question in it";
        let url: reqwest::Url = url.parse().with_context(|| format!("`unleash.url` must be {expected}"))?;
        let is_plain = url.username().is_empty() && url.password().is_none() && url.query().is_none();
        if !["http", "https"].contains(&url.scheme()) || !is_plain || url.fragment().is_some() {
            bail!("`unleash.url` must be {expected}");
        }
        let token =
            spoken::secret("token", self.token_file.as_deref(), "unleash.token_file", TOKEN)?.unwrap_or_default();
        if token.trim().is_empty() {
            bail!("there is no token for Unleash: name a file with one as `unleash.token_file`, or set {TOKEN}");
        }
        let project = self.project.unwrap_or_else(|| "default".to_owned());
        Ok(Settings { url, project, token: Token::new(&token) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(url: &str, token_file: Option<PathBuf>) -> Result<Settings, String> {
        let table = Table { url: Some(url.to_owned()), token_file, ..Table::default() };
        table.settings().map_err(|error| format!("{error:#}"))
    }

    #[test]
    fn the_token_comes_from_a_file_and_is_shown_to_nobody() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("token");
        std::fs::write(&path, "*:*.very-secret\n").expect("writes");
        let settings = table("https://unleash.example.org/base", Some(path)).expect("is enough");
        assert_eq!((settings.project.as_str(), &settings.token), ("default", &Token::new("*:*.very-secret")));
        let shown = format!("{settings:?}");
        assert!(shown.contains("unleash.example.org") && !shown.contains("secret"), "{shown}");
    }

    #[test]
    fn what_cannot_be_used_is_refused_by_name() {
        for url in ["unleash", "ftp://a.example", "https://name:word@a.example", "https://a.example?x=1"] {
            let said = table(url, None).expect_err(url);
            assert!(said.contains("`unleash.url`") && !said.contains("word@"), "{said}");
        }
        let said = table("https://a.example", Some("/nowhere/token".into())).expect_err("no file");
        assert!(said.contains("/nowhere/token") && said.contains("`unleash.token_file`"), "{said}");
        let said = Table::default().settings().expect_err("no address").to_string();
        assert!(said.contains("`unleash.url`"), "{said}");
    }
    #[test]
    fn the_webhooks_secret_is_long_or_there_is_none() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("secret");
        let secret = |text: &str| {
            std::fs::write(&path, text).expect("writes");
            Table { webhook_secret_file: Some(path.clone()), ..Table::default() }.webhook_secret()
        };
        let good = secret("0123456789abcdef\n").expect("is enough").expect("a secret");
        assert!(good.is(b"0123456789abcdef") && !good.is(b"0123456789abcdeF") && !good.is(b""));
        for short in ["0123456789abcde", " \n", ""] {
            let said = secret(short).expect_err(short).to_string();
            assert!(said.contains("`unleash.webhook_secret_file`") && !said.contains("0123"), "{said}");
        }
        assert_eq!(Table::default().webhook_secret().expect("needs none"), None);
        let table = Table { webhook_secret_file: Some("/nowhere/secret".into()), ..Table::default() };
        assert!(table.webhook_secret().expect_err("no file").to_string().contains("/nowhere/secret"));
    }
}
