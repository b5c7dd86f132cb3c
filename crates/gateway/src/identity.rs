//! Who is asking: sessions of the demo's sample accounts.

pub mod provider;

use crate::{
    app::App,
    clock,
    store::{PersonRow, StoreError},
};
use axum::http::{HeaderMap, header::COOKIE};
use rollout::{Actor, Digest, Millis, Role, time::HOUR};
use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

/// The cookie that carries a session's token.
pub const COOKIE_NAME: &str = "signalbox_session";
/// A session ends after so long, whatever is done in it.
pub const LONGEST_SESSION: Millis = 12 * HOUR;

/// A signed-in person, acting in a role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed {
    pub person: PersonRow,
    pub role: Role,
    /// The hash of the session's token; the token itself is kept nowhere.
    pub session: Digest,
}

impl Signed {
    pub fn actor(&self) -> Actor {
        Actor::Person { person: self.person.id, role: self.role }
    }
}

/// The token in a request's cookies, hashed.
pub fn token(headers: &HeaderMap) -> Option<Digest> {
    let cookies = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    let (_, token) = pairs.find(|(name, _)| *name == COOKIE_NAME)?;
    Some(Digest::of(&[token.as_bytes()]))
}

/// Who is signed in.
pub async fn who(app: &App, headers: &HeaderMap) -> Result<Option<Signed>, StoreError> {
    match token(headers) {
        Some(token) => whose(app, token).await,
        None => Ok(None),
    }
}

/// Whose session it is, if it has not ended.
pub async fn whose(app: &App, session: Digest) -> Result<Option<Signed>, StoreError> {
    let now = app.clock.steady();
    let ended = match app.sessions.known(&session, now) {
        Ok(signed) => return Ok(Some(signed)),
        Err(ended) => ended,
    };
    let person = app.store.session(&session, app.clock.real()).await?;
    let signed = person.and_then(|person| person.demo_role.map(|role| Signed { person, role, session }));
    Ok(signed.inspect(|signed| app.sessions.keep(signed, now, ended)))
}

/// Sessions that were looked up a moment ago: whoever does much is not looked up each time.
#[derive(Debug, Default)]
pub struct Sessions(Mutex<Believed>);

#[derive(Debug, Default)]
struct Believed {
    /// With when each was looked up.
    all: HashMap<Digest, (Duration, Signed)>,
    /// How many were ended here: what was looked up before one ended is not believed after it.
    ended: u64,
}

impl Sessions {
    /// So long is believed what was looked up. What this gateway ends itself is forgotten at once.
    const BELIEVED: Duration = Duration::from_secs(1);

    /// Whose it is; or how many had ended when nobody knew.
    fn known(&self, session: &Digest, now: Duration) -> Result<Signed, u64> {
        let believed = self.open();
        let known = believed.all.get(session).filter(|(since, _)| now.saturating_sub(*since) < Self::BELIEVED);
        known.map(|(_, signed)| signed.clone()).ok_or(believed.ended)
    }

    fn keep(&self, signed: &Signed, now: Duration, ended: u64) {
        let mut believed = self.open();
        believed.all.retain(|_, (since, _)| now.saturating_sub(*since) < Self::BELIEVED);
        if believed.ended == ended {
            believed.all.insert(signed.session, (now, signed.clone()));
        }
    }

    fn forget(&self, session: &Digest) {
        let mut believed = self.open();
        believed.all.remove(session);
        believed.ended += 1;
    }

    fn open(&self) -> MutexGuard<'_, Believed> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Signs in as the sample account of a role. Gives the cookie to set.
pub async fn sign_in(app: &App, role: Role) -> Result<Option<(Signed, String)>, StoreError> {
    let people = app.store.people().await?;
    let Some(person) = people.into_iter().find(|person| person.demo_role == Some(role)) else { return Ok(None) };
    let token = hex::encode(clock::random::<32>());
    let session = Digest::of(&[token.as_bytes()]);
    let now = app.clock.real();
    app.store.open_session(&session, person.id, now.plus(LONGEST_SESSION), now).await?;
    Ok(Some((Signed { person, role, session }, cookie(&token, LONGEST_SESSION / 1_000))))
}

/// Ends a session, and its live streams.
pub async fn sign_out(app: &App, session: &Digest) -> Result<(), StoreError> {
    let closed = app.store.close_session(session).await;
    app.sessions.forget(session);
    closed?;
    app.hub.tell_sign_out();
    Ok(())
}

/// The cookie that makes a browser forget.
pub fn forget() -> String {
    cookie("", 0)
}

fn cookie(token: &str, seconds: Millis) -> String {
    // No `Secure`: the demo speaks plain HTTP, on the loopback alone.
    format!("{COOKIE_NAME}={token}; HttpOnly; SameSite=Strict; Path=/; Max-Age={seconds}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_token_is_found_among_other_cookies_and_never_kept() {
        let mut headers = HeaderMap::new();
        assert_eq!(token(&headers), None);
        headers.insert(COOKIE, "theme=dark; signalbox_session=abc; x=y".parse().expect("a header"));
        assert_eq!(token(&headers), Some(Digest::of(&[b"abc"])));
        headers.insert(COOKIE, "not_signalbox_session=abc".parse().expect("a header"));
        assert_eq!(token(&headers), None);
    }

    #[test]
    fn the_cookie_is_out_of_reach_for_scripts_and_other_sites() {
        let cookie = cookie("t", 60);
        assert_eq!(cookie, "signalbox_session=t; HttpOnly; SameSite=Strict; Path=/; Max-Age=60");
    }
}
