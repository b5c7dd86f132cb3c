//! Who may do what: the rulebook's own table, for this plan.

use crate::ui::Icon;
use leptos::prelude::*;
use rollout::{Act, Plan, Role};

/// Every act, with the roles that the plan lets do it.
pub fn of(plan: &Plan) -> Vec<(Act, Vec<Role>)> {
    Act::ALL.map(|act| (act, act.roles(plan))).into()
}

/// Acts down, roles across.
#[component]
pub fn Authority(may: Memo<Vec<(Act, Vec<Role>)>>) -> impl IntoView {
    let heads = Role::ALL.map(|role| view! { <th scope="col">{role.name()}</th> }).collect_view();
    let rows = move || may.get().into_iter().map(|(act, roles)| view! { <Row act roles /> }).collect_view();
    view! {
        <div class="sec"><h3 id="authority">"Who may do what"</h3></div>
        <table class="table authority" aria-labelledby="authority">
            <thead><tr><th scope="col">"Act"</th>{heads}</tr></thead>
            <tbody>{rows}</tbody>
        </table>
        <p class="sm q">"Everyone reads everything. Whoever may do something is asked at the moment they do it."</p>
    }
}

#[component]
fn Row(act: Act, roles: Vec<Role>) -> impl IntoView {
    let cell = |role: Role| match roles.contains(&role) {
        true => view! {
            <td class="may">
                <Icon name=Icon::TaskMet label=format!("{role} may") />
                <span class="lbl" aria-hidden="true">{role.name()}</span>
            </td>
        }
        .into_any(),
        false => {
            view! { <td class="not"><span class="q" aria-hidden="true">"–"</span><span class="sr">"no"</span></td> }
                .into_any()
        }
    };
    view! {
        <tr>
            <th scope="row">{act.name()} {act.only().map(|only| view! { <small>{only}</small> })}</th>
            {Role::ALL.map(cell).collect_view()}
        </tr>
    }
}
