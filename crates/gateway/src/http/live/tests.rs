use crate::testing::{Demo, LOWER, parse, status};
use axum::body::Body;
use axum::http::Request;
use http_body_util::BodyExt;
use serde_json::{Value, json};
use std::time::Duration;

/// A stream as a browser reads it.
struct Reader {
    body: Body,
    text: String,
}

#[derive(Debug)]
struct Event {
    name: String,
    id: u64,
    data: Value,
}

impl Reader {
    async fn open(demo: &Demo, cookie: &str, query: &str, last: Option<&str>) -> Self {
        let mut request =
            Request::get(format!("/api/live{query}")).header("host", "localhost").header("cookie", cookie);
        if let Some(last) = last {
            request = request.header("last-event-id", last);
        }
        let response = demo.raw(request.body(Body::empty()).expect("a request")).await;
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Self { body: response.into_body(), text: String::new() }
    }

    /// The next event; none when the stream has ended.
    async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some((event, rest)) = self.text.split_once("\n\n") {
                let field = |name: &str| event.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
                let (name, id) = (field("event:").expect("a name").to_owned(), field("id:").expect("an id"));
                let data = serde_json::from_str(field("data:").expect("data")).expect("JSON");
                let event = Event { name, id: id.parse().expect("a cursor"), data };
                self.text = rest.to_owned();
                return Some(event);
            }
            let frame =
                tokio::time::timeout(Duration::from_secs(5), self.body.frame()).await.expect("something comes")?;
            let bytes = frame.expect("a frame").into_data().expect("data");
            self.text.push_str(std::str::from_utf8(&bytes).expect("UTF-8"));
        }
    }

    async fn expect(&mut self, name: &str) -> Event {
        let event = self.next().await.expect("goes on");
        assert_eq!(event.name, name, "{event:?}");
        event
    }
}

#[tokio::test]
async fn it_begins_with_a_beat_and_tells_each_record_in_order() {
    let demo = Demo::new().await;
    let (viewer, engineer) = (demo.sign_in("viewer").await, demo.sign_in("engineer").await);
    let mut reader = Reader::open(&demo, &viewer, "", None).await;
    let beat = reader.expect("beat").await;
    assert_eq!((beat.id, &beat.data["cursor"]), (2, &json!(2)));
    assert!(beat.data["facts"][demo.ledger().id.to_string()]["capabilities"].is_object());
    for seq in 3..8 {
        status(&demo.ask(&engineer, json!({"type": "note", "text": format!("note {seq}")})).await, 200);
    }
    for seq in 3..8_u64 {
        let record = reader.expect("record").await;
        assert_eq!((record.id, &record.data["record"]["seq"]), (seq, &json!(seq)));
        assert_eq!(
            record.data["said"]["texts"].as_object().and_then(|t| t.values().next()),
            Some(&json!(format!("note {seq}")))
        );
        assert_eq!(record.data["said"]["people"].as_object().map(|people| people.len()), Some(1));
    }
}

#[tokio::test]
async fn whoever_comes_back_misses_nothing_and_gets_nothing_twice() {
    let demo = Demo::new().await;
    let engineer = demo.sign_in("engineer").await;
    for _ in 0..3 {
        status(&demo.ask(&engineer, parse(LOWER)).await, 200);
    }
    let mut since = Reader::open(&demo, &engineer, "?since=3", None).await;
    assert_eq!(since.expect("record").await.id, 4);
    assert_eq!(since.expect("record").await.id, 5);
    assert_eq!(since.expect("beat").await.id, 5);
    // EventSource asks with the URL it began with, and says in a header how far it has come.
    let mut back = Reader::open(&demo, &engineer, "?since=0", Some("4")).await;
    assert_eq!(back.expect("record").await.id, 5);
    let mut ahead = Reader::open(&demo, &engineer, "?since=900", None).await;
    assert_eq!(ahead.expect("beat").await.data["cursor"], json!(5));
    for bad in ["?since=x", "?since=-1", "?from=1"] {
        assert_eq!(demo.get(&format!("/api/live{bad}"), Some(&engineer)).await.status, 400, "{bad}");
    }
}

#[tokio::test]
async fn a_beat_comes_when_the_clock_or_the_backend_changes_and_every_quarter_of_a_minute() {
    let demo = Demo::new().await;
    let viewer = demo.sign_in("viewer").await;
    let mut reader = Reader::open(&demo, &viewer, "", None).await;
    let before = reader.expect("beat").await.data["now"].clone();
    status(&demo.post("/api/demo/clock", &viewer, json!({"ahead_hours": 24})).await, 200);
    reader.expect("record").await;
    let after = reader.expect("beat").await.data["now"].clone();
    assert!(after.as_str() > before.as_str(), "{before} {after}");
    demo.pass(15_000);
    reader.expect("beat").await;
    demo.app.backend_answered(false);
    let beat = reader.expect("beat").await;
    assert!(beat.data["facts"][demo.ledger().id.to_string()]["backend_unreachable_since"].is_string());
}

#[tokio::test]
async fn a_reader_that_takes_nothing_is_let_go_and_misses_nothing_when_it_comes_back() {
    let demo = Demo::new().await;
    let engineer = demo.sign_in("engineer").await;
    let mut slow = Reader::open(&demo, &engineer, "?since=0", None).await;
    for n in 0..40 {
        status(&demo.ask(&engineer, json!({"type": "note", "text": format!("note {n}")})).await, 200);
    }
    tokio::time::sleep(Duration::from_secs(1)).await;
    // What was on its way to it still comes, then the stream ends.
    let mut last = 0;
    while let Some(event) = slow.next().await {
        last = event.id;
    }
    assert!((1..42).contains(&last), "{last} of 42 records came");
    let mut back = Reader::open(&demo, &engineer, &format!("?since={last}"), None).await;
    for id in last + 1..=42 {
        assert_eq!(back.expect("record").await.id, id);
    }
}

#[tokio::test]
async fn it_ends_with_the_session_and_with_the_gateway() {
    let demo = Demo::new().await;
    let (viewer, legal) = (demo.sign_in("viewer").await, demo.sign_in("legal").await);
    let mut reader = Reader::open(&demo, &viewer, "", None).await;
    reader.expect("beat").await;
    status(&demo.send("DELETE", "/api/session", Some(&viewer), &[], "").await, 204);
    assert!(reader.next().await.is_none(), "signed out");
    let mut reader = Reader::open(&demo, &legal, "", None).await;
    reader.expect("beat").await;
    demo.app.hub.close();
    assert!(reader.next().await.is_none(), "closed");
}
