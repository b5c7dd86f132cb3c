//! The topics of a plan. Each has an address of its own, and can be folded.

use crate::{
    pages::rollout::{
        here::use_here,
        place::{go_to, use_shown_phase},
    },
    paths,
    ui::Icon,
};
use leptos::{ev::MouseEvent, prelude::*};
use rollout::Plan;
use std::time::Duration;

/// A part of the plan, in the order a newcomer asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Topic {
    About,
    Flags,
    Measures,
    Risks,
    WaysBack,
    People,
    Sources,
}

impl Topic {
    /// Every topic.
    pub const ALL: [Self; 7] =
        [Self::About, Self::Flags, Self::Measures, Self::Risks, Self::WaysBack, Self::People, Self::Sources];

    /// The fragment that leads to it, without `#`.
    pub const fn anchor(self) -> &'static str {
        match self {
            Self::About => "plan-about",
            Self::Flags => "plan-flags",
            Self::Measures => "plan-measures",
            Self::Risks => "plan-risks",
            Self::WaysBack => "plan-ways-back",
            Self::People => "plan-people",
            Self::Sources => "plan-sources",
        }
    }

    /// Its heading.
    pub const fn title(self) -> &'static str {
        match self {
            Self::About => "What it is for",
            Self::Flags => "Flags",
            Self::Measures => "Success and thresholds",
            Self::Risks => "Risks and contingencies",
            Self::WaysBack => "Ways back, and by hand",
            Self::People => "People: duties, news, contacts",
            Self::Sources => "Where the plan comes from",
        }
    }

    /// The plan says something about it.
    pub fn is_in(self, plan: &Plan) -> bool {
        match self {
            Self::About => true,
            Self::Flags => !plan.flags.is_empty(),
            Self::Measures => {
                let all = [&plan.kpis, &plan.rollback_triggers, &plan.warnings, &plan.critical];
                all.iter().any(|list| !list.is_empty()) || !plan.monitoring.is_empty()
            }
            Self::Risks => !plan.risks.is_empty() || !plan.contingencies.is_empty(),
            Self::WaysBack => {
                !plan.rollback_principles.is_empty() || !plan.ways_back.is_empty() || !plan.runbooks.is_empty()
            }
            Self::People => {
                let said = !plan.responsibilities.is_empty() || !plan.communications.is_empty();
                said || !plan.contacts.is_empty() || !plan.escalation.is_empty()
            }
            Self::Sources => !plan.documents.is_empty() || !plan.assignments.is_empty(),
        }
    }

    /// What most look for stands open.
    const fn is_open(self) -> bool {
        matches!(self, Self::About | Self::Flags)
    }
}

/// The list of topics, each leading to its own.
#[component]
pub fn Contents(topics: Vec<Topic>) -> impl IntoView {
    let (here, shown) = (use_here(), use_shown_phase());
    let phase = Memo::new(move |_| here.plan().phases.get(shown.get()).map(|phase| phase.slug.clone()));
    let link = move |topic: Topic| {
        let href = move || {
            let phase = phase.get();
            let page = phase.map_or_else(|| here.page(), |phase| paths::phase_on(&here.page(), phase.as_str()));
            format!("{page}#{}", topic.anchor())
        };
        // The router goes first.
        let follow = move |_: MouseEvent| set_timeout(move || go_to(topic.anchor()), Duration::from_millis(80));
        view! { <li><a href=href data-noscroll="" on:click=follow>{topic.title()}</a></li> }
    };
    view! {
        <nav class="contents" aria-label="In the plan"><ul>{topics.into_iter().map(link).collect_view()}</ul></nav>
    }
}

/// One topic.
#[component]
pub fn Fold(topic: Topic, children: Children) -> impl IntoView {
    view! {
        <details class="topic" id=topic.anchor() tabindex="-1" open=topic.is_open()>
            <summary data-row=""><Icon name=Icon::Tri /><h3>{topic.title()}</h3></summary>
            <div class="watch">{children()}</div>
        </details>
    }
}
