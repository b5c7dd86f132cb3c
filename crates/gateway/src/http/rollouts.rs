//! Rollouts: /api/rollouts and below.

pub mod begin;
pub mod commands;
pub mod confirmations;
pub mod list;
pub mod one;
pub mod records;
