//! The code for a token, and whether the token can be believed.

use super::{
    Settings,
    discovery::Found,
    flow::Flow,
    http::Http,
    problem::{Failure, ProviderError, Why},
};
use crate::backend::outgoing::NoAnswer;
use chrono::{DateTime, TimeDelta, Utc};
use openidconnect::{
    AccessTokenHash, AdditionalClaims, AuthType, AuthorizationCode, ClaimsVerificationError, EmptyExtraTokenFields,
    EndpointMaybeSet, EndpointNotSet, EndpointSet, IdTokenFields, IdTokenVerifier, OAuth2TokenResponse, RedirectUrl,
    RequestTokenError, SignatureVerificationError, StandardErrorResponse, StandardTokenResponse, SubjectIdentifier,
    TokenResponse, UserInfoClaims, UserInfoError,
    core::{
        CoreAuthDisplay, CoreAuthPrompt, CoreClientAuthMethod, CoreErrorResponseType, CoreGenderClaim, CoreJsonWebKey,
        CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm as Algorithm, CoreRevocableToken,
        CoreRevocationErrorResponse, CoreTokenIntrospectionResponse, CoreTokenType,
    },
};
use rollout::{Millis, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// How an ID token may be signed: by a private key. A shared secret would be everybody's who knows the public key.
const ALGORITHMS: [Algorithm; 9] = [
    Algorithm::RsaSsaPkcs1V15Sha256,
    Algorithm::RsaSsaPkcs1V15Sha384,
    Algorithm::RsaSsaPkcs1V15Sha512,
    Algorithm::RsaSsaPssSha256,
    Algorithm::RsaSsaPssSha384,
    Algorithm::RsaSsaPssSha512,
    Algorithm::EcdsaP256Sha256,
    Algorithm::EcdsaP384Sha384,
    Algorithm::EdDsa,
];

/// The claims that no standard names: groups, and whatever roles are granted by.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct More {
    #[serde(flatten)]
    all: Map<String, Value>,
}

impl AdditionalClaims for More {}

/// What the token endpoint answers.
pub type Answer = StandardTokenResponse<
    IdTokenFields<More, EmptyExtraTokenFields, CoreGenderClaim, CoreJweContentEncryptionAlgorithm, Algorithm>,
    CoreTokenType,
>;

pub type Client = openidconnect::Client<
    More,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    Answer,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

pub fn client(found: &Found, settings: &Settings, redirect: &RedirectUrl) -> Client {
    let methods = found.metadata.token_endpoint_auth_methods_supported();
    // Where nothing is said, the standard says it.
    let by_header = methods.is_none_or(|methods| methods.contains(&CoreClientAuthMethod::ClientSecretBasic));
    let (id, secret) = (settings.client_id.clone(), settings.client_secret.clone());
    Client::from_provider_metadata(found.metadata.clone(), id, secret)
        .set_auth_type(if by_header { AuthType::BasicAuth } else { AuthType::RequestBody })
        .set_redirect_uri(redirect.clone())
}

/// Errors: the provider gives no token for the code.
pub async fn exchange(client: &Client, code: AuthorizationCode, flow: &Flow, http: &Http) -> Result<Answer, Failure> {
    let request = client.exchange_code(code).map_err(|error| ProviderError::NotSetUp.because(error))?;
    Ok(request.set_pkce_verifier(flow.verifier()).request_async(http).await?)
}

/// The claims of the ID token.
///
/// Errors: there is none, or it cannot be believed.
pub fn check(
    answer: &Answer,
    found: &Found,
    settings: &Settings,
    flow: &Flow,
    now: Timestamp,
) -> Result<Map<String, Value>, Failure> {
    let Some(token) = answer.id_token() else {
        return Err(ProviderError::Untrusted(Why::Form).because("there is no ID token in the answer"));
    };
    let skew = settings.skew;
    let (earliest, latest) = (time(flow.begun(), -skew), time(now, skew));
    // A verifier without a secret: nothing that a secret has signed passes, whatever the token says of itself.
    let keys = found.metadata.jwks().clone();
    let verifier = IdTokenVerifier::new_public_client(settings.client_id.clone(), settings.issuer.clone(), keys)
        .set_allowed_algs(ALGORITHMS)
        .set_time_fn(move || time(now, -skew))
        .set_issue_time_verifier_fn(move |issued| {
            let is_ours = (earliest..=latest).contains(&issued);
            is_ours.then_some(()).ok_or_else(|| format!("{ISSUED} {issued}, not between {earliest} and {latest}"))
        });
    let claims = token.claims(&verifier, &flow.nonce)?;
    if let Some(party) = claims.authorized_party().filter(|party| **party != settings.client_id) {
        return Err(ProviderError::Untrusted(Why::Audience).because(format!("it was issued to {:?}", party.as_str())));
    }
    if let Some(expected) = claims.access_token_hash() {
        let (algorithm, key) = (token.signing_alg()?, token.signing_key(&verifier)?);
        let hash = AccessTokenHash::from_token(answer.access_token(), algorithm, key);
        if hash.map_err(|error| ProviderError::Untrusted(Why::AccessToken).because(error))? != *expected {
            return Err(ProviderError::Untrusted(Why::AccessToken).because("`at_hash` belongs to another access token"));
        }
    }
    if flow.proves_again().is_some() && !claims.auth_time().is_some_and(|at| (earliest..=latest).contains(&at)) {
        let detail = format!("`auth_time` is {:?}, not between {earliest} and {latest}", claims.auth_time());
        return Err(ProviderError::NotProven.because(detail));
    }
    object(claims)
}

