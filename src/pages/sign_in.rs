mod forms;
mod local;
mod set_up;

use super::shell::{initials, use_title};
use crate::{
    paths,
    session::use_session,
    ui::{Drawing, Icon, Lamp, Later, Tone},
};
use gateway_api::{Account, SignIn};
use leptos::{prelude::*, task::spawn_local, wasm_split::wasm_split};
use leptos_router::hooks::{use_navigate, use_query_map};
use rollout::Role;

/// What a role does here, in a few words.
const fn does(role: Role) -> &'static str {
    match role {
        Role::ProductOwner => "Decides at the gates: go, no-go or hold. Can roll back.",
        Role::Engineer => "Pulls the levers, ticks technical tasks, attests steps.",
        Role::Operations => "Watches it run, rolls back, resolves incidents.",
        Role::Legal => "Signs or objects where the law is concerned. Can hold a gate.",
        Role::Privacy => "Signs or objects where personal data is concerned. Can hold a gate.",
        Role::Viewer => "Sees everything and changes nothing.",
    }
}

/// Sign in: in the demo by one click.
#[component]
pub fn SignInPage() -> impl IntoView {
    use_title(|| "Sign in".into());
    let session = use_session();
    let is_real = Memo::new(move |_| session.view().with(|view| view.ready().is_some_and(|view| !view.demo)));
    let accounts =
        Memo::new(move |_| session.view().with(|view| view.ready().map_or(vec![], |view| view.accounts.clone())));
    move || {
        match is_real.get() {
        true => view! { <Later what="the way to sign in" page=|| Box::pin(forms()) /> }.into_any(),
        false => view! {
            <main id="main" class="signin">
                <div>
                    <h1>"Sign in"</h1>
                    <p class="lead">
                        "Six sample people, one for each role. Choose who you are; you can change at any time. Two browsers \
                         side by side show how one person's act appears on the other's screen."
                    </p>
                </div>
                <Accounts accounts=accounts.get() />
            </main>
        }
        .into_any(),
    }
    }
}

#[wasm_split(people, wasm_split_path = leptos::wasm_split, fallible)]
fn forms() -> Drawing {
    Ok(|| view! { <forms::Forms /> }.into_any())
}

#[component]
fn Accounts(accounts: Vec<Account>) -> impl IntoView {
    let session = use_session();
    let navigate = use_navigate();
    let query = use_query_map();
    let busy = RwSignal::new(None::<Role>);
    let problem = RwSignal::new(None::<String>);
    let sign_in = move |account: Role| {
        if busy.get_untracked().is_some() {
            return;
        }
        busy.set(Some(account));
        problem.set(None);
        let navigate = navigate.clone();
        spawn_local(async move {
            let outcome = session.sign_in(&SignIn::sample(account)).await;
            busy.try_update(|busy| *busy = None);
            match outcome {
                Ok(()) => {
                    let next = paths::after_sign_in(query.with_untracked(|query| query.get("next")));
                    navigate(&next, Default::default());
                }
                Err(failure) => {
                    problem.try_update(|problem| *problem = Some(failure.message()));
                }
            }
        });
    };
    view! {
        {move || problem.get().map(|problem| view! {
            <p role="alert"><Lamp tone=Tone::Danger word="You are not signed in." /> " " {problem}</p>
        })}
        <ul class="accounts" aria-label="Sample accounts">
            {accounts
                .into_iter()
                .map(|account| {
                    let sign_in = sign_in.clone();
                    let role = account.account;
                    view! { <li><Choice account busy on_click=move |()| sign_in(role) /></li> }
                })
                .collect_view()}
        </ul>
    }
}

#[component]
fn Choice(account: Account, busy: RwSignal<Option<Role>>, #[prop(into)] on_click: UnsyncCallback<()>) -> impl IntoView {
    let session = use_session();
    let role = account.account;
    let name = account.name.clone();
    let current =
        Memo::new(move |_| session.signed_in().is_some_and(|who| who.roles.contains(&role) && who.name == name));
    view! {
        <button
            type="button"
            class="acct"
            aria-busy=move || (busy.get() == Some(role)).then_some("true")
            aria-current=move || current.get().then_some("true")
            on:click=move |_| on_click.run(())
        >
            <span class="ini lg" class:me=current aria-hidden="true">{initials(&[role], false)}</span>
            <span>
                <b>{role.name()}</b>
                <small>
                    {account.name} ". " {does(role)}
                    {move || current.get().then_some(" You are signed in as this person.")}
                </small>
            </span>
            <Icon name=Icon::Next />
        </button>
    }
}
