//! Requests to Unleash: to the one address that was configured, without redirects, with an end and a limit.

use crate::backend::outgoing::{self, NoAnswer};
use reqwest::{
    Client, Method, RequestBuilder, Response, StatusCode, Url,
    header::{AUTHORIZATION, CONTENT_TYPE, ETAG, HeaderValue, IF_NONE_MATCH},
};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;
use std::fmt;
use subtle::ConstantTimeEq;

/// A secret: nothing prints it.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    pub fn new(text: &str) -> Self {
        Self(text.trim().to_owned())
    }

    /// Is it this? Takes as long for what is almost right as for what is all wrong.
    pub fn is(&self, given: &[u8]) -> bool {
        self.0.as_bytes().ct_eq(given).into()
    }

    /// In characters.
    pub fn length(&self) -> usize {
        self.0.chars().count()
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

/// Why there is no answer that can be used.
#[derive(Debug)]
pub enum Failure {
    /// Nobody knows what came of it, or it is not Unleash that answers.
    Unreachable(String),
    /// The token is not accepted, or may not do it.
    Denied(String),
    /// There is no such thing.
    Missing(String),
    /// Unleash's own words.
    Refused(StatusCode, String),
    /// There is more of it than is taken.
    TooLong,
}

/// What came.
struct Answer {
    is_unchanged: bool,
    tag: Option<HeaderValue>,
    bytes: Vec<u8>,
}

/// What was there, with the tag to ask for it again by.
pub type Tagged<T> = (T, Option<HeaderValue>);

/// Unleash's form of a refusal.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Said {
    message: String,
    details: Vec<Detail>,
}

#[derive(Debug, Deserialize)]
struct Detail {
    message: String,
}

/// Speaks to one Unleash.
#[derive(Debug)]
pub struct Http {
    client: Client,
    base: Url,
    authorization: HeaderValue,
}

impl From<NoAnswer> for Failure {
    fn from(no: NoAnswer) -> Self {
        match no {
            NoAnswer::TooLong => Self::TooLong,
            NoAnswer::Broken(why) => Self::Unreachable(why),
        }
    }
}

impl Http {
    /// Errors: the token holds what no header can, or there is no TLS.
    pub fn new(base: Url, token: &Token) -> anyhow::Result<Self> {
        let mut authorization = HeaderValue::from_str(&token.0)
            .map_err(|_| anyhow::anyhow!("the Unleash token holds characters that no token has"))?;
        authorization.set_sensitive(true);
        let client = outgoing::client()?;
        Ok(Self { client, base, authorization })
    }

    /// Where it is, as it may be shown.
    pub fn base(&self) -> &Url {
        &self.base
    }

    /// Its host, with the port if that is not the scheme's own.
    pub fn host(&self) -> Option<String> {
        let host = self.base.host_str()?;
        Some(self.base.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}")))
    }

    pub async fn get<T: DeserializeOwned>(&self, path: &[&str]) -> Result<T, Failure> {
        self.find(path, &[]).await
    }

    /// The same with a question.
    pub async fn find<T: DeserializeOwned>(&self, path: &[&str], asked: &[(&str, &str)]) -> Result<T, Failure> {
        let answer = self.call(self.request(Method::GET, path, asked)?).await?;
        read(&answer.bytes)
    }

    /// The same, if it is not as it was when it had this tag.
    pub async fn find_new<T: DeserializeOwned>(
        &self,
        path: &[&str],
        asked: &[(&str, &str)],
        tag: Option<HeaderValue>,
    ) -> Result<Option<Tagged<T>>, Failure> {
        let mut request = self.request(Method::GET, path, asked)?;
        if let Some(tag) = tag {
            request = request.header(IF_NONE_MATCH, tag);
        }
        let answer = self.call(request).await?;
        if answer.is_unchanged { Ok(None) } else { Ok(Some((read(&answer.bytes)?, answer.tag))) }
    }

    /// Sends a change; what it answers beside yes is left alone.
    pub async fn send(&self, method: Method, path: &[&str], body: Option<&Value>) -> Result<(), Failure> {
        let mut request = self.request(method, path, &[])?;
        if let Some(body) = body {
            request = request.json(body);
        }
        self.call(request).await.map(drop)
    }

    fn request(&self, method: Method, path: &[&str], asked: &[(&str, &str)]) -> Result<RequestBuilder, Failure> {
        // An address has these left out, and then says something else.
        if path.iter().any(|part| ["", ".", ".."].contains(part)) {
            return Err(Failure::Missing("nothing has such a name".to_owned()));
        }
        let mut url = self.base.clone();
        // Checked when the configuration was read: an address of http or https has a path.
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(["api", "admin"]).extend(path);
        }
        if !asked.is_empty() {
            url.query_pairs_mut().extend_pairs(asked);
        }
        Ok(self.client.request(method, url).header(AUTHORIZATION, self.authorization.clone()))
    }

    async fn call(&self, request: RequestBuilder) -> Result<Answer, Failure> {
        let answer = request.send().await.map_err(NoAnswer::from)?;
        let (status, is_json, tag) = (answer.status(), is_json(&answer), answer.headers().get(ETAG).cloned());
        if status == StatusCode::NOT_MODIFIED {
            return Ok(Answer { is_unchanged: true, tag, bytes: Vec::new() });
        }
        if let Some(why) = no_answer(status) {
            return Err(Failure::Unreachable(why));
        }
        let bytes = outgoing::bytes(answer).await?;
        if !is_json && !bytes.is_empty() {
            let why = "what answers is not Unleash's interface: it is no JSON. Check the address";
            return Err(Failure::Unreachable(why.to_owned()));
        }
        if status.is_success() { Ok(Answer { is_unchanged: false, tag, bytes }) } else { Err(refusal(status, &bytes)) }
    }
}

fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Failure> {
    let unreadable = |error| Failure::Unreachable(format!("its answer is not what Unleash 8 gives: {error}"));
    serde_json::from_slice(bytes).map_err(unreadable)
}

/// Statuses that say nothing about what was asked, whatever comes with them.
fn no_answer(status: StatusCode) -> Option<String> {
    if status.is_redirection() {
        return Some("it sends on to another address, which is not followed. Name the address that answers".to_owned());
    }
    if status == StatusCode::TOO_MANY_REQUESTS {
        return Some("it was asked too often in a minute, and asks to wait".to_owned());
    }
    status.is_server_error().then(|| format!("it fails, with status {}", status.as_u16()))
}

fn refusal(status: StatusCode, bytes: &[u8]) -> Failure {
    let Said { message, details } = serde_json::from_slice(bytes).unwrap_or_default();
    // The details say more than a message that only points to them.
    let said = match details.into_iter().next() {
        Some(detail) => detail.message,
        None if message.is_empty() => format!("status {}", status.as_u16()),
        None => message,
    };
    match status {
        StatusCode::UNAUTHORIZED => Failure::Denied(
            "the token is not accepted: check `unleash.token_file` or SIGNALBOX_UNLEASH_TOKEN, and whether the token \
             was revoked"
                .to_owned(),
        ),
        StatusCode::FORBIDDEN => Failure::Denied(format!(
            "the token may not do this: it takes an admin token, or the personal one of somebody who may edit the \
             project. Unleash says: {said}"
        )),
        StatusCode::NOT_FOUND => Failure::Missing(said),
        _ => Failure::Refused(status, said),
    }
}

fn is_json(answer: &Response) -> bool {
    let kind = answer.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    kind.eq_ignore_ascii_case("application/json")
}
