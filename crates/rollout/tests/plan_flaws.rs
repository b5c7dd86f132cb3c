//! What a plan must keep to before it exists: one change to a good plan, and the flaw it has then.

use rollout::{
    Plan,
    plan::{Draft, Flaws},
};

const GOOD: &str = include_str!("scenarios/plans/ramp.yaml");

fn check(text: &str) -> Result<Plan, Flaws> {
    let draft: Draft = serde_saphyr::from_str(text).expect("has the form of a plan");
    Plan::try_from(draft)
}

fn flaws(from: &str, to: &str) -> Vec<String> {
    assert!(GOOD.contains(from), "the plan has no \"{from}\"");
    let Err(Flaws(flaws)) = check(&GOOD.replacen(from, to, 1)) else { return vec![] };
    flaws.into_iter().map(|flaw| flaw.place).collect()
}

#[test]
fn a_good_plan_has_no_flaw() {
    assert!(check(GOOD).is_ok());
}

#[test]
fn each_flaw_names_its_place() {
    for (from, to, place) in [
        ("name: A ramp", "name: ' '", "name"),
        ("slug: migration\n", "slug: trial\n", "phases[1].slug"),
        ("name: Trial", "name: ''", "phases[0].name"),
        ("slug: ramp-50", "slug: ramp-10", "phases[0].steps[2].slug"),
        ("slug: advice", "slug: security", "phases[0].prerequisites[1].slug"),
        ("text: It was quiet", "text: ''", "phases[0].criteria[0].text"),
        ("text: Half", "text: ''", "phases[0].steps[2].text"),
        ("people: 2", "people: 3", "phases[0].prerequisites[0].people"),
        ("people: 2", "people: 0", "phases[0].prerequisites[0].people"),
        ("by: operations }", "by: viewer }", "phases[0].criteria[0]"),
        ("key: FEATURE_RAMP", "key: ' FEATURE_RAMP'", "flags[0].key"),
        ("key: FEATURE_RAMP", "key: ''", "flags[0].key"),
        ("phases: [trial]", "phases: [everybody]", "phases[2].prerequisites[0].dependency.phases[0]"),
        ("phases: [trial]", "phases: [nothing]", "phases[2].prerequisites[0].dependency.phases[0]"),
        ("{ flag: ramp, to: \"on\" }", "{ flag: other, to: \"on\" }", "phases[2].steps[0].do.exposure.flag"),
        // A step raises; it does not stay, and does not lower.
        ("to: \"on\"", "to: \"50\"", "phases[2].steps[0].do.exposure.to"),
        ("to: \"50\"", "to: \"10\"", "phases[0].steps[2].do.exposure.to"),
        // Nor does it take the flag from anybody who has it.
        ("to: \"50\"", "to: { percent: \"50\", segments: [staff] }", "phases[0].steps[2].do.exposure.to"),
        ("to: \"10\"", "to: { percent: \"10\", segments: [beta] }", "phases[0].steps[1].do.exposure.to"),
        // Skipping it would hand the next gate to somebody else.
        ("optional: true", "optional: true\n    decider: legal", "phases[1].decider"),
        ("risk: low", "risk: low\n    decider: viewer", "phases[0].decider"),
        ("risk: low", "risk: low\n    start: { after: migration }", "phases[0].start.after"),
        ("risk: low", "risk: low\n    duration: { min_days: 3, max_days: 2 }", "phases[0].duration"),
        ("flags:", "break_glass: { roles: [] }\nflags:", "break_glass.roles"),
        ("flags:", "break_glass: { roles: [viewer] }\nflags:", "break_glass.roles[0]"),
        ("flags:", "break_glass: { roles: [legal, legal] }\nflags:", "break_glass.roles[1]"),
        ("flags:", "break_glass: { roles: [legal], reviewers: [] }\nflags:", "break_glass.reviewers"),
        ("flags:", "break_glass: { roles: [legal], reviewers: [legal, viewer] }\nflags:", "break_glass.reviewers[1]"),
        ("flags:", "break_glass: { roles: [legal], hours: 0 }\nflags:", "break_glass.hours"),
        ("flags:", "break_glass: { roles: [legal], hours: 25 }\nflags:", "break_glass.hours"),
        ("summary: One flag", "decider: viewer\nsummary: One flag", "decider"),
    ] {
        assert!(flaws(from, to).contains(&place.to_owned()), "{from} to {to}: {:?}, not {place}", flaws(from, to));
    }
}

