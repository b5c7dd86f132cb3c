//! Between the gateway and Unleash: counts what is asked, and does what networks and overloaded servers do.

use axum::{body::Body, extract::Request, http::StatusCode, response::Response};
use http_body_util::BodyExt;
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use std::{
    io::{Error, ErrorKind},
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};
use tokio::net::TcpListener;

#[derive(Debug, Clone, PartialEq)]
pub enum Fault {
    None,
    /// Everything takes so much longer.
    Slow(Duration),
    /// The connection breaks before anything gets through.
    Reset,
    /// Writes get through, and the connection breaks before their answers do.
    AnswerLost,
    /// Writes get through so much later, whether or not anybody waits for them still.
    Late(Duration),
    /// This is answered, and nothing gets through.
    Says(u16, &'static str, &'static str),
}

/// What was asked for.
#[derive(Debug, Clone)]
pub struct Asked {
    pub method: String,
    /// With its query.
    pub path: String,
    pub body: Value,
}

impl Asked {
    pub fn is_write(&self) -> bool {
        self.method != "GET"
    }

    /// The share that a strategy is to have.
    pub fn share(&self) -> Option<u32> {
        self.body["parameters"]["rollout"].as_str()?.parse().ok()
    }
}

pub struct Proxy {
    pub url: String,
    state: Arc<State>,
}

struct State {
    to: Mutex<String>,
    client: reqwest::Client,
    fault: Mutex<Fault>,
    asked: Mutex<Vec<Asked>>,
}

impl Proxy {
    pub fn before(url: &str) -> Self {
        drop(rustls::crypto::ring::default_provider().install_default());
        let client = reqwest::Client::builder().timeout(Duration::from_secs(60)).build().expect("a client");
        let (fault, asked) = (Mutex::new(Fault::None), Mutex::default());
        let state = Arc::new(State { to: Mutex::new(url.to_owned()), client, fault, asked });
        let (told, address) = std::sync::mpsc::channel();
        let shared = state.clone();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(async {
                let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
                told.send(listener.local_addr().expect("an address")).expect("is waited for");
                loop {
                    let (connection, _) = listener.accept().await.expect("somebody");
                    let state = shared.clone();
                    let service = service_fn(move |request| answer(state.clone(), request));
                    // A connection that breaks is what is asked for.
                    tokio::spawn(async move {
                        drop(http1::Builder::new().serve_connection(TokioIo::new(connection), service).await)
                    });
                }
            });
        });
        Self { url: format!("http://{}", address.recv().expect("it listens")), state }
    }

    /// From now on it stands before this.
    pub fn leads_to(&self, url: &str) {
        *self.state.to.lock().expect("nobody panics here") = url.to_owned();
    }

    pub fn is(&self, fault: Fault) {
        *self.state.fault.lock().expect("nobody panics here") = fault;
    }

    /// All that was asked since it began.
    pub fn asked(&self) -> MutexGuard<'_, Vec<Asked>> {
        self.state.asked.lock().expect("nobody panics here")
    }

    /// What was written to a flag since it began.
    pub fn writes(&self, key: &str) -> Vec<Asked> {
        let below = format!("/features/{key}/environments/");
        self.asked().iter().filter(|asked| asked.is_write() && asked.path.contains(&below)).cloned().collect()
    }
}

async fn answer(state: Arc<State>, request: Request<Incoming>) -> Result<Response, Error> {
    let broken = || Error::from(ErrorKind::ConnectionReset);
    let fault = state.fault.lock().expect("nobody panics here").clone();
    let (parts, body) = request.into_parts();
    let bytes = body.collect().await.map_err(|_| broken())?.to_bytes();
    let asked = Asked {
        method: parts.method.to_string(),
        path: parts.uri.to_string(),
        body: serde_json::from_slice(&bytes).unwrap_or_default(),
    };
    let is_write = asked.is_write();
    state.asked.lock().expect("nobody panics here").push(asked);
    let url = format!("{}{}", state.to.lock().expect("nobody panics here"), parts.uri);
    let mut headers = parts.headers;
    headers.remove("host");
    let forward = state.client.request(parts.method, url).headers(headers).body(bytes);
    let wait = match fault {
        Fault::Says(status, kind, body) => return Ok(said(status, kind, Body::from(body))),
        Fault::Reset => return Err(broken()),
        Fault::Slow(by) => by,
        Fault::Late(by) if is_write => by,
        _ => Duration::ZERO,
    };
    // Goes on though whoever asked has gone.
    let sent = tokio::spawn(async move {
        tokio::time::sleep(wait).await;
        let answer = forward.send().await?;
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        Ok::<_, reqwest::Error>((status, headers, answer.bytes().await?))
    });
    let (status, headers, bytes) = sent.await.map_err(|_| broken())?.map_err(|_| broken())?;
    if fault == Fault::AnswerLost && is_write {
        return Err(broken());
    }
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
    let mut response = said(status, &header("content-type"), Body::from(bytes));
    if let Some(tag) = headers.get("etag") {
        response.headers_mut().insert("etag", tag.clone());
    }
    Ok(response)
}

fn said(status: u16, kind: &str, body: Body) -> Response {
    let mut response = Response::new(body);
    *response.status_mut() = StatusCode::from_u16(status).expect("a status");
    if !kind.is_empty() {
        response.headers_mut().insert("content-type", kind.parse().expect("a media type"));
    }
    response
}
