//! The screens: a folder a screen, a file a part of it.

pub mod backend;
pub mod flags;
pub mod fresh;
pub mod glasses;
pub mod late;
pub mod ledger;
pub mod loaded;
pub mod new_rollout;
pub mod not_found;
pub mod past_gates;
pub mod people;
pub mod rollout;
pub mod rollouts;
pub mod sessions;
pub mod shell;
pub mod sign_in;
