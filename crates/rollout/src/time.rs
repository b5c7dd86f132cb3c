//! Time as the gateway's clock says it: milliseconds, UTC, written as RFC 3339.

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A span of time in milliseconds.
pub type Millis = i64;

/// Milliseconds in an hour.
pub const HOUR: Millis = 3_600_000;
/// Milliseconds in a day.
pub const DAY: Millis = 24 * HOUR;

/// A moment, to the millisecond. Made only from what the gateway's clock said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(with = "String", extend("format" = "date-time")))]
pub struct Timestamp(Millis);

/// Why a text is no moment.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is no RFC 3339 time")]
pub struct NoTime(pub String);

impl Timestamp {
    /// From milliseconds since 1970-01-01T00:00:00Z.
    pub const fn from_millis(millis: Millis) -> Self {
        Self(millis)
    }

    /// Milliseconds since 1970-01-01T00:00:00Z.
    pub const fn millis(self) -> Millis {
        self.0
    }

    /// This moment and so many milliseconds more.
    pub const fn plus(self, millis: Millis) -> Self {
        Self(self.0.saturating_add(millis))
    }

    /// Milliseconds from `earlier` to this moment, never negative.
    pub fn since(self, earlier: Self) -> Millis {
        (self.0 - earlier.0).max(0)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match DateTime::<Utc>::from_timestamp_millis(self.0) {
            Some(time) => f.write_str(&time.to_rfc3339_opts(SecondsFormat::Millis, true)),
            None => write!(f, "{} ms", self.0),
        }
    }
}

impl TryFrom<String> for Timestamp {
    type Error = NoTime;
    fn try_from(text: String) -> Result<Self, NoTime> {
        match DateTime::parse_from_rfc3339(&text) {
            Ok(time) => Ok(Self(time.timestamp_millis())),
            Err(_) => Err(NoTime(text)),
        }
    }
}

impl From<Timestamp> for String {
    fn from(time: Timestamp) -> String {
        time.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_written_with_milliseconds_and_read_back() {
        let time = Timestamp::from_millis(1_756_821_600_042);
        assert_eq!(time.to_string(), "2025-09-02T14:00:00.042Z");
        assert_eq!(Timestamp::try_from(time.to_string()), Ok(time));
        assert_eq!(Timestamp::try_from("2025-09-02T16:00:00.042+02:00".to_owned()), Ok(time));
        assert!(Timestamp::try_from("yesterday".to_owned()).is_err());
    }

    #[test]
    fn time_never_runs_backwards() {
        let (early, late) = (Timestamp::from_millis(1_000), Timestamp::from_millis(4_000));
        assert_eq!((late.since(early), early.since(late)), (3_000, 0));
    }
}
