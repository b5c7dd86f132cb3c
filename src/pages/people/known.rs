//! Everyone: what they may act as, for where, where that comes from, and when they were last here.

use super::care::Care;
use crate::{
    api::use_clock,
    pages::shell::initials,
    session::use_session,
    ui::{For, Icon, Lamp, Show, Tone, When},
};
use gateway_api::{Grant, KnownPerson, Power, RoleSource};
use leptos::prelude::*;

const fn source(source: RoleSource) -> &'static str {
    match source {
        RoleSource::Sample => "Sample account",
        RoleSource::Account => "Granted by an administrator",
        RoleSource::Provider => "Provider",
    }
}

/// What was granted, and for where if not everywhere.
fn granted(grant: &Grant) -> String {
    let what = match grant.role {
        Power::Administrator => "Administrator",
        Power::Role(role) => role.name(),
    };
    match (&grant.plan, &grant.environment) {
        (None, None) => what.to_owned(),
        (None, Some(environment)) => format!("{what} in {environment}"),
        (Some(plan), None) => format!("{what} for {plan}"),
        (Some(plan), Some(environment)) => format!("{what} for {plan} in {environment}"),
    }
}

/// Where all of it comes from.
fn sources(grants: &[Grant]) -> String {
    let mut all: Vec<RoleSource> = grants.iter().map(|grant| grant.source).collect();
    all.sort();
    all.dedup();
    all.into_iter().map(source).collect::<Vec<_>>().join(", ")
}

/// A row a person.
#[component]
pub fn Known(people: Memo<Vec<KnownPerson>>, #[prop(into)] on_change: Callback<()>) -> impl IntoView {
    let session = use_session();
    let cares = Memo::new(move |_| session.signed_in().is_some_and(|who| who.administrator));
    view! {
        <section aria-labelledby="known">
            <div class="sec"><h2 id="known">"Everyone"</h2><span class="q num">{move || people.with(Vec::len)}</span></div>
            <table class="table fold people" aria-labelledby="known">
                <thead>
                    <tr>
                        <th scope="col">"Person"</th>
                        <th scope="col">"Acts as"</th>
                        <th scope="col">"That comes from"</th>
                        <th scope="col">"Last seen"</th>
                        <Show when=move || cares.get()><th scope="col"><span class="sr">"Account"</span></th></Show>
                    </tr>
                </thead>
                <tbody>
                    <For each=move || people.get() key=|person| (person.id, person.disabled, person.erased, person.seen) let(person)>
                        <Row person cares on_change />
                    </For>
                </tbody>
            </table>
        </section>
    }
}

#[component]
fn Row(person: KnownPerson, cares: Memo<bool>, on_change: Callback<()>) -> impl IntoView {
    let (session, now) = (use_session(), use_clock().now());
    let id = person.id;
    let is_me = Memo::new(move |_| session.person() == Some(id));
    let administers = person.grants.iter().any(|grant| grant.role == Power::Administrator);
    let letters = initials(&person.roles, administers);
    let grants = person.grants.iter().map(granted).collect::<Vec<_>>().join(", ");
    let acts_as = if grants.is_empty() { "Nothing: looks only".to_owned() } else { grants };
    let from = sources(&person.grants);
    let seen = person.seen.map_or_else(|| "Never".into_any(), |at| view! { <When at=at.millis() now /> }.into_any());
    let stopped = person.disabled.then(|| view! { <Lamp tone=Tone::Off word="Disabled" /> });
    let login = person.login.clone().map(|login| view! { <small>{format!("signs in as {login}")}</small> });
    let name = person.name.clone();
    view! {
        <tr>
            <th scope="row">
                <span class="who">
                    <span class="ini" class:me=move || is_me.get() aria-hidden="true">{letters}</span>
                    <span>{name}</span>
                    {move || is_me.get().then(|| view! { <Lamp tone=Tone::You icon=Icon::User word="You" /> })}
                    {stopped}
                </span>
                {login}
            </th>
            <td>{acts_as}</td>
            <td class="q">{from}</td>
            <td data-label="Last seen">{seen}</td>
            <Show when=move || cares.get()>
                <td class="full"><Care person=person.clone() is_me=is_me.get() on_change /></td>
            </Show>
        </tr>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grant_says_for_where_it_is() {
        let of = |text: &str| granted(&text.parse().expect("a grant"));
        assert_eq!(of("engineer"), "Engineer");
        assert_eq!(of("legal@production"), "Legal in production");
        assert_eq!(of("legal/s4"), "Legal for s4");
        assert_eq!(of("product-owner@staging/s4"), "Product owner for s4 in staging");
        let all = [
            Grant::everywhere(Power::Administrator, RoleSource::Provider),
            Grant::everywhere(Power::Administrator, RoleSource::Account),
            Grant::everywhere(Power::Role(rollout::Role::Legal), RoleSource::Account),
        ];
        assert_eq!(sources(&all), "Granted by an administrator, Provider");
    }
}
