//! People, what was granted to them, their sessions, and the ledger that tells of it.

use super::{append, id};
use crate::store::{Answer, Change, ERASED, Note, PersonRow, Proof, SessionRow, Store, StoreError};
use gateway_api::{
    Grant, Power, ProvenBy, RoleSource, SystemEvent, SystemRecord,
    system_records::{SystemActor, SystemPart},
};
use rollout::{Digest, PersonId, RolloutId, Timestamp, record::leaf_hash, text::Spoken};
use std::collections::BTreeSet;

const LEGAL: u32 = 90;
const OTHER: u32 = 91;

fn person(n: u32) -> PersonId {
    PersonId(id(n))
}

fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis)
}

fn grant(text: &str) -> Grant {
    text.parse().expect("a grant")
}

fn note(event: SystemEvent) -> Note {
    Note { actor: SystemActor::System { system: SystemPart::CommandLine }, event, texts: Vec::new() }
}

fn session(n: u32, token: &[u8], ends: i64) -> SessionRow {
    let proof = Proof { at: at(10), by: ProvenBy::Password };
    let (token, id) = (Digest::of(&[token]), String::from_utf8_lossy(token).into_owned());
    SessionRow {
        token,
        id,
        person: person(n),
        begun: at(10),
        seen: at(10),
        ends: at(ends),
        proof,
        agent: "Browser".into(),
    }
}

async fn make(store: &dyn Store, changes: Vec<Change>) {
    store.change(changes, Vec::new(), at(0)).await.expect("changes");
}

async fn row(store: &dyn Store, n: u32) -> PersonRow {
    store.person(person(n)).await.expect("reads").expect("is there")
}

pub async fn check(store: &dyn Store) {
    accounts(store).await;
    grants(store).await;
    sessions(store).await;
    together(store).await;
}

async fn accounts(store: &dyn Store) {
    assert!(!store.has_accounts().await.expect("reads"));
    assert_eq!(store.people().await.expect("reads"), []);
    let add = |n: u32, login: &str| {
        let account = Change::AddAccount { person: person(n), login: login.into(), password: format!("hash of {n}") };
        vec![Change::BeFirst, Change::AddPerson { person: person(n), name: format!("Person {n}") }, account]
    };
    make(store, add(LEGAL, "Legal.Counsel")).await;
    assert!(store.has_accounts().await.expect("reads"));
    let second = store.change(add(OTHER, "other"), Vec::new(), at(0)).await.expect_err("somebody was first");
    assert!(matches!(second, StoreError::NotFirst), "{second}");
    let taken = store.change(add(OTHER, " LEGAL.counsel ").split_off(1), Vec::new(), at(0)).await;
    assert!(matches!(taken, Err(StoreError::LoginTaken)), "upper and lower case are the same");
    assert_eq!(store.person(person(OTHER)).await.expect("reads"), None, "nothing was written");
    make(store, vec![Change::AddPerson { person: person(OTHER), name: "Other".into() }]).await;

    let found = store.account("legal.COUNSEL").await.expect("reads").expect("is there");
    assert_eq!((found.person, found.login.as_str()), (person(LEGAL), "Legal.Counsel"));
    assert_eq!((found.password.as_str(), found.disabled), ("hash of 90", false));
    assert!(store.account("nobody").await.expect("reads").is_none());
    assert!(store.account_of(person(OTHER)).await.expect("reads").is_none());
    make(store, vec![Change::SetPassword { person: person(LEGAL), password: "new".into() }]).await;
    let own = store.account_of(person(LEGAL)).await.expect("reads").expect("is there");
    assert_eq!(own.password, "new");

    let legal = row(store, LEGAL).await;
    assert_eq!((legal.name.as_str(), legal.login.as_deref()), ("Person 90", Some("Legal.Counsel")));
    assert_eq!((legal.grants.as_slice(), legal.seen, legal.disabled, legal.erased), (&[][..], None, false, false));
    let all: Vec<_> = store.people().await.expect("reads").into_iter().map(|row| row.id).collect();
    assert_eq!(all, [person(LEGAL), person(OTHER)]);
    let names = store.names(&BTreeSet::from([person(OTHER), person(77)])).await.expect("reads");
    assert_eq!(names.into_iter().collect::<Vec<_>>(), [(person(OTHER), "Other".to_owned())]);

    let bind = Change::Bind { issuer: "https://i.example".into(), subject: "s".into(), person: person(OTHER) };
    make(store, vec![bind]).await;
    let subject = async |issuer, subject| store.subject(issuer, subject).await.expect("reads");
    assert_eq!(subject("https://i.example", "s").await, Some(person(OTHER)));
    assert_eq!(subject("https://j.example", "s").await, None);
    let of = async |issuer, n| store.subject_of(issuer, person(n)).await.expect("reads");
    assert_eq!(of("https://i.example", OTHER).await.as_deref(), Some("s"));
    assert_eq!((of("https://j.example", OTHER).await, of("https://i.example", LEGAL).await), (None, None));

    make(store, vec![Change::Rename { person: person(OTHER), name: "Another".into() }]).await;
    assert_eq!((row(store, OTHER).await.name.as_str(), row(store, LEGAL).await.name == "Another"), ("Another", false));
    make(store, vec![Change::Rename { person: person(OTHER), name: "Other".into() }]).await;
}

