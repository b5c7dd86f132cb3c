//! What an administrator does to a person: disable, enable, erase.

use crate::{
    api::client,
    ui::{Button, Dialog, Icon, Kind, Show, TextField, Tone, use_toasts},
};
use gateway_api::{KnownPerson, paths};
use leptos::{prelude::*, task::spawn_local};
use rollout::PersonId;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Act {
    Disable,
    Enable,
    Erase,
}

impl Act {
    fn path(self, id: PersonId) -> String {
        match self {
            Self::Disable => paths::disable(id),
            Self::Enable => paths::enable(id),
            Self::Erase => paths::erase(id),
        }
    }

    fn verb(self) -> &'static str {
        match self {
            Self::Disable => "Disable",
            Self::Enable => "Enable",
            Self::Erase => "Erase",
        }
    }

    fn said(self, name: &str) -> String {
        match self {
            Self::Disable => format!("{name} may no longer sign in, and is signed out everywhere."),
            Self::Enable => format!("{name} may sign in again."),
            Self::Erase => "Erased. The ledgers stay as provable as they were.".into(),
        }
    }

    fn sentence(self, name: &str) -> String {
        match self {
            Self::Disable => format!(
                "{name} is signed out everywhere at once, and cannot sign in until somebody enables them again. What they \
                 signed and decided stays as it is."
            ),
            Self::Enable => format!("{name} can sign in again, with what was granted to them."),
            Self::Erase => format!(
                "{name}'s name, account and grants, and every word they wrote, go for good, in every rollout. The records \
                 stay: that somebody in that role did it, and when. Nobody can bring the rest back."
            ),
        }
    }
}

/// The buttons for one person. Nobody does this to themselves.
#[component]
pub fn Care(person: KnownPerson, is_me: bool, on_change: Callback<()>) -> impl IntoView {
    if is_me || person.erased {
        return ().into_any();
    }
    let chosen = RwSignal::new(None::<Act>);
    let open = RwSignal::new(false);
    let (id, name) = (person.id, StoredValue::new(person.name));
    let first = if person.disabled { Act::Enable } else { Act::Disable };
    let button = move |act: Act| {
        let label = format!("{} {}", act.verb(), name.get_value());
        let press = move || {
            chosen.set(Some(act));
            open.set(true);
        };
        view! { <Button label on_click=press>{format!("{}…", act.verb())}</Button> }
    };
    view! {
        <div class="btns">{button(first)} {button(Act::Erase)}</div>
        {move || chosen.get().map(|act| view! { <Ask act id name open on_change /> })}
    }
    .into_any()
}

#[component]
fn Ask(
    act: Act,
    id: PersonId,
    name: StoredValue<String>,
    open: RwSignal<bool>,
    on_change: Callback<()>,
) -> impl IntoView {
    let toasts = use_toasts();
    let (busy, problem) = (RwSignal::new(false), RwSignal::new(None::<String>));
    let typed = RwSignal::new(String::new());
    let locked = Memo::new(move |_| {
        act == Act::Erase && typed.with(|typed| name.with_value(|name| typed.trim() != name.trim()))
    });
    let send = move || {
        if busy.get_untracked() || locked.get_untracked() {
            return;
        }
        busy.set(true);
        problem.set(None);
        spawn_local(async move {
            let done = client::do_to_person(&act.path(id)).await;
            busy.try_set(false);
            match done {
                Ok(()) => {
                    toasts.show(Tone::Clear, act.said(&name.get_value()));
                    open.try_set(false);
                    on_change.run(());
                }
                Err(failure) => {
                    problem.try_set(Some(failure.message()));
                }
            }
        });
    };
    let closed = move || {
        typed.set(String::new());
        problem.set(None);
    };
    let kind = if act == Act::Enable { Kind::Primary } else { Kind::Danger };
    let footer = move || {
        view! {
            <Button autofocus=true on_click=move || open.set(false)>"Change nothing"</Button>
            <Button kind submit=true busy locked>{act.verb()}</Button>
        }
    };
    let sentence = move || move || act.sentence(&name.get_value());
    view! {
        <Dialog open title=format!("{} {}", act.verb(), name.get_value()) danger=act != Act::Enable sentence
            on_submit=send on_close=closed footer>
            {(act == Act::Erase).then(|| view! {
                <TextField value=typed label="Type the name," key=name.get_value() />
            })}
            <Show when=move || problem.with(Option::is_some)>
                <div class="field" role="alert"><p class="error"><Icon name=Icon::Danger />{move || problem.get()}</p></div>
            </Show>
        </Dialog>
    }
}
