//! Exactly what a rollback changes, flag by flag.

use super::changes;
use crate::{api::Held, pages::rollout::here::use_here};
use leptos::prelude::*;
use rollout::{Scope, decide::rollback_preview};

/// A flag in the preview.
#[derive(Debug, Clone, PartialEq)]
struct Row {
    name: String,
    now: String,
    after: String,
    same: bool,
    data: Option<String>,
}

fn rows(held: &Held, scope: &Scope) -> Vec<Row> {
    let rollout = &held.rollout;
    let row = |change: rollout::decide::Change| {
        let flag = rollout.plan().flag(&change.flag)?;
        let state = rollout.flags.get(&change.flag)?;
        let same = !changes(held, &change);
        // What the backend was last seen to have; a raise on its way may be there already.
        let seen = state.observed.as_ref().map_or(&state.applied, |observed| &observed.exposure);
        let now = match &state.pending {
            Some(_) if *seen != state.wanted => format!("{seen}, {} asked", state.wanted),
            _ => seen.to_string(),
        };
        let data = flag.data.clone().filter(|_| !same);
        Some(Row { name: flag.name.clone(), now, after: change.to.to_string(), same, data })
    };
    rollback_preview(rollout, scope).into_iter().filter_map(row).collect()
}

/// The table.
#[component]
pub fn Preview(scope: Memo<Scope>) -> impl IntoView {
    let here = use_here();
    let rows = Memo::new(move |_| scope.with(|scope| rows(&here.held(), scope)));
    view! {
        <table class="preview">
            <thead><tr><th scope="col">"Flag"</th><th scope="col">"Now"</th><th scope="col">"After"</th></tr></thead>
            <tbody>
                {move || rows.get().into_iter().map(|row| {
                    view! {
                        <tr class:same=row.same>
                            <th scope="row">{row.name} {row.data.map(|data| view! { <small class="s">" "{data}</small> })}</th>
                            <td>{row.now}</td>
                            <td class:strong=!row.same>{row.after}</td>
                        </tr>
                    }
                }).collect_view()}
            </tbody>
        </table>
    }
}
