//! The commands about people.

use super::Data;
use clap::{Args, Subcommand};
use gateway_api::Grant;

#[derive(Debug, Subcommand)]
pub enum UserCommands {
    /// Add a person with a local account; asks for the password
    Add {
        /// What they sign in with
        login: String,
        /// Their name, as others see it
        #[arg(long)]
        name: String,
        /// What they may act as, and where: ROLE[@ENVIRONMENT][/PLAN]; may be repeated
        #[arg(long = "role", value_name = "ROLE")]
        roles: Vec<Grant>,
        /// They look after people and the system
        #[arg(long)]
        administrator: bool,
        #[command(flatten)]
        password: Passwords,
        #[command(flatten)]
        data: Data,
    },
    /// Set a person's password; their sessions end
    Passwd {
        /// What they sign in with
        login: String,
        #[command(flatten)]
        password: Passwords,
        #[command(flatten)]
        data: Data,
    },
    /// Keep a person from signing in; their sessions end at once
    Disable {
        /// What they sign in with
        login: String,
        #[command(flatten)]
        data: Data,
    },
    /// Let a person sign in again
    Enable {
        /// What they sign in with
        login: String,
        #[command(flatten)]
        data: Data,
    },
    /// List everyone, with what was granted to them
    List {
        #[command(flatten)]
        data: Data,
    },
    /// Grant or take away a role
    Role {
        #[command(subcommand)]
        command: RoleCommands,
    },
}

#[derive(Debug, Subcommand)]
pub enum RoleCommands {
    /// Grant: ROLE[@ENVIRONMENT][/PLAN], or administrator
    Add(Change),
    /// Take away what was granted: as `user list` shows it
    Remove(Change),
}

/// What to change about whom.
#[derive(Debug, Args)]
pub struct Change {
    /// What they sign in with
    pub login: String,
    /// ROLE[@ENVIRONMENT][/PLAN], or administrator
    pub role: String,
    #[command(flatten)]
    pub data: Data,
}

/// Where a password comes from.
#[derive(Debug, Args)]
pub struct Passwords {
    /// Read the password from the standard input, up to the first line's end, instead of asking for it
    #[arg(long)]
    pub password_stdin: bool,
}
