//! The file's table about sessions.

use crate::identity::Settings;
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
}

impl Table {
    /// Errors: one of them is too short or too long.
    pub fn settings(self) -> anyhow::Result<Settings> {
        let usual = Settings::default();
        let idle = self.idle_minutes.map_or(usual.idle, |minutes| Millis::from(minutes) * MINUTE);
        let longest = self.longest_hours.map_or(usual.longest, |hours| Millis::from(hours) * HOUR);
        ensure!((MINUTE..=24 * HOUR).contains(&idle), "`sign_in.idle_minutes` is from 1 to 1440");
        ensure!((HOUR..=168 * HOUR).contains(&longest), "`sign_in.longest_hours` is from 1 to 168");
        Ok(Settings { idle, longest })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sessions_last_neither_for_ever_nor_for_no_time() {
        let settings = |idle_minutes, longest_hours| Table { idle_minutes, longest_hours }.settings();
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
