//! The console's side of the gateway: requests, the live stream, and the one place where server data lives.

pub mod cache;
pub mod client;
pub mod clock;
pub mod command;
pub mod error;
pub mod flags;
pub mod live;
pub mod once;

pub use cache::{Cache, Held, Remote, use_cache};
pub use clock::{Clock, use_clock};
pub use command::{Ask, Asked};
pub use error::Failure;
pub use flags::Flags;
