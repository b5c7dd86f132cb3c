//! The sample plan `plans/s4.yaml`: it is a plan, and it says what was agreed.

use rollout::{
    Exposure, Plan,
    plan::{Draft, LineKind, Meaning, Prerequisite, Risk, Side, StepAct},
    role::Role,
};

fn plan() -> Plan {
    let text = include_str!("../../../plans/s4.yaml");
    let draft: Draft = serde_saphyr::from_str(text).expect("plans/s4.yaml has the form of a plan");
    Plan::try_from(draft).expect("plans/s4.yaml is a plan")
}

#[test]
fn five_flags_start_off_and_four_of_them_fail_open() {
    let plan = plan();
    let flags: Vec<_> = plan.flags.iter().map(|f| (f.slug.as_str(), f.key.as_str(), f.fails_open())).collect();
    let expected = [
        ("csf-grid", "FEATURE_CSF_ENABLED", true),
        ("workshops", "FEATURE_WORKSHOPS_ENABLED", true),
        ("minutes", "FEATURE_MINUTES_ENABLED", true),
        ("chat", "FEATURE_CHAT_ENABLED", true),
        ("service-bus", "FEATURE_SERVICE_BUS_ENABLED", false),
    ];
    assert_eq!(flags, expected);
    assert!(plan.flags.iter().all(|flag| flag.initial == Exposure::OFF && flag.rollback_to == Default::default()));
    let aliases: Vec<_> = plan.flags.iter().filter_map(|flag| flag.alias.as_deref()).collect();
    assert_eq!(aliases, ["CSF", "WORKSHOPS", "MINUTES", "CHAT", "SERVICE_BUS"]);
}

#[test]
fn the_phases_with_their_risk_steps_and_soaks() {
    let plan = plan();
    let phases: Vec<_> = plan.phases.iter().map(|p| (p.slug.as_str(), p.risk, p.optional)).collect();
    let expected = [
        ("csf-grid", Risk::Low, false),
        ("workshops-consent", Risk::Medium, false),
        ("minutes-publishing", Risk::High, false),
        ("chat-shell", Risk::Low, false),
        ("service-bus", Risk::Medium, true),
    ];
    assert_eq!(phases, expected);
    let steps: Vec<_> = plan.phases.iter().flat_map(|p| &p.steps).collect();
    let steps: Vec<_> = steps.iter().map(|s| (s.slug.as_str(), s.exposure().is_some(), s.soak_hours)).collect();
    let expected = [
        ("csf-on", true, Some(48)),
        ("workshops-on", true, Some(24)),
        ("workshops-creation", false, Some(48)),
        ("minutes-on", true, Some(48)),
        ("minutes-publishing", false, Some(72)),
        ("chat-on", true, Some(24)),
        ("chat-more", false, Some(24)),
        ("bus-provisioned", false, None),
        ("bus-configured", false, None),
        ("bus-on", true, None),
    ];
    assert_eq!(steps, expected);
    let all_on = plan.phases.iter().flat_map(|p| &p.steps).filter_map(|s| s.exposure()).all(|(_, to)| to.is_on());
    assert!(all_on);
    let destructive = |act: &StepAct| matches!(act, StepAct::Attested(act) if act.destructive);
    assert!(!plan.phases.iter().flat_map(|p| &p.steps).any(|s| destructive(&s.act)));
}

