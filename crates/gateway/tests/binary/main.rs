//! The program as it is run: started, asked, killed, started again.

mod burst;
mod cli;
mod crash;
mod fsync;
mod process;
