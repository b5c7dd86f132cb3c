use super::*;
use rollout::{
    Actor, Decision, Event, Exposure, FlagSlug, PersonId, PhaseSlug, Plan, Record, RolloutId, StepSlug, SystemActor,
    event::Words, evolve,
};
use std::{collections::BTreeMap, sync::Arc};
use uuid::Uuid;

const START: Timestamp = Timestamp::from_millis(1_756_821_600_000);

/// Two phases and an optional one: a day's soak and a day's more; a day's soak, an attested step, two days' soak.
fn plan() -> Arc<Plan> {
    let plan = serde_json::json!({
        "schema": "signalbox-plan/1", "slug": "p", "name": "P", "summary": "S",
        "flags": [
            { "slug": "a", "key": "A", "name": "A", "purpose": "A", "code_default": "off", "initial": "off" },
            { "slug": "b", "key": "B", "name": "B", "purpose": "B", "code_default": "off", "initial": "off" },
        ],
        "phases": [
            {
                "slug": "one", "name": "One", "summary": "S", "risk": "low", "prerequisites": [],
                "duration": { "min_days": 2, "max_days": 3 }, "rollback": { "text": "Off" },
                "steps": [{ "slug": "a-on", "text": "On", "soak_hours": 24,
                            "do": { "exposure": { "flag": "a", "to": "on" } } }],
            },
            {
                "slug": "two", "name": "Two", "summary": "S", "risk": "high", "prerequisites": [],
                "start": { "after": "one", "days": 7 }, "rollback": { "text": "Off" },
                "steps": [
                    { "slug": "b-on", "text": "On", "soak_hours": 24, "do": { "exposure": { "flag": "b", "to": "on" } } },
                    { "slug": "b-more", "text": "More", "soak_hours": 48, "do": { "attested": {} } },
                ],
            },
            {
                "slug": "three", "name": "Three", "summary": "S", "risk": "low", "optional": true, "prerequisites": [],
                "rollback": { "text": "Off" }, "steps": [{ "slug": "c", "text": "C", "do": { "attested": {} } }],
            },
        ],
    });
    Arc::new(serde_json::from_value(plan).expect("a plan"))
}

struct Walk {
    rollout: Rollout,
    now: Timestamp,
}

impl Walk {
    fn begin() -> Self {
        let plan = plan();
        let event = Event::Attached { environment: "production".into(), baselines: BTreeMap::new(), sample: true };
        let actor = Actor::System { system: SystemActor::Demo };
        let record = Record::new(RolloutId(Uuid::nil()), 1, START, actor, plan.digest(), event);
        Self { rollout: Rollout::begin(&record, plan).expect("begins"), now: START }
    }

    fn after(mut self, hours: i64) -> Self {
        self.now = self.now.plus(hours * HOUR);
        self
    }

    fn then(mut self, event: Event) -> Self {
        let (id, seq, digest) = (self.rollout.id, self.rollout.version + 1, self.rollout.plan_digest);
        let actor = Actor::Person { person: PersonId(Uuid::nil()), role: Role::ProductOwner };
        evolve(&mut self.rollout, &Record::new(id, seq, self.now, actor, digest, event));
        self
    }

    fn go(self, gate: GateNumber) -> Self {
        self.then(Event::Decided { gate, decision: Decision::Go, proof: None, words: Words::default() })
    }

    fn raised(self, flag: &str, step: &str) -> Self {
        let flag = FlagSlug::new(flag).expect("a slug");
        let step = StepSlug::new(step).expect("a slug");
        let want = self.rollout.version + 1;
        let raised = Event::Raised { flag: flag.clone(), step, from: Exposure::OFF, to: Exposure::ON };
        self.then(raised).then(Event::Applied { flag, exposure: Exposure::ON, want })
    }

    fn attested(self, step: &str) -> Self {
        self.then(Event::Attested { step: StepSlug::new(step).expect("a slug"), words: Words::default() })
    }

    fn line(&self) -> Line {
        line(&self.rollout, self.now)
    }
}

fn part(kind: Stretch, days: f64) -> Part {
    Part { kind, days }
}

