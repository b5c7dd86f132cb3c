//! The console of Signalbox: a client to the gateway, with the same rulebook compiled in to explain what it enforces.

pub mod api;
pub mod app;
pub mod pages;
pub mod part;
pub mod paths;
pub mod session;
pub mod ui;
