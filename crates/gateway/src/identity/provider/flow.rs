//! A sign-in on its way: what is remembered while somebody is at the provider.

use super::{
    discovery::Found,
    nonce,
    problem::{Failure, ProviderError, Why},
    secret,
};
use openidconnect::{AuthorizationCode, Nonce, PkceCodeVerifier};
use rollout::{Digest, Millis, Timestamp};
use serde::Deserialize;
use std::fmt;
use subtle::ConstantTimeEq;

/// So long may somebody be at the provider.
const LONGEST: Millis = 600_000;

/// What of the provider's own words goes into the log.
const LONGEST_WORDS: usize = 200;

/// What somebody is sent to the provider for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Purpose {
    SignIn,
    /// Somebody who is signed in proves once more who they are.
    ProveAgain(Again),
}

/// Who proves it. The session's own cookie does not come along when the provider sends a browser back, for it is
/// `SameSite=Strict`: so the session is remembered here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Again {
    pub session: Digest,
    /// Who must come back.
    pub subject: String,
}

/// What is remembered. Nothing prints its secrets.
pub struct Flow {
    pub(super) state: String,
    pub(super) nonce: Nonce,
    verifier: String,
    purpose: Purpose,
    next: String,
    begun: Timestamp,
    /// The session that was open in that browser.
    before: Option<Digest>,
}

impl Flow {
    pub(super) fn new(purpose: Purpose, next: &str, begun: Timestamp, random: fn() -> [u8; 32]) -> Self {
        let next = local(next).to_owned();
        Self {
            state: secret(random),
            nonce: nonce(random),
            verifier: secret(random),
            purpose,
            next,
            begun,
            before: None,
        }
    }

    pub fn purpose(&self) -> &Purpose {
        &self.purpose
    }

    /// A path of this gateway: where to go when it is over.
    pub fn next(&self) -> &str {
        &self.next
    }

    /// Remembers the session that was open in that browser: its cookie does not come along either.
    pub fn leaving(self, before: Option<Digest>) -> Self {
        Self { before, ..self }
    }

    /// The session that ends when somebody comes in.
    pub fn before(&self) -> Option<Digest> {
        self.before
    }

    /// When it is too late to come back.
    pub fn ends(&self) -> Timestamp {
        self.begun.plus(LONGEST)
    }

    pub(super) fn begun(&self) -> Timestamp {
        self.begun
    }

    pub(super) fn verifier(&self) -> PkceCodeVerifier {
        PkceCodeVerifier::new(self.verifier.clone())
    }

    pub(super) fn proves_again(&self) -> Option<&Again> {
        match &self.purpose {
            Purpose::SignIn => None,
            Purpose::ProveAgain(again) => Some(again),
        }
    }

    /// Errors: it is too late, or what came back belongs to another flow.
    pub(super) fn accepts(&self, back: &Back, now: Timestamp) -> Result<(), Failure> {
        let state = back.state.as_deref().unwrap_or_default();
        if !bool::from(self.state.as_bytes().ct_eq(state.as_bytes())) {
            return Err(ProviderError::Unknown.because("the state that came back is another"));
        }
        if now > self.ends() {
            return Err(ProviderError::TooLate.because("it was begun more than ten minutes ago"));
        }
        Ok(())
    }
}

impl fmt::Debug for Flow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { purpose, next, begun, .. } = self;
        f.debug_struct("Flow")
            .field("purpose", purpose)
            .field("next", next)
            .field("begun", begun)
            .finish_non_exhaustive()
    }
}

/// What somebody brings back from the provider, in the address.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct Back {
    pub code: Option<String>,
    pub state: Option<String>,
    pub error: Option<String>,
    pub error_description: Option<String>,
    pub iss: Option<String>,
}

impl Back {
    /// Errors: it comes from another provider (RFC 9207).
    pub(super) fn comes_from(&self, found: &Found) -> Result<(), Failure> {
        let is_told = found.metadata.additional_metadata().authorization_response_iss_parameter_supported;
        match self.iss.as_deref() {
            Some(iss) if iss != found.metadata.issuer().as_str() => {
                Err(ProviderError::Untrusted(Why::Issuer).because(format!("`iss` in the address is {:?}", cut(iss))))
            }
            None if is_told => Err(ProviderError::Untrusted(Why::Issuer).because("there is no `iss` in the address")),
            _ => Ok(()),
        }
    }

