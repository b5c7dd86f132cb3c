//! The table of who may do what says of each plan what the rulebook does.

#[path = "support/ledger.rs"]
mod ledger;

use ledger::{DELIVERY, Ledger, person};
use rollout::{Act, Actor, Command, Decision, Event, Exposure, Plan, Role, Why, decide, plan::StepAct};
use serde_json::json;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// What the table calls it. A new command must say.
fn act(command: &Command, baseline: bool) -> Act {
    match command {
        Command::Decide { decision: Decision::Hold, .. } | Command::Release { .. } => Act::Hold,
        Command::Decide { .. } => Act::Decide,
        Command::Adopt { .. } => Act::Adopt,
        Command::Sign { .. } | Command::Object { .. } | Command::Withdraw { .. } => Act::Sign,
        Command::Tick { .. } | Command::Untick { .. } => Act::Tick,
        Command::Waive { .. } => Act::Waive,
        Command::Skip { .. } | Command::Unskip { .. } => Act::Skip,
        Command::Moved { .. } => Act::Lower,
        Command::Raise { .. } | Command::PutBack { .. } => Act::Raise,
        Command::Lower { .. } | Command::Rollback { .. } | Command::Unattest { .. } => Act::Lower,
        Command::Attest { .. } => Act::Attest,
        Command::Accept { .. } if baseline => Act::AcceptBaseline,
        Command::Accept { .. } => Act::AcceptDrift,
        Command::BreakGlass { .. } => Act::BreakGlass,
        Command::Review { .. } => Act::Review,
        Command::Incident { .. } => Act::Incident,
        Command::Resolve { .. } => Act::Resolve,
        Command::Note { .. } => Act::Note,
    }
}

/// Everything one may ask of this rollout, whether it is granted or not.
fn questions(ledger: &Ledger) -> Vec<Command> {
    let (plan, state) = (ledger.rollout.plan(), ledger.rollout.state());
    let mut all = vec![
        json!({ "type": "adopt", "plan": plan.digest() }),
        json!({ "type": "rollback", "scope": { "of": "everything" } }),
        json!({ "type": "incident", "reason": "so" }),
        json!({ "type": "note", "text": "so" }),
    ];
    let resolve = |seq: &u64| json!({ "type": "resolve", "incident": seq, "reason": "so" });
    all.extend(state.incidents.keys().map(resolve));
    all.extend(state.glasses.keys().map(|seq| json!({ "type": "review", "glass": seq, "reason": "so" })));
    for gate in 1..=plan.last_gate() {
        let decide = |decision| json!({ "type": "decide", "gate": gate, "decision": decision, "reason": "so" });
        all.extend(["go", "no-go", "hold"].map(decide));
    }
    for line in (0..plan.phases.len()).flat_map(|phase| plan.lines(phase)) {
        let slug = line.kind.slug();
        all.extend(["tick", "waive"].map(|act| json!({ "type": act, "line": slug, "reason": "so" })));
        all.extend(["sign", "object"].map(|act| json!({ "type": act, "slot": slug, "reason": "so" })));
    }
    for phase in &plan.phases {
        all.push(json!({ "type": "skip", "phase": phase.slug, "reason": "so" }));
        all.extend(phase.steps.iter().map(|step| match step.act {
            StepAct::Exposure(_) => json!({ "type": "raise", "step": step.slug, "confirm": "" }),
            StepAct::Attested(_) => json!({ "type": "attest", "step": step.slug, "evidence": [] }),
        }));
    }
    for flag in &plan.flags {
        all.push(json!({ "type": "lower", "flag": flag.slug, "to": "off" }));
        all.push(json!({ "type": "accept", "flag": flag.slug, "reason": "so" }));
        all.push(json!({ "type": "break-glass", "flag": flag.slug, "to": "on", "reason": "so", "confirm": "" }));
        all.push(json!({ "type": "put-back", "flag": flag.slug, "confirm": "" }));
    }
    all.into_iter().map(|json| serde_json::from_value(json).expect("a command")).collect()
}

/// Does only something else than the role speak against it?
fn lets(ledger: &Ledger, actor: &Actor, command: &Command) -> bool {
    let wrong = |why: &Why| {
        matches!(why, Why::WrongRole { .. } | Why::WrongKind { .. } | Why::NotSo { .. } | Why::PhaseNotOptional { .. })
    };
    match decide(&ledger.rollout, &ledger.facts, command, actor, ledger.now) {
        Ok(_) => true,
        Err(refusal) => !refusal.blockers().iter().any(|blocker| wrong(&blocker.why)),
    }
}

/// A rollout of the plan where everything there can be is there: incidents of each role, and a flag that is not what the
/// ledger says.
fn busy(plan: &Arc<Plan>, baseline: bool) -> Ledger {
    let flag = &plan.flags[0].slug;
    let baselines = if baseline { BTreeMap::from([(flag.clone(), Exposure::ON)]) } else { BTreeMap::new() };
    let mut ledger = Ledger::begin(plan.clone(), baselines);
    for role in Role::MAY_SPEAK {
        let incident = serde_json::from_value(json!({ "type": "incident", "reason": "so" })).expect("a command");
        ledger.act(person(role, 0), &incident).expect("they may");
    }
    // Appended, since the plan is not in force yet. Another flag, so that the first is only strange.
    if plan.break_glass.is_some() {
        let (flag, until) = (plan.flags[plan.flags.len() - 1].slug.clone(), ledger.now.plus(rollout::time::HOUR));
        let (from, to, words) = (Exposure::OFF, Exposure::ON, Default::default());
        ledger.append(person(Role::Operations, 9), Event::GlassBroken { flag, from, to, until, words });
    }
    if !baseline {
        ledger.append(DELIVERY, Event::Observed { flag: flag.clone(), exposure: Exposure::ON });
    }
    ledger
}

#[track_caller]
fn check(yaml: &str) {
    let plan = ledger::plan(yaml);
    let mut may: BTreeMap<Act, BTreeSet<Role>> = Act::ALL.map(|act| (act, BTreeSet::new())).into();
    for baseline in [false, true] {
        let ledger = busy(&plan, baseline);
        for command in questions(&ledger) {
            let granted = Role::ALL.into_iter().filter(|role| lets(&ledger, &person(*role, 0), &command));
            may.entry(act(&command, baseline)).or_default().extend(granted);
        }
    }
    let told = Act::ALL.map(|act| (act, act.roles(&plan).into_iter().collect())).into();
    assert_eq!(may, told);
}

#[test]
fn the_table_is_what_the_rulebook_does() {
    check(include_str!("../../../plans/s4.yaml"));
    check(include_str!("../../../plans/unified-workflow.yaml"));
    check(include_str!("../../../plans/service-orders.yaml"));
    check(include_str!("scenarios/plans/deciders.yaml"));
    check(include_str!("scenarios/plans/duties.yaml"));
    check(include_str!("scenarios/plans/glass.yaml"));
}
