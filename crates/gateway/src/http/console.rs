//! The console's files: from inside the program, or from a directory. Compressed when they were built, never here.

use anyhow::{Context, ensure};
use axum::{
    body::Body,
    extract::Request,
    http::{
        HeaderMap, HeaderValue, Method, Response, StatusCode,
        header::{ACCEPT, ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY},
    },
};
use rollout::Digest;
use std::{
    borrow::Cow,
    collections::BTreeMap,
    path::{Path, PathBuf},
};

static BUILT_IN: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/console_files.rs"));

const PAGE: &str = "index.html";

const NOT_BUILT: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Signalbox</title>\
    <h1>Signalbox</h1><p>The gateway runs, but the console is not built. Stop it, run <code>make build</code>, and \
    start it again; or name a built console with <code>--console DIR</code>.</p></html>";

/// Where the console comes from.
pub enum Console {
    /// Inside the program: every file with its ETag.
    Inside(BTreeMap<&'static str, (&'static [u8], String)>),
    /// A directory that may change while the gateway runs.
    Directory(PathBuf),
}

struct File {
    bytes: Cow<'static, [u8]>,
    etag: String,
}

fn etag(bytes: &[u8]) -> String {
    format!("\"{}\"", &Digest::of(&[bytes]).to_string()[..32])
}

impl Console {
    /// The directory if one is named, else the one inside. A debug build looks into `dist/`.
    ///
    /// Errors: the named directory is none.
    pub fn new(directory: Option<PathBuf>) -> anyhow::Result<Self> {
        if let Some(directory) = directory {
            let page = directory.join(PAGE);
            ensure!(page.is_file(), "there is no console in {}: {PAGE} is missing", directory.display());
            let whole = directory.canonicalize();
            return Ok(Self::Directory(whole.with_context(|| format!("{} cannot be read", directory.display()))?));
        }
        if cfg!(debug_assertions) {
            return Ok(Self::Directory(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../dist")));
        }
        Ok(Self::Inside(BUILT_IN.iter().map(|(name, bytes)| (*name, (*bytes, etag(bytes)))).collect()))
    }

    fn file(&self, name: &str) -> Option<File> {
        match self {
            Self::Inside(files) => {
                let (bytes, etag) = files.get(name)?;
                Some(File { bytes: Cow::Borrowed(bytes), etag: etag.clone() })
            }
            Self::Directory(root) => {
                // Only plain names go below the root: none that leads out of it.
                let plain =
                    name.split('/').all(|part| !part.is_empty() && !part.starts_with('.') && !part.contains('\\'));
                let bytes = std::fs::read(root.join(name)).ok().filter(|_| plain)?;
                Some(File { etag: etag(&bytes), bytes: Cow::Owned(bytes) })
            }
        }
    }

    /// The answer to a request for a file, or for a page of the console; none if it is neither.
    pub fn answer(&self, request: &Request) -> Option<Response<Body>> {
        if !matches!(*request.method(), Method::GET | Method::HEAD) {
            return None;
        }
        let path = request.uri().path();
        let name = path.strip_prefix('/').unwrap_or(path);
        let is_variant = name.ends_with(".br") || name.ends_with(".gz");
        if name != PAGE
            && !is_variant
            && let Some(file) = self.file(name)
        {
            return Some(self.send(name, file, request.headers()));
        }
        if !is_page(path) || !wants_html(request.headers()) {
            return None;
        }
        Some(match self.file(PAGE) {
            Some(file) => self.send(PAGE, file, request.headers()),
            None => {
                let mut response = Response::new(Body::from(NOT_BUILT));
                response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
                response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
                response
            }
        })
    }

    fn send(&self, name: &str, plain: File, asked: &HeaderMap) -> Response<Body> {
        let coded = ["br", "gzip"].into_iter().filter(|coding| takes(asked, coding)).find_map(|coding| {
            let ending = if coding == "br" { "br" } else { "gz" };
            Some((coding, self.file(&format!("{name}.{ending}"))?))
        });
        let (coding, file) = coded.map_or((None, plain), |(coding, file)| (Some(coding), file));
        let known = asked.get_all(IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
        let known =
            known.flat_map(|value| value.split(',')).any(|tag| tag.trim().trim_start_matches("W/") == file.etag);
        let mut response = Response::new(if known { Body::empty() } else { Body::from(file.bytes.into_owned()) });
        let headers = response.headers_mut();
        let keep = match name {
            _ if is_named_by_content(name) => "public, max-age=31536000, immutable",
            // Shown as it was while the gateway is away, so that a lock that appears then has its picture.
            "icons.svg" => "public, max-age=60, stale-while-revalidate=604800",
            _ => "no-cache",
        };
        headers.insert(CACHE_CONTROL, HeaderValue::from_static(keep));
        headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
        if let Ok(tag) = HeaderValue::from_str(&file.etag) {
            headers.insert(ETAG, tag);
        }
        if known {
            *response.status_mut() = StatusCode::NOT_MODIFIED;
            return response;
        }
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type(name)));
        if let Some(coding) = coding {
            headers.insert(CONTENT_ENCODING, HeaderValue::from_static(coding));
        }
        response
    }
}

/// `name-<16 hex digits>.ext`: what it stands for never changes.
fn is_named_by_content(name: &str) -> bool {
    let stem = name.rsplit('/').next().and_then(|file| file.split_once('.')).map_or("", |(stem, _)| stem);
    let digits = stem.rsplit_once('-').map_or("", |(_, digits)| digits);
    digits.len() == 16 && digits.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}

/// The console's own URLs: a page that is reloaded is the console again. Files have endings, pages have none.
fn is_page(path: &str) -> bool {
    let below = |root: &str| path.strip_prefix(root).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    path == "/"
        || path == "/index.html"
        || ["/rollouts", "/new-rollout", "/flags", "/people", "/sessions", "/backend", "/sign-in"]
            .into_iter()
            .any(below)
}

fn wants_html(headers: &HeaderMap) -> bool {
    let accepted = headers.get(ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or("*/*");
    accepted.contains("text/html") || accepted.contains("*/*")
}

fn takes(headers: &HeaderMap, coding: &str) -> bool {
    let values = headers.get_all(ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    let mut codings = values.flat_map(|value| value.split(',')).map(|one| {
        let (name, weight) = one.split_once(';').unwrap_or((one, ""));
        (name.trim(), weight.trim().replace(' ', ""))
    });
    codings.any(|(name, weight)| {
        name.eq_ignore_ascii_case(coding) && !["q=0", "q=0.0", "q=0.00", "q=0.000"].contains(&weight.as_str())
    })
}

fn media_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map_or("", |(_, ending)| ending) {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "json" => "application/json",
        "webmanifest" => "application/manifest+json",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests;
