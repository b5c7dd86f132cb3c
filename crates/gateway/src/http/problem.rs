//! The one way to say no: problem details that name the place.

use crate::{clock, store::StoreError};
use axum::{
    Json,
    http::{
        HeaderValue, StatusCode,
        header::{CONTENT_TYPE, RETRY_AFTER},
    },
    response::{IntoResponse, Response},
};
use gateway_api::Problem;

pub const MEDIA_TYPE: &str = "application/problem+json";

/// A problem on its way out.
#[derive(Debug, Clone)]
pub struct Failure {
    problem: Box<Problem>,
    /// In how many seconds one may ask again.
    retry_after: Option<u64>,
}

pub type Result<T> = std::result::Result<T, Failure>;

impl Failure {
    /// `kind` is the last part of the problem's type.
    pub fn new(status: StatusCode, kind: &str, title: &str, detail: impl Into<String>) -> Self {
        let problem = Problem {
            kind: format!("/problems/{kind}"),
            title: title.to_owned(),
            status: status.as_u16(),
            detail: detail.into(),
            ..Problem::default()
        };
        Self { problem: Box::new(problem), retry_after: None }
    }

    /// Names the place in the request: a JSON pointer, a header or a query parameter.
    pub fn at(mut self, place: impl Into<String>) -> Self {
        self.problem.place = Some(place.into());
        self
    }

    /// Adds what only some problems have.
    pub fn with(mut self, change: impl FnOnce(&mut Problem)) -> Self {
        change(&mut self.problem);
        self
    }

    pub fn bad_request(place: impl Into<String>, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "bad-request", "The request is malformed", detail).at(place)
    }

    pub fn not_signed_in() -> Self {
        let detail = "Nobody is signed in, or the session has ended: sign in by POST /api/session.";
        Self::new(StatusCode::UNAUTHORIZED, "not-signed-in", "Not signed in", detail)
    }

    pub fn not_found(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not-found", "There is no such thing", detail)
    }

    pub fn too_many(seconds: u64) -> Self {
        let detail = format!("There were too many tries: wait {seconds} s, then try again.");
        let failure = Self::new(StatusCode::TOO_MANY_REQUESTS, "too-many-tries", "Too many tries", detail);
        Self { retry_after: Some(seconds), ..failure }
    }

    pub fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

/// What the store could not do stays in the log; the answer carries an id to find it by.
impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        let id = clock::request_id();
        tracing::error!(%error, failure = id, "the store failed");
        if error.is_disk_full() {
            let detail = "There is no room left on the gateway's disk, so nothing of this was stored or done. Make room there, \
                          without restarting the gateway; then try again. Lowering goes on meanwhile.";
            return Self::new(StatusCode::INSUFFICIENT_STORAGE, "disk-full", "The gateway's disk is full", detail);
        }
        let detail = format!("The gateway's store does not do its work; its log tells more under {id}. Try again.");
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "store-failed", "The store failed", detail)
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut response = (self.status(), Json(self.problem)).into_response();
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
