//! The program as it is run: started, asked, killed, started again.

mod backup;
mod burst;
mod cli;
mod crash;
mod disk;
mod fsync;
mod logs;
mod process;
mod shutdown;
mod users;
