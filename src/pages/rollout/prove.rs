//! Proving again who one is, in the midst of what asks for it: then that is sent, and nothing has to be written twice.

use super::act::Act;
use crate::{
    api::{Failure, client},
    session::use_session,
    ui::{Button, Icon, Kind, TextField},
};
use gateway_api::{Prove as Asked, ProvenBy, Secret, paths};
use leptos::{ev::KeyboardEvent, prelude::*, task::spawn_local};

/// The page to come back to, as it stands in a query.
const PROVED: &str = "%2Fsign-in%3Fproved%3Dtrue";

/// How whoever is signed in can prove it.
fn how(by: Option<ProvenBy>) -> &'static str {
    match by {
        Some(ProvenBy::Sample) => "This is the demo: one press is proof enough.",
        Some(ProvenBy::Provider) => "Sign in there once more, in a page of its own; come back here then, and go on.",
        _ => "By your password.",
    }
}

/// What asks for it.
#[component]
pub fn Prove(act: Act) -> impl IntoView {
    let session = use_session();
    let by = session.signed_in().and_then(|who| who.proof).map(|proof| proof.by);
    let (password, problem, busy) = (RwSignal::new(String::new()), RwSignal::new(None::<String>), RwSignal::new(false));
    let send = move |asked: Asked| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        problem.set(None);
        spawn_local(async move {
            let proven = client::prove(&asked).await;
            if busy.try_set(false).is_some() {
                return;
            }
            match proven {
                Ok(view) => {
                    password.set(String::new());
                    session.put(view);
                    act.proven();
                }
                Err(Failure::SignedOut) => problem.set(Some("That is not your password.".into())),
                Err(failure) => problem.set(Some(failure.message())),
            }
        });
    };
    let prove = move || match by {
        Some(ProvenBy::Sample) => send(Asked { account: session.role(), ..Asked::default() }),
        Some(ProvenBy::Provider) => act.proven(),
        _ => send(Asked { password: Some(Secret::new(password.get_untracked())), ..Asked::default() }),
    };
    // Enter in this field proves, and does not send what the dialog is about.
    let enter = move |event: KeyboardEvent| {
        if event.key() == "Enter" {
            event.prevent_default();
            prove();
        }
    };
    let word = match by {
        Some(ProvenBy::Sample) => "It is me",
        Some(ProvenBy::Provider) => "I have signed in again",
        _ => "Prove it, and go on",
    };
    view! {
        <div class="field below" role="group" aria-label="Prove who you are">
            <p role="status"><b class="strong">"Prove again that it is you."</b> " " {how(by)}</p>
            {matches!(by, None | Some(ProvenBy::Password | ProvenBy::Code)).then(|| view! {
                <div on:keydown=enter>
                    <TextField value=password label="Your password" secret="current-password" autofocus=true error=problem />
                </div>
            })}
            {(by == Some(ProvenBy::Provider)).then(|| view! {
                <p><a href=format!("{}?again=true&next={PROVED}", paths::PROVIDER) rel="external" target="_blank">"Sign in again, in a new tab"</a></p>
            })}
            {move || (by == Some(ProvenBy::Sample)).then(|| problem.get()).flatten().map(|problem| view! { <p class="error"><Icon name=Icon::Danger />{problem}</p> })}
            <div class="btns"><Button kind=Kind::Primary busy on_click=prove>{word}</Button></div>
        </div>
    }
}
