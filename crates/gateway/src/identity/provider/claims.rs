//! What the provider says about somebody, after it was checked.

use super::problem::{Failure, ProviderError, Why};
use rollout::Timestamp;
use serde_json::{Map, Value};

/// The standard allows no longer subject.
const LONGEST_SUBJECT: usize = 255;

/// The most characters of a name.
const LONGEST_NAME: usize = 100;

/// The claims of an ID token, and what was told beside it.
#[derive(Debug)]
pub struct Claims {
    all: Value,
    auth_time: Option<Timestamp>,
}

impl Claims {
    /// Of an ID token. What it alone may tell is taken from it now.
    pub fn new(claims: Map<String, Value>) -> Self {
        let auth_time = claims.get("auth_time").and_then(Value::as_i64);
        let auth_time = auth_time.map(|seconds| Timestamp::from_millis(seconds.saturating_mul(1_000)));
        Self { all: Value::Object(claims), auth_time }
    }

    /// Adds what is not there yet: an ID token goes first.
    pub fn add(&mut self, more: Map<String, Value>) {
        let Some(own) = self.all.as_object_mut() else { return };
        for (name, value) in more {
            own.entry(name).or_insert(value);
        }
    }

    /// By its name; or, after a slash, by JSON pointer, as `/realm_access/roles`.
    fn claim(&self, name: &str) -> Option<&Value> {
        if name.starts_with('/') { self.all.pointer(name) } else { self.all.get(name) }
    }

    pub fn has(&self, name: &str) -> bool {
        self.claim(name).is_some()
    }

    /// What a claim says: one thing, or a list of things.
    pub fn texts(&self, name: &str) -> Vec<String> {
        let text = |value: &Value| match value {
            Value::String(text) => Some(text.clone()),
            Value::Bool(_) | Value::Number(_) => Some(value.to_string()),
            Value::Null | Value::Array(_) | Value::Object(_) => None,
        };
        match self.claim(name) {
            Some(Value::Array(all)) => all.iter().filter_map(text).collect(),
            Some(one) => text(one).into_iter().collect(),
            None => Vec::new(),
        }
    }

    /// Errors: it is none.
    pub fn subject(&self) -> Result<String, Failure> {
        let subject = self.claim("sub").and_then(Value::as_str).unwrap_or_default();
        if subject.is_empty() || subject.len() > LONGEST_SUBJECT || subject.chars().any(char::is_control) {
            return Err(ProviderError::Untrusted(Why::Subject).because("the subject is empty, too long or unreadable"));
        }
        Ok(subject.to_owned())
    }

    /// What others call them.
    pub fn name(&self) -> Option<String> {
        ["name", "preferred_username", "email"].into_iter().find_map(|claim| {
            let seen: String = self.claim(claim)?.as_str()?.chars().filter(|c| !c.is_control()).collect();
            let name: String = seen.trim().chars().take(LONGEST_NAME).collect();
            (!name.is_empty()).then_some(name)
        })
    }

    pub fn auth_time(&self) -> Option<Timestamp> {
        self.auth_time
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn claims(value: Value) -> Claims {
        Claims::new(value.as_object().expect("an object").clone())
    }

    #[test]
    fn a_claim_is_one_thing_or_a_list_and_may_stand_deeper() {
        let claims = claims(json!({
            "groups": "dev", "roles": ["a", 7, null, {"b": 1}], "is_staff": true, "https://x.example/roles": ["c"],
            "realm_access": {"roles": ["d"]}, "a/b": "e",
        }));
        assert_eq!(claims.texts("groups"), ["dev"]);
        assert_eq!(claims.texts("roles"), ["a", "7"]);
        assert_eq!(claims.texts("is_staff"), ["true"]);
        assert_eq!(claims.texts("https://x.example/roles"), ["c"]);
        assert_eq!(claims.texts("/realm_access/roles"), ["d"]);
        assert_eq!(claims.texts("/a~1b"), ["e"]);
        assert_eq!(claims.texts("realm_access"), [""; 0]);
        assert_eq!(claims.texts("missing"), [""; 0]);
    }

    #[test]
    fn what_is_told_beside_the_token_changes_nothing_in_it() {
        let mut claims = claims(json!({"sub": "1", "groups": ["dev"]}));
        claims.add(json!({"sub": "2", "groups": ["root"], "name": "Ada"}).as_object().expect("an object").clone());
        assert_eq!(claims.texts("groups"), ["dev"]);
        assert_eq!((claims.subject().expect("a subject"), claims.name().as_deref()), ("1".to_owned(), Some("Ada")));
    }

    #[test]
    fn a_name_is_what_can_be_read() {
        let name = |value| claims(value).name();
        assert_eq!(name(json!({"name": " Ada\u{7} L. ", "email": "a@b.example"})).as_deref(), Some("Ada L."));
        assert_eq!(name(json!({"name": " ", "preferred_username": "ada"})).as_deref(), Some("ada"));
        assert_eq!(name(json!({"email": "a@b.example"})).as_deref(), Some("a@b.example"));
        assert_eq!(name(json!({"name": "x".repeat(999)})).map(|name| name.len()), Some(LONGEST_NAME));
        assert_eq!(name(json!({"name": 7})), None);
    }

    #[test]
    fn a_subject_is_there_and_short() {
        for bad in [json!({}), json!({"sub": ""}), json!({"sub": "x".repeat(256)}), json!({"sub": "a\nb"})] {
            assert!(claims(bad.clone()).subject().is_err(), "{bad}");
        }
    }
}
