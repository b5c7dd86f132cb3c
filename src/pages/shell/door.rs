//! Who may pass: whoever is signed in. Everybody else goes to the sign-in page, and comes back to where they were.

use crate::{
    api::{Failure, Remote},
    paths,
    session::use_session,
};
use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    hooks::{use_location, use_navigate},
};

/// What stands behind the bars.
#[derive(Debug, Clone, PartialEq)]
pub enum Door {
    /// It is not known yet who looks.
    Asking,
    /// And it cannot be found out.
    Failed(Failure),
    /// The page.
    Open,
}

/// Watches the door, and shows those who are not signed in to the sign-in page.
pub fn watch() -> Memo<Door> {
    let session = use_session();
    let location = use_location();
    let path = location.pathname;
    let stranger = Memo::new(move |_| {
        session.view().with(|view| view.ready().is_some_and(|view| view.signed_in.is_none()))
            && path.with(|path| path != paths::SIGN_IN)
    });
    let navigate = use_navigate();
    Effect::new(move |_| {
        if stranger.get() {
            let (search, hash) = (location.search.get_untracked(), location.hash.get_untracked());
            let here = format!("{}{}{search}{hash}", path.get_untracked(), if search.is_empty() { "" } else { "?" });
            let to = sign_in_from(&here);
            navigate(&to, NavigateOptions { replace: true, ..NavigateOptions::default() });
        }
    });
    Memo::new(move |_| {
        session.view().with(|view| match view {
            Remote::Loading => Door::Asking,
            Remote::Failed(failure) => Door::Failed(failure.clone()),
            Remote::Ready(_) if stranger.get() => Door::Asking,
            Remote::Ready(_) => Door::Open,
        })
    })
}

/// The sign-in page, with the way back to `here`.
pub fn sign_in_from(here: &str) -> String {
    format!("{}?next={}", paths::SIGN_IN, String::from(js_sys::encode_uri_component(here)))
}
