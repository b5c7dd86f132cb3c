//! What answers in Unleash's place, or does not: none of it is taken for an answer.

use crate::{
    backend::{Backend, BackendError, unleash::Settings, unleash::Token, unleash::Unleash},
    testing::unleash::prepare_tls,
};
use axum::{
    Json, Router,
    http::StatusCode,
    routing::{get, post},
};
use gateway_api::Absence;
use rollout::Exposure;
use serde_json::json;
use std::{
    collections::BTreeSet,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

/// Gives everybody these bytes, and counts who came. Hangs after them if it is told to.
async fn pretend(answer: Vec<u8>, hangs: bool) -> (SocketAddr, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let (address, asked) = (listener.local_addr().expect("an address"), Arc::new(AtomicUsize::new(0)));
    let count = asked.clone();
    tokio::spawn(async move {
        loop {
            let (mut connection, _) = listener.accept().await.expect("somebody");
            count.fetch_add(1, SeqCst);
            let answer = answer.clone();
            tokio::spawn(async move {
                let mut asked = [0; 4096];
                if connection.read(&mut asked).await.is_ok() && connection.write_all(&answer).await.is_ok() && hangs {
                    std::future::pending::<()>().await;
                }
            });
        }
    });
    (address, asked)
}

fn answer(head: &str, body: &str) -> Vec<u8> {
    format!("HTTP/1.1 {head}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}", body.len()).into_bytes()
}

fn unleash_at(address: SocketAddr) -> Unleash {
    prepare_tls();
    let url = format!("http://{address}/base").parse().expect("an address");
    Unleash::new(Settings { url, project: "default".to_owned(), token: Token::new("*:*.secret") }).expect("is enough")
}

async fn said(unleash: &Unleash) -> String {
    let read = unleash.get("production", "A").await.expect_err("is no answer");
    let set = unleash.set("production", "A", &Exposure::OFF).await.expect_err("is no answer");
    assert_eq!(read.to_string(), set.to_string());
    assert!(matches!(read, BackendError::Unreachable(_)), "{read:?}");
    assert!(!read.to_string().contains("secret"), "{read}");
    read.to_string()
}

#[tokio::test]
async fn what_is_no_answer_of_unleash_is_none() {
    let html = "<!DOCTYPE html><html></html>";
    let long = format!("[\"{}\"]", "x".repeat(1 << 20));
    for (bytes, words) in [
        (answer("200 OK\r\ncontent-type: text/html; charset=utf-8", html), "no JSON"),
        (answer("200 OK", html), "no JSON"),
        (answer("403 Forbidden\r\ncontent-type: text/html", html), "no JSON"),
        (answer("429 Too Many Requests\r\ncontent-type: text/html", html), "too often"),
        (answer("500 Internal Server Error\r\ncontent-type: application/json", "{}"), "status 500"),
        (answer("200 OK\r\ncontent-type: application/json", &long), "longer than 1 MiB"),
        (b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 10\r\n\r\n{".to_vec(), "broke"),
        (b"".to_vec(), "broke"),
    ] {
        let (address, _) = pretend(bytes, false).await;
        let said = said(&unleash_at(address)).await;
        assert!(said.contains("does not answer") && said.contains(words), "{words}: {said}");
    }
    let (address, _) = pretend(answer("200 OK\r\ncontent-type: application/json", "{\"a\": 1}"), false).await;
    let read = unleash_at(address).get("production", "A").await.expect_err("is no feature").to_string();
    assert!(read.contains("not what Unleash 8 gives"), "{read}");
}

#[tokio::test]
async fn a_list_that_is_too_long_is_done_without() {
    let long = format!("[\"{}\"]", "x".repeat(4 << 20));
    let keys: BTreeSet<String> = (0..21).map(|n| format!("KEY_{n}")).collect();
    let (address, asked) = pretend(answer("200 OK\r\ncontent-type: application/json", &long), false).await;
    let read = unleash_at(address).read("production", &keys).await;
    assert!(read.values().all(|found| matches!(found, Err(BackendError::Unreachable(_)))), "{read:?}");
    assert_eq!((read.len(), asked.load(SeqCst)), (21, 22), "the list, and then each by itself");
    // Where the list is no answer at all, nothing else would be one.
    let (address, asked) = pretend(answer("500 Internal Server Error", ""), false).await;
    let read = unleash_at(address).read("production", &keys).await;
    assert_eq!((read.len(), asked.load(SeqCst)), (21, 1));
}

#[tokio::test]
async fn nobody_is_sent_on_to_another_address() {
    let (elsewhere, asked) = pretend(answer("200 OK\r\ncontent-type: application/json", "{}"), false).await;
    for status in ["301 Moved", "302 Found", "307 Temporary Redirect", "308 Permanent Redirect"] {
        let head = format!("{status}\r\nlocation: http://{elsewhere}/");
        let (address, _) = pretend(answer(&head, ""), false).await;
        let said = said(&unleash_at(address)).await;
        assert!(said.contains("another address"), "{said}");
    }
    assert_eq!(asked.load(SeqCst), 0);
}

#[tokio::test]
async fn whoever_does_not_answer_or_not_to_the_end_is_waited_for_five_seconds() {
    let head = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 10\r\n\r\n{".to_vec();
    let ask = async |bytes| {
        let (address, _) = pretend(bytes, true).await;
        let begun = tokio::time::Instant::now();
        let read = unleash_at(address).get("production", "A").await.expect_err("hangs");
        (read.to_string(), begun.elapsed().as_millis())
    };
    let (silent, half) = tokio::join!(ask(vec![]), ask(head));
    for (said, took) in [silent, half] {
        assert!(said.contains("no whole answer in 5 s") && (4_900..8_000).contains(&took), "{took}: {said}");
    }
    let gone = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = gone.local_addr().expect("an address");
    drop(gone);
    let said = said(&unleash_at(address)).await;
    assert!(said.contains("nobody takes the connection"), "{said}");
}

/// The open-source Unleash has one project, so another's flag is as its check of names would tell it: taken, and not here.
#[tokio::test]
async fn a_name_that_is_taken_and_not_here_is_another_projects() {
    let taken = json!({"name": "NameExistsError", "message": "A flag with that name already exists"});
    let gone = json!({"name": "NotFoundError", "message": "Could not find feature flag with name A"});
    let overview = json!({"environments": [{"environment": "production"}]});
    let router = Router::new()
        .route("/base/api/admin/projects/default/overview", get(async || Json(overview)))
        .route("/base/api/admin/features/validate", post(async || (StatusCode::CONFLICT, Json(taken))))
        .route("/base/api/admin/projects/default/features/A", get(async || (StatusCode::NOT_FOUND, Json(gone))));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(axum::serve(listener, router).into_future());
    let why = unleash_at(address).why_missing("production", &["A".to_owned()]).await.expect("tells");
    assert_eq!(why, [Absence::OtherProject]);
}