#[test]
fn who_clears_each_line() {
    let plan = plan();
    let said = |phase: usize, side: Side| -> Vec<String> {
        let lines = plan.lines(phase).filter(|line| line.side == side);
        let line = |kind: LineKind<'_>| match (kind, kind.cleared_by()) {
            (LineKind::Slot(slot), _) => format!("{} {:?} {}", slot.slug, slot.role, slot.meaning.name()),
            (_, Some(role)) => format!("{} {role:?}", kind.slug()),
            (_, None) => format!("{} by itself", kind.slug()),
        };
        lines.map(|l| line(l.kind)).collect()
    };
    let entry = |phase| said(phase, Side::Entry);
    let exit = |phase| said(phase, Side::Exit);
    assert_eq!(
        entry(0),
        [
            "s4-deployment Operations",
            "s4-flag-infrastructure Engineer",
            "s4-initiation ProductOwner approved",
            "s4-dashboards Operations"
        ]
    );
    assert_eq!(exit(0), ["csf-errors Operations", "csf-taxonomy Engineer", "csf-performance Operations"]);
    assert!(entry(1).contains(&"gdpr-review Privacy reviewed".into()));
    assert!(entry(1).contains(&"csf-grid-success by itself".into()));
    assert!(exit(1).contains(&"workshops-compliance Privacy reviewed".into()));
    assert!(entry(2).contains(&"retention-review Legal reviewed".into()));
    assert!(exit(2).contains(&"minutes-legal Legal approved".into()));
    assert!(exit(3).contains(&"chat-feedback ProductOwner".into()));
    assert!(entry(4).contains(&"bus-ready Operations".into()) && exit(4).is_empty());
    let evidence: Vec<_> = plan.phases.iter().flat_map(|p| &p.criteria).filter(|c| c.evidence).collect();
    assert_eq!(evidence.iter().map(|c| c.slug.as_str()).collect::<Vec<_>>(), ["chat-feedback"]);
    assert!((0..5).flat_map(|p| plan.lines(p)).all(|line| match line.kind {
        LineKind::Slot(slot) =>
            slot.people == 1 && slot.expires_days.is_none() && slot.meaning != Meaning::AdviceRecorded,
        _ => true,
    }));
}

#[test]
fn boxes_ticked_in_the_document_are_claims() {
    let plan = plan();
    let claimed = |line: &Prerequisite| match line {
        Prerequisite::Task(task) => task.claimed,
        Prerequisite::Dependency(dependency) => dependency.claimed,
        Prerequisite::SignOff(_) => false,
    };
    let all = plan.phases.iter().flat_map(|p| &p.prerequisites);
    let slugs: Vec<_> = all.filter(|line| claimed(line)).map(|line| line.kind().slug().as_str()).collect();
    assert_eq!(
        slugs,
        ["s4-deployment", "s4-flag-infrastructure", "csf-grid-success", "workshops-success", "minutes-success"]
    );
}

#[test]
fn bounds_starts_and_durations() {
    let plan = plan();
    let bound = |measures: &[rollout::plan::Measure], name: &str| -> String {
        measures.iter().find(|m| m.name == name).expect("a measure").bound.clone()
    };
    let kpis = ["Error rate", "Response time", "Memory"].map(|name| bound(&plan.kpis, name));
    assert_eq!(kpis, ["0.1", "10", "20"].map(|n| format!("less than {n} % above baseline")));
    let triggers = ["Error rate", "Response time"].map(|name| bound(&plan.rollback_triggers, name));
    assert_eq!(triggers, ["0.5", "25"].map(|n| format!("more than {n} % above baseline")));
    assert_eq!((plan.kpis.len(), plan.rollback_triggers.len(), plan.contacts.len()), (8, 4, 4));
    let whole = plan.duration.expect("a duration");
    assert_eq!((whole.min_days, whole.max_days), (28, 42));
    let days: Vec<_> = plan.phases.iter().map(|p| p.duration.map(|d| (d.min_days, d.max_days))).collect();
    assert_eq!(days, [Some((2, 3)), Some((3, 4)), Some((4, 5)), Some((2, 3)), None]);
    let starts: Vec<_> = plan.phases.iter().map(|p| p.start.as_ref().and_then(|s| s.days)).collect();
    assert_eq!(starts, [None, Some(7), Some(7), Some(7), None]);
    for (phase, alias) in plan.phases.iter().zip(["CSF", "WORKSHOPS", "MINUTES", "CHAT", "SERVICE_BUS"]) {
        let by_hand = phase.rollback.by_hand.as_deref().expect("a command");
        let expected =
            format!("gh workflow run feature_flag_flip.yml -f feature={alias} -f action=disable -e production");
        assert_eq!(by_hand, expected);
    }
    let roles: Vec<_> = plan.responsibilities.iter().map(|r| r.role).collect();
    assert_eq!(roles, [Role::ProductOwner, Role::Engineer, Role::Operations]);
}

/// Ledgers were begun with this digest: whatever plans may say besides, what this one says is the same.
#[test]
fn the_digest_is_the_same_for_ever_and_after_a_way_through_json() {
    let plan = plan();
    assert_eq!(plan.digest().to_string(), "7e087837086f7e18687d6cbd48afc87f89c08d24689932f663eb362422b0d2f3");
    let json = serde_json::to_string(&plan).expect("JSON");
    let back: Plan = serde_json::from_str(&json).expect("the plan again");
    assert_eq!((back.digest(), &back), (plan.digest(), &plan));
}
