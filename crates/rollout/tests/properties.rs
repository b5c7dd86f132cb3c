//! Properties of the rulebook, over acts made at random and against a second, naive reader of the ledger.

#[path = "support/asked.rs"]
mod asked;
#[path = "support/ledger.rs"]
mod ledger;
#[path = "support/naive.rs"]
mod naive;
#[path = "support/naive_people.rs"]
mod naive_people;
#[path = "support/naive_rules.rs"]
mod naive_rules;
#[path = "support/people.rs"]
mod people;
#[path = "support/world.rs"]
mod world;

use proptest::{prelude::*, strategy::ValueTree, test_runner::TestCaseResult};
use rollout::{Exposure, FlagSlug, Record, Rollout, record::NoRecord, state::State};
use std::{collections::BTreeMap, sync::Arc};
use world::{Op, World};

const S4: &str = include_str!("../../../plans/s4.yaml");
const SLOW: &str = include_str!("scenarios/plans/slow.yaml");
const INSIDERS: &str = include_str!("scenarios/plans/insiders.yaml");
const BY_HAND: &str = include_str!("scenarios/plans/by-hand.yaml");
const DUTIES: &str = include_str!("scenarios/plans/duties.yaml");
const GLASS: &str = include_str!("scenarios/plans/glass.yaml");
const RAMP: &str = include_str!("scenarios/plans/ramp.yaml");

/// Small, so that all of it takes seconds; `PROPTEST_CASES` asks for more.
fn config(cases: u32) -> ProptestConfig {
    let asked = std::env::var("PROPTEST_CASES").ok().map(|n| n.parse().expect("PROPTEST_CASES is a number"));
    ProptestConfig { cases: asked.unwrap_or(cases), failure_persistence: None, ..ProptestConfig::default() }
}

fn play(plan: &str, baseline: Option<&str>, ops: &[Op]) -> Result<World, TestCaseError> {
    let plan = ledger::plan(plan);
    let baselines = baseline.map(|flag| (FlagSlug::new(flag).expect("a slug"), Exposure::ON));
    let mut world = World::new(plan, baselines.into_iter().collect());
    for (i, op) in ops.iter().enumerate() {
        world.turn(op)?;
        if i % 8 == 0 {
            world.ask_everything()?;
        }
    }
    world.ask_everything()?;
    Ok(world)
}

/// What must be so of every ledger, however it came about.
fn bytes_are_the_ledger(world: &World) -> TestCaseResult {
    let live = &world.ledger.rollout;
    let mut records = Vec::new();
    for bytes in &world.ledger.bytes {
        let record = Record::parse(bytes).expect("a record");
        prop_assert_eq!(&record.bytes(), bytes, "the bytes come back");
        records.push(record);
    }
    let mut folded = Rollout::begin(&records[0], live.plan().clone()).expect("begins");
    for i in 1..records.len() {
        // Again, and with a gap: only what is next counts.
        let before = folded.canonical_bytes();
        records[..i].iter().chain(records.get(i + 1)).for_each(|other| rollout::evolve(&mut folded, other));
        prop_assert_eq!(&folded.canonical_bytes(), &before, "what is not next changes nothing");
        rollout::evolve(&mut folded, &records[i]);
    }
    prop_assert_eq!(folded.canonical_bytes(), live.canonical_bytes(), "the fold of the bytes is the state");
    let state: State = serde_json::from_slice(&live.canonical_bytes()).expect("a state");
    let resumed = Rollout::resume(state, live.plan().clone()).expect("resumes");
    prop_assert_eq!(&resumed, live);
    Ok(())
}

/// `evolve` is total: records that name what the plan has not do no harm, and what comes of them can be stored.
fn records_of_another_plan_fold(world: &World) -> TestCaseResult {
    let mut ledger = ledger::Ledger::begin(ledger::plan(RAMP), BTreeMap::new());
    for bytes in &world.ledger.bytes {
        let record = Record::parse(bytes).expect("a record");
        ledger.append(record.actor, record.event);
    }
    prop_assert_eq!(ledger.rollout.version, world.ledger.bytes.len() as u64 + 1);
    let state: State = serde_json::from_slice(&ledger.rollout.canonical_bytes()).expect("a state");
    prop_assert_eq!(&state, ledger.rollout.state());
    prop_assert!(ledger.rollout.flags.keys().all(|flag| flag.as_str() == "ramp"));
    Ok(())
}

proptest! {
    #![proptest_config(config(40))]

    #[test]
    fn a_ramp_keeps_the_rules(ops in world::ops(160)) {
        bytes_are_the_ledger(&play(RAMP, None, &ops)?)?;
    }

    #[test]
    fn a_slow_ramp_and_segments_keep_the_rules(ops in world::ops(160)) {
        play(SLOW, None, &ops)?;
        play(INSIDERS, None, &ops)?;
    }

    #[test]
    fn what_is_asked_of_people_is_kept(ops in world::ops(160)) {
        bytes_are_the_ledger(&play(DUTIES, None, &ops)?)?;
    }

    #[test]
    fn a_broken_glass_keeps_the_rules(ops in world::ops(160), baseline in any::<bool>()) {
        bytes_are_the_ledger(&play(GLASS, baseline.then_some("ramp"), &ops)?)?;
    }

    #[test]
    fn what_people_move_keeps_the_rules(ops in world::ops(160)) {
        bytes_are_the_ledger(&play(BY_HAND, None, &ops)?)?;
    }
}

