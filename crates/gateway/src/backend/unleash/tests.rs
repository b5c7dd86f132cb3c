//! Against a real Unleash, and against what only pretends to be one.

mod pretended;
mod real;
mod shares;
