//! Signing in at a real, certified OpenID provider, and at one that does what a provider must never do.

mod begins;
mod browser;
mod comes_in;
mod faults;
mod keys;
mod log;
mod out_of_reach;
mod outages;
mod person;
mod proves_again;
mod proves_here;
mod server;
mod signs_in;
