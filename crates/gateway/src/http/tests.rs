//! What holds for every endpoint.

use crate::testing::{Demo, LOWER, status};
use rollout::Role;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// What an endpoint answers to nobody, and to somebody of each role. Roles matter to commands alone, and there the
/// rulebook decides.
struct Row {
    method: &'static str,
    path: &'static str,
    body: &'static str,
    nobody: u16,
    somebody: fn(Role) -> u16,
}

fn always<const STATUS: u16>(_: Role) -> u16 {
    STATUS
}

fn may_lower(role: Role) -> u16 {
    if Role::MAY_LOWER.contains(&role) { 200 } else { 422 }
}

/// An empty text is no plan, but that is told to the product owner alone.
fn may_begin(role: Role) -> u16 {
    if role == Role::ProductOwner { 422 } else { 403 }
}

fn may_make_flags(role: Role) -> u16 {
    if role == Role::Engineer { 200 } else { 403 }
}

const TABLE: [Row; 25] = [
    Row { method: "GET", path: "/api/session", body: "", nobody: 200, somebody: always::<200> },
    Row {
        method: "POST",
        path: "/api/session",
        body: r#"{"account": "viewer"}"#,
        nobody: 200,
        somebody: always::<200>,
    },
    Row { method: "DELETE", path: "/api/session", body: "", nobody: 204, somebody: always::<204> },
    Row { method: "GET", path: "/api/rollouts", body: "", nobody: 401, somebody: always::<200> },
    Row {
        method: "POST",
        path: "/api/rollouts",
        body: r#"{"plan": "", "environment": "production"}"#,
        nobody: 401,
        somebody: may_begin,
    },
    Row { method: "GET", path: "/api/rollouts/{id}", body: "", nobody: 401, somebody: always::<200> },
    Row { method: "GET", path: "/api/rollouts/{id}/records", body: "", nobody: 401, somebody: always::<200> },
    Row { method: "POST", path: "/api/rollouts/{id}/commands", body: LOWER, nobody: 401, somebody: may_lower },
    Row {
        method: "POST",
        path: "/api/rollouts/{id}/confirmations",
        body: crate::testing::RAISE,
        nobody: 401,
        somebody: always::<200>,
    },
    Row { method: "GET", path: "/api/flags", body: "", nobody: 401, somebody: always::<200> },
    Row { method: "GET", path: "/api/people", body: "", nobody: 401, somebody: always::<200> },
    Row { method: "GET", path: "/api/live", body: "", nobody: 401, somebody: always::<200> },
    Row { method: "GET", path: "/api/backend", body: "", nobody: 401, somebody: always::<200> },
    // No flag is named, and that is told to everybody who may ask.
    Row { method: "GET", path: "/api/backend/flags", body: "", nobody: 401, somebody: always::<400> },
    Row {
        method: "POST",
        path: "/api/backend/flags",
        body: r#"{"environment": "production", "keys": ["FEATURE_NEW"]}"#,
        nobody: 401,
        somebody: may_make_flags,
    },
    // No session lets in here, only a secret.
    Row { method: "POST", path: "/api/backend/hint", body: "{}", nobody: 401, somebody: always::<401> },
    Row {
        method: "POST",
        path: "/api/demo/clock",
        body: r#"{"ahead_hours": 1}"#,
        nobody: 401,
        somebody: always::<200>,
    },
    Row { method: "POST", path: "/ofrep/v1/evaluate/flags/{key}", body: "{}", nobody: 200, somebody: always::<200> },
    Row { method: "POST", path: "/ofrep/v1/evaluate/flags", body: "{}", nobody: 200, somebody: always::<200> },
    Row {
        method: "POST",
        path: "/environments/{environment}/ofrep/v1/evaluate/flags/{key}",
        body: "{}",
        nobody: 200,
        somebody: always::<200>,
    },
    Row {
        method: "POST",
        path: "/environments/{environment}/ofrep/v1/evaluate/flags",
        body: "{}",
        nobody: 200,
        somebody: always::<200>,
    },
    Row { method: "GET", path: "/healthz", body: "", nobody: 200, somebody: always::<200> },
    Row { method: "GET", path: "/readyz", body: "", nobody: 200, somebody: always::<200> },
    Row { method: "GET", path: "/plan.schema.json", body: "", nobody: 200, somebody: always::<200> },
    Row { method: "GET", path: "/openapi.json", body: "", nobody: 200, somebody: always::<200> },
];

