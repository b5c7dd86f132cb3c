use super::*;
use gateway_api::{FlagsView, Said};
use serde_json::{Value, json};

fn flag(key: &str, more: Value) -> Value {
    let slug = key.to_lowercase().replace('_', "-");
    let mut flag = json!({ "slug": slug, "key": key, "name": key, "wanted": "off", "applied": "off" });
    for (name, value) in more.as_object().expect("fields") {
        flag[name] = value.clone();
    }
    flag
}

fn rows() -> Rows {
    let rollout = |n: u8, name: &str, environment: &str, flags: Vec<Value>| {
        let id = uuid::Uuid::from_bytes([n; 16]);
        json!({ "id": id, "name": name, "environment": environment, "closed": false, "version": 9, "flags": flags })
    };
    let by = |time: &str| json!({ "seq": 3, "time": time, "by": { "system": "delivery" } });
    let seen = json!({ "exposure": "on", "since": "2026-01-03T00:00:00Z" });
    let pending = json!({ "since": "2026-01-03T00:00:00Z", "upward": false, "failure": "unreachable" });
    let rollouts = json!([
        rollout(
            1,
            "Garage",
            "production",
            vec![
                flag("GRID", json!({ "wanted": "50", "applied": "50", "last_by": by("2026-01-02T00:00:00Z") })),
                flag("CHAT", json!({ "observed": seen })),
            ]
        ),
        rollout(
            2,
            "Clinic",
            "staging",
            vec![
                flag(
                    "CHAT",
                    json!({ "variable": "VITE_TALK", "code_default": "on", "last_by": by("2026-01-05T00:00:00Z") })
                ),
                flag("AUDIT", json!({ "name": "Audit trail", "pending": pending })),
            ]
        ),
    ]);
    let rollouts: Vec<RolloutFlags> = serde_json::from_value(rollouts).expect("rollouts with flags");
    let view = FlagsView { cursor: 1, backend_unreachable_since: None, rollouts, said: Said::default() };
    Rows::of(&Flags::from(view), None)
}

fn keys(rows: &[Arc<Row>]) -> String {
    let one = |row: &Arc<Row>| format!("{} {}", row.flag().key, row.rollout.name);
    rows.iter().map(one).collect::<Vec<_>>().join(", ")
}

#[track_caller]
fn check_found(query: FlagsQuery, expect: &str) {
    assert_eq!(keys(&found(&rows().sorted(Sort::default()), &query)), expect);
}

#[test]
fn each_word_of_a_search_must_be_found_wherever_it_stands() {
    let q = |q: &str| FlagsQuery { q: q.into(), ..FlagsQuery::default() };
    check_found(q("chat"), "CHAT Garage, CHAT Clinic");
    check_found(q(" CLINIC chat "), "CHAT Clinic");
    check_found(q("talk"), "CHAT Clinic");
    check_found(q("audit TRAIL"), "AUDIT Clinic");
    check_found(q("chat audit"), "");
    check_found(q(""), "AUDIT Clinic, CHAT Garage, CHAT Clinic, GRID Garage");
}

#[test]
fn a_state_is_what_the_backend_has_and_not_what_is_wanted() {
    let show = |show| FlagsQuery { show: Some(show), ..FlagsQuery::default() };
    check_found(show(Showing::Drift), "CHAT Garage");
    check_found(show(Showing::Raised), "CHAT Garage, GRID Garage");
    check_found(show(Showing::Off), "AUDIT Clinic, CHAT Clinic");
    check_found(show(Showing::Pending), "AUDIT Clinic");
    check_found(show(Showing::FailsOpen), "CHAT Clinic");
    let staging = FlagsQuery { environment: Some("staging".into()), ..show(Showing::Off) };
    check_found(staging, "AUDIT Clinic, CHAT Clinic");
}

#[test]
fn every_column_sorts_both_ways_and_what_is_the_same_goes_by_key() {
    #[track_caller]
    fn check(by: SortBy, up: &str, down: &str) {
        assert_eq!(keys(&rows().sorted(Sort { by, down: false })), up);
        assert_eq!(keys(&rows().sorted(Sort { by, down: true })), down);
    }
    check(
        SortBy::State,
        "CHAT Garage, AUDIT Clinic, GRID Garage, CHAT Clinic",
        "CHAT Clinic, GRID Garage, AUDIT Clinic, CHAT Garage",
    );
    check(
        SortBy::Changed,
        "AUDIT Clinic, CHAT Garage, GRID Garage, CHAT Clinic",
        "CHAT Clinic, GRID Garage, AUDIT Clinic, CHAT Garage",
    );
    check(
        SortBy::Environment,
        "CHAT Garage, GRID Garage, AUDIT Clinic, CHAT Clinic",
        "AUDIT Clinic, CHAT Clinic, CHAT Garage, GRID Garage",
    );
    check(
        SortBy::Backend,
        "AUDIT Clinic, CHAT Clinic, GRID Garage, CHAT Garage",
        "CHAT Garage, GRID Garage, AUDIT Clinic, CHAT Clinic",
    );
}

#[test]
fn they_are_counted_by_what_the_backend_has() {
    assert_eq!(rows().counts(), Counts { all: 4, raised: 2, pending: 1, drifts: 1 });
}
