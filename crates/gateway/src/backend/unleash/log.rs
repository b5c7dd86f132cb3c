//! Unleash's own log: who changed a flag, when and how.

use super::{Unleash, of_flag};
use crate::backend::BackendError;
use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::Value;

/// How many entries are looked through for one that moves the flag.
const LOOKED_AT: &str = "20";

#[derive(Debug, Deserialize)]
struct Events {
    /// Newest first.
    events: Vec<Event>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Event {
    #[serde(rename = "type")]
    kind: String,
    created_by: String,
    created_at: DateTime<Utc>,
    data: Option<Value>,
    pre_data: Option<Value>,
}

impl Unleash {
    /// The newest entry that moved the flag, as a sentence.
    pub(super) async fn last_change_of(&self, environment: &str, key: &str) -> Result<Option<String>, BackendError> {
        let (feature, place) = (format!("IS:{key}"), format!("IS:{environment}"));
        let asked = [("feature", feature.as_str()), ("environment", place.as_str()), ("limit", LOOKED_AT)];
        let found: Events = self.http.find(&["search", "events"], &asked).await.map_err(of_flag)?;
        Ok(found.events.iter().find_map(|event| sentence(event, environment)))
    }
}

fn sentence(event: &Event, environment: &str) -> Option<String> {
    let what = match event.kind.as_str() {
        "feature-environment-enabled" => format!("enabled it in {environment}"),
        "feature-environment-disabled" => format!("disabled it in {environment}"),
        "feature-strategy-add" => format!("added a strategy to it in {environment}{}", share(event)),
        "feature-strategy-update" => format!("changed a strategy of it in {environment}{}", share(event)),
        "feature-strategy-remove" => format!("removed a strategy of it in {environment}"),
        _ => return None,
    };
    let name: String = event.created_by.chars().filter(|c| !c.is_control()).take(100).collect();
    let name = if name.trim().is_empty() { "somebody" } else { name.trim() };
    let when = event.created_at.format("%Y-%m-%d %H:%M UTC");
    Some(format!("In Unleash, {name} {what} at {when}."))
}

/// From which percentage to which, where that is what it tells.
fn share(event: &Event) -> String {
    let of = |data: &Option<Value>| {
        let text = data.as_ref()?.pointer("/parameters/rollout")?.as_str()?;
        text.parse::<u32>().ok().filter(|percent| *percent <= 100)
    };
    match (of(&event.pre_data), of(&event.data)) {
        (Some(from), Some(to)) if from != to => format!(", from {from} % to {to} %,"),
        (None, Some(to)) if event.pre_data.is_none() => format!(", with {to} %,"),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn said(kind: &str, by: &str, before: Value, after: Value) -> Option<String> {
        let event = json!({"id": 1, "type": kind, "createdBy": by, "createdAt": "2026-11-28T10:12:59.432Z",
            "data": after, "preData": before, "environment": "production"});
        sentence(&serde_json::from_value(event).expect("an event"), "production")
    }

    #[test]
    fn an_entry_of_the_log_is_a_plain_sentence() {
        let share = |percent: &str| json!({"parameters": {"rollout": percent}});
        let toggled = said("feature-environment-enabled", "admin", Value::Null, Value::Null);
        assert_eq!(toggled.as_deref(), Some("In Unleash, admin enabled it in production at 2026-11-28 10:12 UTC."));
        let moved = said("feature-strategy-update", "anna\n", share("25"), share("50")).expect("is told");
        assert!(moved.contains("anna changed a strategy of it in production, from 25 % to 50 %, at 2026"), "{moved}");
        let other = said("feature-strategy-update", "", share("25"), share("abc")).expect("is told");
        assert!(other.contains("somebody changed a strategy of it in production at"), "{other}");
        let added = said("feature-strategy-add", "anna", Value::Null, share("50")).expect("is told");
        assert!(added.contains("added a strategy to it in production, with 50 %, at"), "{added}");
        assert_eq!(said("feature-tagged", "anna", Value::Null, Value::Null), None);
    }
}
