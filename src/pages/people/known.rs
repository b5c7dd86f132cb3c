//! Everyone, with what they may act as and where that comes from.

use crate::{
    pages::shell::initials,
    session::use_session,
    ui::{For, Icon, Lamp, Tone},
};
use gateway_api::{KnownPerson, RoleSource};
use leptos::prelude::*;

const fn source(source: RoleSource) -> &'static str {
    match source {
        RoleSource::Sample => "Sample account",
        RoleSource::Account => "Granted by an administrator",
        RoleSource::Provider => "Provider",
    }
}

/// A row a person.
#[component]
pub fn Known(people: Memo<Vec<KnownPerson>>) -> impl IntoView {
    view! {
        <section aria-labelledby="known">
            <div class="sec"><h2 id="known">"Everyone"</h2><span class="q num">{move || people.with(Vec::len)}</span></div>
            <table class="table fold people" aria-labelledby="known">
                <thead>
                    <tr>
                        <th scope="col">"Person"</th>
                        <th scope="col">"Acts as"</th>
                        <th scope="col">"The role comes from"</th>
                    </tr>
                </thead>
                <tbody>
                    <For each=move || people.get() key=|person| person.id let(person)>
                        <Row person />
                    </For>
                </tbody>
            </table>
        </section>
    }
}

#[component]
fn Row(person: KnownPerson) -> impl IntoView {
    let session = use_session();
    let is_me = Memo::new(move |_| session.person() == Some(person.id));
    let roles: Vec<&str> = person.roles.iter().map(|role| role.name()).collect();
    let letters = person.roles.first().copied().map(initials);
    view! {
        <tr>
            <th scope="row">
                <span class="who">
                    <span class="ini" class:me=move || is_me.get() aria-hidden="true">{letters}</span>
                    <span>{person.name}</span>
                    {move || is_me.get().then(|| view! { <Lamp tone=Tone::You icon=Icon::User word="You" /> })}
                </span>
            </th>
            <td>{if roles.is_empty() { "No role".to_owned() } else { roles.join(", ") }}</td>
            <td class="q">{source(person.source)}</td>
        </tr>
    }
}
