//! Rollouts: /api/rollouts and below.

pub mod commands;
pub mod list;
pub mod one;
pub mod records;
