//! The company's OpenID Connect provider, which says who somebody is: authorization code flow with PKCE.
//!
//! Whoever is sent there by [`Provider::begin`] comes back to `/api/sign-in/callback`, where [`Provider::finish`] believes
//! nothing that it has not checked. A provider that is down keeps nothing from starting: it is asked when it is needed.

mod claims;
mod discovery;
mod flow;
mod flows;
mod http;
mod mapping;
mod problem;
mod token;

pub use discovery::is_safe;
pub use flow::{Again, Back, Flow, Purpose};
pub use flows::Flows;
pub use mapping::{Granted, Mapping, Rule, Wanted};
pub use problem::{ProviderError, Why};

use claims::Claims;
use discovery::Discovery;
use openidconnect::{
    AuthenticationFlow, ClientId, ClientSecret, CsrfToken, IssuerUrl, LogoutRequest, Nonce, PkceCodeChallenge,
    PostLogoutRedirectUrl, RedirectUrl, Scope,
    core::{CoreAuthPrompt, CoreResponseType},
};
use problem::Failure;
use reqwest::Url;
use rollout::{Millis, Timestamp};
use std::time::Duration;
use tokio::sync::{Mutex, MutexGuard};

/// Where somebody comes back to, after the public address.
pub const CALLBACK: &str = "/api/sign-in/callback";

/// A provider that remembers somebody for longer asks them again.
const OLDEST_SIGN_IN: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// The provider, as the configuration names it.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    pub issuer: IssuerUrl,
    pub client_id: ClientId,
    /// None: a public client, which has nothing but PKCE.
    pub client_secret: Option<ClientSecret>,
    /// Beside `openid`.
    pub scopes: Vec<Scope>,
    /// Where the groups stand: a claim's name, or a JSON pointer.
    pub groups_claim: String,
    /// What people call it.
    pub name: String,
    /// How far its clock and ours may be apart.
    pub skew: Millis,
    pub roles: Mapping,
}

/// Somebody whom the provider knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// With the subject: who it is, for ever.
    pub issuer: String,
    pub subject: String,
    pub name: String,
    pub groups: Vec<String>,
    /// When they proved who they are at the provider, if it has told and it was not in the future.
    pub auth_time: Option<Timestamp>,
    grants: Option<Vec<Granted>>,
}

impl Known {
    /// What they may, by the configuration, as of now.
    ///
    /// Errors: nothing was granted to any of their groups, so they are not let in.
    pub fn grants(&self) -> Result<&[Granted], ProviderError> {
        self.grants.as_deref().ok_or(ProviderError::NoRole)
    }
}

/// The provider.
pub struct Provider {
    settings: Settings,
    redirect: RedirectUrl,
    discovery: Discovery,
    turn: Mutex<()>,
}

impl Provider {
    /// Asks nothing yet. `origin` is where browsers find the gateway, as `https://signalbox.example.org`.
    ///
    /// Errors: there is no TLS, or `origin` is no address.
    pub fn new(settings: Settings, origin: &str) -> anyhow::Result<Self> {
        let redirect = RedirectUrl::new(format!("{}{CALLBACK}", origin.trim_end_matches('/')))?;
        let discovery = Discovery::new(settings.issuer.clone())?;
        Ok(Self { settings, redirect, discovery, turn: Mutex::default() })
    }

    /// What people call it.
    pub fn name(&self) -> &str {
        &self.settings.name
    }

    /// As which issuer it knows people.
    pub fn issuer(&self) -> &str {
        self.settings.issuer.as_str()
    }

    /// May anybody come in as an administrator?
    pub fn makes_administrators(&self) -> bool {
        self.settings.roles.makes_administrators()
    }

