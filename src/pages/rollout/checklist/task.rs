//! What one may do about a task or criterion: tick, untick, waive.

use super::standing::Standing;
use crate::{
    api::Held,
    pages::rollout::{
        act::{Act, use_act},
        confirm::{Asks, Confirm, Given, Sentence},
        here::use_here,
        lock::{Lock, LockedBy},
        trouble::Trouble,
    },
    paths,
    ui::{Button, Kind, Show},
};
use leptos::prelude::*;
use rollout::{Blocker, Command, LineSlug, Place, Role, Text, Why, plan::LineKind};
use std::sync::Arc;

/// A line whose buttons these are.
#[derive(Clone, Copy)]
struct Of {
    slug: StoredValue<LineSlug>,
    text: StoredValue<String>,
    standing: Memo<Standing>,
    act: Act,
}

impl Of {
    fn is_met(self) -> bool {
        self.standing.with(Standing::is_met)
    }

    fn titled(self, verb: &str) -> String {
        self.text.with_value(|text| format!("{verb} {text}"))
    }
}

/// How the line stands and who made it so: if that changes, a person decides again.
fn seen(slug: &LineSlug, held: &Held) -> String {
    let line = held.rollout.plan().line(slug);
    // Nothing of a task or criterion depends on the time; the ledger's own is as good as any.
    line.map(|line| Standing::of(&held.rollout, &line, held.rollout.time).told()).unwrap_or_default()
}

/// The buttons of a task or criterion. One button ticks and unticks, so the way back is where the way there was.
#[component]
pub fn TaskActs(slug: LineSlug, standing: Memo<Standing>) -> impl IntoView {
    let here = use_here();
    let plan = untrack(move || here.plan());
    let Some(line) = plan.line(&slug) else { return ().into_any() };
    let waiver = matches!(line.kind, LineKind::Criterion(_))
        .then(|| plan.decider(untrack(move || here.held()).rollout.exit_gate(line.phase)));
    let evidence = matches!(line.kind, LineKind::Criterion(criterion) if criterion.evidence);
    let by = line.kind.cleared_by();
    let text = StoredValue::new(line.kind.text().to_owned());
    let of = Of { slug: StoredValue::new(slug), text, standing, act: use_act() };

    let is = move |role: Option<Role>| role.is_some_and(|role| here.is_any(&[role]));
    let ticks = Memo::new(move |_| if matches!(standing.get(), Standing::Waived(_)) { is(waiver) } else { is(by) });
    let waives = Memo::new(move |_| is(waiver) && !of.is_met());
    let tick_lock =
        Lock::of(move || if ticks.get() { tick_blockers(here.blockers(&tick(of, Given::default()))) } else { vec![] });
    let waive_lock = Lock::of(move || match Text::new("-") {
        Ok(reason) if waives.get() => here.blockers(&Command::Waive { line: of.slug.get_value(), reason }),
        _ => vec![],
    });
    view! {
        <div class="btns">
            <Show when=move || ticks.get()><Tick of evidence lock=tick_lock /></Show>
            <Show when=move || waives.get() && !waive_lock.locked().get()><Waive of lock=waive_lock /></Show>
        </div>
        <LockedBy lock=tick_lock />
        <Trouble act=of.act />
    }
    .into_any()
}

/// Ticks what is open, unticks what is met.
fn tick(of: Of, given: Given) -> Command {
    let line = of.slug.get_value();
    match of.is_met() {
        true => Command::Untick { line, reason: None },
        false => Command::Tick { line, reason: given.reason, conditions: None, evidence: given.evidence },
    }
}

/// Evidence is asked for by a dialog; it locks nothing.
fn tick_blockers(blockers: Vec<Blocker>) -> Vec<Blocker> {
    blockers.into_iter().filter(|blocker| !matches!(blocker.why, Why::EvidenceNeeded {})).collect()
}

/// Ticks or unticks at once; only where evidence is needed a dialog asks for it.
#[component]
fn Tick(of: Of, evidence: bool, lock: Lock) -> impl IntoView {
    let open = RwSignal::new(false);
    let verb = move || if of.is_met() { "Untick" } else { "Tick" };
    let press = move || {
        lock.press(|| match evidence && !untrack(move || of.is_met()) {
            true => open.set(true),
            false => {
                let (command, verb) = untrack(move || (tick(of, Given::default()), verb()));
                let said = of.titled(&format!("{verb}ed:"));
                of.act.run(command, move |held| of.slug.with_value(|slug| seen(slug, held)), said, || ());
            }
        });
    };
    let sentence: Sentence = Arc::new(move |held| {
        let seen = of.slug.with_value(|slug| seen(slug, held));
        let state = if seen.starts_with("Ticked") { "It is ticked already." } else { "You confirm that it is so." };
        format!("{}. {state}", of.text.get_value())
    });
    view! {
        <Button kind=Kind::Quiet label=Signal::derive(move || Some(of.titled(verb()))) locked=lock.locked()
            busy=of.act.busy on_click=press>
            {move || if evidence && !of.is_met() { "Tick…" } else { verb() }}
        </Button>
        <Confirm open act=of.act title=of.titled("Tick:") sentence verb="Tick" keep="Leave it open" kind=Kind::Primary
            reason=Asks::Optional label="Comment" evidence=Asks::Required said=of.titled("Ticked:")
            command=Callback::new(move |given| Some(untrack(move || tick(of, given)))) />
    }
}

/// Does without a criterion, with a reason.
#[component]
fn Waive(of: Of, lock: Lock) -> impl IntoView {
    let open = RwSignal::new(false);
    let sentence: Sentence = Arc::new(move |held| {
        let met = of.slug.with_value(|slug| seen(slug, held)).starts_with("Ticked");
        let state = if met { "It is ticked already." } else { "The rollout goes on without it." };
        format!("{}. {state}", of.text.get_value())
    });
    let command = move |given: Given| Some(Command::Waive { line: of.slug.get_value(), reason: given.reason? });
    view! {
        <Button kind=Kind::Quiet label=of.titled("Waive") locked=lock.locked()
            on_click=move || lock.press(|| open.set(true))>
            "Waive…"
        </Button>
        <Confirm open act=of.act title=of.titled("Waive:") lands=paths::anchor(&Place::Line(of.slug.get_value())) sentence verb="Waive" keep="Do not waive" kind=Kind::Primary
            reason=Asks::Required command=Callback::new(command) said=of.titled("Waived:") />
    }
}
