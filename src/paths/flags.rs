//! The address of the flags: what is searched for, which flags show, in what order.

use super::encoded;
use rollout::RolloutId;

/// The flags; [`FlagsQuery`] says which, and in what order.
pub const FLAGS: &str = "/flags";

/// Flags in one state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Showing {
    /// The backend has something else than the ledger says.
    Drift,
    /// On its way to the backend, or not confirmed.
    Pending,
    /// Somebody gets it.
    Raised,
    /// Nobody gets it.
    Off,
    /// Losing its override turns it on.
    FailsOpen,
}

impl Showing {
    /// Every state, in the order they are offered.
    pub const ALL: [Self; 5] = [Self::Drift, Self::Pending, Self::Raised, Self::Off, Self::FailsOpen];

    /// Its name in the address.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Drift => "drift",
            Self::Pending => "pending",
            Self::Raised => "raised",
            Self::Off => "off",
            Self::FailsOpen => "fails-open",
        }
    }

    fn read(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|showing| showing.name() == text)
    }
}

/// By what the flags are sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SortBy {
    /// The flag's key.
    #[default]
    Key,
    /// The rollout's name.
    Rollout,
    /// The environment.
    Environment,
    /// What the ledger wants.
    Wanted,
    /// What the backend has.
    Backend,
    /// How it stands, worst first.
    State,
    /// When its exposure was last asked for.
    Changed,
}

impl SortBy {
    /// Every column, in their order on screen.
    pub const ALL: [Self; 7] =
        [Self::Key, Self::Rollout, Self::Environment, Self::Wanted, Self::Backend, Self::State, Self::Changed];

    const fn name(self) -> &'static str {
        match self {
            Self::Key => "key",
            Self::Rollout => "rollout",
            Self::Environment => "environment",
            Self::Wanted => "wanted",
            Self::Backend => "backend",
            Self::State => "state",
            Self::Changed => "changed",
        }
    }
}

/// The order of the flags.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sort {
    /// By what.
    pub by: SortBy,
    /// The last first.
    pub down: bool,
}

impl Sort {
    /// The order after a press on this column: the other way round if it is sorted by that already.
    pub fn pressed(self, by: SortBy) -> Self {
        // What changed last is what one looks for.
        let first = by == SortBy::Changed;
        Self { by, down: if self.by == by { !self.down } else { first } }
    }

    fn read(text: &str) -> Option<Self> {
        let (down, name) = text.strip_prefix('-').map_or((false, text), |name| (true, name));
        let by = SortBy::ALL.into_iter().find(|by| by.name() == name)?;
        Some(Self { by, down })
    }

    fn name(self) -> String {
        format!("{}{}", if self.down { "-" } else { "" }, self.by.name())
    }
}

/// What an address of the flags says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FlagsQuery {
    /// What is searched for.
    pub q: String,
    /// Only flags in this state.
    pub show: Option<Showing>,
    /// Only flags in this environment.
    pub environment: Option<String>,
    /// Only flags of this rollout.
    pub rollout: Option<RolloutId>,
    /// In what order.
    pub sort: Sort,
}

impl FlagsQuery {
    /// Reads the parameters by their names. None if one has a value that means nothing.
    pub fn read(parameter: impl Fn(&str) -> Option<String>) -> Option<Self> {
        Some(Self {
            q: parameter("q").unwrap_or_default(),
            show: optional(parameter("show"), |text| Showing::read(&text))?,
            environment: parameter("environment"),
            rollout: optional(parameter("rollout"), |text| text.parse().ok())?,
            sort: optional(parameter("sort"), |text| Sort::read(&text))?.unwrap_or_default(),
        })
    }

    fn parameters(&self) -> Vec<(&'static str, String)> {
        let q = (!self.q.is_empty()).then(|| self.q.clone());
        let sort = (self.sort != Sort::default()).then(|| self.sort.name());
        let all = [
            ("q", q),
            ("show", self.show.map(|show| show.name().to_owned())),
            ("environment", self.environment.clone()),
            ("rollout", self.rollout.map(|id| id.to_string())),
            ("sort", sort),
        ];
        all.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
    }

    /// The address that says this.
    pub fn path(&self) -> String {
        encoded(FLAGS, &self.parameters())
    }
}

/// A parameter that may be missing, but not mean nothing.
fn optional<T>(given: Option<String>, read: impl FnOnce(String) -> Option<T>) -> Option<Option<T>> {
    match given {
        Some(text) => read(text).map(Some),
        None => Some(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(parameters: &[(&str, &str)]) -> Option<FlagsQuery> {
        FlagsQuery::read(|name| parameters.iter().find(|(n, _)| *n == name).map(|(_, value)| (*value).to_owned()))
    }

    #[test]
    fn what_an_address_says_is_read_from_it_again() {
        let id = "0193a5c0-0000-7000-8000-000000000001";
        let all = [
            ("q", "csf & grid"),
            ("show", "drift"),
            ("environment", "production"),
            ("rollout", id),
            ("sort", "-changed"),
        ];
        let query = read(&all).expect("says something");
        assert_eq!((query.show, query.sort), (Some(Showing::Drift), Sort { by: SortBy::Changed, down: true }));
        let parameters: Vec<(&str, String)> = query.parameters();
        assert_eq!(parameters.iter().map(|(n, v)| (*n, v.as_str())).collect::<Vec<_>>(), all);
        assert_eq!(read(&[]), Some(FlagsQuery::default()));
        assert_eq!(FlagsQuery::default().parameters(), []);
        for show in Showing::ALL {
            assert_eq!(read(&[("show", show.name())]).and_then(|query| query.show), Some(show));
        }
    }

    #[test]
    fn a_value_that_means_nothing_leads_nowhere() {
        for bad in [("show", "everything"), ("show", ""), ("rollout", "x"), ("sort", "colour"), ("sort", "--key")] {
            assert_eq!(read(&[bad]), None, "{bad:?}");
        }
    }

    #[test]
    fn a_column_pressed_again_is_sorted_the_other_way_round() {
        let by_rollout = Sort::default().pressed(SortBy::Rollout);
        assert_eq!(by_rollout, Sort { by: SortBy::Rollout, down: false });
        assert!(by_rollout.pressed(SortBy::Rollout).down);
        assert!(by_rollout.pressed(SortBy::Changed).down, "the last change comes first");
    }
}
