//! Who am I, and what may I do.

use crate::api::{Failure, Remote, client};
use gateway_api::{SessionView, SignIn, SignedIn};
use leptos::{prelude::*, task::spawn_local};
use rollout::{Actor, PersonId, Role};

/// Who is signed in on this page.
#[derive(Debug, Clone, Copy)]
pub struct Session(RwSignal<Remote<SessionView>>);

impl Session {
    /// Not known yet; asks the gateway.
    pub fn start() -> Self {
        let session = Self(RwSignal::new(Remote::Loading));
        session.refetch();
        session
    }

    /// What the gateway says about it.
    pub fn view(self) -> Signal<Remote<SessionView>> {
        self.0.into()
    }

    /// The gateway said this.
    pub fn put(self, view: SessionView) {
        let same = self.0.with_untracked(|now| {
            now.ready()
                .is_some_and(|now| (&now.signed_in, now.demo, now.setup) == (&view.signed_in, view.demo, view.setup))
        });
        if !same {
            self.0.set(Remote::Ready(view));
        }
    }

    /// Asks the gateway again.
    pub fn refetch(self) {
        spawn_local(async move {
            match client::session().await {
                Ok(view) => self.put(view),
                Err(failure) => self.0.set(Remote::Failed(failure)),
            }
        });
    }

    /// Signs in.
    pub async fn sign_in(self, asked: &SignIn) -> Result<(), Failure> {
        client::sign_in(asked).await.map(|view| self.put(view))
    }

    /// Signs out. Whoever came by the provider goes on there, to sign out there too.
    pub async fn sign_out(self) -> Result<(), Failure> {
        let place = client::sign_out().await?;
        if place.is_none_or(|place| window().location().assign(&place).is_err()) {
            self.refetch();
        }
        Ok(())
    }

    /// Who is signed in.
    pub fn signed_in(self) -> Option<SignedIn> {
        self.0.with(|view| view.ready().and_then(|view| view.signed_in.clone()))
    }

    /// Who is signed in, by id.
    pub fn person(self) -> Option<PersonId> {
        self.0.with(|view| view.ready().and_then(|view| view.signed_in.as_ref()).map(|who| who.person))
    }

    /// As what one acts: the person in their first role.
    pub fn actor(self) -> Option<Actor> {
        let who = self.signed_in()?;
        Some(Actor::Person { person: who.person, role: *who.roles.first()? })
    }

    /// The role one acts in.
    pub fn role(self) -> Option<Role> {
        self.actor().and_then(|actor| actor.role())
    }

    /// Everything one may act as somewhere.
    pub fn roles(self) -> Vec<Role> {
        self.signed_in().map_or(vec![], |who| who.roles)
    }

    /// This gateway runs the demo.
    pub fn is_demo(self) -> bool {
        self.0.with(|view| view.ready().is_some_and(|view| view.demo))
    }
}

/// Who am I.
///
/// # Panics
/// Outside the app.
pub fn use_session() -> Session {
    expect_context()
}
