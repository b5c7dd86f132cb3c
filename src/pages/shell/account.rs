//! Who is signed in, and the way to be somebody else.

use super::door::sign_in_from;
use crate::{
    paths,
    session::use_session,
    ui::{Icon, Show, Tone, use_toasts},
};
use gateway_api::SignedIn;
use leptos::{html, prelude::*, task::spawn_local};
use leptos_router::hooks::use_location;
use rollout::Role;

/// Whoever looks after people and has no part in rollouts is no mere viewer.
fn only_administers(roles: &[Role], administrator: bool) -> bool {
    administrator && matches!(roles, [] | [Role::Viewer])
}

/// Two letters for what somebody is first: the sample people's names all begin alike.
pub fn initials(roles: &[Role], administrator: bool) -> String {
    let first = roles.first().map_or("", |role| role.name());
    let name = if only_administers(roles, administrator) { "Administrator" } else { first };
    let words: Vec<&str> = name.split(|letter: char| !letter.is_alphabetic()).filter(|w| !w.is_empty()).collect();
    let letters: String = match words.as_slice() {
        [one] => one.chars().take(2).collect(),
        several => several.iter().take(2).filter_map(|word| word.chars().next()).collect(),
    };
    letters.to_uppercase()
}

fn roles(who: &SignedIn) -> String {
    if only_administers(&who.roles, who.administrator) {
        return "Administrator".into();
    }
    let names: Vec<&str> = who.roles.iter().map(|role| role.name()).collect();
    names.join(", ")
}

/// The account's button and its menu. Nothing while nobody is signed in.
#[component]
pub fn Account() -> impl IntoView {
    let session = use_session();
    let who = Memo::new(move |_| session.signed_in());
    move || who.get().map(|who| view! { <Button who=who.clone() /><Menu who /> })
}

#[component]
fn Button(who: SignedIn) -> impl IntoView {
    view! {
        <button type="button" class="account" popovertarget="account-menu">
            <span class="ini lg me" aria-hidden="true">{initials(&who.roles, who.administrator)}</span>
            <span class="txt">{who.name.clone()} " "<small>{roles(&who)}</small></span>
        </button>
    }
}

#[component]
fn Menu(who: SignedIn) -> impl IntoView {
    let (session, toasts) = (use_session(), use_toasts());
    let menu = NodeRef::<html::Div>::new();
    let location = use_location();
    let switch = move || {
        let (path, search) = (location.pathname.get(), location.search.get());
        sign_in_from(&format!("{path}{}{search}", if search.is_empty() { "" } else { "?" }))
    };
    let close = move || {
        if let Some(Err(problem)) = menu.get_untracked().map(|menu| menu.hide_popover()) {
            leptos::logging::warn!("the menu did not close: {problem:?}");
        }
    };
    let sign_out = move |_| {
        close();
        spawn_local(async move {
            if let Err(failure) = session.sign_out().await {
                toasts.show(Tone::Danger, format!("You are still signed in. {}", failure.message()));
            }
        });
    };
    view! {
        <div class="menu" id="account-menu" popover="auto" node_ref=menu>
            <p class="who-line"><b class="strong">{who.name.clone()}</b><br /><span class="s">{roles(&who)}</span></p>
            <ul>
                <Show when=move || session.is_demo()>
                    <li><a href=switch on:click=move |_| close()><Icon name=Icon::User />"Switch account"</a></li>
                </Show>
                <li><a href=paths::SESSIONS on:click=move |_| close()><Icon name=Icon::User />"Your sessions"</a></li>
                <li><button type="button" data-act="Sign out" on:click=sign_out><Icon name=Icon::Out />"Sign out"</button></li>
            </ul>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_role_has_two_letters_of_its_own() {
        assert_eq!(Role::ALL.map(|role| initials(&[role], false)), ["PO", "EN", "OP", "LE", "PD", "VI"]);
        assert_eq!(initials(&[Role::Viewer], true), "AD");
        assert_eq!(initials(&[Role::Legal, Role::Viewer], true), "LE");
        assert_eq!(initials(&[], false), "");
    }
}