    /// People come in one after the other: whoever is new is made once, and grants are those of one answer.
    pub async fn turn(&self) -> MutexGuard<'_, ()> {
        self.turn.lock().await
    }

    /// What must be told to the provider: where people come back to.
    pub fn redirect(&self) -> &str {
        self.redirect.as_str()
    }

    /// Where to send somebody, and what must be kept until they are back.
    ///
    /// `next` is where they want to go then: a path of this gateway; anything else is `/`.
    ///
    /// Errors: the provider does not answer, or with nonsense.
    pub async fn begin(
        &self,
        purpose: Purpose,
        next: &str,
        now: Timestamp,
        random: fn() -> [u8; 32],
    ) -> Result<(Url, Flow), ProviderError> {
        let found = self.discovery.get(now).await?;
        let flow = Flow::new(purpose, next, now, random);
        let client = token::client(&found, &self.settings, &self.redirect);
        let (state, nonce) = (CsrfToken::new(flow.state.clone()), flow.nonce.clone());
        let code = AuthenticationFlow::<CoreResponseType>::AuthorizationCode;
        let mut request = client
            .authorize_url(code, || state, || nonce)
            .add_scopes(self.settings.scopes.iter().cloned())
            .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&flow.verifier()));
        request = match flow.proves_again() {
            Some(_) => request.add_prompt(CoreAuthPrompt::Login).set_max_age(Duration::ZERO),
            // Whoever is asked for an age tells the time: so the sign-in itself is a proof.
            None => request.set_max_age(OLDEST_SIGN_IN),
        };
        Ok((request.url().0, flow))
    }

    /// Who came back. A flow is over with it, whatever came of it.
    ///
    /// Errors: nobody that can be believed; the log says more than may be shown.
    pub async fn finish(&self, flow: Flow, back: Back, now: Timestamp) -> Result<Known, ProviderError> {
        self.judge(&flow, back, now).await.map_err(|failure| failure.told())
    }

    async fn judge(&self, flow: &Flow, back: Back, now: Timestamp) -> Result<Known, Failure> {
        flow.accepts(&back, now)?;
        let found = self.discovery.get(now).await?;
        back.comes_from(&found)?;
        let client = token::client(&found, &self.settings, &self.redirect);
        let answer = token::exchange(&client, back.code()?, flow, self.discovery.http()).await?;
        let checked = match token::check(&answer, &found, &self.settings, flow, now) {
            Err(Failure { error: ProviderError::Untrusted(Why::Key), detail }) => {
                // Keys are changed from time to time, and nobody is told.
                let found = self.discovery.again(&found, now, detail).await?;
                token::check(&answer, &found, &self.settings, flow, now)?
            }
            checked => checked?,
        };
        let mut claims = Claims::new(checked);
        if self.wanted().any(|claim| !claims.has(claim)) && found.metadata.userinfo_endpoint().is_some() {
            claims.add(token::user_info(&client, &answer, claims.subject()?, self.discovery.http()).await?);
        }
        self.known(&claims, flow, now)
    }

    /// The claims that somebody is told by; a provider has them in the ID token, or beside it.
    fn wanted(&self) -> impl Iterator<Item = &str> {
        let roles = &self.settings.roles;
        let groups = roles.asks_groups().then_some(self.settings.groups_claim.as_str());
        ["name"].into_iter().chain(groups).chain(roles.claims())
    }

    fn known(&self, claims: &Claims, flow: &Flow, now: Timestamp) -> Result<Known, Failure> {
        let subject = claims.subject()?;
        if flow.proves_again().is_some_and(|again| again.subject != subject) {
            return Err(ProviderError::SomebodyElse.because("another subject came back than was signed in"));
        }
        let groups = claims.texts(&self.settings.groups_claim);
        Ok(Known {
            issuer: self.settings.issuer.to_string(),
            name: claims.name().unwrap_or_else(|| subject.clone()),
            auth_time: claims.auth_time().filter(|at| *at <= now.plus(self.settings.skew)),
            grants: self.settings.roles.grants(&groups, |claim| claims.texts(claim)),
            subject,
            groups,
        })
    }

    /// Where to send somebody who has signed out here, to sign out at the provider too; it sends them back to `origin`.
    /// None, if the provider has no such place, or does not answer.
    pub async fn end_session_url(&self, origin: &str, now: Timestamp) -> Option<Url> {
        let found = self.discovery.get(now).await.ok()?;
        let place = found.metadata.additional_metadata().end_session_endpoint.clone()?;
        let back = PostLogoutRedirectUrl::new(origin.to_owned()).ok()?;
        let request = LogoutRequest::from(place).set_client_id(self.settings.client_id.clone());
        Some(request.set_post_logout_redirect_uri(back).http_get_url())
    }
}

/// A secret of a flow, as it stands in an address.
fn secret(random: fn() -> [u8; 32]) -> String {
    hex::encode(random())
}

fn nonce(random: fn() -> [u8; 32]) -> Nonce {
    Nonce::new(secret(random))
}
