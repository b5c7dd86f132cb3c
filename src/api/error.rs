//! What can go wrong between console and gateway, told apart by what a person can do about it.

use gateway_api::{Problem, RecordsPage};
use rollout::Blocker;

/// Why a request brought nothing.
#[derive(Debug, Clone, PartialEq)]
pub enum Failure {
    /// Nobody is signed in, or no longer.
    SignedOut,
    /// One may not.
    Forbidden(String),
    /// There is no such thing.
    NotFound(String),
    /// The rulebook refuses the command.
    Refused(Vec<Blocker>),
    /// Others were faster: the records since.
    Moved(Box<RecordsPage>),
    /// No answer. A command may have been recorded or not: asking again with the same key tells.
    NoAnswer,
    /// A lowering was carried out, but the gateway cannot record it yet; in its words.
    Unrecorded(String),
    /// The gateway answered something that this console does not understand: it is older or newer.
    Garbled(String),
    /// Anything else, in the gateway's words.
    Other(Box<Problem>),
}

impl Failure {
    /// The failure that an answer of this status means.
    pub fn of(problem: Problem) -> Self {
        match problem.status {
            401 => Self::SignedOut,
            403 => Self::Forbidden(problem.detail),
            404 => Self::NotFound(problem.detail),
            412 => match problem.news {
                Some(news) => Self::Moved(news),
                None => Self::Other(Box::new(problem)),
            },
            422 if !problem.blockers.is_empty() => Self::Refused(problem.blockers),
            _ => Self::Other(Box::new(problem)),
        }
    }

    /// What happened and what to do next, in a sentence or two.
    pub fn message(&self) -> String {
        match self {
            Self::SignedOut => "You are not signed in, or your session has ended. Sign in and try again.".into(),
            Self::Forbidden(detail) | Self::NotFound(detail) | Self::Unrecorded(detail) => detail.clone(),
            Self::Refused(blockers) => match blockers.len() {
                1 => "One thing speaks against it.".into(),
                n => format!("{n} things speak against it."),
            },
            Self::Moved(_) => "Somebody was faster. Look at what changed, then decide again.".into(),
            Self::NoAnswer => "The gateway did not answer. Try again: nothing is carried out twice.".into(),
            Self::Garbled(what) => {
                format!("The gateway answered something this page does not understand ({what}). Reload the page.")
            }
            Self::Other(problem) if problem.detail.is_empty() => problem.title.clone(),
            Self::Other(problem) => problem.detail.clone(),
        }
    }
}