#[tokio::test]
async fn every_endpoint_lets_in_whom_it_should() {
    let documented: BTreeSet<(String, String)> = super::openapi::document()["paths"]
        .as_object()
        .expect("paths")
        .iter()
        .flat_map(|(path, operations)| {
            operations.as_object().expect("operations").keys().map(move |m| (m.to_uppercase(), path.clone()))
        })
        .collect();
    let tabled = TABLE.iter().map(|row| (row.method.to_owned(), row.path.to_owned())).collect();
    assert_eq!(documented, tabled, "every endpoint stands in the table");

    let demo = Demo::new().await;
    let id = demo.ledger().id.to_string();
    for row in &TABLE {
        let path =
            row.path.replace("{id}", &id).replace("{key}", crate::testing::CSF).replace("{environment}", "production");
        let headers = [("idempotency-key", "table")];
        let ask = async |cookie: Option<&str>| {
            let mut request = axum::http::Request::builder().method(row.method).uri(&path).header("host", "localhost");
            request = request.header("origin", "http://localhost").header("content-type", "application/json");
            request = headers.iter().chain(&cookie.map(|c| ("cookie", c))).fold(request, |r, (k, v)| r.header(*k, *v));
            demo.raw(request.body(row.body.into()).expect("a request")).await.status().as_u16()
        };
        assert_eq!(ask(None).await, row.nobody, "{} {} as nobody", row.method, row.path);
        assert_eq!(
            ask(Some("signalbox_session=stolen")).await,
            row.nobody,
            "{} {} with a wrong cookie",
            row.method,
            row.path
        );
        for role in Role::ALL {
            let name = serde_json::to_value(role).expect("JSON");
            let cookie = demo.sign_in(name.as_str().expect("a name")).await;
            assert_eq!(ask(Some(&cookie)).await, (row.somebody)(role), "{} {} as {role}", row.method, row.path);
        }
    }
}

#[tokio::test]
async fn what_changes_something_comes_from_the_console_itself() {
    let demo = Demo::new().await;
    let cookie = demo.sign_in("engineer").await;
    let body = r#"{"ahead_hours": 1}"#;
    for origin in
        ["", "http://example.org", "http://localhost:8701", "https://localhost:8700", "null", "http://localhost"]
    {
        let foreign = demo.send("POST", "/api/demo/clock", Some(&cookie), &[("origin", origin)], body).await;
        assert_eq!((foreign.status, foreign.json["place"].as_str()), (403, Some("origin")), "{origin}");
    }
    assert_eq!(demo.version().await, 2);
    let foreign = demo.send("DELETE", "/api/session", Some(&cookie), &[("origin", "http://example.org")], "").await;
    status(&foreign, 403);
    status(&demo.send("POST", "/api/demo/clock", Some(&cookie), &[], body).await, 200);
}

#[tokio::test]
async fn a_name_that_leads_here_from_elsewhere_is_not_answered() {
    let demo = Demo::new().await;
    for path in ["/api/session", "/", "/openapi.json", "/ofrep/v1/evaluate/flags/X"] {
        for host in ["example.org", "localhost.example.org:8700", ""] {
            let refused = demo.send("GET", path, None, &[("host", host)], "").await;
            assert_eq!(
                (refused.status, refused.header("content-type")),
                (421, "application/problem+json"),
                "{path} {host}"
            );
        }
    }
    for host in ["localhost", "127.0.0.1:9", "[::1]:8700"] {
        status(&demo.send("GET", "/api/session", None, &[("host", host)], "").await, 200);
    }
}

#[tokio::test]
async fn what_is_not_there_is_a_problem_and_not_a_page() {
    let demo = Demo::new().await;
    for path in
        ["/api", "/api/", "/api/nothing", "/api/rollouts/x/y/z", "/ofrep/v1/nothing", "/assets/missing.js", "/x"]
    {
        let missing = demo.send("GET", path, None, &[("accept", "text/html")], "").await;
        assert_eq!((missing.status, missing.header("content-type")), (404, "application/problem+json"), "{path}");
    }
    for (method, path) in
        [("PUT", "/api/session"), ("DELETE", "/api/rollouts"), ("GET", "/api/demo/clock"), ("POST", "/healthz")]
    {
        let wrong = demo.send(method, path, None, &[], "").await;
        assert_eq!((wrong.status, wrong.header("content-type")), (405, "application/problem+json"), "{method} {path}");
        assert!(!wrong.header("allow").is_empty(), "{method} {path}");
    }
}

#[tokio::test]
async fn every_answer_tells_the_browser_what_it_may_not_do() {
    let demo = Demo::new().await;
    for path in ["/", "/api/session", "/api/nothing", "/healthz"] {
        let answer = demo.send("GET", path, None, &[("accept", "text/html")], "").await;
        let policy = answer.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'; script-src 'self' 'wasm-unsafe-eval';"), "{path}: {policy}");
        assert!(!policy.contains("'unsafe-eval'") && !policy.contains("script-src 'self' 'unsafe-inline'"), "{policy}");
        assert_eq!(
            (answer.header("x-content-type-options"), answer.header("referrer-policy")),
            ("nosniff", "same-origin")
        );
        assert!(!answer.header("x-request-id").is_empty());
        if path.starts_with("/api") {
            assert_eq!(answer.header("cache-control"), "no-store");
        }
    }
}

#[tokio::test]
async fn two_who_sign_in_are_two_and_a_problem_names_nothing_inside() {
    let demo = Demo::new().await;
    let (a, b) = (demo.sign_in("legal").await, demo.sign_in("legal").await);
    assert_ne!(a, b);
    assert!(a.split_once('=').is_some_and(|(_, token)| token.len() == 64), "256 bits: {a}");
    demo.app.store.close().await.expect("closes");
    let failed = demo.get("/api/rollouts", Some(&a)).await;
    assert_eq!((failed.status, &failed.json["type"]), (503, &json!("/problems/store-failed")));
    let inside: Vec<&str> = ["sqlx", "pool", "database", "sqlite"]
        .into_iter()
        .filter(|word| failed.body.to_lowercase().contains(word))
        .collect();
    assert_eq!((inside, &failed.json["blockers"]), (Vec::<&str>::new(), &Value::Null));
}