#[test]
fn a_decider_of_ones_own_is_no_flaw_where_nothing_can_be_skipped() {
    assert_eq!(flaws("risk: low", "risk: low\n    decider: operations"), Vec::<String>::new());
}

#[test]
fn phases_steps_and_flags_must_be_there() {
    let without = |key: &str| {
        let mut json = serde_json::to_value(check(GOOD).expect("a plan")).expect("JSON");
        let part = key.split('.').fold(&mut json, |at, part| match part.parse::<usize>() {
            Ok(index) => &mut at[index],
            Err(_) => &mut at[part],
        });
        *part = serde_json::json!([]);
        let draft: Draft = serde_json::from_value(json).expect("has the form of a plan");
        Plan::try_from(draft).expect_err("flaws").to_string()
    };
    assert!(without("phases").contains("1 to 100 phases are expected, 0 found"));
    assert!(without("phases.0.steps").contains("a phase without a step does nothing"));
    assert!(without("phases.2.steps").contains("phases[2].steps"));
    assert!(without("flags").contains("the plan has no flag \"ramp\""));
}

#[test]
fn a_flag_that_no_step_sets_is_a_flaw() {
    let flag = "phases:\n  - slug: trial";
    let unused = format!(
        "  - slug: other\n    key: FEATURE_OTHER\n    name: Other\n    purpose: none\n    code_default: \"off\"\n    initial: \"off\"\n{flag}"
    );
    assert_eq!(flaws(flag, &unused), ["flags[1].slug"]);
}

#[test]
fn unknown_fields_are_refused() {
    let text = GOOD.replacen("risk: low", "risk: low\n    mood: good", 1);
    assert!(serde_saphyr::from_str::<Draft>(&text).is_err());
}

#[test]
fn a_change_to_a_phase_voids_what_was_signed_there_and_nowhere_else() {
    let before = check(GOOD).expect("a plan");
    let after = check(&GOOD.replacen("text: Half", "text: Half of everybody", 1)).expect("a plan");
    let scope = |plan: &Plan, slot: &str| plan.scope_digest(&rollout::LineSlug::new(slot).expect("a slug"));
    assert_ne!(before.digest(), after.digest());
    assert_ne!(scope(&before, "security"), scope(&after, "security"));
    assert_ne!(scope(&before, "security"), scope(&before, "advice"));
    assert!(scope(&before, "ramp-legal").is_some());
    assert_eq!(scope(&before, "ramp-legal"), scope(&after, "ramp-legal"));
    assert_eq!(scope(&before, "ramp-quiet"), None, "a criterion is not signed");
}

fn plan_with(extra: &str) -> Vec<String> {
    let text = format!("{GOOD}{extra}\n");
    let Err(Flaws(flaws)) = check(&text) else { return vec![] };
    flaws.into_iter().map(|flaw| flaw.place).collect()
}

