use crate::testing::{Demo, RAISE, parse, status};
use gateway_api::RecordsPage;
use rollout::{Event, Record, record::leaf_hash};
use serde_json::json;

async fn page(demo: &Demo, query: &str) -> RecordsPage {
    let viewer = demo.cookie_of("viewer").await;
    let answer = demo.get(&demo.path(&format!("/records?{query}")), Some(&viewer)).await;
    status(&answer, 200);
    serde_json::from_value(answer.json).expect("a page")
}

fn read(page: &RecordsPage) -> Vec<Record> {
    page.records.iter().map(|view| Record::parse(view.bytes.as_bytes()).expect("a record")).collect()
}

fn seqs(page: &RecordsPage) -> Vec<u64> {
    page.records.iter().map(|view| view.seq).collect()
}

/// A go, a raise that is read back, an incident, 48 hours, and the next phase's first line.
async fn walked() -> Demo {
    let demo = Demo::new().await;
    demo.open_first_gate().await;
    let (engineer, operations) = (demo.cookie_of("engineer").await, demo.cookie_of("operations").await);
    status(&demo.ask(&engineer, parse(RAISE)).await, 200);
    demo.delivery.tick().await;
    status(&demo.ask(&engineer, json!({"type": "incident", "reason": "Sign-in fails"})).await, 200);
    status(&demo.post("/api/demo/clock", &engineer, json!({"ahead_hours": 48})).await, 200);
    status(&demo.ask(&operations, json!({"type": "tick", "line": "workshops-containers"})).await, 200);
    demo
}

#[tokio::test]
async fn records_come_page_by_page_with_the_bytes_that_were_hashed() {
    let demo = Demo::new().await;
    let all = page(&demo, "").await;
    assert_eq!((all.version, all.records.len(), all.next), (2, 2, None));
    for record in &all.records {
        assert_eq!(leaf_hash(record.bytes.as_bytes()), record.leaf);
        assert_eq!(Record::parse(record.bytes.as_bytes()).expect("a record").bytes(), record.bytes.as_bytes());
    }
    assert_eq!(page(&demo, "after=1&limit=1").await.records, all.records[1..]);
}

#[tokio::test]
async fn pages_go_on_in_either_direction_and_end() {
    let demo = walked().await;
    let all = page(&demo, "").await;
    let version = all.version;
    let (mut forth, mut after) = (Vec::new(), Some(0));
    while let Some(seq) = after {
        let page = page(&demo, &format!("after={seq}&limit=4")).await;
        forth.extend(seqs(&page));
        after = page.next;
    }
    assert_eq!(forth, (1..=version).collect::<Vec<_>>());
    let (mut back, mut before) = (Vec::new(), Some(version + 1));
    while let Some(seq) = before {
        let page = page(&demo, &format!("before={seq}&limit=4")).await;
        back.extend(seqs(&page));
        before = page.next;
    }
    assert_eq!(back, (1..=version).rev().collect::<Vec<_>>());
    for none in ["before=1", "before=0", "after=9999"] {
        let page = page(&demo, none).await;
        assert_eq!((page.records, page.next), (vec![], None), "{none}");
    }
}

