//! The gateway on a real Unleash. A program of its own: the tests of crashes want the machine to themselves.

mod drill;
mod faults;
mod hint;
mod many;
mod moves;
#[path = "../binary/process.rs"]
#[expect(dead_code, reason = "what the other tests need is not needed here")]
mod process;
mod proxy;
mod ramp;
mod server;
