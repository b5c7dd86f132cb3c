//! What is measured on this machine and in the browser alike: how fast the rulebook is.

pub mod rates;
pub mod row;
pub mod story;