#[test]
fn before_the_first_go_nothing_has_a_date() {
    let line = Walk::begin().line();
    assert_eq!(line.current, Some(0));
    let [one, two, three] = &line.sections[..] else { panic!("three sections") };
    assert_eq!(one.parts, [part(Stretch::SoakPlanned, 1.0), part(Stretch::Planned, 1.0)]);
    assert_eq!((one.standing, one.now, one.entry.planned), (Standing::Ahead, Some(0.0), None));
    assert_eq!(two.parts, [part(Stretch::SoakPlanned, 1.0), part(Stretch::SoakPlanned, 2.0)]);
    assert_eq!((two.planned, two.entry.planned, two.now), (3 * DAY, None, None));
    assert_eq!(two.marks, [0.333]);
    assert!(!three.dated);
    assert_eq!(line.closing.gate, 4);
    assert_eq!(line.closing.aspect, Aspect::Danger);
}

#[test]
fn the_go_at_the_first_gate_dates_the_plan() {
    let line = Walk::begin().after(5).go(1).line();
    let began = START.plus(5 * HOUR);
    assert_eq!(line.sections[0].span.planned_end, Some(began.plus(2 * DAY)));
    assert_eq!(line.sections[1].entry.planned, Some(began.plus(7 * DAY)));
    assert_eq!(line.sections[1].span.planned_end, Some(began.plus(10 * DAY)));
    assert_eq!(line.sections[2].entry.planned, None);
}

#[test]
fn a_running_soak_is_what_is_left_of_it() {
    let line = Walk::begin().go(1).after(6).raised("a", "a-on").after(6).line();
    let one = &line.sections[0];
    assert_eq!(one.parts, [part(Stretch::Done, 0.5), part(Stretch::Soak, 0.75), part(Stretch::Planned, 0.75)]);
    assert_eq!((one.standing, one.now), (Standing::Open, Some(0.25)));
    assert_eq!(one.span.expected_end, Some(START.plus(30 * HOUR)));
    assert_eq!(one.span.over, None);
}

#[test]
fn what_takes_longer_than_planned_shows_where_the_plan_ended() {
    let late = Walk::begin().go(1).after(1).raised("a", "a-on").after(71);
    let one = &late.line().sections[0];
    assert_eq!(one.parts, [part(Stretch::Done, 2.0), part(Stretch::Over, 1.0)]);
    assert_eq!((one.planned_end, one.now, one.span.over), (Some(0.667), Some(1.0), Some(DAY)));

    let accepted = late.go(2).after(100).line();
    assert_eq!(accepted.sections[0].standing, Standing::Done);
    assert_eq!(accepted.sections[0].span.ended, Some(START.plus(3 * DAY)));
    assert_eq!(accepted.sections[0].parts, [part(Stretch::Done, 2.0), part(Stretch::Over, 1.0)]);
    assert_eq!(accepted.sections[0].now, None);
    assert_eq!(accepted.current, Some(1));
}

#[test]
fn a_late_start_pushes_the_end_and_says_so() {
    let line = Walk::begin().go(1).raised("a", "a-on").after(48).go(2).after(60).line();
    let two = &line.sections[1];
    // Sixty hours went by before the first raise; 72 hours of soak are still to come.
    assert_eq!(two.parts[0], part(Stretch::Done, 2.5));
    assert_eq!(two.parts[1..], [part(Stretch::SoakPlanned, 1.0), part(Stretch::SoakPlanned, 2.0)]);
    assert_eq!(two.span.over, Some(60 * HOUR));
    assert_eq!(two.planned_end, Some(0.545));
    assert_eq!((two.entry.late, two.entry.parted), (None, true), "it went earlier than planned");
}

#[test]
fn an_attested_step_leaves_its_mark_where_it_was_done() {
    let walk = Walk::begin().go(1).raised("a", "a-on").after(48).go(2).raised("b", "b-on").after(24).attested("b-more");
    let two = &walk.after(24).line().sections[1];
    assert_eq!(two.parts, [part(Stretch::Done, 2.0), part(Stretch::Soak, 1.0)]);
    assert_eq!(two.marks, [0.333]);
}

#[test]
fn a_skipped_phase_has_no_gate_behind_it() {
    let slug = PhaseSlug::new("three").expect("a slug");
    let line = Walk::begin().then(Event::Skipped { phase: slug, words: Words::default() }).line();
    assert_eq!(line.sections[2].standing, Standing::Skipped);
    assert_eq!(line.sections[2].parts, [part(Stretch::Planned, 1.0)]);
    assert_eq!(line.closing.aspect, Aspect::Idle);
    assert_eq!(line.sections[2].entry.aspect, Aspect::Danger);
}

#[test]
fn a_planned_start_that_has_passed_is_late() {
    let line = Walk::begin().go(1).raised("a", "a-on").after(8 * 24).line();
    assert_eq!(line.sections[1].entry.late, Some(DAY));
}
