//! A dashboard with variables, as a person sets them: a real server that tells what they are.

use axum::{
    Router,
    extract::{Path, State},
    http::StatusCode,
    routing::get,
};
use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::net::TcpListener;

type Variables = BTreeMap<(String, String), String>;

#[derive(Clone)]
pub struct Dashboard {
    address: SocketAddr,
    variables: Arc<Mutex<Variables>>,
}

impl Dashboard {
    pub async fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let dashboard = Self { address, variables: Arc::default() };
        let tells = async |State(all): State<Self>, Path(at): Path<(String, String)>| {
            let found = all.open().get(&at).cloned();
            found.ok_or(StatusCode::NOT_FOUND)
        };
        let answers = async |Path((status, _)): Path<(u16, String)>| StatusCode::from_u16(status).expect("a status");
        let router = Router::new()
            .route("/variables/{environment}/{key}", get(tells))
            .route("/answering/{status}/{key}", get(answers))
            .with_state(dashboard.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.expect("serves") });
        dashboard
    }

    fn open(&self) -> MutexGuard<'_, Variables> {
        self.variables.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Where one asks for a variable.
    pub fn url(&self) -> String {
        format!("http://{}/variables/{{environment}}/{{key}}", self.address)
    }

    /// Where every answer has this status.
    pub fn answering(&self, status: &str) -> String {
        format!("http://{}/answering/{status}/{{key}}", self.address)
    }

    /// Somebody sets a variable.
    pub fn put(&self, environment: &str, key: &str, value: &str) {
        self.open().insert((environment.to_owned(), key.to_owned()), value.to_owned());
    }

    pub fn keys(&self, environment: &str) -> Vec<String> {
        let open = self.open();
        open.keys().filter(|(there, _)| there == environment).map(|(_, key)| key.clone()).collect()
    }
}
