//! Sessions: opened when somebody has proved who they are, ended by themselves, by an administrator, or by time.

use super::{Signed, accounts::Batch, site::Site};
use crate::{
    app::App,
    clock,
    store::{Change, Proof, SessionRow, StoreError},
};
use axum::http::{
    HeaderMap,
    header::{COOKIE, USER_AGENT},
};
use gateway_api::{
    SystemEvent, SystemRecord,
    system_records::{SystemActor, SystemPart},
};
use rollout::{Digest, Millis, PersonId, Seq, Timestamp, time::HOUR};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// When a session was last used is written so often at most.
const MINUTE: Millis = 60_000;

/// So much of what a browser says about itself is kept.
const LONGEST_AGENT: usize = 200;

/// How long sessions last, by real time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// After so long in which nothing was asked, one ends.
    pub idle: Millis,
    /// After so long it ends, whatever is done in it.
    pub longest: Millis,
}

impl Default for Settings {
    fn default() -> Self {
        Self { idle: HOUR, longest: 12 * HOUR }
    }
}

/// Sessions that were looked up a moment ago: whoever does much is not looked up each time.
#[derive(Debug)]
pub struct Sessions {
    believed: Mutex<Believed>,
    /// One at a time writes when its session was last used: where the store hangs, they do not queue up before a lowering.
    turn: Arc<Semaphore>,
}

impl Default for Sessions {
    fn default() -> Self {
        Self { believed: Mutex::default(), turn: Arc::new(Semaphore::new(1)) }
    }
}

#[derive(Debug, Default)]
struct Believed {
    /// With when each was looked up.
    all: HashMap<Digest, (Duration, Signed)>,
    /// How many were ended here: what was looked up before one ended is not believed after it.
    ended: u64,
    /// When something was last asked in each, and when that was last written. What the store does not take still counts.
    seen: HashMap<Digest, (Timestamp, Timestamp)>,
}

impl Sessions {
    /// So long is believed what was looked up. What this gateway ends itself is forgotten at once.
    const BELIEVED: Duration = Duration::from_secs(1);

    /// Whose it is; or how many had ended when nobody knew.
    pub(super) fn known(&self, session: &Digest, now: Duration) -> Result<Signed, u64> {
        let believed = self.lock();
        let known = believed.all.get(session).filter(|(since, _)| now.saturating_sub(*since) < Self::BELIEVED);
        known.map(|(_, signed)| signed.clone()).ok_or(believed.ended)
    }

    pub(super) fn keep(&self, signed: &Signed, now: Duration, ended: u64) {
        let mut believed = self.lock();
        believed.all.retain(|_, (since, _)| now.saturating_sub(*since) < Self::BELIEVED);
        if believed.ended == ended {
            believed.all.insert(signed.session, (now, signed.clone()));
        }
    }

    /// Was nothing asked in it for so long?
    pub fn is_idle(&self, row: &SessionRow, now: Timestamp, idle: Millis) -> bool {
        let here = self.lock().seen.get(&row.token).map_or(row.seen, |(seen, _)| *seen);
        now.since(here.max(row.seen)) >= idle
    }

    /// Something is asked in it. If it is time to write that: the turn to do so.
    fn see(&self, session: Digest, now: Timestamp, idle: Millis) -> Option<OwnedSemaphorePermit> {
        let mut believed = self.lock();
        let (seen, written) = believed.seen.entry(session).or_insert((now, Timestamp::from_millis(0)));
        *seen = now.max(*seen);
        let is_due = now.since(*written) >= MINUTE;
        let turn = is_due.then(|| self.turn.clone().try_acquire_owned().ok()).flatten();
        if turn.is_some() {
            *written = now;
            believed.seen.retain(|_, (seen, _)| now.since(*seen) < idle);
        }
        turn
    }

    fn forget(&self, session: Option<&Digest>) {
        let mut believed = self.lock();
        match session {
            Some(session) => drop(believed.all.remove(session)),
            None => believed.all.clear(),
        }
        believed.ended += 1;
    }

    fn lock(&self) -> MutexGuard<'_, Believed> {
        self.believed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Notes that something is asked, at most once a minute, and without anybody waiting: a store that fails holds up no
/// lowering.
pub(super) fn touch(app: &App, signed: &Signed) {
    let now = app.clock.real();
    let Some(turn) = app.sessions.see(signed.session, now, app.sign_in.idle) else { return };
    let (store, session) = (app.store.clone(), signed.session);
    tokio::spawn(async move {
        if let Err(error) = store.seen(&session, now).await {
            tracing::warn!(%error, "when a session was last used could not be written");
        }
        drop(turn);
    });
}

/// The token in a request's cookies, hashed.
pub fn token(site: &Site, headers: &HeaderMap) -> Option<Digest> {
    cookie(headers, site.cookie_name()).map(|token| Digest::of(&[token.as_bytes()]))
}

/// The value of the cookie of this name.
pub fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let cookies = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(of, _)| *of == name).map(|(_, value)| value)
}