#[tokio::test]
async fn who_did_it_what_it_was_and_when_are_looked_for_alone_and_together() {
    let demo = walked().await;
    let all = read(&page(&demo, "").await);
    let expect = |wanted: &dyn Fn(&Record) -> bool| {
        all.iter().filter(|record| wanted(record)).map(|record| record.seq).collect::<Vec<u64>>()
    };
    let incident = all.iter().find(|record| record.event.kind() == "incident-opened").expect("is there");
    let engineer = incident.actor.person().expect("a person");
    let by_engineer = expect(&|record| record.actor.person() == Some(engineer));
    assert!(by_engineer.len() > 2 && by_engineer.len() < all.len());
    assert_eq!(seqs(&page(&demo, &format!("person={engineer}")).await), by_engineer);
    let by_nobody = expect(&|record| record.actor.person().is_none());
    assert!(!by_nobody.is_empty());
    assert_eq!(seqs(&page(&demo, "person=system").await), by_nobody);

    let two = expect(&|record| ["ticked", "decided"].contains(&record.event.kind()));
    assert_eq!(seqs(&page(&demo, "kind=ticked,decided").await), two);
    assert_eq!(
        seqs(&page(&demo, "kind=decided&kind=ticked&before=999").await),
        two.iter().rev().copied().collect::<Vec<_>>()
    );
    let ticked = expect(&|record| record.event.kind() == "ticked" && record.actor.person() == Some(engineer));
    assert_eq!(ticked.len(), 1);
    assert_eq!(seqs(&page(&demo, &format!("kind=ticked&person={engineer}")).await), ticked);

    let late = expect(&|record| record.time > incident.time);
    assert_eq!(late.len(), 2, "the clock and what came after it");
    let moved = all.iter().find(|record| record.seq == late[0]).expect("is there").time;
    assert_eq!(seqs(&page(&demo, &format!("from={moved}")).await), late);
    let early = expect(&|record| record.time < moved);
    assert_eq!(seqs(&page(&demo, &format!("to={moved}")).await), early);
    assert_eq!(seqs(&page(&demo, &format!("from={moved}&to={moved}")).await), Vec::<u64>::new());
    assert_eq!(seqs(&page(&demo, &format!("before=999&from={moved}&kind=ticked")).await), late[1..]);
}

#[tokio::test]
async fn a_phase_has_its_gate_its_lines_its_steps_and_its_flags() {
    let demo = walked().await;
    let kinds = async |phase: &str| {
        let records = read(&page(&demo, &format!("phase={phase}")).await);
        records.iter().map(|record| record.event.kind()).collect::<Vec<_>>()
    };
    let first = ["ticked", "ticked", "ticked", "signed", "decided", "raised", "applied"];
    assert_eq!(kinds("csf-grid").await, first, "neither the plan nor the incident nor the clock");
    assert_eq!(kinds("workshops-consent").await, ["ticked"]);
    assert_eq!(kinds("chat-shell").await, Vec::<&str>::new());
}

#[tokio::test]
async fn a_long_ledger_is_looked_through_a_part_at_a_time() {
    let demo = Demo::new().await;
    let ledger = demo.ledger();
    let actor = rollout::Actor::System { system: rollout::SystemActor::Demo };
    let mut folded = ledger.lock(demo.app.store.as_ref()).await.expect("locks");
    let moves = vec![Event::ClockMoved { by_ms: 1 }; 10_600];
    let prepared = demo.app.prepare(&ledger, &folded.rollout, actor, moves, demo.app.clock.now());
    demo.app.commit(&mut folded, prepared).await.expect("stores");
    drop(folded);
    let first = page(&demo, "kind=adopted&before=99999").await;
    assert_eq!((first.records.len(), first.version), (0, 10_602));
    let next = first.next.expect("there is more");
    assert_eq!(next, 10_602 - 10_000 + 1, "so far it looked");
    let second = page(&demo, &format!("kind=adopted&before={next}")).await;
    assert_eq!((seqs(&second), second.next), (vec![2], None));
}

#[tokio::test]
async fn a_bad_query_is_named() {
    let demo = Demo::new().await;
    let viewer = demo.sign_in("viewer").await;
    for (query, place) in [
        ("limit=0", "limit"),
        ("limit=501", "limit"),
        ("limit=4294967297", "limit"),
        ("after=x", "after"),
        ("before=x", "before"),
        ("after=1&before=2", "before"),
        ("page=1", "page"),
        ("person=nobody", "person"),
        ("person=", "person"),
        ("phase=phase-nine", "phase"),
        ("phase=csf-grid&phase=chat-shell", "phase"),
        ("kind=tickled", "kind"),
        ("kind=ticked,", "kind"),
        ("from=yesterday", "from"),
        ("to=2026-01-01", "to"),
    ] {
        let bad = demo.get(&demo.path(&format!("/records?{query}")), Some(&viewer)).await;
        assert_eq!((bad.status, bad.json["place"].as_str()), (400, Some(place)), "{query}");
    }
}
