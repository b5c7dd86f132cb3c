//! How often a second the rulebook does what it does all day.

use crate::{
    row::{Row, Target},
    story::{ACTS, Story, id, plan},
};
use rollout::{Record, Rollout, evolve, record::leaf_hash};
use sha2::{Digest, Sha256};
use std::{hint::black_box, sync::Arc};

/// So many records each round goes through.
const RECORDS: usize = 2_000;
/// A round takes at least so long, in milliseconds.
const ROUND_MS: f64 = 200.0;
const ROUNDS: usize = 7;

/// A steady clock, in milliseconds.
pub type Clock = fn() -> f64;

/// How often a second `work` does something, if it says how often it did: the median of some rounds.
pub fn per_second(clock: Clock, mut work: impl FnMut() -> usize) -> f64 {
    let mut rounds: Vec<f64> = (0..ROUNDS)
        .map(|_| {
            let (begun, mut done) = (clock(), 0);
            loop {
                done += work();
                let took = clock() - begun;
                if took >= ROUND_MS {
                    return done as f64 * 1_000.0 / took;
                }
            }
        })
        .collect();
    rounds.sort_by(f64::total_cmp);
    rounds[ROUNDS / 2]
}

/// What the rulebook does in a second, here.
#[expect(clippy::expect_used, reason = "what the rulebook wrote it reads; else the measurement ends")]
pub fn rows(here: &str, clock: Clock) -> Vec<Row> {
    let plan = Arc::new(plan());
    let (mut story, first) = Story::begin(id(1), plan.clone());
    let mut records: Vec<Record> = first.into_iter().collect();
    records.resize_with(RECORDS, || story.next_record());
    let bytes: Vec<Vec<u8>> = records.iter().map(Record::bytes).collect();
    let begun = Rollout::begin(&records[0], plan).expect("begins");
    let read = |bytes: &Vec<u8>| Record::parse(bytes).expect("is a record");

    let evolved = per_second(clock, || {
        let mut rollout = begun.clone();
        records[1..].iter().for_each(|record| evolve(&mut rollout, record));
        black_box(rollout);
        RECORDS - 1
    });
    let folded = per_second(clock, || {
        let mut rollout = begun.clone();
        bytes[1..].iter().for_each(|bytes| evolve(&mut rollout, &read(bytes)));
        black_box(rollout);
        RECORDS - 1
    });
    let parsed = per_second(clock, || {
        bytes.iter().for_each(|bytes| {
            black_box(serde_json::from_slice::<serde_json::Value>(bytes).expect("is JSON"));
        });
        RECORDS
    });
    let hashed = per_second(clock, || {
        bytes.iter().for_each(|bytes| {
            black_box(leaf_hash(bytes));
        });
        RECORDS
    });
    let digested = per_second(clock, || {
        bytes.iter().for_each(|bytes| {
            black_box(Sha256::digest(bytes));
        });
        RECORDS
    });
    let mut asked = story;
    let decided = per_second(clock, || {
        (0..ACTS).for_each(|_| {
            black_box(asked.decide(&asked.next_act()));
            asked.next_record();
        });
        ACTS as usize * 2
    });

    let row =
        |what: &str, value, beside: &str, peer| Row::new(format!("{what}, {here}"), value, "a second", beside, peer);
    vec![
        row("`evolve`, records", evolved, "reading the same records as plain JSON", parsed),
        row("Reading and folding records", folded, "reading the same records as plain JSON", parsed),
        row("Leaf hashes of records", hashed, "SHA-256 of the same bytes alone", digested).target(Target::AtLeast(0.8)),
        row("`decide`, commands", decided, "reading a record as plain JSON", parsed),
    ]
}
