//! The plan's flags, by group: key, variable, code default, where a rollback takes them, and where they are now.

use crate::{
    pages::rollout::{by::By, here::use_here},
    ui::{Lamp, Tone},
};
use leptos::prelude::*;
use rollout::{
    Plan,
    plan::{Flag, Named, RollbackTo},
};

/// The flags of each group, in the plan's order; those of no group come without one.
fn grouped(plan: &Plan) -> Vec<(Option<Named>, Vec<Flag>)> {
    let of = |name: Option<&str>| -> Vec<Flag> {
        plan.flags.iter().filter(|flag| flag.group.as_deref() == name).cloned().collect()
    };
    let groups = plan.groups.iter().map(|group| (Some(group.clone()), of(Some(&group.name))));
    let all = [(None, of(None))].into_iter().chain(groups);
    all.filter(|(_, flags)| !flags.is_empty()).collect()
}

/// A row a flag.
#[component]
pub fn Flags() -> impl IntoView {
    let here = use_here();
    let groups = move || {
        let rows = |flags: Vec<Flag>| flags.into_iter().map(|flag| view! { <Row flag /> }).collect_view();
        let group = |(group, flags): (Option<Named>, Vec<Flag>)| {
            let head = group.map(|group| {
                view! {
                    <tr class="grouphead">
                        <th scope="rowgroup" colspan="6">{group.name} " " <small>{group.text}</small></th>
                    </tr>
                }
            });
            view! { <tbody>{head}{rows(flags)}</tbody> }
        };
        grouped(&here.plan()).into_iter().map(group).collect_view()
    };
    view! {
        <table class="table fold wide" aria-label="Flags">
            <thead>
                <tr>
                    <th scope="col">"Flag"</th>
                    <th scope="col">"Key"</th>
                    <th scope="col">"Code default"</th>
                    <th scope="col">"From, and back to"</th>
                    <th scope="col">"At the backend"</th>
                    <th scope="col">"Purpose"</th>
                </tr>
            </thead>
            {groups}
        </table>
    }
}

#[component]
fn Row(flag: Flag) -> impl IntoView {
    let fails_open = flag.fails_open();
    let variable = match &flag.variable {
        Some(variable) => format!("variable {variable}"),
        None => "and its variable".into(),
    };
    let by_hand = flag.manual().map(|_| view! { <small class="q">"Moved by hand"</small> });
    let alias = flag.alias.map(|alias| format!(", alias {alias}"));
    let back = match flag.rollback_to {
        RollbackTo::Off => "off",
        RollbackTo::BeforePhase => "where it was before the phase",
    };
    view! {
        <tr>
            <th scope="row">{flag.name}</th>
            <td><span class="key">{flag.key}</span>" "<small class="q">{variable}{alias}</small></td>
            <td>
                {flag.code_default.to_string()}
                {fails_open
                    .then(|| {
                        view! {
                            " "
                            <span title="When nothing sets the flag, the application switches the feature on">
                                <Lamp tone=Tone::Caution word="fails open" />
                            </span>
                        }
                    })}
            </td>
            <td>{format!("Begins {}, goes back to {back}", flag.initial)}</td>
            <td>{by_hand} <Backend slug=flag.slug /></td>
            <td class="full">{flag.purpose}{flag.data.map(|data| view! { <small class="q">{data}</small> })}</td>
        </tr>
    }
}

/// Where it was last seen, and who moved it last.
#[component]
fn Backend(slug: rollout::FlagSlug) -> impl IntoView {
    let here = use_here();
    let state = Memo::new(move |_| here.held().rollout.flags.get(&slug).cloned());
    let words = move || {
        state.with(|state| {
            state.as_ref().map(|state| match (&state.observed, &state.pending) {
                (Some(observed), _) => format!("{}, not as the ledger says", observed.exposure),
                (None, Some(_)) => format!("{}, on its way to {}", state.applied, state.wanted),
                (None, None) => state.applied.to_string(),
            })
        })
    };
    let last = Memo::new(move |_| state.with(|state| state.as_ref().and_then(|state| state.last_by.clone())));
    view! {
        {words}
        {move || last.get().map(|mark| view! { <small class="q">"Last moved "<By actor=mark.by at=mark.time /></small> })}
    }
}