proptest! {
    #![proptest_config(config(8))]

    #[test]
    fn s4_keeps_the_rules(ops in world::ops(240), baseline in any::<bool>()) {
        let world = play(S4, baseline.then_some("chat"), &ops)?;
        bytes_are_the_ledger(&world)?;
        records_of_another_plan_fold(&world)?;
    }
}

/// The acts made at random get somewhere: else the properties above would hold of nothing.
#[test]
fn the_random_walk_reaches_the_end() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
    let mut closed = 0;
    for plan in [RAMP; 32].into_iter().chain([BY_HAND; 16]).chain([GLASS; 16]).chain([DUTIES; 8]) {
        let ops = world::ops(300).new_tree(&mut runner).expect("acts").current();
        let world = play(plan, None, &ops).expect("keeps the rules");
        for bytes in &world.ledger.bytes {
            *kinds.entry(naive::Entry::of(bytes).kind).or_default() += 1;
        }
        closed += usize::from(world.ledger.rollout.is_closed());
    }
    let missing = |kind: &&&str| !kinds.contains_key(**kind) && !["noted", "clock-moved"].contains(*kind);
    let missing: Vec<_> = rollout::Event::KINDS.iter().filter(missing).collect();
    assert!(missing.is_empty() && closed > 0, "missing {missing:?}, closed {closed}, {kinds:?}");
}

fn exposure() -> impl Strategy<Value = Exposure> {
    let ppm = prop_oneof![Just(0), Just(1_000_000), 0..=1_000_000u32];
    let segments = proptest::option::of(proptest::collection::btree_set("[abc]", 1..=3));
    (ppm, segments).prop_map(|(ppm, segments)| Exposure::new(ppm, segments).expect("an exposure"))
}

/// Whether a person gets it: a place from 0 to 999 999, and the segments the person is in.
fn gets(exposure: &Exposure, place: u32, segments: &[String]) -> bool {
    let inside = exposure.segments().is_none_or(|names| segments.iter().any(|name| names.contains(name)));
    place < exposure.ppm() && inside
}

proptest! {
    #![proptest_config(config(512))]

    #[test]
    fn lowering_gives_the_flag_to_nobody_new(
        from in exposure(),
        to in exposure(),
        people in proptest::collection::vec((0..1_000_000u32, proptest::sample::subsequence(vec!["a".to_owned(), "b".into(), "c".into()], 0..=3)), 64),
    ) {
        // Those at the edges, beside those anywhere.
        let edges = [0, to.ppm().saturating_sub(1), from.ppm().min(999_999)];
        let edge_people = edges.iter().flat_map(|at| people.iter().map(move |(_, segments)| (*at, segments.clone())));
        let all: Vec<_> = people.iter().cloned().chain(edge_people).collect();
        let newcomer = all.iter().find(|(at, names)| gets(&to, *at, names) && !gets(&from, *at, names));
        if from.lowers_to(&to) {
            prop_assert!(newcomer.is_none(), "{from} to {to} gives it to {newcomer:?}");
        }
        prop_assert!(from.lowers_to(&from) && from.lowers_to(&Exposure::OFF) && Exposure::ON.lowers_to(&from));
        let json = serde_json::to_string(&from).expect("JSON");
        prop_assert_eq!(serde_json::from_str::<Exposure>(&json).expect("the same"), from);
    }
}

#[test]
fn a_kind_nobody_knows_is_named_and_not_folded() {
    let world = World::new(ledger::plan(RAMP), BTreeMap::new());
    let text = String::from_utf8(world.ledger.bytes[0].clone()).expect("UTF-8");
    let other_kind = text.replace("\"kind\":\"attached\"", "\"kind\":\"teleported\"");
    let unknown = Record::parse(other_kind.as_bytes()).expect_err("unknown");
    assert!(matches!(&unknown, NoRecord::Unknown { seq: 1, kind, v: 1 } if kind == "teleported"), "{unknown}");
    let unknown = Record::parse(text.replace("\"v\":1", "\"v\":2").as_bytes()).expect_err("unknown");
    assert!(matches!(unknown, NoRecord::Unknown { v: 2, .. }), "{unknown}");
    assert!(matches!(Record::parse(b"{}"), Err(NoRecord::Malformed(_))));
    let no_body = text.replace("\"environment\"", "\"surroundings\"");
    assert!(matches!(Record::parse(no_body.as_bytes()), Err(NoRecord::Malformed(_))));
}

#[test]
fn a_state_resumes_only_with_its_own_plan() {
    let world = World::new(ledger::plan(RAMP), BTreeMap::new());
    let other = ledger::plan(S4);
    assert!(Rollout::resume(world.ledger.rollout.state().clone(), Arc::clone(&other)).is_err());
    let first = Record::parse(&world.ledger.bytes[0]).expect("a record");
    assert!(Rollout::begin(&first, other).is_err());
}
