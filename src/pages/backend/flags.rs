//! Flags that a plan needs at the backend: which are there, why others are not, and creating those that nobody has made yet.

mod create;

use crate::{
    api::{Failure, Remote, client},
    paths,
    session::use_session,
    ui::{Button, CopyAddress, Failed, Lamp, Loading, Show, Tone},
};
use create::Create;
use gateway_api::{Absence, FlagAtBackend, FlagStanding, NewFlags};
use leptos::{prelude::*, task::spawn_local};
use rollout::Role;

/// What the address asks for.
#[derive(Debug, Clone, PartialEq)]
pub enum Asked {
    Nothing,
    /// Flags without a place, or a place without flags.
    Nonsense,
    For(NewFlags),
}

impl Asked {
    pub fn read(environment: Option<String>, keys: Option<Vec<String>>) -> Self {
        match (environment, keys) {
            (None, None) => Self::Nothing,
            (Some(environment), Some(keys)) => Self::For(NewFlags { environment, keys }),
            _ => Self::Nonsense,
        }
    }
}

/// The flags that are asked for, as they stand.
#[derive(Clone, Copy)]
struct Flags {
    asked: StoredValue<NewFlags>,
    standing: RwSignal<Remote<Vec<FlagAtBackend>>>,
    busy: RwSignal<bool>,
    /// Why nothing was created.
    problem: RwSignal<Option<String>>,
}

impl Flags {
    fn fetch(self) {
        let path = self.asked.with_value(|asked| paths::flags_at_backend(&asked.environment, &asked.keys));
        spawn_local(async move {
            let query = path.split_once('?').map_or("", |(_, query)| query);
            let known = client::flags_at_backend(query).await;
            self.standing.try_set(known.map_or_else(Remote::Failed, |known| Remote::Ready(known.flags)));
        });
    }

    /// Those that nobody has made yet, and a try that failed.
    fn open(self) -> Vec<String> {
        let is_open = |one: &&FlagAtBackend| {
            matches!(one.standing, FlagStanding::Missing(Absence::NotMade) | FlagStanding::Failed(_))
        };
        self.standing.with(|all| all.ready().into_iter().flatten().filter(is_open).map(|one| one.key.clone()).collect())
    }

    /// Creates these. What came of each stands in their rows then.
    fn create(self, keys: Vec<String>) {
        let asked = NewFlags { environment: self.asked.with_value(|asked| asked.environment.clone()), keys };
        self.busy.set(true);
        self.problem.set(None);
        spawn_local(async move {
            let outcome = client::make_flags(&asked).await;
            self.busy.try_set(false);
            match outcome {
                Ok(made) => drop(self.standing.try_update(|all| {
                    let Remote::Ready(all) = all else { return };
                    for one in all {
                        if let Some(made) = made.flags.iter().find(|made| made.key == one.key) {
                            one.standing = made.standing.clone();
                        }
                    }
                })),
                Err(failure) => drop(self.problem.try_set(Some(failure.message()))),
            }
        });
    }
}

/// The flags of the address.
#[component]
pub fn AskedFor(flags: NewFlags) -> impl IntoView {
    let environment = flags.environment.clone();
    let flags = Flags {
        asked: StoredValue::new(flags),
        standing: RwSignal::new(Remote::Loading),
        busy: RwSignal::new(false),
        problem: RwSignal::new(None),
    };
    flags.fetch();
    let state = Memo::new(move |_| {
        flags.standing.with(|all| match all {
            Remote::Ready(_) => Ok(true),
            Remote::Loading => Ok(false),
            Remote::Failed(failure) => Err(failure.clone()),
        })
    });
    let heading = format!("Flags for a plan in {environment}");
    view! {
        <section aria-labelledby="flags-asked-for">
            <div class="sec"><h2 id="flags-asked-for">{heading}</h2></div>
            {move || match state.get() {
                Ok(true) => view! { <Listed flags /> }.into_any(),
                Ok(false) => view! { <Loading what="the flags" /> }.into_any(),
                Err(failure) => view! { <NotTold flags failure /> }.into_any(),
            }}
        </section>
    }
}

