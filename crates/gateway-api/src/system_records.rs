//! The system's own ledger: who came in, what was granted, who was let go. Of the same kind as a rollout's: canonical bytes
//! that never change, without a name or free text in them.

use crate::{people::Grant, rollouts::Said, session::ProvenBy};
use rollout::{Digest, PersonId, Role, RolloutId, Seq, TextHash, Timestamp, canonical};
use serde::{Deserialize, Serialize};

/// The edition of the form that is written.
pub const EDITION: u32 = 1;

/// Where it stands: there is one such ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum SystemLedger {
    /// The gateway's own.
    #[default]
    System,
}

/// One record of it. Stored and hashed as its RFC 8785 bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SystemRecord {
    /// The edition of the form.
    pub v: u32,
    /// The ledger it stands in.
    pub ledger: SystemLedger,
    /// Its number there, from 1, without gaps.
    pub seq: Seq,
    /// Real time, never before the record before.
    pub time: Timestamp,
    /// Who did it.
    pub actor: SystemActor,
    /// What happened: `kind` and `body`.
    #[serde(flatten)]
    pub event: SystemEvent,
}

impl SystemRecord {
    /// A new record.
    pub fn new(seq: Seq, time: Timestamp, actor: SystemActor, event: SystemEvent) -> Self {
        Self { v: EDITION, ledger: SystemLedger::System, seq, time, actor, event }
    }

    /// The bytes that are stored and hashed.
    pub fn bytes(&self) -> Vec<u8> {
        canonical::bytes(self)
    }

    /// Reads stored bytes.
    ///
    /// Errors: it is no such record, or one that only a newer gateway knows.
    pub fn parse(bytes: &[u8]) -> Result<Self, serde_json::Error> {
        serde_json::from_slice(bytes)
    }
}

/// Who did it: a person, or the gateway's program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum SystemActor {
    /// A person.
    Person {
        /// Who.
        person: PersonId,
    },
    /// No person that the gateway knows.
    System {
        /// Which part of it.
        system: SystemPart,
    },
}

impl SystemActor {
    /// The person, if one did it.
    pub fn person(self) -> Option<PersonId> {
        match self {
            Self::Person { person } => Some(person),
            Self::System { .. } => None,
        }
    }
}

/// What acts when no person does that the gateway knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum SystemPart {
    /// Somebody at the gateway's terminal.
    CommandLine,
    /// The demo, which makes its sample people.
    Demo,
    /// What the company's provider says, carried out at sign-in.
    Provider,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "body", rename_all = "kebab-case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum SystemEvent {
    /// The first administrator was made by the one-time code.
    SetUp {
        /// Who it is.
        person: PersonId,
    },
    /// The gateway knows a person from now on.
    AccountAdded {
        /// Who.
        person: PersonId,
        /// The salted hash of their name.
        name: TextHash,
        /// The salted hash of what they sign in with; none without a local account.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        login: Option<TextHash>,
    },
    /// May not sign in any more; their sessions ended.
    AccountDisabled {
        /// Who.
        person: PersonId,
    },
    /// May sign in again.
    AccountEnabled {
        /// Who.
        person: PersonId,
    },
    /// Has a new password; their sessions ended.
    PasswordSet {
        /// Who.
        person: PersonId,
    },
    /// May do more.
    RoleGranted {
        /// Who.
        person: PersonId,
        /// What, and for where.
        grant: Grant,
    },
    /// May do less.
    RoleRevoked {
        /// Who.
        person: PersonId,
        /// What, and for where.
        grant: Grant,
    },
    /// Came in.
    SignedIn {
        /// The session's public id.
        session: String,
        /// How they proved who they are.
        by: ProvenBy,
    },
    /// A session was ended before its time.
    SessionEnded {
        /// Whose.
        person: PersonId,
        /// The session's public id.
        session: String,
    },
    /// Name, words, account, sessions and grants are gone for good; the records stay.
    PersonErased {
        /// Who.
        person: PersonId,
    },
    /// Flags were made at the backend, off.
    FlagsCreated {
        /// Where.
        environment: String,
        /// Their keys.
        keys: Vec<String>,
        /// In what capacity.
        role: Role,
    },
    /// Somebody raised a flag past what spoke against it. What and why stands in the rollout's own ledger.
    GlassBroken {
        /// Where.
        rollout: RolloutId,
        /// The number of that ledger's record.
        record: Seq,
        /// Its SHA-256(0x00 ‖ bytes): one cannot be changed without the other.
        leaf: Digest,
        /// In what capacity.
        role: Role,
    },
}

/// A record as it travels: the bytes as they are stored and hashed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SystemRecordView {
    /// Its number.
    pub seq: Seq,
    /// Canonical JSON.
    pub bytes: String,
    /// SHA-256(0x00 ‖ bytes).
    pub leaf: Digest,
}

/// GET /api/system/records: a page of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SystemPage {
    /// The records.
    pub records: Vec<SystemRecordView>,
    /// Who and what stands behind ids and hashes in them.
    pub said: Said,
    /// The ledger's head; 0 if it has no records.
    pub version: Seq,
    /// Where to go on, in the same direction; none at the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<Seq>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn its_bytes_are_canonical_and_read_back() {
        let person: PersonId = "01890000-0000-7000-8000-000000000001".parse().expect("an id");
        let grant = "legal@production/s4".parse().expect("a grant");
        let by = SystemActor::System { system: SystemPart::CommandLine };
        let record = SystemRecord::new(3, Timestamp::from_millis(0), by, SystemEvent::RoleGranted { person, grant });
        let expected = r#"{"actor":{"system":"command-line"},"body":{"grant":{"environment":"production","plan":"s4","role":"legal","source":"account"},"person":"01890000-0000-7000-8000-000000000001"},"kind":"role-granted","ledger":"system","seq":3,"time":"1970-01-01T00:00:00.000Z","v":1}"#;
        assert_eq!(String::from_utf8(record.bytes()).expect("UTF-8"), expected);
        assert_eq!(SystemRecord::parse(expected.as_bytes()).expect("a record"), record);
        assert!(SystemRecord::parse(expected.replace("role-granted", "role-lent").as_bytes()).is_err());
    }
}
