//! What can go wrong, in words for the sign-in page. Details go to the log, and no secret to either.

use std::fmt::Display;

/// Why nobody is signed in. Its text says what happened and what to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProviderError {
    #[error("The sign-in provider does not answer. Try again in a minute; if it stays so, tell an administrator.")]
    Unreachable,
    #[error(
        "The sign-in provider answers something that is no sign-in. Try again in a minute; if it stays so, tell an administrator."
    )]
    Nonsense,
    #[error("The sign-in provider did not let you in, or you turned back there. You can try again.")]
    Denied,
    #[error(
        "Signalbox and the sign-in provider are not set up for each other. Tell an administrator: the gateway's log says what does not fit."
    )]
    NotSetUp,
    #[error("This sign-in was not begun in this browser, or is over already. Begin again.")]
    Unknown,
    #[error("This sign-in took longer than ten minutes. Begin again.")]
    TooLate,
    #[error("The sign-in provider no longer knows about this sign-in. Begin again.")]
    CodeRefused,
    /// The same words whatever it was: somebody who forges answers learns nothing.
    #[error(
        "The sign-in provider's answer cannot be trusted, so nobody was signed in. Begin again; if it stays so, tell an administrator."
    )]
    Untrusted(Why),
    #[error(
        "The sign-in provider did not ask you to prove who you are again. Try again; if it stays so, tell an administrator."
    )]
    NotProven,
    #[error("Somebody else proved who they are than is signed in here. Try again as yourself, or sign out first.")]
    SomebodyElse,
    #[error("The sign-in provider knows you, but none of your groups has a role here. Ask an administrator for one.")]
    NoRole,
}

/// What could not be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// Made or meant otherwise than a token is.
    Form,
    /// Signed by a key that the provider does not have.
    Key,
    Signature,
    Issuer,
    Audience,
    Expired,
    /// Issued in the future, or before anybody asked.
    IssuedAt,
    Nonce,
    AccessToken,
    Subject,
}

impl ProviderError {
    /// Every one; of the untrusted, one.
    pub const ALL: [Self; 11] = [
        Self::Unreachable,
        Self::Nonsense,
        Self::Denied,
        Self::NotSetUp,
        Self::Unknown,
        Self::TooLate,
        Self::CodeRefused,
        Self::Untrusted(Why::Form),
        Self::NotProven,
        Self::SomebodyElse,
        Self::NoRole,
    ];

    /// A word for it, to stand in an address.
    pub fn code(self) -> &'static str {
        match self {
            Self::Unreachable => "provider-unreachable",
            Self::Nonsense => "provider-nonsense",
            Self::Denied => "denied",
            Self::NotSetUp => "not-set-up",
            Self::Unknown => "unknown",
            Self::TooLate => "too-late",
            Self::CodeRefused => "code-refused",
            Self::Untrusted(_) => "untrusted",
            Self::NotProven => "not-proven",
            Self::SomebodyElse => "somebody-else",
            Self::NoRole => "no-role",
        }
    }

    /// Which one has this word.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|error| error.code() == code)
    }

    /// With what the log says beside it.
    pub(super) fn because(self, detail: impl Display) -> Failure {
        Failure { error: self, detail: detail.to_string() }
    }
}

/// What went wrong, before the log has heard of it.
#[derive(Debug)]
pub(super) struct Failure {
    pub error: ProviderError,
    /// Empty: the log knows it already.
    pub detail: String,
}

impl Failure {
    /// Tells the log, and goes on without the detail.
    pub fn told(self) -> ProviderError {
        let Self { error, detail } = self;
        // Much of it was chosen by somebody else: `?` keeps it on its line.
        match error {
            _ if detail.is_empty() => {}
            ProviderError::Denied | ProviderError::Unknown | ProviderError::TooLate | ProviderError::SomebodyElse => {
                tracing::info!(problem = error.code(), why = ?detail, "nobody was signed in by the provider");
            }
            _ => tracing::warn!(problem = ?error, why = ?detail, "nobody was signed in by the provider"),
        }
        error
    }
}

/// What the log has heard already.
impl From<ProviderError> for Failure {
    fn from(error: ProviderError) -> Self {
        Self { error, detail: String::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_has_a_word_of_its_own_and_says_what_to_do() {
        for error in ProviderError::ALL {
            assert_eq!(ProviderError::from_code(error.code()), Some(error));
            let text = error.to_string();
            let says = ["again", "administrator"].iter().any(|word| text.contains(word));
            assert!(says && text.ends_with('.'), "{text}");
        }
        assert_eq!(ProviderError::from_code("x"), None);
    }

    #[test]
    fn who_forges_answers_learns_nothing() {
        let [one, other] = [Why::Nonce, Why::Signature].map(ProviderError::Untrusted);
        assert_eq!((one.to_string(), one.code()), (other.to_string(), other.code()));
    }
}
