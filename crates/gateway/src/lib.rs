//! The gateway: between the console and a flag backend. It serves the console, keeps the ledger, enforces every rule,
//! and moves flags through a backend adapter. Nothing it holds in memory is more than a fold of what its store holds.

pub mod app;
pub mod backend;
pub mod backup;
pub mod clock;
pub mod config;
pub mod delivery;
pub mod demo;
pub mod export;
pub mod feed;
pub mod http;
pub mod hub;
pub mod identity;
pub mod ledger_check;
pub mod metrics;
pub mod plan_file;
pub mod store;
#[cfg(test)]
mod testing;
pub mod users;
pub mod wiring;
