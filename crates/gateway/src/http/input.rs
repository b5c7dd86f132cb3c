//! What comes in: the person, the body, the path. Each refusal names its place.

use super::problem::{Failure, Result};
use crate::{
    app::{App, Ledger},
    identity::{self, Signed},
};
use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Request},
    http::{
        HeaderMap, StatusCode,
        header::{CONTENT_LENGTH, CONTENT_TYPE, IF_NONE_MATCH},
        request::Parts,
    },
};
use gateway_api::paths::IDEMPOTENCY_KEY;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};
use std::sync::Arc;

/// The most bytes a body may have.
pub const LARGEST_BODY: usize = 1024 * 1024;

/// The longest key, in characters.
const LONGEST_KEY: usize = 200;

/// Whoever is signed in.
impl FromRequestParts<Arc<App>> for Signed {
    type Rejection = Failure;
    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self> {
        // The one who was let in has been looked up already.
        if let Some(signed) = parts.extensions.get::<Self>() {
            return Ok(signed.clone());
        }
        identity::who(app, &parts.headers).await?.ok_or_else(Failure::not_signed_in)
    }
}

/// A JSON body. Unknown fields are refused by its type.
pub struct Body<T>(pub T);

impl<T: DeserializeOwned + Serialize> FromRequest<Arc<App>> for Body<T> {
    type Rejection = Failure;
    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self> {
        let media_type = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
        let is_json = media_type.split(';').next().is_some_and(|t| t.trim().eq_ignore_ascii_case("application/json"));
        if !is_json {
            let detail = "A JSON body is expected: send it as application/json.";
            let title = "This media type is not understood";
            return Err(
                Failure::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "media-type", title, detail).at("content-type")
            );
        }
        // Nothing of it is waited for.
        let announced = request.headers().get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok());
        if announced.is_some_and(|length: usize| length > LARGEST_BODY) {
            return Err(too_large());
        }
        let bytes = Bytes::from_request(request, app).await.map_err(|rejection| match rejection.status() {
            StatusCode::PAYLOAD_TOO_LARGE => too_large(),
            _ => Failure::bad_request("body", "The body broke off before its end."),
        })?;
        json(&bytes).map(Self)
    }
}

fn too_large() -> Failure {
    let detail = format!("A body may have at most {LARGEST_BODY} bytes.");
    Failure::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large", "The body is too large", detail)
}

/// Reads a JSON object.
///
/// Errors: a problem with the JSON pointer of the place.
pub fn json<T: DeserializeOwned + Serialize>(bytes: &[u8]) -> Result<T> {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    if !is_object(bytes) {
        return Err(Failure::bad_request("", "The body is not what is expected: it must be a JSON object."));
    }
    let value: T = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let place = match pointer(error.path()) {
            place if place.is_empty() => place_in_tagged::<T>(bytes).unwrap_or_default(),
            place => place,
        };
        Failure::bad_request(place, sentence(error.inner()))
    })?;
    reader.end().map_err(|error| Failure::bad_request("", sentence(&error)))?;
    let written = serde_json::to_value(&value).map_err(|error| Failure::bad_request("", sentence(&error)))?;
    let given = serde_json::from_slice(bytes).map_err(|error| Failure::bad_request("", sentence(&error)))?;
    match list_for_fields(&given, &written) {
        Some(place) => {
            Err(Failure::bad_request(place, "The body is not what is expected: fields by name, not a list."))
        }
        None => Ok(value),
    }
}

/// Where a list stands for what has named fields. Serde takes one for a struct, in whatever order it happens to have its
/// fields; what it read is written again with their names, so the list is missing there.
fn list_for_fields(given: &Value, written: &Value) -> Option<String> {
    match (given, written) {
        (Value::Array(_), Value::Object(_) | Value::String(_)) => Some(String::new()),
        (Value::Array(given), Value::Array(written)) => {
            let mut pairs = given.iter().zip(written).enumerate();
            pairs.find_map(|(index, (given, written))| Some(format!("/{index}{}", list_for_fields(given, written)?)))
        }
        (Value::Object(given), Value::Object(written)) => given.iter().find_map(|(name, given)| {
            let below = list_for_fields(given, written.get(name)?)?;
            Some(format!("/{}{below}", escaped(name)))
        }),
        _ => None,
    }
}