/// Marks what the library has no kind for.
const ISSUED: &str = "issued at";

fn time(at: Timestamp, and: Millis) -> DateTime<Utc> {
    let at = DateTime::from_timestamp_millis(at.millis()).unwrap_or_default();
    // Tokens tell whole seconds.
    let whole = at - TimeDelta::nanoseconds(at.timestamp_subsec_nanos().into());
    whole + TimeDelta::milliseconds(and)
}

/// What is told beside the ID token about the same person.
///
/// Errors: nothing is, or it is about somebody else.
pub async fn user_info(
    client: &Client,
    answer: &Answer,
    subject: String,
    http: &Http,
) -> Result<Map<String, Value>, Failure> {
    let token = answer.access_token().clone();
    // The library would rather panic.
    if !token.secret().bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(ProviderError::Untrusted(Why::Form).because("the access token is no token"));
    }
    let request = client.user_info(token, Some(SubjectIdentifier::new(subject)));
    let request = request.map_err(|error| ProviderError::NotSetUp.because(error))?;
    let claims: UserInfoClaims<More, CoreGenderClaim> = request.request_async(http).await?;
    object(&claims)
}

fn object(claims: &impl Serialize) -> Result<Map<String, Value>, Failure> {
    match serde_json::to_value(claims) {
        Ok(Value::Object(all)) => Ok(all),
        _ => Err(ProviderError::Untrusted(Why::Form).because("its claims are no claims")),
    }
}

impl From<RequestTokenError<NoAnswer, StandardErrorResponse<CoreErrorResponseType>>> for Failure {
    fn from(error: RequestTokenError<NoAnswer, StandardErrorResponse<CoreErrorResponseType>>) -> Self {
        match error {
            RequestTokenError::Request(no) => no.into(),
            RequestTokenError::ServerResponse(said) => {
                let is_code = *said.error() == CoreErrorResponseType::InvalidGrant;
                let kind = if is_code { ProviderError::CodeRefused } else { ProviderError::NotSetUp };
                kind.because(format!("it takes no code: {}", said.error()))
            }
            // Neither the answer nor what is wrong in it: both may hold a token.
            RequestTokenError::Parse(..) => ProviderError::Nonsense.because("its answer to the code cannot be read"),
            RequestTokenError::Other(_) => ProviderError::Nonsense.because("its answer to the code is empty"),
        }
    }
}

impl From<ClaimsVerificationError> for Failure {
    fn from(error: ClaimsVerificationError) -> Self {
        let why = match &error {
            ClaimsVerificationError::Expired(why) if why.starts_with(ISSUED) => Why::IssuedAt,
            ClaimsVerificationError::Expired(_) => Why::Expired,
            ClaimsVerificationError::InvalidAudience(_) => Why::Audience,
            ClaimsVerificationError::InvalidIssuer(_) => Why::Issuer,
            ClaimsVerificationError::InvalidNonce(_) => Why::Nonce,
            ClaimsVerificationError::InvalidSubject(_) => Why::Subject,
            ClaimsVerificationError::SignatureVerification(why) => return why.clone().into(),
            _ => Why::Form,
        };
        ProviderError::Untrusted(why).because(error)
    }
}

impl From<SignatureVerificationError> for Failure {
    fn from(error: SignatureVerificationError) -> Self {
        let why = if error == SignatureVerificationError::NoMatchingKey { Why::Key } else { Why::Signature };
        ProviderError::Untrusted(why).because(error)
    }
}

impl From<UserInfoError<NoAnswer>> for Failure {
    fn from(error: UserInfoError<NoAnswer>) -> Self {
        match error {
            UserInfoError::Request(no) => no.into(),
            UserInfoError::ClaimsVerification(error) => error.into(),
            UserInfoError::Response(status, _, _) if !status.is_success() => {
                ProviderError::NotSetUp.because(format!("what is told beside the ID token is not told: {status}"))
            }
            _ => ProviderError::Nonsense.because("what is told beside the ID token cannot be read"),
        }
    }
}
