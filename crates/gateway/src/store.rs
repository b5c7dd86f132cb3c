//! The store: what must survive. The ledger's records above all, and what stands beside them.

#[cfg(test)]
mod conformance;
mod people;
mod sqlite;

pub use people::{
    AccountRow, Change, ERASED, Note, People, PersonRow, Proof, SessionId, SessionRow, SystemStored, folded,
};
pub use sqlite::Sqlite;

use async_trait::async_trait;
use gateway_api::Attempt;
use rollout::{Digest, Millis, PersonId, RolloutId, Seq, TextHash, Timestamp, text::Spoken};
use std::collections::{BTreeMap, BTreeSet};

/// What the store could not do.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The ledger has moved on since the version that was expected. Nothing was written.
    #[error("the ledger has moved on")]
    VersionMoved,
    /// Another open rollout holds a flag. Nothing was written.
    #[error("another open rollout holds the flag {0} in this environment")]
    FlagHeld(String),
    /// This key of this person has an answer already. Nothing was written.
    #[error("the idempotency key was used before")]
    KeyTaken,
    /// Somebody has that login already. Nothing was written.
    #[error("the login is taken")]
    LoginTaken,
    /// There is an account already, and this was for the first. Nothing was written.
    #[error("there is an account already")]
    NotFirst,
    /// The database failed. Whether it was written is known by reading again.
    #[error("the database failed: {0}")]
    Failed(#[from] sqlx::Error),
    /// What is stored cannot be read.
    #[error("the database holds something unreadable: {0}")]
    Unreadable(String),
}

impl StoreError {
    /// Is it that there is no room left?
    pub fn is_disk_full(&self) -> bool {
        let Self::Failed(sqlx::Error::Database(error)) = self else { return false };
        let code = error.code().and_then(|code| code.parse::<u32>().ok());
        code.is_some_and(|code| code & 0xff == SQLITE_FULL)
    }
}

pub type Result<T> = std::result::Result<T, StoreError>;

/// SQLite's result code for it; the upper bits say more.
const SQLITE_FULL: u32 = 13;

/// The setting that holds how far the demo's clock is ahead, in milliseconds.
pub const AHEAD: &str = "demo_clock_ahead_ms";

/// A record as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// Where it stands among all records of all ledgers; grows with every record.
    pub position: u64,
    pub rollout: RolloutId,
    pub seq: Seq,
    pub bytes: Vec<u8>,
    pub leaf: Digest,
    /// When it was stored, by real time.
    pub recorded_at: Timestamp,
}

/// A fold is kept each time so many records have come. Folding as many takes a few hundredths of a second, and a kept
/// fold takes a few hundredths of the room that as many records take.
pub const SNAPSHOT_EVERY: Seq = 1_000;

/// The fold of a ledger up to a record, kept. A cache: nothing is lost with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// The version of the rulebook that folded it.
    pub rulebook: u32,
    /// The last record in it.
    pub seq: Seq,
    /// That record's position among all.
    pub position: u64,
    /// The state's canonical bytes.
    pub state: Vec<u8>,
    /// Their SHA-256.
    pub digest: Digest,
}

/// A rollout, without its records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RolloutRow {
    pub id: RolloutId,
    pub environment: String,
    /// The plan's JSON.
    pub plan: Vec<u8>,
}

/// A rollout that begins with the records it is appended with.
#[derive(Debug, Clone)]
pub struct Begin {
    pub environment: String,
    pub plan_digest: Digest,
    pub plan: Vec<u8>,
}

/// Who has the flags of a rollout.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Claim {
    pub backend: String,
    pub environment: String,
    pub flag_key: String,
}

/// The answer to a command or a beginning, kept for whoever repeats it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub person: PersonId,
    pub key: String,
    /// The digest of what was asked.
    pub asked: Digest,
    pub answer: Vec<u8>,
}

