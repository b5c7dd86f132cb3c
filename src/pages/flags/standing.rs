//! How a flag stands, in a word and a shape.

use crate::ui::{Icon, Tone};
use gateway_api::FlagView;

/// How a flag stands, worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// The backend has something else than the ledger says.
    Drift,
    /// Asked for, and an attempt failed.
    NotConfirmed,
    /// Asked for, and not read back yet.
    OnItsWay,
    /// Somebody gets it.
    Raised,
    /// Nobody gets it.
    Off,
}

impl Standing {
    /// How this flag stands.
    pub fn of(flag: &FlagView) -> Self {
        match &flag.pending {
            _ if flag.observed.is_some() => Self::Drift,
            Some(pending) if pending.failure.is_some() => Self::NotConfirmed,
            Some(_) => Self::OnItsWay,
            None if flag.wanted.is_off() => Self::Off,
            None => Self::Raised,
        }
    }

    /// The word on screen.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Drift => "Drift",
            Self::NotConfirmed => "Not confirmed",
            Self::OnItsWay => "On its way",
            Self::Raised => "Raised",
            Self::Off => "Off",
        }
    }

    /// Its tone.
    pub const fn tone(self) -> Tone {
        match self {
            Self::Drift | Self::NotConfirmed => Tone::Danger,
            Self::OnItsWay => Tone::Caution,
            Self::Raised => Tone::Clear,
            Self::Off => Tone::Off,
        }
    }

    /// Its shape.
    pub const fn icon(self) -> Icon {
        match self {
            Self::Drift => Icon::Drift,
            Self::OnItsWay => Icon::Soak,
            _ => self.tone().icon(),
        }
    }

    /// It is on its way to the backend, whether an attempt failed or not.
    pub const fn is_pending(self) -> bool {
        matches!(self, Self::NotConfirmed | Self::OnItsWay)
    }
}