/// Serde would take an array for a struct.
pub fn is_object(bytes: &[u8]) -> bool {
    bytes.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{')
}

/// Serde reads an object with a `type` whole before it looks inside, and forgets where it was. So each part is tried
/// alone: the one that fails as the whole does is the place.
fn place_in_tagged<T: DeserializeOwned>(bytes: &[u8]) -> Option<String> {
    let whole: Map<String, Value> = serde_json::from_slice(bytes).ok()?;
    let complaint = |fields: Vec<(&str, Value)>| {
        let fields = fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        serde_json::from_value::<T>(Value::Object(fields)).err().map(|error| error.to_string())
    };
    let all = complaint(whole.iter().map(|(name, value)| (name.as_str(), value.clone())).collect())?;
    let kind = whole.get("type")?;
    if complaint(vec![("type", kind.clone())]).as_ref() == Some(&all) {
        return None;
    }
    let fails =
        |name: &str, value: Value| complaint(vec![("type", kind.clone()), (name, value)]).as_ref() == Some(&all);
    let (name, value) = whole.iter().find(|(name, value)| *name != "type" && fails(name, (*value).clone()))?;
    // Where an empty list would fail as well, none of its items is to blame.
    let items = value.as_array().filter(|_| !fails(name, Value::Array(vec![]))).into_iter().flatten();
    let item = items.enumerate().find(|(_, item)| fails(name, Value::Array(vec![(*item).clone()])));
    Some(item.map_or_else(|| format!("/{name}"), |(index, _)| format!("/{name}/{index}")))
}

fn sentence(error: &serde_json::Error) -> String {
    format!("The body is not what is expected: {error}.")
}

/// RFC 6901.
fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    let part = |segment: &Segment| match segment {
        Segment::Seq { index } => format!("/{index}"),
        Segment::Map { key } => format!("/{}", escaped(key)),
        Segment::Enum { .. } | Segment::Unknown => String::new(),
    };
    path.iter().map(part).collect()
}

fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// What makes a repeated request one request, if the client sent it.
///
/// Errors: it is no key.
pub fn key(headers: &HeaderMap) -> Result<Option<String>> {
    let Some(value) = headers.get(IDEMPOTENCY_KEY) else { return Ok(None) };
    let key = value.to_str().unwrap_or("");
    let is_key = (1..=LONGEST_KEY).contains(&key.len()) && key.bytes().all(|b| b.is_ascii_graphic());
    if is_key { Ok(Some(key.to_owned())) } else { Err(no_key()) }
}

/// There is no key where one is needed, or it is none.
pub fn no_key() -> Failure {
    let detail = format!(
        "An Idempotency-Key has 1 to {LONGEST_KEY} visible characters; with it, what is sent twice is done once."
    );
    Failure::bad_request(IDEMPOTENCY_KEY, detail)
}

/// The key was used before, for something else.
pub fn key_reused() -> Failure {
    let detail = "This Idempotency-Key was used for another request: use a new one for a new request.";
    let title = "This key was used before";
    Failure::new(StatusCode::UNPROCESSABLE_ENTITY, "key-reused", title, detail).at(IDEMPOTENCY_KEY)
}

/// The rollout that a path names.
pub fn ledger(app: &App, id: &str) -> Result<Arc<Ledger>> {
    let found = id.parse().ok().and_then(|id| app.ledger(id));
    found.ok_or_else(|| Failure::not_found(format!("There is no rollout {id}; GET /api/rollouts lists them.")))
}

/// Has the one who asks this already, by its ETag?
pub fn is_known(headers: &HeaderMap, etag: &str) -> bool {
    let values = headers.get_all(IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    let mut tags = values.flat_map(|value| value.split(',')).map(str::trim);
    tags.any(|tag| tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == etag)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rollout::Command;

    #[test]
    fn a_body_that_is_wrong_is_told_where() {
        let place = |text: &str| {
            let mut place = None;
            json::<Command>(text.as_bytes()).expect_err(text).with(|problem| place = problem.place.clone());
            place.expect("names the place")
        };
        assert_eq!(place(r#"{"type":"tick","line":"a b"}"#), "/line");
        let evidence = r#"{"type":"tick","line":"a","evidence":[{"title":"x","url":"https://a.b"},{"title":"x","url":"ftp://a"}]}"#;
        assert_eq!(place(evidence), "/evidence/1");
        assert_eq!(place(r#"{"type":"sing"}"#), "/type");
        assert_eq!(place(r#"{"type":"tick","line":"a","lines":1}"#), "/lines");
        assert_eq!(place(r#"{"type":"tick","reason":"x"}"#), "", "the line is missing");
        for whole in [r#"{"type":"tick","line":"a"} {}"#, r#"["tick","a"]"#, "{", ""] {
            assert_eq!(place(whole), "", "{whole}");
        }
    }

    #[test]
    fn a_list_is_no_object_however_deep_it_stands() {
        let place = |text: &str| {
            let mut place = None;
            json::<Command>(text.as_bytes()).expect_err(text).with(|problem| place = problem.place.clone());
            place.expect("names the place")
        };
        let evidence =
            r#"{"type":"tick","line":"a","evidence":[{"title":"x","url":"https://a.b"},["x","https://a.b"]]}"#;
        assert_eq!(place(evidence), "/evidence/1");
        assert_eq!(place(r#"{"type":"rollback","scope":["flag","a"]}"#), "/scope");
        assert_eq!(place(r#"{"type":"rollback","scope":["everything"]}"#), "/scope");
        assert_eq!(place(r#"{"type":"lower","flag":"a","to":["10",["staff"]]}"#), "/to");
        assert_eq!(place(r#"{"type":"lower","flag":"a","to":["0",["staff"]]}"#), "/to", "it is read as off");
        let good = r#"{"type":"lower","flag":"a","to":{"percent":"10","segments":["staff","beta"]}}"#;
        assert!(json::<Command>(good.as_bytes()).is_ok(), "a list where one is expected");
    }
}
