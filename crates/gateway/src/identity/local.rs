//! Coming in with a local account, and proving oneself again.

use super::{
    Opening, Signed,
    accounts::{self, Batch},
    limits::TooMany,
    open,
    passwords::{self, Broken, NoPassword},
    token,
};
use crate::{
    app::App,
    clock, demo,
    store::{Change, Proof, StoreError, folded},
};
use axum::http::HeaderMap;
use gateway_api::{Grant, Power, ProvenBy, RoleSource, Secret, SetUp, SystemEvent, system_records::SystemActor};
use rollout::{PersonId, Role};
use std::{fmt, net::IpAddr};

/// Whose tries they are. Each kind has keys of its own, so that nobody uses up another's by a login that looks like it.
#[derive(Clone, Copy)]
enum Tries<'a> {
    Login(&'a str),
    Proof(PersonId),
    SetUp,
}

impl fmt::Display for Tries<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Login(login) => write!(f, "login {login}"),
            Self::Proof(person) => write!(f, "proof {person}"),
            Self::SetUp => f.write_str("set-up"),
        }
    }
}

/// Why somebody did not come in.
#[derive(Debug, thiserror::Error)]
pub enum NotIn {
    /// Unknown, wrong or disabled: nobody is told which.
    #[error("login or password is wrong")]
    Wrong,
    #[error("there were too many tries")]
    TooMany(TooMany),
    /// Set-up alone: there is an account already, or the code was used.
    #[error("there is nothing to set up")]
    Closed,
    /// Set-up alone: the login or the name is none.
    #[error("{place}: {why}")]
    NoName { place: &'static str, why: accounts::NoName },
    /// Set-up alone.
    #[error(transparent)]
    NoPassword(#[from] NoPassword),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Broken(#[from] Broken),
}

/// Where a request came from.
#[derive(Clone, Copy)]
pub struct Caller<'a> {
    pub address: IpAddr,
    pub headers: &'a HeaderMap,
}

fn try_once(app: &App, tries: Tries<'_>, from: Caller<'_>) -> Result<(), NotIn> {
    app.limits.try_once(&app.clock, &tries.to_string(), from.address).map_err(|many| {
        app.metrics.sign_in_failed("limited");
        NotIn::TooMany(many)
    })
}

/// Signs in as the sample account of a role. Gives the cookie to set; none if there is no such account.
///
/// Errors: the store failed.
pub async fn sign_in_sample(
    app: &App,
    role: Role,
    headers: &HeaderMap,
) -> Result<Option<(Signed, String)>, StoreError> {
    let people = app.store.people().await?;
    let person = people.into_iter().find(|person| demo::is_sample(person, role) && !person.disabled);
    let Some(person) = person else { return Ok(None) };
    let proof = now(app, ProvenBy::Sample);
    let before = token(&app.site, headers);
    let opening = Opening { person: person.id, proof, before, headers, with: Batch::default() };
    open(app, opening).await.map(Some)
}

/// Signs in with login and password. Gives the cookie to set.
///
/// Errors: nobody came in.
pub async fn sign_in(app: &App, login: &str, password: Secret, from: Caller<'_>) -> Result<(Signed, String), NotIn> {
    // Longer ones are nobody's, and would be kept to count their tries.
    let login: String = folded(login).chars().take(200).collect();
    try_once(app, Tries::Login(&login), from)?;
    let account = app.store.account(&login).await?;
    let kept = account.as_ref().map(|account| account.password.clone());
    let fits = app.passwords.is(password, kept).await?;
    let Some(account) = account.filter(|account| fits && !account.disabled) else {
        app.metrics.sign_in_failed("wrong");
        tracing::warn!(address = %from.address, "somebody did not come in: login or password is wrong");
        return Err(NotIn::Wrong);
    };
    let (proof, before) = (now(app, ProvenBy::Password), token(&app.site, from.headers));
    let opening = Opening { person: account.person, proof, before, headers: from.headers, with: Batch::default() };
    Ok(open(app, opening).await?)
}

/// Proves a signed-in person again, by their password.
///
/// Errors: it is not proven.
pub async fn prove(app: &App, signed: &Signed, password: Secret, from: Caller<'_>) -> Result<Proof, NotIn> {
    try_once(app, Tries::Proof(signed.person), from)?;
    let account = app.store.account_of(signed.person).await?;
    let fits = app.passwords.is(password, account.map(|account| account.password)).await?;
    if !fits {
        app.metrics.sign_in_failed("wrong");
        tracing::warn!(address = %from.address, "somebody did not prove themselves: the password is wrong");
        return Err(NotIn::Wrong);
    }
    Ok(proven(app, signed, ProvenBy::Password).await?)
}

/// Notes that a signed-in person has proved themselves just now.
///
/// Errors: it could not be written.
pub async fn proven(app: &App, signed: &Signed, by: ProvenBy) -> Result<Proof, StoreError> {
    let proof = now(app, by);
    app.store.change(vec![Change::Prove { session: signed.session, proof }], Vec::new(), proof.at).await?;
    super::forget(app, &signed.session);
    Ok(proof)
}

/// Proven in this moment.
fn now(app: &App, by: ProvenBy) -> Proof {
    Proof { at: app.clock.real(), by }
}

/// Is the code of the first start still worth something?
///
/// Errors: the store failed.
pub async fn can_set_up(app: &App) -> Result<bool, StoreError> {
    if app.set_up.is_open() && app.store.has_accounts().await? {
        app.set_up.close();
    }
    Ok(app.set_up.is_open())
}

/// Makes the first administrator and signs them in.
///
/// Errors: nobody was made.
pub async fn set_up(app: &App, asked: SetUp, from: Caller<'_>) -> Result<(Signed, String), NotIn> {
    if !can_set_up(app).await? {
        return Err(NotIn::Closed);
    }
    try_once(app, Tries::SetUp, from)?;
    if !app.set_up.is(&asked.code) {
        app.metrics.sign_in_failed("wrong");
        tracing::warn!(address = %from.address, "somebody tried to set the gateway up with a wrong code");
        return Err(NotIn::Wrong);
    }
    let login = accounts::login(&asked.login).map_err(|why| NotIn::NoName { place: "/login", why })?;
    let name = accounts::name(&asked.name).map_err(|why| NotIn::NoName { place: "/name", why })?;
    passwords::check(&asked.password)?;
    let password = app.passwords.hash(asked.password).await?;
    let person = clock::person_id();
    let by = SystemActor::Person { person };
    let administrator = Grant::everywhere(Power::Administrator, RoleSource::Account);
    let first =
        Batch { changes: vec![Change::BeFirst], notes: vec![accounts::note(by, SystemEvent::SetUp { person })] };
    let made = accounts::add(person, &login, &name, password, by).and(accounts::grant(person, administrator, by));
    let (proof, before) = (now(app, ProvenBy::Code), token(&app.site, from.headers));
    let opening = Opening { person, proof, before, headers: from.headers, with: first.and(made) };
    let opened = match open(app, opening).await {
        Err(StoreError::NotFirst) => Err(NotIn::Closed),
        opened => Ok(opened?),
    };
    app.set_up.close();
    opened
}
