//! A burst: several people at once, doing what they may as fast as they can.

use super::process::{Answer, Client};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};

/// A seeded sequence: xorshift64*.
pub struct Chance(u64);

impl Chance {
    pub fn new(seed: u64) -> Self {
        Self(seed | 1)
    }

    pub fn below(&mut self, most: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) % most
    }
}

/// A command that was sent, and its answer if one came.
#[derive(Debug, Clone)]
pub struct Sent {
    pub role: usize,
    pub key: String,
    pub version: u64,
    pub command: Value,
    pub answer: Option<Answer>,
}

/// Who takes part, and what each does.
pub const ROLES: [&str; 3] = ["engineer", "operations", "product-owner"];

fn command(role: usize, chance: &mut Chance) -> Value {
    let raise = json!({"type": "raise", "step": "csf-on", "confirm": "FEATURE_CSF_ENABLED"});
    match (ROLES[role], chance.below(6)) {
        ("engineer", 0) => json!({"type": "lower", "flag": "csf-grid", "to": "off"}),
        ("engineer", _) => raise,
        ("operations", 0) => json!({"type": "untick", "line": "s4-dashboards"}),
        ("operations", 1) => json!({"type": "rollback", "scope": {"of": "everything"}, "reason": "a drill"}),
        ("operations", _) => json!({"type": "tick", "line": "s4-dashboards"}),
        (_, 0) => json!({"type": "note", "text": "seen"}),
        _ => json!({"type": "decide", "gate": 1, "decision": "go", "reason": "on we go"}),
    }
}

/// Sends until the gateway is gone. Everybody names the newest version anybody has heard of.
pub fn burst(client: &Client, rollout: &str, role: usize, round: u64, seed: u64, heard: &AtomicU64) -> Vec<Sent> {
    let mut chance = Chance::new(seed);
    let mut all = Vec::new();
    loop {
        let (version, command) = (heard.load(SeqCst), command(role, &mut chance));
        let key = format!("{round}-{role}-{}", all.len());
        let answer = client.command(rollout, &key, version, &command).ok();
        let gone = answer.is_none();
        if let Some(version) =
            answer.as_ref().filter(|a| matches!(a.status, 200 | 412)).and_then(|a| a.json()["version"].as_u64())
        {
            heard.fetch_max(version, SeqCst);
        }
        all.push(Sent { role, key, version, command, answer });
        if gone {
            return all;
        }
    }
}
