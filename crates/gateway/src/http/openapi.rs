//! GET /openapi.json: what is documented beside each endpoint, with the schemas of what travels.

mod examples;

use crate::http::{
    authorization::{self, Who},
    endpoints,
    input::LARGEST_BODY,
    ofrep,
};
use axum::http::header::CONTENT_TYPE;
use gateway_api::{
    BackendsView, Beat, BegunRollout, ClockMove, ClockView, CommandAnswer, ConfirmationView, FlagsAtBackend, FlagsView,
    KnownPerson, LiveRecord, NewFlags, NewRollout, OwnSession, Problem, Prove, RecordsPage, RolloutSummary,
    RolloutView, SessionView, SetUp, SignIn, SystemEvent, SystemPage, Unrecorded,
};
use rollout::Command;
use schemars::{SchemaGenerator, generate::SchemaSettings};
use serde_json::{Map, Value, json};
use std::sync::LazyLock;

static DOCUMENT: LazyLock<String> = LazyLock::new(|| {
    let mut text = format!("{:#}", document());
    text.push('\n');
    text
});

/// This document
#[utoipa::path(get, path = "/openapi.json", operation_id = "openapi", tag = "health", responses(
    (status = 200, description = "OpenAPI 3.1", body = Value, content_type = "application/json"),
))]
pub async fn get() -> ([(axum::http::HeaderName, &'static str); 1], &'static str) {
    ([(CONTENT_TYPE, "application/json")], &DOCUMENT)
}

/// The document as JSON.
///
/// # Panics
/// If it has no JSON form: it is the same for every start, and a test makes it.
pub fn document() -> Value {
    let (_, api) = endpoints().split_for_parts();
    #[expect(clippy::expect_used, reason = "see # Panics")]
    let mut document = serde_json::to_value(api).expect("has a JSON form");
    document["info"] = json!({
        "title": "Signalbox",
        "version": env!("CARGO_PKG_VERSION"),
        "description": "Staged feature-flag rollouts with the sign-offs they need. Every error is a problem detail \
            (RFC 9457); what the rulebook refuses comes with its blockers.",
        "license": {"name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0"},
    });
    document["components"] = json!({
        "schemas": schemas(),
        "securitySchemes": {
            "session": {"type": "apiKey", "in": "cookie", "name": "__Host-signalbox_session",
                "description": "Without TLS, so on the gateway's own machine alone: `signalbox_session`"},
            "application": {"type": "http", "scheme": "bearer", "description": "A key of `ofrep.key_file`; the demo asks for none"},
            "hint": {"type": "apiKey", "in": "header", "name": "authorization"},
        },
    });
    if let Some(paths) = document["paths"].as_object_mut() {
        for (path, operations) in paths {
            for (method, operation) in operations.as_object_mut().into_iter().flatten() {
                add_what_all_have(path, method, operation);
            }
        }
    }
    for (path, examples) in examples::coming_in() {
        let pointer = format!("/paths/{}/post/requestBody/content/application~1json", path.replace('/', "~1"));
        if let Some(body) = document.pointer_mut(&pointer) {
            body["examples"] = examples;
        }
    }
    let body = "/paths/~1api~1rollouts~1{id}~1commands/post/requestBody/content/application~1json";
    if let Some(body) = document.pointer_mut(body) {
        body["examples"] = examples::commands();
    }
    document
}

fn schemas() -> Map<String, Value> {
    let settings = SchemaSettings::draft2020_12().with(|s| s.definitions_path = "/components/schemas".into());
    let mut generator = settings.into_generator();
    let g: &mut SchemaGenerator = &mut generator;
    g.subschema_for::<SessionView>();
    g.subschema_for::<SignIn>();
    g.subschema_for::<Prove>();
    g.subschema_for::<SetUp>();
    g.subschema_for::<OwnSession>();
    g.subschema_for::<SystemPage>();
    g.subschema_for::<SystemEvent>();
    g.subschema_for::<RolloutSummary>();
    g.subschema_for::<NewRollout>();
    g.subschema_for::<BegunRollout>();
    g.subschema_for::<RolloutView>();
    g.subschema_for::<RecordsPage>();
    g.subschema_for::<FlagsView>();
    g.subschema_for::<KnownPerson>();
    g.subschema_for::<Command>();
    g.subschema_for::<CommandAnswer>();
    g.subschema_for::<ConfirmationView>();
    g.subschema_for::<Unrecorded>();
    g.subschema_for::<BackendsView>();
    g.subschema_for::<NewFlags>();
    g.subschema_for::<FlagsAtBackend>();
    g.subschema_for::<ClockMove>();
    g.subschema_for::<ClockView>();
    g.subschema_for::<LiveRecord>();
    g.subschema_for::<Beat>();
    g.subschema_for::<Problem>();
    g.subschema_for::<ofrep::Request>();
    g.subschema_for::<ofrep::Evaluation>();
    g.subschema_for::<ofrep::Unevaluated>();
    g.subschema_for::<ofrep::bulk::Flags>();
    let mut schemas = generator.take_definitions(true);
    for (list, item) in
        [("RolloutSummaries", "RolloutSummary"), ("KnownPeople", "KnownPerson"), ("OwnSessions", "OwnSession")]
    {
        let items = json!({"$ref": format!("#/components/schemas/{item}")});
        schemas.insert(list.to_owned(), json!({"type": "array", "items": items}));
    }
    schemas
}

/// The answers that the guards and the body's reader give for every endpoint.
fn add_what_all_have(path: &str, method: &str, operation: &mut Value) {
    let is_api = path.starts_with("/api/");
    let writes = is_api && method != "get";
    let has_body = is_api && operation.get("requestBody").is_some();
    let who = authorization::of(&method.to_uppercase(), path).unwrap_or(Who::SignedIn);
    let needs_session = matches!(who, Who::SignedIn | Who::Roles(_) | Who::Administrator);
    let needs_power = matches!(who, Who::Roles(_) | Who::Administrator);
    match who {
        Who::Anyone => {}
        Who::SignedIn | Who::Roles(_) | Who::Administrator => operation["security"] = json!([{"session": []}]),
        Who::Application => operation["security"] = json!([{"application": []}]),
        Who::Secret => operation["security"] = json!([{"hint": []}]),
    }
    if who == Who::Application {
        // The protocol has no word for it: where no key is configured, nobody is told anything.
        let problem = json!({"schema": {"$ref": "#/components/schemas/Problem"}});
        operation["responses"]["404"]["content"]["application/problem+json"] = problem;
    }
    let forbidden = match (writes && who != Who::Secret, needs_power) {
        (true, true) => "The Origin header is missing or foreign; or this is for somebody else",
        (true, false) => "The Origin header is missing or foreign",
        (false, _) => "This is for somebody else",
    };
    let largest = format!("The body has more than {LARGEST_BODY} bytes");
    for parameter in operation["parameters"].as_array_mut().into_iter().flatten() {
        if parameter["name"] == "id" {
            parameter["schema"] = json!({"type": "string", "format": "uuid"});
        }
    }
    let all = [
        (has_body, "400", "The request is malformed; `place` names where"),
        (needs_session, "401", "Nobody is signed in"),
        (
            who == Who::Application,
            "401",
            "The Authorization header has no key of this gateway; in the demo none is needed",
        ),
        (needs_power || writes && who != Who::Secret, "403", forbidden),
        (has_body, "413", largest.as_str()),
        (has_body, "415", "The body is not sent as application/json"),
        (true, "421", "The Host header names another host"),
        (true, "500", "The gateway made a mistake"),
        (is_api || path == "/readyz", "503", "The store does not do its work, or the gateway closes"),
    ];
    for (applies, status, description) in all {
        if applies && operation["responses"].get(status).is_none() {
            let schema = json!({"schema": {"$ref": "#/components/schemas/Problem"}});
            let content = json!({"application/problem+json": schema});
            operation["responses"][status] = json!({"description": description, "content": content});
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{collections::BTreeSet, fs, path::Path};

    #[test]
    fn the_document_is_the_one_that_was_agreed() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("openapi.json");
        if std::env::var_os("UPDATE").is_some() {
            fs::write(&path, &*DOCUMENT).expect("writes");
        }
        let agreed = fs::read_to_string(&path).expect("crates/gateway/openapi.json is there");
        assert!(agreed == *DOCUMENT, "the API has changed: `UPDATE=1 cargo test -p gateway` writes openapi.json anew");
    }

    #[test]
    fn every_reference_leads_somewhere() {
        fn references(value: &Value, found: &mut BTreeSet<String>) {
            match value {
                Value::Object(map) => {
                    found.extend(map.get("$ref").and_then(Value::as_str).map(str::to_owned));
                    map.values().for_each(|value| references(value, found));
                }
                Value::Array(list) => list.iter().for_each(|value| references(value, found)),
                _ => {}
            }
        }
        let (document, mut found) = (document(), BTreeSet::new());
        references(&document, &mut found);
        assert!(found.len() > 20, "{found:?}");
        for reference in &found {
            let pointer = reference.strip_prefix('#').expect("inside this document");
            assert!(document.pointer(pointer).is_some(), "{reference}");
        }
        assert_eq!(document["openapi"], json!("3.1.0"));
    }

    #[test]
    fn every_way_to_come_in_has_an_example_that_is_one() {
        fn read<T: serde::de::DeserializeOwned>(value: &Value) -> bool {
            serde_json::from_value::<T>(value.clone()).is_ok()
        }
        let document = document();
        for (path, _) in examples::coming_in() {
            let pointer =
                format!("/paths/{}/post/requestBody/content/application~1json/examples", path.replace('/', "~1"));
            let examples = document.pointer(&pointer).and_then(Value::as_object).expect(path);
            for (name, example) in examples {
                let value = &example["value"];
                let is_one = match path {
                    "/api/session" => read::<SignIn>(value),
                    "/api/session/proof" => read::<Prove>(value),
                    _ => read::<SetUp>(value),
                };
                assert!(is_one, "{path}: {name}");
            }
        }
    }

    #[test]
    fn every_type_of_command_has_an_example_that_is_one() {
        let document = document();
        let pointer = "/paths/~1api~1rollouts~1{id}~1commands/post/requestBody/content/application~1json/examples";
        let examples = document.pointer(pointer).and_then(Value::as_object).expect("has examples");
        for (name, example) in examples {
            let command: Command = serde_json::from_value(example["value"].clone()).expect(name);
            let again = serde_json::to_value(&command).expect("serializes");
            assert_eq!(again["type"], json!(name.split('.').next()));
        }
        let known = |name: &str| examples.keys().any(|key| key.split('.').next() == Some(name));
        let types = document.pointer("/components/schemas/Command/oneOf").and_then(Value::as_array).expect("types");
        assert_eq!(types.len(), 24);
        for one in types {
            let name = one.pointer("/properties/type/const").and_then(Value::as_str).expect("a tag");
            assert!(known(name), "no example of {name}");
        }
    }
}