#[test]
fn what_is_said_around_the_phases_is_checked_too() {
    for (extra, place) in [
        ("duration: { min_days: 3, max_days: 2 }", "duration"),
        ("effort: { min_minutes: 3, max_minutes: 2 }", "effort"),
        ("objectives: ['']", "objectives[0]"),
        ("documents: [{ name: A, text: '' }]", "documents[0].text"),
        ("groups: [{ name: A, text: a }]", "groups[0].name"),
        ("groups: [{ name: A, text: a }]", "flags[0].group"),
        ("warnings: [{ name: A, bound: '' }]", "warnings[0].bound"),
        ("critical: [{ name: '', bound: b }]", "critical[0].name"),
        ("risks: [{ name: A, text: '', probability: low }]", "risks[0].text"),
        ("contingencies: [{ name: A }]", "contingencies[0]"),
        ("contingencies: [{ name: A, steps: [{ name: A, text: '' }] }]", "contingencies[0].steps[0].text"),
        ("ways_back: [{ name: A, text: a, takes: { max_minutes: 0 } }]", "ways_back[0].takes"),
        ("runbooks: [{ name: '', text: a }]", "runbooks[0].name"),
        ("communications: [{ name: A, to: '', text: a }]", "communications[0].to"),
        ("communications: [{ name: A, to: B, text: a, every_days: 0 }]", "communications[0].every_days"),
        ("communications: [{ name: A, to: B, text: a, every_days: 1, days_after: 1 }]", "communications[0]"),
        ("contacts: [{ name: A, text: '' }]", "contacts[0].text"),
        (
            "escalation: [{ name: A, text: a, within_minutes: 9 }, { name: B, text: b, within_minutes: 8 }]",
            "escalation[1].within_minutes",
        ),
    ] {
        assert!(plan_with(extra).contains(&place.to_owned()), "{extra}: {:?}, not {place}", plan_with(extra));
    }
    let good = "communications: [{ name: A, to: B, text: a }]\neffort: { max_minutes: 2 }";
    assert_eq!(plan_with(good), Vec::<String>::new());
}

#[test]
fn what_a_phase_says_besides_is_checked_too() {
    let low = "risk: low";
    for (extra, place) in [
        ("teams: ['']", "phases[0].teams[0]"),
        ("objectives: ['']", "phases[0].objectives[0]"),
        ("proven_in: ' staging'", "phases[0].proven_in"),
        ("rounds: [{ from_hour: 2, to_hour: 2, every: { max_minutes: 5 } }]", "phases[0].rounds[0].from_hour"),
        ("rounds: [{ from_hour: 0, to_hour: 2, every: { max_minutes: 0 } }]", "phases[0].rounds[0].every"),
    ] {
        let found = flaws(low, &format!("{low}\n    {extra}"));
        assert!(found.contains(&place.to_owned()), "{extra}: {found:?}, not {place}");
    }
    for (window, place) in [
        ("{ from: 2024-12-1, to: 2024-12-15 }", "phases[0].steps[2].window.from"),
        ("{ from: 2024-12-01, to: 2024-02-30 }", "phases[0].steps[2].window.to"),
        ("{ from: 2024-12-15, to: 2024-12-01 }", "phases[0].steps[2].window"),
    ] {
        assert_eq!(flaws("text: Half", &format!("text: Half\n        window: {window}")), [place], "{window}");
    }
    let good = "text: Half\n        window: { from: 2024-12-01, to: 2024-12-01 }";
    assert_eq!(flaws("text: Half", good), Vec::<String>::new());
}

/// What a plan does not ask for is not in it: so no older plan has another digest.
#[test]
fn safeguards_that_ask_nothing_change_no_digest_and_a_phase_may_ask_nothing() {
    let digest = |from: &str, to: &str| check(&GOOD.replacen(from, to, 1)).expect("a plan").digest();
    let plain = digest("flags:", "flags:");
    assert_eq!(digest("flags:", "safeguards: { prove_again: false }\nflags:"), plain);
    let asking = "safeguards: { prove_again: true }\nflags:";
    assert_ne!(digest("flags:", asking), plain);
    assert_ne!(digest("risk: low", "risk: low\n    safeguards: {}"), plain, "that it asks nothing is said");
    let plan = check(&GOOD.replacen("flags:", asking, 1).replacen("risk: low", "risk: low\n    safeguards: {}", 1));
    let plan = plan.expect("a plan");
    assert_eq!([0, 1].map(|phase| plan.safeguards_of(phase).prove_again), [false, true]);
    let plain_glass = digest("flags:", "break_glass: { roles: [legal] }\nflags:");
    let glass = "break_glass: { roles: [legal], hours: 1, reviewers: [product-owner] }\nflags:";
    assert_eq!(digest("flags:", glass), plain_glass);
    let unknown = GOOD.replacen("flags:", "safeguards: { prove_twice: true }\nflags:", 1);
    assert!(serde_saphyr::from_str::<Draft>(&unknown).is_err());
}
