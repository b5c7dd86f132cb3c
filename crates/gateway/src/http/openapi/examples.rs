//! One worked example of each command, and of each way to come in.

use serde_json::{Map, Value, json};

pub fn commands() -> Value {
    let evidence = json!([{"title": "Dashboard of the first day", "url": "https://example.org/dashboard"}]);
    let all = [
        ("tick", "Tick a task or criterion", json!({"line": "backup-taken", "evidence": evidence})),
        ("untick", "Open it again", json!({"line": "backup-taken", "reason": "The backup was of another database"})),
        ("waive", "Do without a criterion", json!({"line": "feedback-collected", "reason": "Nobody used it yet"})),
        ("sign", "Sign a slot", json!({"slot": "legal-approval", "conditions": "Only for internal minutes"})),
        ("object", "Object to a slot", json!({"slot": "legal-approval", "reason": "The notice is not published"})),
        ("withdraw", "Take back one's own signature or objection", json!({"slot": "legal-approval"})),
        ("decide", "Go at a gate", json!({"gate": 1, "decision": "go", "reason": "Everything is ready"})),
        ("decide.no-go", "No-go at a gate", json!({"gate": 2, "decision": "no-go", "reason": "Errors are too many"})),
        ("decide.hold", "Hold a gate", json!({"gate": 3, "decision": "hold", "reason": "A question is open"})),
        ("release", "Release one's own role's hold", json!({"gate": 3, "reason": "It was answered"})),
        (
            "raise",
            "Raise a flag to the phase's next step",
            json!({"step": "grid-on", "confirm": "FEATURE_GRID_ENABLED"}),
        ),
        ("lower", "Lower a flag", json!({"flag": "grid", "to": "off", "reason": "Errors since ten o'clock"})),
        (
            "put-back",
            "Put a flag back up to what the ledger says",
            json!({"flag": "grid", "confirm": "FEATURE_GRID_ENABLED"}),
        ),
        (
            "moved",
            "Say that one has set a flag by hand, as record 41 asks",
            json!({"flag": "grid", "want": 41, "evidence": evidence}),
        ),
        ("rollback", "Roll back everything", json!({"scope": {"of": "everything"}})),
        (
            "rollback.phase",
            "Roll back a phase and all later ones",
            json!({"scope": {"of": "phase", "phase": "grid", "later": true}}),
        ),
        ("attest", "Attest a step done outside the flag", json!({"step": "full-creation", "evidence": evidence})),
        ("unattest", "Take that back", json!({"step": "full-creation", "reason": "It was undone"})),
        (
            "accept",
            "Accept what the backend has",
            json!({"flag": "grid", "reason": "Lowered by hand during the outage"}),
        ),
        (
            "break-glass",
            "Raise a flag past the blockers in an emergency",
            json!({"flag": "grid", "to": "on", "reason": "The old path is down", "confirm": "FEATURE_GRID_ENABLED"}),
        ),
        ("review", "Review the glass that record 41 broke", json!({"glass": 41, "reason": "It was needed"})),
        (
            "skip",
            "Skip an optional phase",
            json!({"phase": "service-bus", "reason": "There is no infrastructure for it"}),
        ),
        ("unskip", "Take it back in", json!({"phase": "service-bus"})),
        (
            "adopt",
            "Let the attached plan take force",
            json!({"plan": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"}),
        ),
        ("incident", "Open an incident", json!({"reason": "Sign-in fails for some users"})),
        ("resolve", "Resolve an incident", json!({"incident": 17, "reason": "The certificate was renewed"})),
        ("note", "Say something about an earlier record", json!({"text": "See the minutes of Monday", "about": 12})),
    ];
    let example = |(name, summary, mut value): (&str, &str, Value)| {
        value["type"] = name.split('.').next().into();
        (name.to_owned(), json!({"summary": summary, "value": value}))
    };
    Value::Object(all.map(example).into_iter().collect::<Map<String, Value>>())
}

/// By the path they are sent to.
pub fn coming_in() -> [(&'static str, Value); 3] {
    let example = |summary: &str, value: Value| json!({"summary": summary, "value": value});
    let password = "correct horse battery staple";
    [
        (
            "/api/session",
            json!({
                "local": example("With a local account", json!({"login": "mia.example", "password": password})),
                "sample": example("In the demo", json!({"account": "engineer"})),
            }),
        ),
        (
            "/api/session/proof",
            json!({
                "local": example("With a local account", json!({"password": password})),
                "sample": example("In the demo", json!({"account": "engineer"})),
            }),
        ),
        (
            "/api/setup",
            json!({"first": example("The first administrator", json!({
                "code": "0123-4567-89ab-cdef-0123", "login": "mia.example", "name": "Mia Example", "password": password,
            }))}),
        ),
    ]
}