    /// Errors: it is a refusal.
    pub(super) fn code(&self) -> Result<AuthorizationCode, Failure> {
        let Some(error) = &self.error else {
            let code = self.code.clone().filter(|code| !code.is_empty());
            return code.map(AuthorizationCode::new).ok_or_else(|| ProviderError::Unknown.because("no code came back"));
        };
        let kind = match error.as_str() {
            "access_denied"
            | "login_required"
            | "interaction_required"
            | "consent_required"
            | "account_selection_required" => ProviderError::Denied,
            "server_error" | "temporarily_unavailable" => ProviderError::Unreachable,
            _ => ProviderError::NotSetUp,
        };
        let description = self.error_description.as_deref().unwrap_or_default();
        Err(kind.because(format!("the provider says {}: {}", cut(error), cut(description))))
    }
}

impl fmt::Debug for Back {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Back").field("error", &self.error).finish_non_exhaustive()
    }
}

fn cut(text: &str) -> &str {
    text.char_indices().nth(LONGEST_WORDS).map_or(text, |(end, _)| &text[..end])
}

/// The path itself, if no browser can read it as another host's.
fn local(next: &str) -> &str {
    let is_path = next.starts_with('/') && !next[1..].starts_with(['/', '\\']);
    if is_path && !next.chars().any(|c| c.is_control() || c == '\\') { next } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flow() -> Flow {
        Flow::new(Purpose::SignIn, "/rollouts/x?y=1", Timestamp::from_millis(0), || [7; 32])
    }

    fn back(flow: &Flow) -> Back {
        Back { state: Some(flow.state.clone()), code: Some("c".into()), ..Back::default() }
    }

    #[test]
    fn only_its_own_state_is_accepted_and_only_for_ten_minutes() {
        let flow = flow();
        let accepts =
            |back: &Back, now| flow.accepts(back, Timestamp::from_millis(now)).map_err(|failure| failure.error);
        assert_eq!(accepts(&back(&flow), LONGEST), Ok(()));
        assert_eq!(accepts(&back(&flow), LONGEST + 1), Err(ProviderError::TooLate));
        for state in [None, Some(String::new()), Some(flow.state[1..].to_owned()), Some(format!("{}0", flow.state))] {
            let other = Back { state, ..back(&flow) };
            assert_eq!(accepts(&other, 0), Err(ProviderError::Unknown), "{:?}", other.state);
        }
    }

    #[test]
    fn a_refusal_is_told_in_plain_words() {
        let code = |error: &str| {
            let back = Back { error: Some(error.into()), error_description: Some("x".repeat(9_999)), ..back(&flow()) };
            back.code().map(drop).map_err(|failure| (failure.error, failure.detail.len() < 500))
        };
        assert_eq!(code("access_denied"), Err((ProviderError::Denied, true)));
        assert_eq!(code("login_required"), Err((ProviderError::Denied, true)));
        assert_eq!(code("temporarily_unavailable"), Err((ProviderError::Unreachable, true)));
        assert_eq!(code("invalid_scope"), Err((ProviderError::NotSetUp, true)));
        let empty = Back { code: Some(String::new()), ..Back::default() };
        assert_eq!(empty.code().expect_err("no code").error, ProviderError::Unknown);
    }

    #[test]
    fn nobody_is_led_elsewhere() {
        assert_eq!(flow().next(), "/rollouts/x?y=1");
        for bad in ["", "//evil.example", "/\\evil.example", "https://evil.example", "/a\nb", "/\t/evil.example", "x"] {
            assert_eq!(local(bad), "/", "{bad:?}");
        }
        assert_eq!(local("/"), "/");
    }

    #[test]
    fn nothing_prints_a_secret() {
        let flow = flow();
        let shown = format!("{flow:?} {:?}", back(&flow));
        assert!(shown.contains("/rollouts/x") && !shown.contains(&flow.state), "{shown}");
    }
}
