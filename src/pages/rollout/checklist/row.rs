//! One line of a checklist: its shape, its text, how it stands and who made it so, and what one may do about it.

use super::{asked::asked, slot::SlotPart, standing::Standing, task::TaskActs};
use crate::{
    pages::rollout::{
        by::By,
        here::{Here, use_here},
        said::Said,
    },
    paths,
    ui::{Badge, Icon, Show, Tone},
};
use leptos::prelude::*;
use rollout::{
    LineSlug, Place, Role,
    plan::{LineKind, Side},
    state::Mark,
};

/// How a line stands, followed.
pub fn standing_of(slug: LineSlug) -> Memo<Standing> {
    let here = use_here();
    Memo::new(move |last: Option<&Standing>| {
        let held = here.held();
        let line = held.rollout.plan().line(&slug);
        let now = line.map(|line| Standing::of(&held.rollout, &line, here.now()));
        // A line that a revision took away is drawn as it was until its row goes.
        now.or_else(|| last.cloned()).unwrap_or(Standing::Open)
    })
}

/// The row.
#[component]
pub fn Row(slug: LineSlug) -> impl IntoView {
    let here = use_here();
    let standing = standing_of(slug.clone());
    let plan = untrack(move || here.plan());
    let line = plan.line(&slug);
    let (text, by) = line.map(|line| (line.kind.text().to_owned(), line.kind.cleared_by())).unwrap_or_default();
    let asked = line.as_ref().and_then(asked);
    let slug_of = StoredValue::new(slug.clone());
    let is_slot = matches!(line.map(|line| line.kind), Some(LineKind::Slot(_)));
    let mine = move || {
        let reached = reached(here, &slug_of.get_value());
        reached && by.is_some_and(|role| here.is_any(&[role])) && !standing.with(Standing::is_met)
    };
    let shape = Signal::derive(move || standing.with(Standing::icon));
    let shape_word = Signal::derive(move || Some(standing.with(Standing::word).to_owned()));
    let part = if is_slot {
        view! { <SlotPart slug=slug.clone() standing /> }.into_any()
    } else if by.is_some() {
        view! { <TaskActs slug=slug.clone() standing /> }.into_any()
    } else {
        view! { <span></span> }.into_any()
    };
    view! {
        <li id=paths::anchor(&Place::Line(slug)) tabindex="-1" data-row="" class=move || standing.with(Standing::class)>
            <Icon name=shape label=shape_word />
            <span>
                {text} " " <Show when=mine><Badge tone=Tone::You word="Yours" /></Show>
                {asked}
                {move || (!is_slot).then(|| view! { <small>{move || told(&standing.get(), by)}</small> })}
            </span>
            {part}
            {move || standing.with(words_said).map(|words| view! { <div class="below"><Said words /></div> })}
        </li>
    }
}

/// Can it be cleared yet? What stands behind a phase waits until the phase has begun.
fn reached(here: Here, slug: &LineSlug) -> bool {
    let held = here.held();
    let rollout = &held.rollout;
    let Some(line) = rollout.plan().line(slug) else { return false };
    let open = rollout.adopted.is_some() && !rollout.is_skipped(line.phase);
    open && (line.side == Side::Entry || rollout.has_begun(line.phase))
}

fn words_said(standing: &Standing) -> Option<rollout::event::Words> {
    match standing {
        Standing::Ticked(mark) | Standing::Unticked(mark) | Standing::Waived(mark) => Some(mark.words.clone()),
        _ => None,
    }
}

/// How a task, criterion or dependency stands, in words.
fn told(standing: &Standing, by: Option<Role>) -> AnyView {
    let who = by.map_or("Nobody", Role::name);
    let marked = |verb: &'static str, mark: &Mark| {
        let (actor, at) = (mark.by, mark.time);
        view! { {verb} " " <By actor at /> }
    };
    match standing {
        Standing::Open => format!("{who} ticks it").into_any(),
        Standing::Claimed => format!("The document says done; nobody has ticked it. {who} ticks it").into_any(),
        Standing::Ticked(mark) => marked("Ticked", mark).into_any(),
        Standing::Waived(mark) => marked("Waived", mark).into_any(),
        Standing::Unticked(mark) => view! { {marked("Unticked", mark)} {format!(". {who} ticks it")} }.into_any(),
        Standing::Derived { met: true, .. } => "By itself".into_any(),
        Standing::Derived { met: false, claimed: false } => "Becomes so by itself".into_any(),
        Standing::Derived { met: false, claimed: true } => {
            "Becomes so by itself; the document shows it as so already".into_any()
        }
        Standing::Slot(..) => ().into_any(),
    }
}
