//! The program as it is run: started, asked, killed, started again.

mod backup;
mod burst;
mod cli;
mod crash;
mod disk;
mod fsync;
mod generated;
mod logs;
#[path = "../../../rollout/tests/support/naive.rs"]
mod naive;
#[expect(dead_code, reason = "the rulebook's own tests ask more of it")]
#[path = "../../../rollout/tests/support/naive_people.rs"]
mod naive_people;
#[path = "../../../rollout/tests/support/naive_rules.rs"]
mod naive_rules;
mod process;
mod shutdown;
mod users;
