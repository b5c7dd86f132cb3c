//! What the provider tells about itself, and its keys: asked when they are needed, and then known for an hour.

use super::{
    http::Http,
    problem::{Failure, ProviderError, Why},
};
use crate::backend::outgoing::NoAnswer;
use openidconnect::{
    AdditionalProviderMetadata, DiscoveryError, EndSessionUrl, IssuerUrl, JsonWebKeySet, ProviderMetadata,
    core::{
        CoreAuthDisplay, CoreClaimName, CoreClaimType, CoreClientAuthMethod, CoreGrantType, CoreJsonWebKey,
        CoreJweContentEncryptionAlgorithm, CoreJweKeyManagementAlgorithm, CoreResponseMode, CoreResponseType,
        CoreSubjectIdentifierType,
    },
};
use reqwest::Url;
use rollout::{Millis, Timestamp, time::HOUR};
use serde::{Deserialize, Serialize};
use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering::SeqCst},
};
use tokio::sync::Mutex;

/// So long is believed what it has told.
const BELIEVED: Millis = HOUR;

/// So long its keys are not asked for again, however many unknown ones somebody makes up.
const KEYS_REST: Millis = 10_000;

/// What it tells.
pub type Metadata = ProviderMetadata<
    Announced,
    CoreAuthDisplay,
    CoreClientAuthMethod,
    CoreClaimName,
    CoreClaimType,
    CoreGrantType,
    CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm,
    CoreJsonWebKey,
    CoreResponseMode,
    CoreResponseType,
    CoreSubjectIdentifierType,
>;

/// What the library does not know of.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Announced {
    pub end_session_endpoint: Option<EndSessionUrl>,
    pub authorization_response_iss_parameter_supported: bool,
}

impl AdditionalProviderMetadata for Announced {}

/// What it has told, with its keys.
#[derive(Debug)]
pub struct Found {
    pub metadata: Metadata,
    since: Timestamp,
}

#[derive(Debug)]
pub struct Discovery {
    issuer: IssuerUrl,
    http: Http,
    /// How often it was asked.
    asked: AtomicU64,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    found: Option<Arc<Found>>,
    /// Why it was not found the last time.
    failed: Option<ProviderError>,
    /// When its keys were asked for again, the last time.
    again: Option<Timestamp>,
}

impl Discovery {
    /// Errors: there is no TLS.
    pub fn new(issuer: IssuerUrl) -> anyhow::Result<Self> {
        Ok(Self { issuer, http: Http::new()?, asked: AtomicU64::new(0), state: Mutex::default() })
    }

    pub fn http(&self) -> &Http {
        &self.http
    }

    /// Errors: it does not answer, or with nonsense. The log has heard of it.
    pub async fn get(&self, now: Timestamp) -> Result<Arc<Found>, ProviderError> {
        let before = self.asked.load(SeqCst);
        let mut state = self.state.lock().await;
        if let Some(found) = state.found.as_ref().filter(|found| now.since(found.since) < BELIEVED) {
            return Ok(found.clone());
        }
        // Somebody else has just asked in vain: those who waited for it do not wait one after the other.
        if let Some(failed) = state.failed.filter(|_| self.asked.load(SeqCst) != before) {
            return Err(failed);
        }
        let asked = self.ask(now).await;
        self.asked.fetch_add(1, SeqCst);
        let asked = asked.map_err(Failure::told);
        state.failed = asked.as_ref().err().copied();
        let found = Arc::new(asked?);
        state.found = Some(found.clone());
        Ok(found)
    }

    async fn ask(&self, now: Timestamp) -> Result<Found, Failure> {
        let metadata = Metadata::discover_async(self.issuer.clone(), &self.http).await?;
        check(&metadata)?;
        Ok(Found { metadata, since: now })
    }

    /// The same with its keys of now, for some are not among those that were `used`.
    ///
    /// Errors: they were asked for a moment ago, or cannot be had.
    pub async fn again(&self, used: &Arc<Found>, now: Timestamp, unknown: String) -> Result<Arc<Found>, Failure> {
        let mut state = self.state.lock().await;
        if let Some(found) = state.found.as_ref().filter(|found| !Arc::ptr_eq(found, used)) {
            return Ok(found.clone());
        }
        if state.again.is_some_and(|at| now.since(at) < KEYS_REST) {
            let seconds = KEYS_REST / 1_000;
            let detail = format!("{unknown}; its keys were asked for less than {seconds} s ago");
            return Err(ProviderError::Untrusted(Why::Key).because(detail));
        }
        state.again = Some(now);
        let keys = JsonWebKeySet::fetch_async(used.metadata.jwks_uri(), &self.http).await?;
        let found = Arc::new(Found { metadata: used.metadata.clone().set_jwks(keys), since: used.since });
        state.found = Some(found.clone());
        Ok(found)
    }
}

/// Errors: a secret would go out in plain.
fn check(metadata: &Metadata) -> Result<(), Failure> {
    let announced = metadata.additional_metadata();
    let Some(token) = metadata.token_endpoint() else {
        return Err(ProviderError::NotSetUp.because("it has no token endpoint"));
    };
    let places = [
        Some(metadata.authorization_endpoint().url()),
        Some(token.url()),
        Some(metadata.jwks_uri().url()),
        metadata.userinfo_endpoint().map(|place| place.url()),
        announced.end_session_endpoint.as_ref().map(|place| place.url()),
    ];
    match places.into_iter().flatten().find(|place| !is_safe(place)) {
        Some(place) => Err(ProviderError::NotSetUp.because(format!("it names a place that is not safe: {place}"))),
        None => Ok(()),
    }
}

/// TLS, or this machine.
pub fn is_safe(url: &Url) -> bool {
    let is_here = ["localhost", "127.0.0.1", "[::1]"].contains(&url.host_str().unwrap_or_default());
    url.scheme() == "https" || url.scheme() == "http" && is_here
}

impl From<DiscoveryError<NoAnswer>> for Failure {
    fn from(error: DiscoveryError<NoAnswer>) -> Self {
        match error {
            DiscoveryError::Request(no) => no.into(),
            DiscoveryError::Response(status, _, why) if status.is_success() => ProviderError::Nonsense.because(why),
            DiscoveryError::Response(_, _, why) => ProviderError::NotSetUp.because(why),
            DiscoveryError::Parse(why) => ProviderError::Nonsense.because(format!("cannot be read at {}", why.path())),
            DiscoveryError::Validation(why) => ProviderError::NotSetUp.because(why),
            other => ProviderError::NotSetUp.because(other),
        }
    }
}

impl From<NoAnswer> for Failure {
    fn from(no: NoAnswer) -> Self {
        let error = match &no {
            NoAnswer::TooLong => ProviderError::Nonsense,
            NoAnswer::Broken(_) => ProviderError::Unreachable,
        };
        error.because(no)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_tls_it_is_on_this_machine() {
        let is_safe = |url: &str| is_safe(&url.parse().expect("an address"));
        for good in ["https://a.example", "http://localhost:1/x", "http://127.0.0.1", "http://[::1]:8"] {
            assert!(is_safe(good), "{good}");
        }
        for bad in ["http://a.example", "http://localhost.a.example", "http://127.0.0.1.a.example", "ftp://localhost"] {
            assert!(!is_safe(bad), "{bad}");
        }
    }
}
