//! What can go wrong, in words for the sign-in page. Details go to the log, and no secret to either.

use gateway_api::sign_in_problem;
use std::fmt::{self, Display};

/// Why nobody is signed in. Its text says what happened and what to do: the sign-in page tells the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProviderError {
    Unreachable,
    Nonsense,
    Denied,
    NotSetUp,
    Unknown,
    TooLate,
    CodeRefused,
    Untrusted(Why),
    NotProven,
    SomebodyElse,
    NoRole,
    /// Known, and may not sign in here.
    Disabled,
    /// Who was to prove themselves again is not signed in any more.
    SessionOver,
    /// Who was to prove themselves again did not come by the provider.
    NoAccount,
}

impl std::error::Error for ProviderError {}

impl Display for ProviderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(sign_in_problem(self.code()).unwrap_or("Nobody was signed in."))
    }
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
    pub const ALL: [Self; 14] = [
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
        Self::Disabled,
        Self::SessionOver,
        Self::NoAccount,
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
            Self::Disabled => "disabled",
            Self::SessionOver => "session-over",
            Self::NoAccount => "no-provider-account",
        }
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
    use gateway_api::SIGN_IN_PROBLEMS;

    #[test]
    fn the_sign_in_page_knows_every_word_and_no_other() {
        assert_eq!(ProviderError::ALL.map(ProviderError::code), SIGN_IN_PROBLEMS.map(|(word, _)| word));
        assert!(ProviderError::ALL.iter().all(|error| error.to_string() != "Nobody was signed in."));
    }

    #[test]
    fn who_forges_answers_learns_nothing() {
        let [one, other] = [Why::Nonce, Why::Signature].map(ProviderError::Untrusted);
        assert_eq!((one.to_string(), one.code()), (other.to_string(), other.code()));
    }
}
