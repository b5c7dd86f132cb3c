//! What the store keeps of people: who they are, what was granted to them, their sessions, and the ledger that tells of it.

use super::Result;
use async_trait::async_trait;
use gateway_api::{Grant, ProvenBy, SystemEvent, system_records::SystemActor};
use rollout::{Digest, PersonId, Seq, TextHash, Timestamp, text::Spoken};
use std::collections::{BTreeMap, BTreeSet};

/// How an erased person is called.
pub const ERASED: &str = "Erased person";

/// A person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonRow {
    pub id: PersonId,
    pub name: String,
    /// What they sign in with, if they have a local account.
    pub login: Option<String>,
    pub grants: Vec<Grant>,
    /// When they last asked something, to the minute.
    pub seen: Option<Timestamp>,
    pub disabled: bool,
    pub erased: bool,
}

/// What a local account's password is checked against.
#[derive(Clone, PartialEq, Eq)]
pub struct AccountRow {
    pub person: PersonId,
    pub login: String,
    /// A PHC string.
    pub password: String,
    /// May not sign in.
    pub disabled: bool,
}

/// A session's public name, for lists and for ending it. It lets nobody in.
pub type SessionId = String;

/// When and how a person proved who they are, the last time. By real time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Proof {
    pub at: Timestamp,
    pub by: ProvenBy,
}

/// A session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRow {
    /// The hash of its token; the token itself is kept nowhere.
    pub token: Digest,
    pub id: SessionId,
    pub person: PersonId,
    pub begun: Timestamp,
    /// When something was last asked in it, to the minute.
    pub seen: Timestamp,
    pub ends: Timestamp,
    pub proof: Proof,
    /// The browser, as it describes itself.
    pub agent: String,
}

/// Something about people that is to be so from now on.
#[derive(Clone)]
pub enum Change {
    AddPerson {
        person: PersonId,
        name: String,
    },
    Rename {
        person: PersonId,
        name: String,
    },
    /// Refused if somebody else has that login.
    AddAccount {
        person: PersonId,
        login: String,
        password: String,
    },
    /// Only while nobody has a local account: whoever comes second is refused.
    BeFirst,
    SetPassword {
        person: PersonId,
        password: String,
    },
    Disable {
        person: PersonId,
    },
    Enable {
        person: PersonId,
    },
    Grant {
        person: PersonId,
        grant: Grant,
    },
    Revoke {
        person: PersonId,
        grant: Grant,
    },
    /// What a provider calls somebody.
    Bind {
        issuer: String,
        subject: String,
        person: PersonId,
    },
    /// Forgets those that have ended by then.
    OpenSession(SessionRow),
    Prove {
        session: Digest,
        proof: Proof,
    },
    EndSession {
        session: Digest,
    },
    EndSessionsOf {
        person: PersonId,
    },
    /// Name, words, answers, account, sessions and grants go for good.
    Erase {
        person: PersonId,
    },
}

/// What the system's ledger says about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    pub actor: SystemActor,
    pub event: SystemEvent,
    /// The words behind its hashes, and whom they are about.
    pub texts: Vec<(PersonId, Spoken)>,
}

/// A record of the system's ledger, as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SystemStored {
    pub seq: Seq,
    pub bytes: Vec<u8>,
    pub leaf: Digest,
    pub recorded_at: Timestamp,
}

/// A login without the difference between upper and lower case.
pub fn folded(login: &str) -> String {
    login.trim().to_lowercase()
}

/// Everything about people. When a writing method returns, what it wrote is on the disk.
#[async_trait]
pub trait People: Send + Sync {
    /// Everyone, in the order they came.
    async fn people(&self) -> Result<Vec<PersonRow>>;
    /// One person.
    async fn person(&self, id: PersonId) -> Result<Option<PersonRow>>;
    /// What people are called.
    async fn names(&self, people: &BTreeSet<PersonId>) -> Result<BTreeMap<PersonId, String>>;
    /// The local account with this login.
    async fn account(&self, login: &str) -> Result<Option<AccountRow>>;
    /// The local account of this person.
    async fn account_of(&self, person: PersonId) -> Result<Option<AccountRow>>;
    /// Is there any local account?
    async fn has_accounts(&self) -> Result<bool>;
    /// Whom a provider means.
    async fn subject(&self, issuer: &str, subject: &str) -> Result<Option<PersonId>>;
    /// What a provider calls a person, if it knows them.
    async fn subject_of(&self, issuer: &str, person: PersonId) -> Result<Option<String>>;
    /// A session that has not come to its end, and whose it is; none of a person who may not sign in.
    async fn session(&self, token: &Digest, now: Timestamp) -> Result<Option<(SessionRow, PersonRow)>>;
    /// A person's sessions that have not come to their end, latest first.
    async fn sessions_of(&self, person: PersonId, now: Timestamp) -> Result<Vec<SessionRow>>;
    /// Something was asked in a session.
    async fn seen(&self, token: &Digest, at: Timestamp) -> Result<()>;
    /// Makes these changes and writes these records, all or nothing. `now` is real time; a record's is never before the one
    /// before.
    ///
    /// Errors: a login is taken, or somebody else was first.
    async fn change(&self, changes: Vec<Change>, notes: Vec<Note>, now: Timestamp) -> Result<()>;
    /// The system ledger's head; 0 if it is empty.
    async fn system_head(&self) -> Result<Seq>;
    /// Its records after `after`, at most `limit`.
    async fn system_records(&self, after: Seq, limit: u32) -> Result<Vec<SystemStored>>;
    /// Its records before `before`, at most `limit`, newest first.
    async fn system_records_before(&self, before: Seq, limit: u32) -> Result<Vec<SystemStored>>;
    /// The words behind hashes in it, as far as they are still there.
    async fn system_texts(&self, hashes: &BTreeSet<TextHash>) -> Result<BTreeMap<TextHash, String>>;
}
