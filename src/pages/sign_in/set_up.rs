//! The first administrator.

use crate::{
    api::{Failure, client},
    session::use_session,
    ui::{Button, Icon, Kind, TextField},
};
use gateway_api::{Secret, SetUp};
use leptos::{ev::SubmitEvent, prelude::*, task::spawn_local};
use leptos_router::hooks::use_navigate;

/// The field that the gateway names as wrong.
fn place(failure: &Failure) -> Option<String> {
    match failure {
        Failure::Other(problem) => problem.place.clone(),
        _ => None,
    }
}

#[component]
pub fn SetUpForm(next: Memo<String>) -> impl IntoView {
    let session = use_session();
    let navigate = use_navigate();
    let field = || RwSignal::new(String::new());
    let (code, name, login, password) = (field(), field(), field(), field());
    let (busy, failed) = (RwSignal::new(false), RwSignal::new(None::<Failure>));
    let error = move |at: &'static str| {
        Signal::derive(move || {
            failed.with(|failed| {
                failed.as_ref().filter(|failure| place(failure).as_deref() == Some(at)).map(Failure::message)
            })
        })
    };
    let elsewhere = move || {
        let told = |failure: &Failure| {
            match failure {
            Failure::SignedOut => "That is not the code. It stands in the terminal or the log of the gateway, and is another one after each start.".to_owned(),
            other => other.message(),
        }
        };
        let is_of_a_field = |failure: &Failure| {
            place(failure).is_some_and(|at| ["/name", "/login", "/password"].contains(&at.as_str()))
        };
        failed.with(|failed| failed.as_ref().filter(|failure| !is_of_a_field(failure)).map(told))
    };
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        failed.set(None);
        let asked = SetUp {
            code: Secret::new(code.get_untracked().trim()),
            login: login.get_untracked().trim().to_owned(),
            name: name.get_untracked().trim().to_owned(),
            password: Secret::new(password.get_untracked()),
        };
        let navigate = navigate.clone();
        spawn_local(async move {
            let outcome = client::set_up(&asked).await;
            busy.try_set(false);
            match outcome {
                Ok(view) => {
                    session.put(view);
                    navigate(&next.get_untracked(), Default::default());
                }
                Err(failure) => {
                    failed.try_set(Some(failure));
                }
            }
        });
    };
    view! {
        <form class="credentials" aria-label="Set up the first administrator" on:submit=submit>
            <p class="s">
                "Nobody has an account here yet. The gateway has printed a one-time code where it was started; whoever has it \
                 becomes the first administrator."
            </p>
            <TextField value=code label="One-time code" autofocus=true />
            <TextField value=name label="Your name" hint="As others see it" autocomplete="name" error=error("/name") />
            <TextField value=login label="Login" hint="What you sign in with" autocomplete="username" error=error("/login") />
            <TextField value=password label="Password" hint="At least 12 characters; anything goes" secret="new-password" error=error("/password") />
            {move || elsewhere().map(|problem| view! { <p role="alert" class="error"><Icon name=Icon::Danger />{problem}</p> })}
            <div class="btns"><Button kind=Kind::Primary submit=true busy>"Set up"</Button></div>
        </form>
    }
}
