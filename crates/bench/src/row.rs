//! A line of the table: what was measured, and beside what.

use serde::{Deserialize, Serialize};

/// One measurement. Never a bare number: there is a peer or a limit beside it, of the same run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// What was measured.
    pub what: String,
    /// How much.
    pub value: f64,
    /// Of what.
    pub unit: String,
    /// What stands beside it: a peer or a limit.
    pub beside: String,
    /// How much that is, in the same unit.
    pub peer: f64,
    /// What is wanted of the ratio of the two.
    pub target: Target,
}

/// What a ratio should be.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Target {
    /// At least so much of the peer.
    AtLeast(f64),
    /// At most so much of the peer.
    AtMost(f64),
    /// Nothing is promised; it is there to be seen.
    None,
}

impl Row {
    /// A measurement beside its peer.
    pub fn new(what: impl Into<String>, value: f64, unit: &str, beside: impl Into<String>, peer: f64) -> Self {
        let (what, beside) = (what.into(), beside.into());
        Self { what, value, unit: unit.to_owned(), beside, peer, target: Target::None }
    }

    /// With a target for the ratio.
    pub fn target(self, target: Target) -> Self {
        Self { target, ..self }
    }

    /// How much of the peer it is.
    pub fn ratio(&self) -> f64 {
        self.value / self.peer
    }

    /// Is it as wanted? Nothing to say where nothing is.
    pub fn holds(&self) -> Option<bool> {
        match self.target {
            Target::AtLeast(least) => Some(self.ratio() >= least),
            Target::AtMost(most) => Some(self.ratio() <= most),
            Target::None => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ratio_is_held_against_its_target() {
        let row = Row::new("commands", 80.0, "/s", "raw commits", 100.0);
        assert_eq!(row.holds(), None);
        assert_eq!(row.clone().target(Target::AtLeast(0.8)).holds(), Some(true));
        assert_eq!(row.clone().target(Target::AtLeast(0.81)).holds(), Some(false));
        assert_eq!(row.clone().target(Target::AtMost(0.8)).holds(), Some(true));
        assert_eq!(row.target(Target::AtMost(0.79)).holds(), Some(false));
    }
}
