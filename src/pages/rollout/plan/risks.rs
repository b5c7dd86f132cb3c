//! The risks: where they stand between likely and bad, and what is done about each.

use leptos::prelude::*;
use rollout::plan::{PlanRisk, Risk};

const LEVELS: [Risk; 3] = [Risk::Low, Risk::Medium, Risk::High];

const fn word(level: Risk) -> &'static str {
    match level {
        Risk::Low => "low",
        Risk::Medium => "medium",
        Risk::High => "high",
    }
}

/// How likely and how bad, in a few words.
fn weight(risk: &PlanRisk) -> String {
    let level = |what: &str, level: Option<Risk>| level.map(|level| format!("{what} {}", word(level)));
    let parts = [level("probability", risk.probability), level("impact", risk.impact)];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// The risks that stand in one cell of the matrix.
fn cell(list: &[PlanRisk], probability: Risk, impact: Risk) -> Vec<&str> {
    let stands = |risk: &&PlanRisk| risk.probability == Some(probability) && risk.impact == Some(impact);
    list.iter().filter(stands).map(|risk| risk.name.as_str()).collect()
}

/// The matrix, where the plan weighs its risks, and the list.
#[component]
pub fn Risks(list: Vec<PlanRisk>) -> impl IntoView {
    let is_weighed = list.iter().any(|risk| risk.probability.is_some() && risk.impact.is_some());
    let matrix = is_weighed.then(|| view! { <Matrix list=list.clone() /> });
    let row = |risk: PlanRisk| {
        let weight = weight(&risk);
        view! { <tr><th scope="row">{risk.name}</th><td>{risk.text}</td><td class="q">{weight}</td></tr> }
    };
    (!list.is_empty()).then(|| {
        view! {
            {matrix}
            <section>
                <div class="head"><h4>"Risks, and what is done about them"</h4></div>
                <table class="table kpis"><tbody>{list.into_iter().map(row).collect_view()}</tbody></table>
            </section>
        }
    })
}

#[component]
fn Matrix(list: Vec<PlanRisk>) -> impl IntoView {
    let cells = |probability: Risk| {
        LEVELS
            .map(|impact| {
                let risks = cell(&list, probability, impact);
                // From 0, unlikely and harmless, to 4, likely and bad.
                let shade = probability as u8 + impact as u8;
                let names: Vec<_> = risks.into_iter().map(|name| view! { <li>{name.to_owned()}</li> }).collect();
                let inside = match names.is_empty() {
                    true => view! { <span class="sr">"none"</span> }.into_any(),
                    false => view! { <ul>{names}</ul> }.into_any(),
                };
                view! { <td data-shade=shade.to_string()>{inside}</td> }
            })
            .into_iter()
            .collect_view()
    };
    let rows = LEVELS.into_iter().rev().map(|level| {
        view! { <tr><th scope="row">{format!("Probability {}", word(level))}</th>{cells(level)}</tr> }
    });
    let heads = LEVELS.map(|level| view! { <th scope="col">{format!("Impact {}", word(level))}</th> });
    view! {
        <section>
            <div class="head"><h4 id="risk-matrix">"How likely, and how bad"</h4></div>
            <table class="matrix" aria-labelledby="risk-matrix">
                <thead><tr><td></td>{heads.into_iter().collect_view()}</tr></thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        </section>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_risk_stands_in_the_cell_of_its_weight() {
        let risk = |name: &str, probability, impact| PlanRisk {
            name: name.into(),
            text: "Watched".into(),
            probability,
            impact,
        };
        let list = [
            risk("Slow", Some(Risk::Medium), Some(Risk::High)),
            risk("Down", Some(Risk::Low), Some(Risk::High)),
            risk("Late", Some(Risk::Medium), Some(Risk::High)),
            risk("Unweighed", None, Some(Risk::High)),
        ];
        assert_eq!(cell(&list, Risk::Medium, Risk::High), ["Slow", "Late"]);
        assert_eq!(cell(&list, Risk::High, Risk::High), [""; 0]);
        assert_eq!(weight(&list[1]), "probability low, impact high");
        assert_eq!(weight(&list[3]), "impact high");
    }
}
