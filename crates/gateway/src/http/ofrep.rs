//! OpenFeature's remote evaluation protocol, answered by the built-in backend. What it tells is what was delivered, never
//! what is only wanted.
//!
//! The protocol has no word for an environment, but its clients have a base address: whoever means another environment
//! than the usual one puts `/environments/{environment}` before the protocol's paths.

pub mod bulk;
pub mod one;

use super::input;
use crate::{
    app::App,
    backend::{
        BackendError, BuiltIn,
        who::{self, Share, Subject},
    },
};
use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use rollout::Exposure;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// What an OpenFeature client sends.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(rename = "OfrepRequest")]
pub struct Request {
    /// For whom. Attributes that decide nothing here are left alone.
    #[serde(default)]
    context: Option<Context>,
}

/// For whom a flag is evaluated.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "OfrepContext")]
pub struct Context {
    /// Who it is: the same key always gets the same answer. A flag at a percentage cannot do without.
    #[serde(default)]
    targeting_key: Option<String>,
    /// The names of the segments that this one is in.
    #[serde(default)]
    segments: Option<Vec<String>>,
}

/// What it gets.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "OfrepEvaluation")]
pub struct Evaluation {
    key: String,
    value: bool,
    variant: &'static str,
    reason: &'static str,
    metadata: Map<String, Value>,
}

/// What it gets when there is nothing to evaluate.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "OfrepFailure")]
pub struct Unevaluated {
    /// The flag; none if the request itself cannot be answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<String>,
    error_code: &'static str,
    error_details: String,
}

/// One flag's answer.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(untagged)]
#[schemars(rename = "OfrepFlag")]
pub enum Flag {
    Evaluated(Evaluation),
    Unevaluated(Unevaluated),
}

impl Unevaluated {
    fn of_flag(key: &str, error_code: &'static str, error_details: String) -> Self {
        Self { key: Some(key.to_owned()), error_code, error_details }
    }

    /// Whoever asks here for flags that another backend serves, if one does.
    fn elsewhere(app: &App, key: Option<&str>) -> Option<Self> {
        let kind = app.backend.kind();
        let error_details = match kind {
            BuiltIn::KIND => return None,
            "unleash" => "flags are served by Unleash: ask it".to_owned(),
            other => format!("flags are served by the backend {other}: ask it"),
        };
        Some(Self { key: key.map(str::to_owned), error_code: "FLAG_NOT_FOUND", error_details })
    }

    fn at(self, status: StatusCode) -> Response {
        (status, Json(self)).into_response()
    }

    /// The backend's fault: the details are in the log.
    fn broken(error: &BackendError) -> Self {
        tracing::error!(%error, "flags cannot be evaluated");
        let error_details = "the backend does not answer; use the default".to_owned();
        Self { key: None, error_code: "GENERAL", error_details }
    }
}

/// The subject that a request's body names.
///
/// Errors: it is no evaluation request, with the code that the protocol has for it.
fn subject(body: &[u8]) -> Result<Subject, Unevaluated> {
    let parsed = match input::is_object(body) {
        true => serde_json::from_slice::<Map<String, Value>>(body).map_err(|error| error.to_string()),
        false => Err("it is no object".to_owned()),
    };
    let parsed = parsed.map_err(|error| {
        let example = r#"{"context": {"targetingKey": "…", "segments": ["…"]}}"#;
        let error_details = format!("the body must be JSON like {example}: {error}");
        Unevaluated { key: None, error_code: "PARSE_ERROR", error_details }
    })?;
    let request: Request = serde_json::from_value(Value::Object(parsed)).map_err(|error| {
        let error_details =
            format!("the context is an object, its targetingKey a text, its segments a list of texts: {error}");
        Unevaluated { key: None, error_code: "INVALID_CONTEXT", error_details }
    })?;
    let Context { targeting_key, segments } = request.context.unwrap_or_default();
    // An empty key names nobody: everybody without one would share its bucket.
    let targeting_key = targeting_key.filter(|key| !key.is_empty());
    Ok(Subject { targeting_key, segments: segments.unwrap_or(vec![]).into_iter().collect() })
}

fn evaluate(environment: &str, key: &str, exposure: &Exposure, subject: &Subject) -> Flag {
    let share = match who::share(key, exposure, subject) {
        Ok(share) => share,
        Err(missing) => {
            return Flag::Unevaluated(Unevaluated::of_flag(key, "TARGETING_KEY_MISSING", missing.to_string()));
        }
    };
    let reason = match share {
        Share::Everybody(_) => "STATIC",
        Share::Segments(true) => "TARGETING_MATCH",
        Share::Segments(false) => "DEFAULT",
        Share::Split(_) => "SPLIT",
    };
    let mut metadata = Map::new();
    metadata.insert("environment".to_owned(), environment.into());
    let (value, variant) = if share.gets() { (true, "on") } else { (false, "off") };
    Flag::Evaluated(Evaluation { key: key.to_owned(), value, variant, reason, metadata })
}
