//! Which phase a record is about.

use rollout::{
    Actor, Digest, Event, Exposure, LineSlug, Place, Plan, Record, RolloutId, StepSlug, SystemActor, Timestamp,
    plan::Draft,
};
use std::collections::BTreeMap;
use uuid::Uuid;

fn plan(yaml: &str) -> Plan {
    let draft: Draft = serde_saphyr::from_str(yaml).expect("has the form of a plan");
    Plan::try_from(draft).expect("is a plan")
}

fn s4() -> Plan {
    plan(include_str!("../../../plans/s4.yaml"))
}

fn record(event: Event) -> Record {
    let (ledger, actor) = (RolloutId(Uuid::from_bytes([0xab; 16])), Actor::System { system: SystemActor::Demo });
    Record::new(ledger, 17, Timestamp::from_millis(0), actor, Digest::of(&[b"plan"]), event)
}

fn phases(plan: &Plan, event: Event) -> Vec<usize> {
    let record = record(event);
    (0..plan.phases.len()).filter(|phase| record.is_about(plan, *phase)).collect()
}

fn line(slug: &str) -> LineSlug {
    LineSlug::new(slug).expect("a slug")
}

#[test]
fn a_gate_belongs_to_the_phase_it_opens_and_the_last_to_the_one_it_closes() {
    let plan = s4();
    let go = |gate| Event::Released { gate, words: Default::default() };
    let found: Vec<_> = (1..=plan.last_gate()).map(|gate| phases(&plan, go(gate))).collect();
    assert_eq!(found, [[0], [1], [2], [3], [4], [4]]);
}

#[test]
fn lines_and_steps_belong_to_their_phase_and_what_is_about_the_whole_to_none() {
    let plan = s4();
    let words = Default::default;
    assert_eq!(phases(&plan, Event::Ticked { line: line("workshops-containers"), words: words() }), [1]);
    assert_eq!(phases(&plan, Event::Objected { slot: line("minutes-legal"), words: words() }), [2]);
    let step = StepSlug::new("chat-more").expect("a slug");
    assert_eq!(phases(&plan, Event::Attested { step, words: words() }), [3]);
    let phase = plan.phases[4].slug.clone();
    assert_eq!(phases(&plan, Event::Skipped { phase, words: words() }), [4]);
    assert_eq!(phases(&plan, Event::Ticked { line: line("of-an-older-plan"), words: words() }), [0; 0]);
    let none = [
        Event::Attached { environment: "production".into(), baselines: BTreeMap::new(), sample: false },
        Event::IncidentOpened { words: words() },
        Event::Noted { about: Some(3), words: words() },
        Event::ClockMoved { by_ms: 1 },
    ];
    for event in none {
        assert_eq!(phases(&plan, event.clone()), [0; 0], "{event:?}");
    }
}

#[test]
fn a_flag_belongs_to_every_phase_that_moves_it() {
    let plan = plan(include_str!("../../../plans/unified-workflow.yaml"));
    let applied = |slug: &str| {
        let flag = plan.flags.iter().find(|flag| flag.slug.as_str() == slug).expect(slug).slug.clone();
        phases(&plan, Event::Applied { flag, exposure: Exposure::ON, want: 1 })
    };
    let reviewed = |slug: &str| {
        let flag = plan.flags.iter().find(|flag| flag.slug.as_str() == slug).expect(slug).slug.clone();
        phases(&plan, Event::GlassReviewed { flag, glass: 7, words: Default::default() })
    };
    assert_eq!(reviewed("read"), applied("read"), "a broken glass belongs where its flag does");
    assert_eq!([applied("schema"), applied("read"), applied("migration")], [vec![0], vec![0, 1], vec![4]]);
}

#[test]
fn an_incident_is_the_record_that_opened_it() {
    assert_eq!(record(Event::IncidentOpened { words: Default::default() }).place(), Some(Place::Incident(17)));
    let resolved = Event::IncidentResolved { incident: 9, words: Default::default() };
    assert_eq!(record(resolved).place(), Some(Place::Incident(9)));
}
