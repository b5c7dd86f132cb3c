//! Changes to people, each with the record that tells of it. The same for the API, the command line and the demo.

use crate::{
    clock,
    store::{Change, Note},
};
use gateway_api::{Grant, SystemEvent, system_records::SystemActor};
use rollout::{Digest, PersonId, text::Spoken};

/// The most characters of a login, and of a name.
const LONGEST: usize = 100;

/// Changes that belong together, and their records.
#[derive(Default)]
pub struct Batch {
    pub changes: Vec<Change>,
    pub notes: Vec<Note>,
}

impl Batch {
    fn one(change: Change, by: SystemActor, event: SystemEvent) -> Self {
        Self { changes: vec![change], notes: vec![note(by, event)] }
    }

    /// Both.
    pub fn and(mut self, other: Self) -> Self {
        self.changes.extend(other.changes);
        self.notes.extend(other.notes);
        self
    }
}

/// A record without words.
pub fn note(actor: SystemActor, event: SystemEvent) -> Note {
    Note { actor, event, texts: Vec::new() }
}

/// Why a text is no login or name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoName {
    #[error("it needs 1 to {LONGEST} characters")]
    Length,
    #[error("it has characters that nobody sees")]
    Unseen,
    #[error("a login has no white space")]
    Space,
}

/// What one signs in with.
///
/// Errors: it is none.
pub fn login(text: &str) -> Result<String, NoName> {
    let login = name(text)?;
    if login.contains(char::is_whitespace) { Err(NoName::Space) } else { Ok(login) }
}

/// What others see.
///
/// Errors: it is none.
pub fn name(text: &str) -> Result<String, NoName> {
    let text = text.trim();
    if text.chars().any(char::is_control) {
        return Err(NoName::Unseen);
    }
    if !(1..=LONGEST).contains(&text.chars().count()) {
        return Err(NoName::Length);
    }
    Ok(text.to_owned())
}

/// A person with a local account. `password` is its PHC string.
pub fn add(person: PersonId, login: &str, name: &str, password: String, by: SystemActor) -> Batch {
    let known = Batch::known(person, name, Some(login), by);
    let account = Change::AddAccount { person, login: login.to_owned(), password };
    known.and(Batch { changes: vec![account], notes: Vec::new() })
}

impl Batch {
    /// Somebody is known from now on, with a login of their own or without.
    pub fn known(person: PersonId, name: &str, login: Option<&str>, by: SystemActor) -> Self {
        let (name_said, login_said) = (spoken(name), login.map(spoken));
        let event = SystemEvent::AccountAdded {
            person,
            name: name_said.hash,
            login: login_said.as_ref().map(|said| said.hash),
        };
        let texts = [Some(name_said), login_said].into_iter().flatten().map(|said| (person, said)).collect();
        let change = Change::AddPerson { person, name: name.to_owned() };
        Self { changes: vec![change], notes: vec![Note { actor: by, event, texts }] }
    }
}

fn spoken(words: &str) -> Spoken {
    let salt = clock::salt();
    Spoken { hash: Digest::of(&[&salt, words.as_bytes()]), salt, words: words.to_owned() }
}

pub fn grant(person: PersonId, grant: Grant, by: SystemActor) -> Batch {
    let event = SystemEvent::RoleGranted { person, grant: grant.clone() };
    Batch::one(Change::Grant { person, grant }, by, event)
}

pub fn revoke(person: PersonId, grant: Grant, by: SystemActor) -> Batch {
    let event = SystemEvent::RoleRevoked { person, grant: grant.clone() };
    Batch::one(Change::Revoke { person, grant }, by, event)
}

/// May not sign in any more; their sessions end.
pub fn disable(person: PersonId, by: SystemActor) -> Batch {
    let disabled = Batch::one(Change::Disable { person }, by, SystemEvent::AccountDisabled { person });
    disabled.and(Batch { changes: vec![Change::EndSessionsOf { person }], notes: Vec::new() })
}

pub fn enable(person: PersonId, by: SystemActor) -> Batch {
    Batch::one(Change::Enable { person }, by, SystemEvent::AccountEnabled { person })
}

/// Has another password, a PHC string; whoever came in with the old one is out.
pub fn set_password(person: PersonId, password: String, by: SystemActor) -> Batch {
    let set = Batch::one(Change::SetPassword { person, password }, by, SystemEvent::PasswordSet { person });
    set.and(Batch { changes: vec![Change::EndSessionsOf { person }], notes: Vec::new() })
}

/// Their name, words, account, sessions and grants go for good.
pub fn erase(person: PersonId, by: SystemActor) -> Batch {
    Batch::one(Change::Erase { person }, by, SystemEvent::PersonErased { person })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_login_and_a_name_are_short_and_can_be_seen() {
        assert_eq!(login(" Mia.Meier@example.org "), Ok("Mia.Meier@example.org".into()));
        assert_eq!(login("mia meier"), Err(NoName::Space));
        assert_eq!(name("Mia Meier"), Ok("Mia Meier".into()));
        for text in ["", "  ", &"x".repeat(101)] {
            assert_eq!(name(text), Err(NoName::Length), "{text}");
        }
        assert_eq!(name("a\u{7}b"), Err(NoName::Unseen));
    }

    #[test]
    fn no_record_says_a_name_or_a_login() {
        let person = clock::person_id();
        let by = SystemActor::Person { person };
        let batch = add(person, "mia.meier", "Mia Meier", "$argon2id$…".into(), by);
        let [Note { event, texts, .. }] = batch.notes.as_slice() else { panic!("one record") };
        let bytes = serde_json::to_string(event).expect("JSON");
        assert!(!bytes.to_lowercase().contains("mei") && !bytes.contains("argon2"), "{bytes}");
        assert_eq!(texts.len(), 2);
        for (about, said) in texts {
            assert_eq!((*about, said.hash), (person, Digest::of(&[&said.salt, said.words.as_bytes()])));
            assert!(bytes.contains(&said.hash.to_string()));
        }
    }
}