/// Somebody has proved who they are, and comes in.
pub struct Opening<'a> {
    pub person: PersonId,
    pub proof: Proof,
    /// The session that was open in this browser: it ends.
    pub before: Option<Digest>,
    /// What came with the request: how the browser describes itself.
    pub headers: &'a HeaderMap,
    /// What must be so with it or not at all.
    pub with: Batch,
}

/// Opens a session under a token that nobody had before. Gives the cookie to set.
///
/// Errors: nothing was written.
pub async fn open(app: &App, opening: Opening<'_>) -> Result<(Signed, String), StoreError> {
    let Opening { person, proof, before, headers, with: Batch { mut changes, mut notes } } = opening;
    let secret = hex::encode(clock::random::<32>());
    let (session, now) = (Digest::of(&[secret.as_bytes()]), app.clock.real());
    if let Some(before) = before
        && let Some(whose) = super::whose(app, before).await?
    {
        let ended = closing(&whose.session, &whose.session_id, whose.person, by_person(whose.person));
        changes.extend(ended.changes);
        notes.extend(ended.notes);
    }
    let agent = headers.get(USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let row = SessionRow {
        token: session,
        id: clock::session_id(),
        person,
        begun: now,
        seen: now,
        ends: now.plus(app.sign_in.longest),
        proof,
        agent: agent.chars().filter(|c| !c.is_control()).take(LONGEST_AGENT).collect(),
    };
    let event = SystemEvent::SignedIn { session: row.id.clone(), by: proof.by };
    notes.push(super::accounts::note(by_person(person), event));
    changes.push(Change::OpenSession(row));
    app.store.change(changes, notes, now).await?;
    if let Some(before) = before {
        app.sessions.forget(Some(&before));
        app.hub.tell_sign_out();
    }
    let signed = super::whose(app, session).await?;
    let signed = signed.ok_or_else(|| StoreError::Unreadable("a session that was opened is not there".into()))?;
    Ok((signed, app.site.cookie(&secret, app.sign_in.longest / 1_000)))
}

fn by_person(person: PersonId) -> SystemActor {
    SystemActor::Person { person }
}

/// A session ends before its time, and a record says so.
pub(super) fn closing(token: &Digest, id: &str, person: PersonId, by: SystemActor) -> Batch {
    let event = SystemEvent::SessionEnded { person, session: id.to_owned() };
    let note = super::accounts::note(by, event);
    Batch { changes: vec![Change::EndSession { session: *token }], notes: vec![note] }
}

/// Ends a session of somebody's own, and its live streams.
///
/// Errors: it could not be written. It is not believed here any more all the same, until it is looked up again.
pub async fn end(app: &App, token: &Digest, id: &str, person: PersonId) -> Result<(), StoreError> {
    let Batch { changes, notes } = closing(token, id, person, by_person(person));
    let ended = app.store.change(changes, notes, app.clock.real()).await;
    app.sessions.forget(Some(token));
    ended?;
    app.hub.tell_sign_out();
    Ok(())
}

/// What was looked up about a session is not believed any more.
pub fn forget(app: &App, token: &Digest) {
    app.sessions.forget(Some(token));
}

/// Nothing that was looked up is believed any more; live streams look again who they are for.
pub fn forget_all(app: &App) {
    app.sessions.forget(None);
    app.hub.tell_sign_out();
}

/// Somebody at the terminal.
const BESIDE: SystemActor = SystemActor::System { system: SystemPart::CommandLine };
/// So many records are looked at together.
const PAGE: u32 = 500;

/// How often it is looked whether somebody at the terminal has changed something about people.
const LOOK: Duration = Duration::from_secs(1);

/// Sees what the command line changes beside this gateway: each such change has a record. Until the gateway closes.
pub async fn watch(app: Arc<App>) {
    let mut known: Option<Seq> = None;
    loop {
        match look(&app, known).await {
            Ok(head) => known = Some(head),
            Err(error) => tracing::error!(%error, "nobody can tell whether somebody may still be signed in"),
        }
        tokio::select! {
            () = tokio::time::sleep(LOOK) => {}
            () = app.hub.closed() => return,
        }
    }
}

/// Reads what is new. Nothing is believed any more if any of it comes from the command line: what is done here is known
/// here already.
async fn look(app: &App, known: Option<Seq>) -> Result<Seq, StoreError> {
    let head = app.store.system_head().await?;
    let Some(mut known) = known else { return Ok(head) };
    let mut is_beside = false;
    while known < head {
        let page = app.store.system_records(known, PAGE).await?;
        let Some(last) = page.last() else { break };
        known = last.seq;
        // What this gateway cannot read, a newer one has written.
        is_beside |=
            page.iter().any(|stored| SystemRecord::parse(&stored.bytes).map_or(true, |record| record.actor == BESIDE));
    }
    if is_beside {
        forget_all(app);
    }
    Ok(head)
}
