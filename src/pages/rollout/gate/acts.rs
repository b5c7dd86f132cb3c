//! Deciding at a gate: go, no-go, hold, release. Each person sees what their role may do there.

use super::words;
use crate::{
    pages::rollout::{
        act::use_act,
        confirm::{Asks, Confirm, Given, Sentence, written},
        here::{Here, use_here},
    },
    ui::{Button, For, Kind, Show, TextField},
};
use leptos::prelude::*;
use rollout::{Blocker, Command, Decision, GateNumber, Role};
use std::sync::Arc;

/// One of the four.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Move {
    Decide(Decision),
    Release,
}

const GO: Move = Move::Decide(Decision::Go);
const NO_GO: Move = Move::Decide(Decision::NoGo);
const HOLD: Move = Move::Decide(Decision::Hold);

/// What whoever looks can usefully do at the gate as it stands.
fn moves(here: Here, gate: GateNumber) -> Vec<Move> {
    let held = here.held();
    let rollout = &held.rollout;
    let stands = rollout.gates.get(&gate).cloned().unwrap_or_default();
    let decides = here.is_any(&[rollout.plan().decider(gate)]);
    let holds = here.roles().iter().any(|role| stands.holds.contains_key(role));
    let open = rollout.has_gate(gate) && !rollout.is_closed();
    let may_hold = decides || here.is_any(&Role::MAY_HOLD);
    let useful = [
        (GO, open && decides && (stands.go.is_none() || holds)),
        (NO_GO, open && decides && stands.no_go.is_none()),
        (HOLD, open && may_hold && !holds),
        (Move::Release, holds),
    ];
    useful.into_iter().filter_map(|(what, useful)| useful.then_some(what)).collect()
}

/// The buttons.
#[component]
pub fn Acts(
    gate: GateNumber,
    /// What a go still waits for.
    blockers: Memo<Vec<Blocker>>,
    /// Set when a locked go was pressed: the list of what locks it opens.
    asked: RwSignal<bool>,
) -> impl IntoView {
    let here = use_here();
    let moves = Memo::new(move |_| moves(here, gate));
    view! {
        <Show when=move || moves.with(|moves| !moves.is_empty())>
            <div class="btns">
                <For each=move || moves.get() key=|what| format!("{what:?}") let(what)>
                    <One gate what blockers asked />
                </For>
            </div>
        </Show>
    }
}

#[component]
fn One(gate: GateNumber, what: Move, blockers: Memo<Vec<Blocker>>, asked: RwSignal<bool>) -> impl IntoView {
    let (here, act, open) = (use_here(), use_act(), RwSignal::new(false));
    let locked = Memo::new(move |_| what == GO && blockers.with(|blockers| !blockers.is_empty()));
    let (word, label) = names(what, gate);
    let kind = if what == GO { Kind::Primary } else { Kind::Default };
    let conditions = RwSignal::new(String::new());
    let problem = RwSignal::new(None);
    let command = move |given: Given| match written(&conditions.get_untracked()) {
        Ok(conditions) => command(what, gate, given, conditions),
        Err(too_long) => {
            problem.set(Some(too_long));
            None
        }
    };
    let press = move || match locked.get_untracked() {
        true => asked.update(|asked| *asked = !*asked),
        false => {
            conditions.set(String::new());
            problem.set(None);
            open.set(true);
        }
    };
    let asks_evidence = if what == Move::Release { Asks::No } else { Asks::Optional };
    view! {
        <Button kind locked label=label.clone() on_click=press>{word}</Button>
        <Confirm
            open act title=label.clone() sentence=sentence(what, gate, untrack(move || here.role())) verb=verb(what) kind=dialog_kind(what)
            keep="Decide later" reason=Asks::Required evidence=asks_evidence
            command=Callback::new(command) said=done(what, gate)
        >
            {(what == GO)
                .then(|| {
                    view! {
                        <TextField value=conditions label="Conditions" aside="optional" error=problem
                            hint="What must stay so for this go to hold. It is recorded, not enforced." />
                    }
                })}
        </Confirm>
    }
}

fn names(what: Move, gate: GateNumber) -> (&'static str, String) {
    match what {
        GO => ("Go…", format!("Go at gate {gate}")),
        NO_GO => ("No-go…", format!("No-go at gate {gate}")),
        Move::Decide(_) => ("Hold…", format!("Hold gate {gate}")),
        Move::Release => ("Release…", format!("Release gate {gate}")),
    }
}

fn verb(what: Move) -> &'static str {
    match what {
        GO => "Give the go",
        NO_GO => "Record no-go",
        Move::Decide(_) => "Hold",
        Move::Release => "Release",
    }
}

fn dialog_kind(what: Move) -> Kind {
    if what == NO_GO { Kind::Danger } else { Kind::Primary }
}

fn done(what: Move, gate: GateNumber) -> String {
    match what {
        GO => format!("Go at gate {gate} is in the ledger."),
        NO_GO => format!("No-go at gate {gate} is in the ledger."),
        Move::Decide(_) => format!("Gate {gate} is held."),
        Move::Release => format!("Your hold on gate {gate} is released."),
    }
}

fn sentence(what: Move, gate: GateNumber, role: Option<Role>) -> Sentence {
    let role = role.unwrap_or(Role::Viewer);
    Arc::new(move |held| match what {
        GO => words::go(&held.rollout, gate),
        NO_GO => words::no_go(&held.rollout, gate),
        Move::Decide(_) => words::hold(&held.rollout, gate, role),
        Move::Release => words::release(&held.rollout, gate, role),
    })
}

fn command(what: Move, gate: GateNumber, given: Given, conditions: Option<rollout::Text>) -> Option<Command> {
    let reason = given.reason?;
    Some(match what {
        Move::Decide(decision) => Command::Decide { gate, decision, reason, conditions, evidence: given.evidence },
        Move::Release => Command::Release { gate, reason },
    })
}