async fn grants(store: &dyn Store) {
    let administrator = Grant::everywhere(Power::Administrator, RoleSource::Sample);
    let mut all = vec![administrator, grant("legal"), grant("engineer@staging"), grant("legal@production/s4")];
    let give = |grant: &Grant| Change::Grant { person: person(LEGAL), grant: grant.clone() };
    make(store, all.iter().chain(&all).map(give).collect()).await;
    let provided = Grant { source: RoleSource::Provider, ..grant("legal") };
    make(store, vec![give(&provided)]).await;
    let mut found = row(store, LEGAL).await.grants;
    all.push(provided);
    all.sort();
    found.sort();
    assert_eq!(found, all, "each once, and by its source");
    make(store, vec![Change::Revoke { person: person(LEGAL), grant: grant("legal") }]).await;
    let mut found = row(store, LEGAL).await.grants;
    all.retain(|one| *one != grant("legal"));
    found.sort();
    assert_eq!(found, all, "what the provider says stays");
    assert_eq!(row(store, OTHER).await.grants, []);
}

async fn sessions(store: &dyn Store) {
    let (old, new, others) = (session(LEGAL, b"old", 100), session(LEGAL, b"new", 300), session(OTHER, b"x", 300));
    make(store, vec![Change::OpenSession(old.clone()), Change::OpenSession(others.clone())]).await;
    let legal = row(store, LEGAL).await;
    assert_eq!(legal.seen, Some(at(10)));
    let found = async |row: &SessionRow, now| store.session(&row.token, at(now)).await.expect("reads");
    assert_eq!(found(&old, 99).await, Some((old.clone(), legal)));
    assert_eq!(found(&old, 100).await, None, "it has ended");
    store.change(vec![Change::OpenSession(new.clone())], Vec::new(), at(200)).await.expect("opens");
    assert_eq!(found(&old, 50).await, None, "it is forgotten");

    store.seen(&new.token, at(60)).await.expect("writes");
    assert_eq!((found(&new, 70).await.expect("is there").0.seen, row(store, LEGAL).await.seen), (at(60), Some(at(60))));
    let proof = Proof { at: at(65), by: ProvenBy::Provider };
    make(store, vec![Change::Prove { session: new.token, proof }]).await;
    assert_eq!(found(&new, 70).await.expect("is there").0.proof, proof);
    let later = SessionRow { begun: at(20), ..session(LEGAL, b"later", 300) };
    make(store, vec![Change::OpenSession(later.clone())]).await;
    let all = store.sessions_of(person(LEGAL), at(70)).await.expect("reads");
    assert_eq!(all.iter().map(|row| row.id.as_str()).collect::<Vec<_>>(), ["later", "new"], "latest first");
    make(store, vec![Change::EndSession { session: later.token }]).await;
    assert_eq!(found(&later, 70).await, None);

    make(store, vec![Change::Disable { person: person(LEGAL) }]).await;
    assert_eq!(found(&new, 70).await, None, "who may not sign in is not signed in");
    assert!(row(store, LEGAL).await.disabled);
    assert!(store.account("legal.counsel").await.expect("reads").is_some_and(|account| account.disabled));
    make(store, vec![Change::Enable { person: person(LEGAL) }, Change::EndSessionsOf { person: person(LEGAL) }]).await;
    assert_eq!(found(&new, 70).await, None);
    assert!(found(&others, 70).await.is_some(), "another's goes on");
}

