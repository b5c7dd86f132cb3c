//! The gateway: between the console and a flag backend. It serves the console, keeps the ledger, enforces every rule,
//! and moves flags through a backend adapter. Nothing it holds in memory is more than a fold of what its store holds.

pub mod app;
pub mod backend;
pub mod clock;
pub mod config;
pub mod delivery;
pub mod demo;
pub mod feed;
pub mod http;
pub mod hub;
pub mod identity;
pub mod plan_file;
pub mod store;
#[cfg(test)]
mod testing;
pub mod wiring;
