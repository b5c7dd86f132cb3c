//! POST /api/rollouts/{id}/confirmations: what a command that gives a flag to somebody needs beside the typed key.

use rollout::{Exposure, Seq, Timestamp};
use serde::{Deserialize, Serialize};

/// What is confirmed, and by which text. It is good for this person and this alone, until it ends or anything happens to
/// the flag: so once the command is carried out, it is worth nothing any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ConfirmationView {
    /// To be sent with the command, in the header `Confirmation`.
    pub confirmation: String,
    /// The flag's key.
    pub key: String,
    /// Where.
    pub environment: String,
    /// To what the flag would go.
    pub to: Exposure,
    /// The last record about the flag.
    pub record: Seq,
    /// When it ends, by real time: after five minutes.
    pub ends: Timestamp,
}
