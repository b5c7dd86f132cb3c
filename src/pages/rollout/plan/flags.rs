//! The plan's flags: key, variable, code default, and where they are now.

use crate::{
    pages::rollout::here::use_here,
    ui::{Lamp, Tone},
};
use leptos::prelude::*;
use rollout::plan::Flag;

/// A row a flag.
#[component]
pub fn Flags() -> impl IntoView {
    let here = use_here();
    let rows = move || here.plan().flags.iter().map(|flag| view! { <Row flag=flag.clone() /> }).collect_view();
    view! {
        <section>
            <div class="head"><h3>"Flags"</h3></div>
            <table class="table fold">
                <thead>
                    <tr>
                        <th scope="col">"Flag"</th>
                        <th scope="col">"Key"</th>
                        <th scope="col">"Code default"</th>
                        <th scope="col">"At the backend"</th>
                        <th scope="col">"Purpose"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </section>
    }
}

#[component]
fn Row(flag: Flag) -> impl IntoView {
    let here = use_here();
    let slug = flag.slug.clone();
    let applied = Memo::new(move |_| {
        here.held().rollout.flags.get(&slug).map(|state| match &state.observed {
            Some(observed) => format!("{}, not as the ledger says", observed.exposure),
            None => state.applied.to_string(),
        })
    });
    let variable = match &flag.variable {
        Some(variable) => format!("variable {variable}"),
        None => "and its variable".into(),
    };
    let fails_open = flag.fails_open();
    view! {
        <tr>
            <th scope="row">{flag.name}</th>
            <td><span class="key">{flag.key}</span>" "<small class="q">{variable}</small></td>
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
            <td>{applied}</td>
            <td class="full">{flag.purpose}</td>
        </tr>
    }
}
