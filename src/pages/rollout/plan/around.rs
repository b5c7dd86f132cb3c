//! What a plan says around its phases: risks, procedures, who is told and who is called.

use leptos::prelude::*;
use rollout::plan::{Communication, Contact, Minutes, PlanRisk, Procedure, Risk};

fn table(title: &'static str, rows: Vec<AnyView>) -> AnyView {
    if rows.is_empty() {
        return ().into_any();
    }
    view! {
        <section>
            <div class="head"><h3>{title}</h3></div>
            <table class="table kpis"><tbody>{rows}</tbody></table>
        </section>
    }
    .into_any()
}

/// How likely and how bad, in a few words.
fn weight(risk: &PlanRisk) -> String {
    let level = |what: &str, level: Option<Risk>| {
        let word = match level? {
            Risk::Low => "low",
            Risk::Medium => "medium",
            Risk::High => "high",
        };
        Some(format!("{what} {word}"))
    };
    let parts = [level("probability", risk.probability), level("impact", risk.impact)];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

fn takes(minutes: Minutes) -> String {
    match (minutes.min_minutes, minutes.max_minutes) {
        (0, max) => format!("At most {max} min."),
        (min, max) => format!("{min} to {max} min."),
    }
}

#[component]
pub fn Risks(list: Vec<PlanRisk>) -> impl IntoView {
    let row = |risk: PlanRisk| {
        let weight = weight(&risk);
        view! { <tr><th scope="row">{risk.name}</th><td>{risk.text}</td><td class="q">{weight}</td></tr> }.into_any()
    };
    table("Risks, and what is done about them", list.into_iter().map(row).collect())
}

#[component]
pub fn Procedures(title: &'static str, list: Vec<Procedure>) -> impl IntoView {
    let row = |one: Procedure| {
        let steps: Vec<_> = one.steps.into_iter().map(|s| view! { <li>{s.name} ": " {s.text}</li> }).collect();
        let steps = (!steps.is_empty()).then(|| view! { <ol>{steps}</ol> });
        view! {
            <tr>
                <th scope="row">{one.name}</th>
                <td>{one.text} " " {one.takes.map(takes)} {steps} {one.by_hand.map(|line| view! { <code>{line}</code> })}</td>
            </tr>
        }
        .into_any()
    };
    table(title, list.into_iter().map(row).collect())
}

#[component]
pub fn Communications(list: Vec<Communication>) -> impl IntoView {
    let row = |one: Communication| {
        let when = one.when();
        view! { <tr><th scope="row">{one.name}</th><td>{one.to} ": " {one.text}</td><td class="q">{when}</td></tr> }
            .into_any()
    };
    table("Who is told what, and when", list.into_iter().map(row).collect())
}

#[component]
pub fn Contacts(title: &'static str, list: Vec<Contact>) -> impl IntoView {
    let row = |one: Contact| {
        let within = one.within_minutes.map(|minutes| match minutes {
            0 => "at once".to_owned(),
            minutes => format!("within {}", rollout::text::duration(i64::from(minutes) * 60_000)),
        });
        view! { <tr><th scope="row">{one.name}</th><td>{one.text} " " {one.reach}</td><td class="q">{within}</td></tr> }
            .into_any()
    };
    table(title, list.into_iter().map(row).collect())
}
