//! Secrets: from a file that the configuration names, or else from the environment. Never on the command line, which others
//! on the machine can see.

use anyhow::{Context, bail};
use std::{
    env::{self, VarError},
    path::Path,
};

/// The text of a secret; none if neither says one. `what` and `key` name it in errors, which never show it.
///
/// Errors: the file cannot be read, or what the environment says is no text.
pub fn secret(what: &str, file: Option<&Path>, key: &str, variable: &str) -> anyhow::Result<Option<String>> {
    if let Some(path) = file {
        let text = std::fs::read_to_string(path);
        return Ok(Some(text.with_context(|| format!("the {what} file {} (`{key}`) cannot be read", path.display()))?));
    }
    match env::var(variable) {
        Ok(text) => Ok(Some(text)),
        Err(VarError::NotPresent) => Ok(None),
        Err(VarError::NotUnicode(_)) => bail!("{variable} is no text in UTF-8: the {what} in it cannot be read"),
    }
}
