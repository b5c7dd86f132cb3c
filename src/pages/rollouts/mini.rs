//! The line, small: phases as long as they are planned, a mark for each gate.

use super::summary;
use crate::ui::Icon;
use gateway_api::{RolloutSummary, rollouts::PhaseSummary};
use leptos::prelude::*;
use rollout::Aspect;

/// How a phase's section is drawn.
fn section(one: &RolloutSummary, index: usize, phase: &PhaseSummary) -> &'static str {
    match one.current {
        _ if phase.skipped => "dash",
        _ if phase.accepted => "done",
        Some(current) if current == index && one.soak_ends.is_some() => "soak",
        Some(current) if current > index => "done",
        _ if one.closed => "done",
        _ => "",
    }
}

/// A gate's mark and its class; a gate that is not in use has none.
const fn mark(aspect: Aspect) -> Option<(Icon, &'static str)> {
    match aspect {
        Aspect::Clear => Some((Icon::MarkClear, "clear")),
        Aspect::Danger => Some((Icon::MarkDanger, "danger")),
        Aspect::Held => Some((Icon::MarkHeld, "held")),
        Aspect::Idle => None,
    }
}

/// One rollout's line. A picture: its words stand beside it.
#[component]
pub fn Mini(one: RolloutSummary) -> impl IntoView {
    let now: Vec<String> = summary::now(&one).into_iter().map(|(_, word)| word.to_lowercase()).collect();
    let label = format!("{}; {}", summary::phase(&one), now.join(", "));
    let phases = one.phases.iter().enumerate().map(|(index, phase)| {
        // A phase nobody knows the length of still has a place on the line.
        let days = phase.days.max(1);
        let here = one.current == Some(index);
        view! {
            <span style=format!("--days:{days}")>
                <i class=section(&one, index, phase) style="--d:1"></i>
                {mark(phase.aspect).map(|(icon, class)| view! { <Icon name=icon class=class /> })}
                {here.then(|| view! { <b class="now" style="--at:0%"></b> })}
            </span>
        }
    });
    view! { <div class="mini" role="img" aria-label=label>{phases.collect_view()}</div> }
}
