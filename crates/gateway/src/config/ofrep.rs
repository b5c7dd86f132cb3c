//! The file's table about applications that ask for their flags.

use super::spoken;
use crate::backend::unleash::Token;
use anyhow::bail;
use serde::Deserialize;
use std::path::PathBuf;

/// Says the keys where there is no file of them.
const KEYS: &str = "SIGNALBOX_OFREP_KEY";

/// What is shorter can be guessed.
const SHORTEST: usize = 16;

/// Its keys. Others are refused.
#[derive(Debug, Default, PartialEq, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
#[serde(deny_unknown_fields)]
pub struct Table {
    key_file: Option<PathBuf>,
}

impl Table {
    /// What applications say. Several, so that one can be changed while the other is still in use.
    ///
    /// Errors: the file cannot be read, or what is in it can be guessed.
    pub fn keys(self) -> anyhow::Result<Vec<Token>> {
        let text = spoken::secret("key", self.key_file.as_deref(), "ofrep.key_file", KEYS)?.unwrap_or_default();
        let keys: Vec<Token> = text.split_whitespace().map(Token::new).collect();
        if keys.iter().any(|key| key.length() < SHORTEST) {
            bail!(
                "a key of applications (`ofrep.key_file` or {KEYS}) has fewer than {SHORTEST} characters: make one with \
                 `openssl rand -hex 32`"
            );
        }
        if keys.is_empty() && self.key_file.is_some() {
            bail!("the key file (`ofrep.key_file`) has no key in it");
        }
        Ok(keys)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_may_be_several_keys_and_none_that_can_be_guessed() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("keys");
        let keys = |text: &str| {
            std::fs::write(&path, text).expect("writes");
            Table { key_file: Some(path.clone()) }.keys().map_err(|error| error.to_string())
        };
        let two = keys("0123456789abcdef\nfedcba9876543210\n").expect("is enough");
        assert!(two.len() == 2 && two[0].is(b"0123456789abcdef") && two[1].is(b"fedcba9876543210"));
        for bad in ["0123456789abcdef\nshort\n", "", " \n"] {
            let said = keys(bad).expect_err(bad);
            assert!(said.contains("`ofrep.key_file`") && !said.contains("short\n"), "{said}");
        }
        let missing = Table { key_file: Some("/nowhere/keys".into()) }.keys().expect_err("no file").to_string();
        assert!(missing.contains("/nowhere/keys"), "{missing}");
    }
}
