//! The ledger of a rollout, and each record of it.

pub mod sentence;
