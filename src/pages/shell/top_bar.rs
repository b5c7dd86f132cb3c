use super::{account::Account, keys::use_keyboard};
use crate::{
    paths,
    session::use_session,
    ui::{Icon, Show, ThemeSwitch},
};
use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// Where am I, who am I.
#[component]
pub fn TopBar() -> impl IntoView {
    let session = use_session();
    let path = use_location().pathname;
    let rollout = Memo::new(move |_| path.with(|path| paths::rollout_of(path)));
    // "page" is this very page, "true" one of its parents.
    let at_rollouts = move || match (path.with(|path| path == paths::ROLLOUTS), rollout.get()) {
        (true, _) => Some("page"),
        (false, Some(id)) if path.with(|path| *path == paths::rollout(id)) => Some("true"),
        _ => None,
    };
    let at = move |there: &'static str| move || path.with(|path| (path == there).then_some("page"));
    let at_ledger = move || {
        let ledger = rollout.get().map(paths::ledger)?;
        path.with(|path| match path.strip_prefix(&ledger)? {
            "" => Some("page"),
            _ => Some("true"),
        })
    };
    view! {
        <header class="topbar">
            <a class="brand" href=paths::ROLLOUTS>
                <Icon name=Icon::Brand />
                <span class="txt">"Signalbox"</span>
            </a>
            <Show when=move || session.person().is_some()>
                <nav aria-label="Main">
                    <ul>
                        <li><a href=paths::ROLLOUTS aria-current=at_rollouts>"Rollouts"</a></li>
                        <li><a href=paths::FLAGS aria-current=at(paths::FLAGS)>"Flags"</a></li>
                        <li><a href=paths::PEOPLE aria-current=at(paths::PEOPLE)>"People"</a></li>
                        <li><a href=paths::BACKEND aria-current=at(paths::BACKEND)>"Backend"</a></li>
                        {move || rollout.get().map(|id| view! {
                            <li><a href=paths::ledger(id) aria-current=at_ledger>"Ledger"</a></li>
                        })}
                    </ul>
                </nav>
            </Show>
            <span class="spring"></span>
            <Show when=move || session.person().is_some()>
                <Find />
            </Show>
            <ThemeSwitch />
            <Account />
        </header>
    }
}

/// The palette's button, for the pointer and the thumb.
#[component]
fn Find() -> impl IntoView {
    let palette = use_keyboard().palette;
    view! {
        <button type="button" class="theme" aria-label="Go anywhere" title="Go anywhere, or do something: Ctrl K"
            aria-haspopup="dialog" on:click=move |_| palette.set(true)>
            <Icon name=Icon::Find />
        </button>
    }
}
