//! What holds for every endpoint.

use super::authorization::{TABLE, Who};
use crate::{
    backend::unleash::Token,
    identity::site::Site,
    testing::{CSF, Demo, LOWER, PASSWORD, status},
};
use rollout::Role;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use tower::ServiceExt;

/// A request that is good enough to tell who is let in, and what those are answered.
struct Asked {
    method: &'static str,
    path: &'static str,
    body: &'static str,
    let_in: fn(Role) -> u16,
}

fn always<const STATUS: u16>(_: Role) -> u16 {
    STATUS
}

/// Who may lower is the rulebook's business: everybody is let in.
fn may_lower(role: Role) -> u16 {
    if Role::MAY_LOWER.contains(&role) { 200 } else { 422 }
}

const fn asked(method: &'static str, path: &'static str, body: &'static str, let_in: fn(Role) -> u16) -> Asked {
    Asked { method, path, body, let_in }
}

const SET_UP: &str = r#"{"code": "x", "login": "x", "name": "x", "password": "x"}"#;
const MAKE_FLAGS: &str = r#"{"environment": "production", "keys": ["FEATURE_NEW"]}"#;

#[rustfmt::skip]
const REQUESTS: [Asked; 35] = [
    asked("GET", "/api/session", "", always::<200>),
    asked("POST", "/api/session", r#"{"account": "viewer"}"#, always::<200>),
    asked("DELETE", "/api/session", "", always::<204>),
    asked("POST", "/api/session/proof", "{}", always::<400>),
    asked("GET", "/api/sessions", "", always::<200>),
    asked("DELETE", "/api/sessions/{id}", "", always::<404>),
    asked("POST", "/api/setup", SET_UP, always::<404>),
    asked("GET", "/api/sign-in", "", always::<404>),
    asked("GET", "/api/sign-in/callback", "", always::<404>),
    asked("GET", "/api/rollouts", "", always::<200>),
    // An empty text is no plan.
    asked("POST", "/api/rollouts", r#"{"plan": "", "environment": "production"}"#, always::<422>),
    asked("GET", "/api/rollouts/{id}", "", always::<200>),
    asked("GET", "/api/rollouts/{id}/records", "", always::<200>),
    asked("POST", "/api/rollouts/{id}/commands", LOWER, may_lower),
    asked("POST", "/api/rollouts/{id}/confirmations", crate::testing::RAISE, always::<200>),
    asked("GET", "/api/flags", "", always::<200>),
    asked("GET", "/api/live", "", always::<200>),
    asked("GET", "/api/people", "", always::<200>),
    // The id is a rollout's: nobody has it.
    asked("POST", "/api/people/{id}/disable", "", always::<404>),
    asked("POST", "/api/people/{id}/enable", "", always::<404>),
    asked("POST", "/api/people/{id}/erase", "", always::<404>),
    asked("GET", "/api/system/records", "", always::<200>),
    asked("GET", "/api/backend", "", always::<200>),
    // No flag is named.
    asked("GET", "/api/backend/flags", "", always::<400>),
    asked("POST", "/api/backend/flags", MAKE_FLAGS, always::<200>),
    asked("POST", "/api/backend/hint", "{}", always::<401>),
    asked("POST", "/api/demo/clock", r#"{"ahead_hours": 1}"#, always::<200>),
    asked("POST", "/ofrep/v1/evaluate/flags/{key}", "{}", always::<200>),
    asked("POST", "/ofrep/v1/evaluate/flags", "{}", always::<200>),
    asked("POST", "/environments/{environment}/ofrep/v1/evaluate/flags/{key}", "{}", always::<200>),
    asked("POST", "/environments/{environment}/ofrep/v1/evaluate/flags", "{}", always::<200>),
    asked("GET", "/healthz", "", always::<200>),
    asked("GET", "/readyz", "", always::<200>),
    asked("GET", "/plan.schema.json", "", always::<200>),
    asked("GET", "/openapi.json", "", always::<200>),
];

/// Somebody who asks: nobody, or a person with these roles who perhaps looks after people too.
#[derive(Clone, Copy)]
struct Somebody<'a> {
    cookie: Option<&'a str>,
    role: Role,
    is_administrator: bool,
    is_signed_in: bool,
}

/// What the table says that they are answered. Read here once more, and more slowly than the gateway does.
fn expected(who: Who, somebody: Somebody<'_>, let_in: u16) -> u16 {
    let Somebody { role, is_administrator, is_signed_in, .. } = somebody;
    match who {
        Who::Anyone | Who::Application | Who::Secret => let_in,
        _ if !is_signed_in => 401,
        Who::SignedIn => let_in,
        Who::Roles(roles) => {
            if roles.contains(&role) {
                let_in
            } else {
                403
            }
        }
        Who::Administrator => {
            if is_administrator {
                let_in
            } else {
                403
            }
        }
    }
}

#[tokio::test]
async fn every_endpoint_lets_in_whom_the_table_names_and_no_one_else() {
    let of_tests: BTreeSet<_> = REQUESTS.iter().map(|asked| (asked.method.to_owned(), asked.path.to_owned())).collect();
    let tabled: BTreeSet<_> = TABLE.iter().map(|(method, path, _)| (method.to_string(), path.to_string())).collect();
    let documented: BTreeSet<(String, String)> = super::openapi::document()["paths"]
        .as_object()
        .expect("paths")
        .iter()
        .flat_map(|(path, operations)| {
            operations.as_object().expect("operations").keys().map(move |m| (m.to_uppercase(), path.clone()))
        })
        .collect();
    assert_eq!(documented, tabled, "every endpoint stands in the table, once");
    assert_eq!((documented, TABLE.len()), (of_tests, REQUESTS.len()), "every endpoint is asked here");

    let demo = Demo::new().await;
    let id = demo.ledger().id.to_string();
    for Asked { method, path, body, let_in } in &REQUESTS {
        let who = super::authorization::of(method, path).expect("it is in the table");
        let url = path.replace("{id}", &id).replace("{key}", CSF).replace("{environment}", "production");
        let ask = async |somebody: Somebody<'_>, name: &str| {
            let mut request = axum::http::Request::builder().method(*method).uri(&url).header("host", "localhost");
            request = request.header("origin", "http://localhost").header("content-type", "application/json");
            request = request.header("idempotency-key", "table");
            request = somebody.cookie.iter().fold(request, |request, cookie| request.header("cookie", *cookie));
            let answered = demo.raw(request.body((*body).into()).expect("a request")).await.status().as_u16();
            assert_eq!(answered, expected(who, somebody, let_in(somebody.role)), "{method} {path} as {name}");
        };
        let nobody = Somebody { cookie: None, role: Role::Viewer, is_administrator: false, is_signed_in: false };
        ask(nobody, "nobody").await;
        ask(Somebody { cookie: Some("signalbox_session=stolen"), ..nobody }, "nobody, with a wrong cookie").await;
        for role in Role::ALL {
            let name = serde_json::to_value(role).expect("JSON");
            let cookie = demo.sign_in(name.as_str().expect("a name")).await;
            let is_administrator = role == Role::Operations;
            ask(Somebody { cookie: Some(&cookie), role, is_administrator, is_signed_in: true }, role.name()).await;
        }
        let cookie = demo.administrator().await;
        let administrator = Somebody { cookie: Some(&cookie), is_administrator: true, is_signed_in: true, ..nobody };
        ask(administrator, "administrator without a role").await;
    }
}

#[tokio::test]
async fn what_is_not_in_the_table_lets_nobody_in() {
    let demo = Demo::new().await;
    let cookie = demo.sign_in("operations").await;
    let forgotten = axum::Router::new()
        .route("/api/forgotten", axum::routing::get(async || "inside"))
        .route_layer(axum::middleware::from_fn_with_state(demo.app.clone(), super::authorization::authorize));
    let request = axum::http::Request::get("/api/forgotten").header("cookie", cookie);
    let answer = forgotten.oneshot(request.body(axum::body::Body::empty()).expect("a request")).await.expect("answers");
    assert_eq!(answer.status(), 403);
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
async fn behind_tls_it_is_one_host_one_origin_and_a_cookie_that_nobody_else_can_set() {
    let site = Site::public("https://signalbox.example.org").expect("a site");
    let own = Demo::configured(false, |app| app.site = site).await;
    own.account("mia", &[]).await;
    let body = json!({"login": "mia", "password": PASSWORD}).to_string();
    let here = [("host", "signalbox.example.org"), ("origin", "https://signalbox.example.org")];
    for host in ["localhost:8700", "127.0.0.1", "example.org", "signalbox.example.org:8443", ""] {
        for path in ["/api/session", "/", "/healthz"] {
            let refused = own.send("GET", path, None, &[("host", host)], "").await;
            assert_eq!((refused.status, &refused.json["place"]), (421, &json!("host")), "{host} {path}");
            assert_eq!(refused.header("strict-transport-security"), "max-age=63072000");
        }
    }
    for origin in
        ["http://signalbox.example.org", "https://example.org", "https://signalbox.example.org:8443", "null", ""]
    {
        let refused = own.send("POST", "/api/session", None, &[here[0], ("origin", origin)], &body).await;
        assert_eq!((refused.status, &refused.json["place"]), (403, &json!("origin")), "{origin}");
    }
    let signed = own.send("POST", "/api/session", None, &here, &body).await;
    status(&signed, 200);
    let set = signed.header("set-cookie");
    assert!(set.starts_with("__Host-signalbox_session=") && set.ends_with("Max-Age=43200"), "{set}");
    assert!(set.contains("; Secure; HttpOnly; SameSite=Strict; Path=/;") && !set.contains("Domain"), "{set}");
    let cookie = signed.cookie();
    let ask = async |cookie: &str| own.send("GET", "/api/rollouts", Some(cookie), &here[..1], "").await;
    let answer = ask(&cookie).await;
    status(&answer, 200);
    assert_eq!(answer.header("strict-transport-security"), "max-age=63072000");
    assert_eq!(answer.header("cache-control"), "no-store");
    assert!(answer.header("content-security-policy").contains("frame-ancestors 'none'"));
    let renamed = cookie.trim_start_matches("__Host-");
    status(&ask(renamed).await, 401);
    let plain = Demo::new().await.get("/", None).await;
    assert_eq!(plain.header("strict-transport-security"), "", "without TLS nobody may ask for it");
}

#[tokio::test]
async fn outside_the_demo_an_application_needs_a_key() {
    let ask = async |own: &Demo, authorization: &str, path: &str| {
        let headers = [("origin", ""), ("authorization", authorization)];
        own.send("POST", path, None, &headers, r#"{"context": {"targetingKey": "someone"}}"#).await
    };
    let one = format!("/ofrep/v1/evaluate/flags/{CSF}");
    let all = [one.as_str(), "/ofrep/v1/evaluate/flags", "/environments/production/ofrep/v1/evaluate/flags"];
    let closed = Demo::outside().await;
    let (first, second) = ("0123456789abcdef", "fedcba9876543210");
    let keys = vec![Token::new(first), Token::new(second)];
    let own = Demo::configured(false, |app| app.ofrep_keys = keys).await;
    for path in all {
        status(&ask(&closed, &format!("Bearer {first}"), path).await, 404);
        for wrong in ["", "Bearer", "Bearer ", first, "Bearer 0123456789abcdeF", "Basic 0123456789abcdef"] {
            let refused = ask(&own, wrong, path).await;
            assert_eq!((refused.status, &refused.json["place"]), (401, &json!("authorization")), "{path} {wrong}");
            assert!(!refused.body.contains(first));
        }
        for key in [first, second] {
            status(&ask(&own, &format!("Bearer {key}"), path).await, 200);
        }
    }
    // A session is no key.
    own.account("mia", &[]).await;
    let cookie = own.try_in("mia", PASSWORD, &[]).await.cookie();
    status(&own.send("POST", &one, Some(&cookie), &[("origin", "")], "{}").await, 401);
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
    // What was looked up a moment ago is believed for so long.
    demo.pass(1_000);
    let failed = demo.get("/api/rollouts", Some(&a)).await;
    assert_eq!((failed.status, &failed.json["type"]), (503, &json!("/problems/store-failed")));
    let inside: Vec<&str> = ["sqlx", "pool", "database", "sqlite"]
        .into_iter()
        .filter(|word| failed.body.to_lowercase().contains(word))
        .collect();
    assert_eq!((inside, &failed.json["blockers"]), (Vec::<&str>::new(), &Value::Null));
}
