//! The file's table about signing in.

use super::provider;
use crate::identity::{Settings, provider::Settings as Provider};
use anyhow::ensure;
use rollout::{Millis, time::HOUR};
use serde::Deserialize;

const MINUTE: Millis = 60_000;

/// Its keys. Others are refused.
#[derive(Debug, Default, PartialEq, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
#[serde(deny_unknown_fields)]
pub struct Table {
    idle_minutes: Option<u32>,
    longest_hours: Option<u32>,
    provider: Option<provider::Table>,
}

impl Table {
    /// With the table of the provider.
    #[cfg(test)]
    pub fn of_all() -> Self {
        Self { provider: Some(provider::Table::default()), ..Self::default() }
    }

    /// How long sessions last, and where else people sign in.
    ///
    /// Errors: one of them is too short or too long, or the provider's table is not enough.
    pub fn settings(self) -> anyhow::Result<(Settings, Option<Provider>)> {
        let usual = Settings::default();
        let idle = self.idle_minutes.map_or(usual.idle, |minutes| Millis::from(minutes) * MINUTE);
        let longest = self.longest_hours.map_or(usual.longest, |hours| Millis::from(hours) * HOUR);
        ensure!((MINUTE..=24 * HOUR).contains(&idle), "`sign_in.idle_minutes` is from 1 to 1440");
        ensure!((HOUR..=168 * HOUR).contains(&longest), "`sign_in.longest_hours` is from 1 to 168");
        let provider = self.provider.map(provider::Table::settings).transpose()?;
        Ok((Settings { idle, longest }, provider))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sessions_last_neither_for_ever_nor_for_no_time() {
        let table = |idle_minutes, longest_hours| Table { idle_minutes, longest_hours, ..Table::default() };
        let settings = |idle, longest| table(idle, longest).settings().map(|(sessions, _)| sessions);
        assert_eq!(settings(None, None).expect("usual"), Settings { idle: HOUR, longest: 12 * HOUR });
        assert_eq!(settings(Some(5), Some(1)).expect("good"), Settings { idle: 300_000, longest: HOUR });
        for (idle, longest, named) in
            [(Some(0), None, "idle_minutes"), (Some(1_441), None, "idle_minutes"), (None, Some(0), "longest_hours")]
        {
            let said = settings(idle, longest).expect_err(named).to_string();
            assert!(said.contains(named), "{said}");
        }
        assert!(settings(None, Some(169)).is_err());
    }
}
