//! The ledger, folded once more from its first record, and compared with what the gateway serves.

use gateway_api::RecordView;
use rollout::{Digest, Plan, Record, Rollout, Seq, canonical, evolve, record::leaf_hash};
use serde_json::Value;
use std::sync::Arc;

/// What does not agree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Disagreement {
    /// A record is missing or comes twice.
    Order { expected: Seq, found: Seq },
    /// The bytes of a record do not have the hash that the gateway names.
    Leaf { seq: Seq },
    /// A record is none, or of a kind this console does not know.
    Unreadable { seq: Seq, why: String },
    /// The first record begins no rollout of this plan.
    Beginning { why: String },
    /// The ledger ended before the state that the gateway serves.
    Short { have: Seq, expected: Seq },
    /// The folded state is another one; the place where it first differs, as a JSON pointer.
    State { at: String },
}

impl Disagreement {
    /// What is wrong, for a person.
    pub fn words(&self) -> String {
        match self {
            Self::Order { expected, found } => format!("Record {expected} should come next, but record {found} came."),
            Self::Leaf { seq } => format!("The bytes of record {seq} do not have the hash that the gateway names."),
            Self::Unreadable { seq, why } => format!("Record {seq} cannot be read: {why}."),
            Self::Beginning { why } => format!("The ledger does not begin this rollout: {why}."),
            Self::Short { have, expected } => {
                format!("The gateway's state is that of record {expected}, but its ledger ends at record {have}.")
            }
            Self::State { at } => format!("The folded state is not the gateway's: they first differ at {at}."),
        }
    }
}

/// What agreed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Agreement {
    /// So many records.
    pub records: Seq,
    /// The state's canonical bytes, how many.
    pub bytes: usize,
    /// Their SHA-256.
    pub digest: Digest,
}

/// A fold under way.
#[derive(Debug)]
pub struct Fold {
    plan: Arc<Plan>,
    rollout: Option<Rollout>,
}

impl Fold {
    /// Before the first record.
    pub fn new(plan: Plan) -> Self {
        Self { plan: Arc::new(plan), rollout: None }
    }

    /// The number of the last record taken.
    pub fn version(&self) -> Seq {
        self.rollout.as_ref().map_or(0, |rollout| rollout.version)
    }

    /// Takes the next record.
    ///
    /// Errors: it is not the next, not the one that was hashed, or none.
    pub fn take(&mut self, view: &RecordView) -> Result<(), Disagreement> {
        let expected = self.version() + 1;
        if leaf_hash(view.bytes.as_bytes()) != view.leaf {
            return Err(Disagreement::Leaf { seq: view.seq });
        }
        let record = Record::parse(view.bytes.as_bytes())
            .map_err(|why| Disagreement::Unreadable { seq: view.seq, why: why.to_string() })?;
        if record.seq != expected {
            return Err(Disagreement::Order { expected, found: record.seq });
        }
        match &mut self.rollout {
            Some(rollout) => evolve(rollout, &record),
            None => {
                let begun = Rollout::begin(&record, self.plan.clone());
                self.rollout = Some(begun.map_err(|why| Disagreement::Beginning { why: why.to_string() })?);
            }
        }
        // `evolve` leaves out a record of another ledger.
        if self.version() == expected { Ok(()) } else { Err(Disagreement::Order { expected, found: record.seq }) }
    }

    /// Compares with the state that the gateway serves at `version`, as it came: a field that this console does not
    /// know counts too.
    ///
    /// Errors: it ends elsewhere, or is another state.
    pub fn compare(&self, state: &Value, version: Seq) -> Result<Agreement, Disagreement> {
        let folded = self.rollout.as_ref().filter(|rollout| rollout.version == version);
        let folded = folded.ok_or(Disagreement::Short { have: self.version(), expected: version })?;
        let (ours, theirs) = (folded.canonical_bytes(), canonical::bytes(state));
        if ours == theirs {
            return Ok(Agreement { records: version, bytes: ours.len(), digest: Digest::of(&[&ours]) });
        }
        let whole = "/state".to_owned();
        let at = match serde_json::from_slice(&ours) {
            Ok(ours) => first_difference(&ours, state, whole),
            Err(_) => whole,
        };
        Err(Disagreement::State { at })
    }
}

/// Where two values first differ, as a JSON pointer under `at`.
fn first_difference(ours: &Value, theirs: &Value, at: String) -> String {
    match (ours, theirs) {
        (Value::Object(a), Value::Object(b)) => {
            let keys = a.keys().chain(b.keys().filter(|key| !a.contains_key(*key)));
            let mut keys: Vec<&String> = keys.collect();
            keys.sort();
            keys.into_iter().find(|key| a.get(*key) != b.get(*key)).map_or(at.clone(), |key| {
                let (a, b) = (a.get(key).unwrap_or(&Value::Null), b.get(key).unwrap_or(&Value::Null));
                first_difference(a, b, format!("{at}/{}", key.replace('~', "~0").replace('/', "~1")))
            })
        }
        (Value::Array(a), Value::Array(b)) => match a.iter().zip(b).position(|(a, b)| a != b) {
            Some(index) => first_difference(&a[index], &b[index], format!("{at}/{index}")),
            None => at,
        },
        _ => at,
    }
}

#[cfg(test)]
mod tests;
