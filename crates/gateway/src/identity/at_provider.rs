//! Coming in at the company's provider, and proving oneself again there.

use super::{
    Opening, Signed,
    accounts::{self, Batch},
    forget, forget_all, open,
    provider::{Again, Back, Flow, Known, Provider, ProviderError, Purpose},
    sessions::closing,
    whose,
};
use crate::{
    app::App,
    clock,
    store::{Change, PersonRow, Proof, StoreError},
};
use axum::http::{HeaderMap, HeaderValue};
use gateway_api::{
    Grant, ProvenBy, RoleSource,
    system_records::{SystemActor, SystemPart},
};
use reqwest::Url;
use rollout::{Digest, PersonId, Timestamp};
use std::time::Duration;

/// Whoever signs out does not wait longer for a provider that does not answer.
const PATIENCE: Duration = Duration::from_secs(2);

/// What the provider says is carried out in its name.
const BY: SystemActor = SystemActor::System { system: SystemPart::Provider };

/// Why nobody came in, or nothing was proven.
#[derive(Debug, thiserror::Error)]
pub enum NotIn {
    #[error(transparent)]
    Provider(#[from] ProviderError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What came of it.
pub enum Came {
    /// Somebody is signed in; the cookie carries the session.
    In { cookie: String },
    /// Whoever is signed in has proved it again.
    Proven,
}

/// What somebody who is signed in is sent there for to prove it again.
///
/// Errors: nobody is signed in, or they did not come by the provider.
pub async fn again(app: &App, provider: &Provider, signed: Option<Signed>) -> Result<Purpose, NotIn> {
    let signed = signed.ok_or(ProviderError::SessionOver)?;
    let subject = app.store.subject_of(provider.issuer(), signed.person).await?;
    let subject = subject.ok_or(ProviderError::NoAccount)?;
    Ok(Purpose::ProveAgain(Again { session: signed.session, subject }))
}

/// Sends somebody there. Gives where, and what their browser must bring back. `before` is the session that is open in it.
///
/// Errors: the provider does not answer, or with nonsense.
pub async fn begin(
    app: &App,
    provider: &Provider,
    purpose: Purpose,
    next: &str,
    before: Option<Digest>,
) -> Result<(Url, String), ProviderError> {
    let now = app.clock.real();
    let (url, flow) = provider.begin(purpose, next, now, clock::random).await?;
    Ok((url, app.flows.keep(flow.leaving(before), now, clock::random)))
}

/// Somebody came back.
///
/// Errors: nobody came in, and nothing was proven.
pub async fn finish(
    app: &App,
    provider: &Provider,
    flow: Flow,
    back: Back,
    headers: &HeaderMap,
) -> Result<Came, NotIn> {
    let (purpose, before) = (flow.purpose().clone(), flow.before());
    let known = provider.finish(flow, back, app.clock.real()).await?;
    let _turn = provider.turn().await;
    let person = match app.store.subject(&known.issuer, &known.subject).await? {
        Some(person) => app.store.person(person).await?,
        None => None,
    };
    if person.as_ref().is_some_and(|person| person.disabled || person.erased) {
        return Err(ProviderError::Disabled.into());
    }
    let grants: Vec<Grant> = match known.grants() {
        Ok(granted) => granted.iter().map(Grant::from).collect(),
        Err(error) => {
            if let Some(person) = person {
                shut_out(app, &person).await?;
            }
            return Err(error.into());
        }
    };
    match purpose {
        Purpose::SignIn => come_in(app, known, person, &grants, before, headers).await,
        Purpose::ProveAgain(again) => prove(app, &known, person, &grants, again.session).await,
    }
}

async fn come_in(
    app: &App,
    known: Known,
    person: Option<PersonRow>,
    grants: &[Grant],
    before: Option<Digest>,
    headers: &HeaderMap,
) -> Result<Came, NotIn> {
    let (id, with) = match person {
        Some(person) => (person.id, renamed(&person, &known).and(regranted(&person, grants))),
        None => made(&known, grants),
    };
    let has_changed = !with.notes.is_empty();
    let opening = Opening { person: id, proof: proof(app, &known), before, headers, with };
    let (_, cookie) = open(app, opening).await?;
    if has_changed {
        forget_all(app);
    }
    Ok(Came::In { cookie })
}

async fn prove(
    app: &App,
    known: &Known,
    person: Option<PersonRow>,
    grants: &[Grant],
    session: Digest,
) -> Result<Came, NotIn> {
    let signed = whose(app, session).await?.ok_or(ProviderError::SessionOver)?;
    let person = person.filter(|person| person.id == signed.person).ok_or(ProviderError::SomebodyElse)?;
    let Batch { mut changes, notes } = renamed(&person, known).and(regranted(&person, grants));
    let has_changed = !notes.is_empty();
    changes.push(Change::Prove { session, proof: proof(app, known) });
    app.store.change(changes, notes, app.clock.real()).await?;
    if has_changed {
        forget_all(app)
    } else {
        forget(app, &session)
    }
    Ok(Came::Proven)
}

/// Where to go to sign out at the provider too, if it has such a place and says so in time.
pub async fn end_session_place(app: &App) -> Option<HeaderValue> {
    let provider = app.provider.as_ref()?;
    let origin = app.site.to_string();
    let place = provider.end_session_url(&origin, app.clock.real());
    let place = tokio::time::timeout(PATIENCE, place).await.ok().flatten()?;
    HeaderValue::from_str(place.as_str()).ok()
}

/// When they proved it, if the provider has told; else so long ago that it is no proof of the last minutes.
fn proof(app: &App, known: &Known) -> Proof {
    // Its clock may be a little ahead.
    let at = known.auth_time.map_or(Timestamp::from_millis(0), |at| at.min(app.clock.real()));
    Proof { at, by: ProvenBy::Provider }
}

/// Somebody new.
fn made(known: &Known, grants: &[Grant]) -> (PersonId, Batch) {
    let person = clock::person_id();
    let bind = Change::Bind { issuer: known.issuer.clone(), subject: known.subject.clone(), person };
    let bound = Batch::known(person, &known.name, None, BY).and(Batch { changes: vec![bind], notes: Vec::new() });
    let granted = |batch: Batch, grant: &Grant| batch.and(accounts::grant(person, grant.clone(), BY));
    (person, grants.iter().fold(bound, granted))
}

fn renamed(person: &PersonRow, known: &Known) -> Batch {
    let rename = Change::Rename { person: person.id, name: known.name.clone() };
    let changes = if person.name == known.name { Vec::new() } else { vec![rename] };
    Batch { changes, notes: Vec::new() }
}

/// From what the provider granted before to what it grants now. What an administrator granted stays.
fn regranted(person: &PersonRow, grants: &[Grant]) -> Batch {
    let is_provided = |grant: &&Grant| grant.source == RoleSource::Provider;
    let lost = person.grants.iter().filter(is_provided).filter(|grant| !grants.contains(grant));
    let lost = lost.fold(Batch::default(), |batch, grant| batch.and(accounts::revoke(person.id, grant.clone(), BY)));
    let new = grants.iter().filter(|grant| !person.grants.contains(grant));
    new.fold(lost, |batch, grant| batch.and(accounts::grant(person.id, grant.clone(), BY)))
}

/// They are not let in any more: what the provider granted goes, and their sessions end.
async fn shut_out(app: &App, person: &PersonRow) -> Result<(), StoreError> {
    let now = app.clock.real();
    let sessions = app.store.sessions_of(person.id, now).await?;
    let ended = sessions.iter().map(|row| closing(&row.token, &row.id, row.person, BY));
    let Batch { changes, notes } = ended.fold(regranted(person, &[]), Batch::and);
    if !changes.is_empty() {
        app.store.change(changes, notes, now).await?;
        forget_all(app);
    }
    Ok(())
}