/// Changes and records are written together or not at all, and the records follow each other.
async fn together(store: &dyn Store) {
    assert_eq!(store.system_head().await.expect("reads"), 0);
    let (name, legal) = (Spoken { hash: Digest::of(&[b"n"]), salt: [1; 32], words: "Name".into() }, person(LEGAL));
    let added = Note {
        texts: vec![(legal, name.clone())],
        ..note(SystemEvent::AccountAdded { person: legal, name: name.hash, login: None })
    };
    let twice = Change::AddAccount { person: legal, login: "legal.counsel".into(), password: String::new() };
    let disable = Change::Disable { person: legal };
    let refused = store.change(vec![disable.clone(), twice], vec![added.clone()], at(500)).await;
    assert!(matches!(refused, Err(StoreError::LoginTaken)));
    assert_eq!((store.system_head().await.expect("reads"), row(store, LEGAL).await.disabled), (0, false));

    let disabled = note(SystemEvent::AccountDisabled { person: legal });
    store.change(vec![disable], vec![added, disabled], at(500)).await.expect("changes");
    // The clock beside is behind: time does not run back.
    let enabled = note(SystemEvent::AccountEnabled { person: legal });
    store.change(vec![Change::Enable { person: legal }], vec![enabled], at(400)).await.expect("changes");
    let all = store.system_records(0, 100).await.expect("reads");
    for (seq, stored) in (1..).zip(&all) {
        let record = SystemRecord::parse(&stored.bytes).expect("a record");
        assert_eq!((stored.seq, record.seq, record.time, stored.recorded_at), (seq, seq, at(500), at(500)));
        assert_eq!((stored.leaf, record.bytes()), (leaf_hash(&stored.bytes), stored.bytes.clone()));
    }
    assert_eq!((all.len(), store.system_head().await.expect("reads")), (3, 3));
    assert_eq!(store.system_records(1, 1).await.expect("reads"), all[1..2]);
    let back = store.system_records_before(3, 5).await.expect("reads");
    assert_eq!(back.iter().map(|stored| stored.seq).collect::<Vec<_>>(), [2, 1]);
    let texts = store.system_texts(&BTreeSet::from([name.hash, Digest::of(&[b"?"])])).await.expect("reads");
    assert_eq!(texts.into_iter().collect::<Vec<_>>(), [(name.hash, "Name".to_owned())]);
}

/// After everything else: an erased person's words are gone, and all else is as it was.
pub async fn erased(store: &dyn Store) {
    let (legal, other, rollout) = (person(LEGAL), person(OTHER), RolloutId(id(1)));
    let spoken = |words: &str| Spoken { hash: Digest::of(&[words.as_bytes()]), salt: [7; 32], words: words.into() };
    let head = store.records_before(rollout, u64::MAX, 1).await.expect("reads")[0].seq;
    let mut said = append(1, head, &["said"]);
    said.texts = vec![(legal, spoken("by legal")), (other, spoken("by another"))];
    let key = "erased".to_owned();
    said.answer = Some(Answer { person: legal, key, asked: Digest::of(&[]), answer: b"by legal".to_vec() });
    store.append(vec![said], None).await.expect("appends");
    make(store, vec![Change::OpenSession(session(LEGAL, b"last", 300))]).await;
    let before = (store.since(0, 1_000).await.expect("reads"), store.system_records(0, 100).await.expect("reads"));

    make(store, vec![Change::Erase { person: legal }]).await;
    let after = (store.since(0, 1_000).await.expect("reads"), store.system_records(0, 100).await.expect("reads"));
    assert_eq!(after, before, "records stay as they are");
    let hashes = BTreeSet::from([spoken("by legal").hash, spoken("by another").hash, Digest::of(&[b"n"])]);
    let left: Vec<_> = store.texts(rollout, &hashes).await.expect("reads").into_values().collect();
    assert_eq!(left, ["by another"]);
    assert!(store.system_texts(&hashes).await.expect("reads").is_empty());
    assert_eq!(store.answer(rollout, legal, "erased").await.expect("reads"), None);
    assert_eq!(store.session(&Digest::of(&[b"last"]), at(20)).await.expect("reads"), None);
    assert!(store.account("legal.counsel").await.expect("reads").is_none());
    let row = row(store, LEGAL).await;
    assert_eq!((row.name.as_str(), row.login, row.grants, row.seen), (ERASED, None, Vec::new(), None));
    assert!(row.erased && row.disabled);
}