/// Records for one ledger, and all that must be stored with them or not at all.
#[derive(Debug, Clone)]
pub struct Append {
    pub rollout: RolloutId,
    /// The ledger's head that the records follow.
    pub expected: Seq,
    /// The records' bytes and leaf hashes, in order.
    pub records: Vec<(Vec<u8>, Digest)>,
    pub recorded_at: Timestamp,
    /// The rollout, if it begins here.
    pub begin: Option<Begin>,
    /// The flags this rollout holds from now on; none changes nothing, an empty list gives them all back. One that begins
    /// needs them all; one that a lowering reopens takes those that nobody else holds: a lowering is not held back.
    pub claims: Option<Vec<Claim>>,
    /// The words behind the records' hashes.
    pub texts: Vec<(PersonId, Spoken)>,
    /// The answer to what was asked; to the beginning, if the rollout begins here.
    pub answer: Option<Answer>,
    /// What the system's ledger says about it.
    pub notes: Vec<Note>,
}

/// Everything the gateway keeps. When a writing method returns, what it wrote is on the disk.
#[async_trait]
pub trait Store: People {
    /// Appends to one or more ledgers, all or nothing. Gives the position of each ledger's last record. Calls that wait for
    /// each other may become durable together.
    ///
    /// Errors: a ledger is not at the expected version, a flag is held elsewhere, or the database failed.
    async fn append(&self, appends: Vec<Append>, ahead: Option<Millis>) -> Result<Vec<u64>>;
    /// Records of all ledgers after this position, at most `limit`, in the order of their positions.
    async fn since(&self, position: u64, limit: u32) -> Result<Vec<Stored>>;
    /// One ledger's records after `after`, at most `limit`.
    async fn records(&self, rollout: RolloutId, after: Seq, limit: u32) -> Result<Vec<Stored>>;
    /// One ledger's records before `before`, at most `limit`, newest first.
    async fn records_before(&self, rollout: RolloutId, before: Seq, limit: u32) -> Result<Vec<Stored>>;
    /// One record.
    async fn record(&self, rollout: RolloutId, seq: Seq) -> Result<Option<Stored>>;
    /// The newest snapshot of a ledger by that rulebook, at or before a version.
    async fn snapshot(&self, rollout: RolloutId, rulebook: u32, at_most: Seq) -> Result<Option<Snapshot>>;
    /// Keeps a snapshot. Of each [`SNAPSHOT_EVERY`] versions one stays, the last; those of other rulebooks go.
    async fn keep_snapshot(&self, rollout: RolloutId, snapshot: &Snapshot) -> Result<()>;
    /// The position of the last record.
    async fn head(&self) -> Result<u64>;
    /// The latest real time in any record.
    async fn latest_time(&self) -> Result<Timestamp>;
    /// Every rollout with its plan, oldest first.
    async fn rollouts(&self) -> Result<Vec<RolloutRow>>;
    /// Every claim and who has it.
    async fn claims(&self) -> Result<Vec<(Claim, RolloutId)>>;
    /// The answer that was given to this key of this person.
    async fn answer(&self, rollout: RolloutId, person: PersonId, key: &str) -> Result<Option<Answer>>;
    /// The answer that was given when this person began a rollout with this key.
    async fn beginning(&self, person: PersonId, key: &str) -> Result<Option<Answer>>;
    /// The words behind these hashes, as far as they are still there.
    async fn texts(&self, rollout: RolloutId, hashes: &BTreeSet<TextHash>) -> Result<BTreeMap<TextHash, String>>;
    /// Keeps a delivery attempt, and forgets all but the latest thousand.
    async fn add_attempt(&self, attempt: &Attempt) -> Result<()>;
    /// The latest attempts, newest first.
    async fn attempts(&self, limit: u32) -> Result<Vec<Attempt>>;
    /// A setting.
    async fn setting(&self, key: &str) -> Result<Option<String>>;
    /// Keeps a setting.
    async fn set_setting(&self, key: &str, value: &str) -> Result<()>;
    /// Brings everything into the database's one file and closes it.
    async fn close(&self) -> Result<()>;
}
