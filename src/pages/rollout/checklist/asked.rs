//! What a line asks for besides its text: by when, of how many people, with what.

use crate::{
    pages::rollout::{here::use_here, line::start},
    ui::{Face, When},
};
use leptos::prelude::*;
use rollout::plan::{Line, LineKind, Slot};

/// In a few words under the text; nothing where nothing more is asked.
pub fn asked(line: &Line<'_>) -> Option<AnyView> {
    let phase = line.phase;
    match line.kind {
        LineKind::Task(task) => task.days_before.map(|days| view! { <Due days phase /> }.into_any()),
        LineKind::Slot(slot) => Some(view! { <small>{of_slot(slot)}</small> }.into_any()),
        LineKind::Criterion(criterion) => {
            criterion.evidence.then(|| view! { <small>"Needs evidence to be ticked"</small> }.into_any())
        }
        LineKind::Dependency(_) => None,
    }
}

/// "Signing it means: reviewed. Two people sign. A signature holds for 90 days."
fn of_slot(slot: &Slot) -> String {
    let meaning = Some(format!("Signing it means: {}.", slot.meaning.name()));
    let people = (slot.people > 1).then(|| format!("{} people sign.", slot.people));
    let holds = slot.expires_days.map(|days| match days {
        1 => "A signature holds for 1 day.".to_owned(),
        days => format!("A signature holds for {days} days."),
    });
    [meaning, people, holds].into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// By when it should be done: it informs, and locks nothing.
#[component]
fn Due(days: u32, phase: usize) -> impl IntoView {
    let here = use_here();
    let start = Memo::new(move |_| start(&here.held().rollout, phase));
    let before = if days == 1 { "1 day".to_owned() } else { format!("{days} days") };
    let date = move || {
        start.get().map(|(at, is_meant)| {
            let at = at.plus(-i64::from(days) * rollout::time::DAY).millis();
            let word = if is_meant { ": expected " } else { ": " };
            view! { {word} <When at now=here.clock.now() face=Face::Date /> }
        })
    };
    view! { <small>{format!("Should be done {before} before the phase starts")}{date}</small> }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slot_tells_what_signing_means_how_many_sign_and_for_how_long() {
        let slot = |json: &str| serde_json::from_str::<Slot>(json).expect("a slot");
        let plain = slot(r#"{"slug": "a", "text": "A", "role": "legal", "meaning": "approved"}"#);
        assert_eq!(of_slot(&plain), "Signing it means: approved.");
        let two = slot(
            r#"{"slug": "a", "text": "A", "role": "legal", "meaning": "reviewed", "people": 2, "expires_days": 90}"#,
        );
        assert_eq!(of_slot(&two), "Signing it means: reviewed. 2 people sign. A signature holds for 90 days.");
    }
}
