//! Login and password.

use crate::{
    api::Failure,
    session::use_session,
    ui::{Button, Icon, Kind, TextField},
};
use gateway_api::SignIn;
use leptos::{ev::SubmitEvent, prelude::*, task::spawn_local};
use leptos_router::hooks::use_navigate;

/// Why nobody came in. The gateway tells nobody whether it was the login or the password.
pub fn told(failure: &Failure) -> String {
    match failure {
        Failure::SignedOut => {
            "Login or password is wrong, or the account may not be used. Try again, or ask an administrator.".into()
        }
        other => other.message(),
    }
}

#[component]
pub fn Local(next: Memo<String>, has_provider: bool) -> impl IntoView {
    let session = use_session();
    let navigate = use_navigate();
    let (login, password) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let (busy, problem) = (RwSignal::new(false), RwSignal::new(None::<String>));
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        problem.set(None);
        let asked = SignIn::local(login.get_untracked(), password.get_untracked());
        let navigate = navigate.clone();
        spawn_local(async move {
            let outcome = session.sign_in(&asked).await;
            busy.try_set(false);
            match outcome {
                Ok(()) => navigate(&next.get_untracked(), Default::default()),
                Err(failure) => {
                    password.try_set(String::new());
                    problem.try_set(Some(told(&failure)));
                }
            }
        });
    };
    view! {
        <form class="credentials" aria-label="Sign in with a local account" on:submit=submit>
            {has_provider.then(|| view! { <p class="s">"Or with a local account of this gateway:"</p> })}
            <TextField value=login label="Login" autocomplete="username" autofocus=!has_provider />
            <TextField value=password label="Password" secret="current-password" />
            {move || problem.get().map(|problem| view! { <p role="alert" class="error"><Icon name=Icon::Danger />{problem}</p> })}
            <div class="btns"><Button kind=Kind::Primary submit=true busy>"Sign in"</Button></div>
        </form>
    }
}
