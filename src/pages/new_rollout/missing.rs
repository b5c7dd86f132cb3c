//! Flags of the plan that the backend has not: which, why, and who can do what about it.

use crate::{
    paths,
    ui::{CopyAddress, Lamp, Tone, capitalized},
};
use gateway_api::{Absence, MissingFlag};
use leptos::prelude::*;

#[component]
pub fn MissingFlags(missing: RwSignal<Option<(String, Vec<MissingFlag>)>>) -> impl IntoView {
    view! {
        <div role="alert" class="whatnext">
            {move || missing.get().map(|(environment, flags)| view! { <Listed environment flags /> })}
        </div>
    }
}

#[component]
fn Listed(environment: String, flags: Vec<MissingFlag>) -> impl IntoView {
    let keys: Vec<&String> = flags.iter().filter(|one| one.why == Absence::NotMade).map(|one| &one.key).collect();
    let there = (!keys.is_empty()).then(|| paths::flags_at_backend(&environment, keys.iter().copied()));
    let many = if flags.len() == 1 { "1 flag is".to_owned() } else { format!("{} flags are", flags.len()) };
    let row = |one: MissingFlag| {
        let tone = if one.why == Absence::NotMade { Tone::Caution } else { Tone::Danger };
        view! { <tr><th scope="row">{one.key}</th><td><Lamp tone word=capitalized(&one.why.to_string()) /></td></tr> }
    };
    view! {
        <h2>{format!("It did not begin: {many} missing at the backend in {environment}")}</h2>
        <table class="table fold" aria-label="Missing flags">
            <thead><tr><th scope="col">"Flag"</th><th scope="col">"Why"</th></tr></thead>
            <tbody>{flags.into_iter().map(row).collect_view()}</tbody>
        </table>
        {there.map(|path| view! {
            <p>
                "An engineer creates those that are not made yet, off: hand on the address of "
                <a href=path.clone() target="_blank">"the page where that is done"</a> ". Then begin again; the plan stays here."
            </p>
            <div class="btns"><CopyAddress path /></div>
        })}
    }
}
