//! The rulebook: what a rollout is, and what may be done to it when.
//!
//! Compiled into both halves. The console runs it to *explain* (which lever is locked, and by what), the gateway runs
//! the same code to *enforce*. It does no I/O, reads no clock and makes no randomness: time, facts and salts are
//! parameters. The meaning of every rule is `docs/semantics.md`; the words are `docs/words.md`.
//!
//! Two functions carry everything:
//!
//! * [`decide`]: may this person do that now? Either events, or a [`Refusal`], a non-empty list of [`Blocker`]s.
//! * [`evolve`]: what is so after this record? Total: whatever stands in a ledger folds.

pub mod asker;
pub mod authority;
pub mod blocker;
pub mod canonical;
pub mod command;
pub mod decide;
pub mod delivery;
pub mod event;
pub mod evolve;
pub mod exposure;
pub mod facts;
pub mod id;
pub mod plan;
pub mod record;
pub mod role;
pub mod state;
pub mod text;
pub mod time;
pub mod wire;

pub use asker::{Asker, PROOF_COUNTS, Proof, ProvenBy, RoleHolder};
pub use authority::Act;
pub use blocker::{Blocker, ClearedBy, Place, Refusal, Why};
pub use command::{Command, Decision, Scope};
pub use decide::{decide, decide_as};
pub use delivery::still_clear;
pub use event::{CancelCause, Event, FailureCause, Undone};
pub use evolve::evolve;
pub use exposure::Exposure;
pub use facts::Facts;
pub use id::{Digest, FlagSlug, GateNumber, LineSlug, PersonId, PhaseSlug, PlanSlug, RolloutId, Seq, StepSlug};
pub use plan::Plan;
pub use record::Record;
pub use role::{Actor, Role, SystemActor};
pub use state::{Aspect, Rollout};
pub use text::{Evidence, Salt, Text, TextHash};
pub use time::{Millis, Timestamp};

/// The rulebook's version. State and snapshots carry it: a console that was built with another one reloads.
pub const RULEBOOK_VERSION: u32 = 3;
