//! Signing in at a real, certified OpenID provider, and at one that does what a provider must never do.

mod begins;
mod faults;
mod keys;
mod log;
mod outages;
mod person;
mod proves_again;
mod server;
mod signs_in;