#[component]
fn NotTold(flags: Flags, failure: Failure) -> impl IntoView {
    view! {
        <Failed title="It is not known which flags are there" message=failure.message() retry=move |()| flags.fetch() />
    }
}

#[component]
fn Listed(flags: Flags) -> impl IntoView {
    let row = |one: FlagAtBackend| {
        let (tone, word, more) = words(&one.standing);
        view! {
            <tr>
                <th scope="row">{one.key}</th>
                <td><Lamp tone word /> " " <span class="s">{more}</span></td>
            </tr>
        }
    };
    let rows =
        move || flags.standing.with(|all| all.ready().cloned().unwrap_or_default()).into_iter().map(row).collect_view();
    view! {
        <table class="table fold" aria-labelledby="flags-asked-for">
            <thead><tr><th scope="col">"Flag"</th><th scope="col">"At the backend"</th></tr></thead>
            <tbody>{rows}</tbody>
        </table>
        <Next flags />
        {move || flags.problem.get().map(|problem| view! {
            <p role="alert"><Lamp tone=Tone::Danger word="Nothing is known of it." /> " " {problem}</p>
        })}
    }
}

/// What is to be done now, and by whom.
#[component]
fn Next(flags: Flags) -> impl IntoView {
    let session = use_session();
    let open = Memo::new(move |_| flags.open());
    let all_there = Memo::new(move |_| {
        let is_there = |one: &FlagAtBackend| matches!(one.standing, FlagStanding::There(_) | FlagStanding::Made);
        flags.standing.with(|all| all.ready().is_some_and(|all| all.iter().all(is_there)))
    });
    let may = Memo::new(move |_| session.roles().contains(&Role::Engineer));
    view! {
        <div class="whatnext">
            <div role="status">
                <Show when=move || all_there.get()>
                    <p class="s">"All of them are there: the product owner can begin the rollout."</p>
                </Show>
            </div>
            <Show when=move || !open.with(Vec::is_empty) && !may.get()>
                <p class="s">"An engineer creates those that are not made yet. Hand on the address of this page."</p>
            </Show>
            <Show when=move || !all_there.get()>
                <div class="btns"><Acts flags open may /></div>
            </Show>
        </div>
    }
}

#[component]
fn Acts(flags: Flags, open: Memo<Vec<String>>, may: Memo<bool>) -> impl IntoView {
    view! {
        <Show when=move || !open.with(Vec::is_empty)>
            <Show when=move || may.get() fallback=|| view! { <CopyAddress /> }>
                <Create flags open />
            </Show>
        </Show>
        <Button on_click=move || flags.fetch()>"Look again"</Button>
    }
}

/// How it stands: tone, word, and the rest.
fn words(standing: &FlagStanding) -> (Tone, &'static str, String) {
    match standing {
        FlagStanding::There(exposure) => (Tone::Clear, "There", format!("at {exposure}")),
        FlagStanding::Made => (Tone::Clear, "Created", "off, and read back so".into()),
        FlagStanding::Missing(Absence::NotMade) => (Tone::Caution, "Missing", "not made yet".into()),
        FlagStanding::Missing(why) => (Tone::Danger, "Missing", why.to_string()),
        FlagStanding::Failed(why) => (Tone::Danger, "Not created", why.clone()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_asks_for_flags_somewhere_or_for_none() {
        assert_eq!(Asked::read(None, None), Asked::Nothing);
        assert_eq!(Asked::read(None, Some(vec!["A".into()])), Asked::Nonsense);
        assert_eq!(Asked::read(Some("staging".into()), None), Asked::Nonsense);
        let flags = NewFlags { environment: "staging".into(), keys: vec!["A".into(), "B".into()] };
        assert_eq!(Asked::read(Some("staging".into()), Some(vec!["A".into(), "B".into()])), Asked::For(flags));
    }
}
