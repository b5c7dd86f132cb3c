//! The way to danger: one button, always in the same place, never more than two steps.

mod outcome;
mod preview;
mod scope;

use super::{
    act::{Act, use_act},
    by::Recorded,
    confirm::{Asks, Write, Writing},
    here::{Here, use_here},
    trouble::Trouble,
    undone,
};
use crate::{
    api::Held,
    ui::{Button, Dialog, Icon, Kind, Show},
};
use leptos::prelude::*;
use outcome::Outcomes;
use preview::Preview;
use rollout::{
    Command, FlagSlug, Role, Scope,
    decide::{Change, rollback_preview},
};
use scope::{Choice, Choices};

/// Does it change anything for anybody, or does it only send again what is so already?
fn changes(held: &Held, change: &Change) -> bool {
    held.rollout.flags.get(&change.flag).is_some_and(|state| {
        state.pending.is_some() || state.observed.is_some() || state.applied != change.to || state.wanted != change.to
    })
}

/// How many flags a rollback changes.
fn count(held: &Held, scope: &Scope) -> usize {
    rollback_preview(&held.rollout, scope).iter().filter(|change| changes(held, change)).count()
}

/// What a rollback changes for whom.
fn sentence(held: &Held, scope: &Scope) -> String {
    let rollout = &held.rollout;
    let all = rollback_preview(rollout, scope);
    let names: Vec<String> = all
        .iter()
        .filter(|change| changes(held, change))
        .filter_map(|change| Some(format!("{} goes to {}", rollout.plan().flag(&change.flag)?.name, change.to)))
        .collect();
    let undone = undone::words(all.iter().map(|change| &change.undone));
    match names.is_empty() {
        true => format!(
            "Nothing changes in {}: every flag of it is there already. It is sent all the same.{undone}",
            rollout.environment
        ),
        false => format!("In {}, {}.{undone}", rollout.environment, undone::and(&names)),
    }
}

/// What stands on the button.
fn verb(changed: usize, all: usize) -> String {
    match (changed, all) {
        (0, 1) => "Send again to 1 flag".into(),
        (0, all) => format!("Send again to {all} flags"),
        (1, _) => "Roll back 1 flag".into(),
        (n, _) => format!("Roll back {n} flags"),
    }
}

/// The emergency button and its dialog, for who may lower.
#[component]
pub fn RollBack() -> impl IntoView {
    let here = use_here();
    let open = RwSignal::new(false);
    let may = Memo::new(move |_| here.is_any(&Role::MAY_LOWER));
    view! {
        <Show when=move || may.get()>
            <Button kind=Kind::Emergency icon=Icon::Danger act="Roll back…" on_click=move || open.set(true)>"Roll back…"</Button>
            <RollBackDialog open />
        </Show>
    }
}

/// What the dialog holds while it is open.
#[derive(Clone, Copy)]
struct Rolling {
    here: Here,
    open: RwSignal<bool>,
    act: Act,
    writing: Writing,
    choice: Choice,
    /// The flags that were asked to go down, once that stands in the ledger.
    sent: RwSignal<Option<Vec<FlagSlug>>>,
}

impl Rolling {
    fn send(self) {
        if self.sent.with_untracked(Option::is_some) {
            return self.open.set(false);
        }
        let Some(given) = self.writing.read(Asks::Optional, Asks::No) else { return };
        let (scope, flags) = untrack(move || {
            let scope = self.choice.scope(self.here);
            let all = rollback_preview(&self.here.held().rollout, &scope);
            (scope, all.into_iter().map(|change| change.flag).collect())
        });
        let command = Command::Rollback { scope: scope.clone(), reason: given.reason };
        let stands = move || self.sent.set(Some(Vec::clone(&flags)));
        self.act.run(command, move |held| sentence(held, &scope), "Rollback asked for.", stands);
    }

    fn closed(self) {
        self.writing.clear();
        self.choice.clear();
        self.sent.set(None);
        if self.act.busy.try_get_untracked() == Some(false) {
            self.act.reset();
        }
    }
}

#[component]
fn RollBackDialog(open: RwSignal<bool>) -> impl IntoView {
    let here = use_here();
    let (act, writing, choice) = (use_act(), Writing::new(), Choice::new());
    let rolling = Rolling { here, open, act, writing, choice, sent: RwSignal::new(None) };
    let sent = Memo::new(move |_| rolling.sent.with(Option::is_some));
    let scope = Memo::new(move |_| choice.scope(here));
    let drawn = Memo::new(move |_| match rolling.sent.with(Option::is_some) {
        true => "The rollback stands in the ledger. Each flag shows when the backend has it.".to_owned(),
        false => scope.with(|scope| sentence(&here.held(), scope)),
    });
    let title = move || format!("Roll back in {}", here.held().rollout.environment);
    view! {
        <Dialog open title=Signal::derive(title) danger=true sentence=move || drawn on_submit=move || rolling.send()
            on_close=move || rolling.closed() footer=move || view! { <Buttons rolling scope /> }>
            <Show when=move || !sent.get() fallback=move || view! { <Outcomes flags=rolling.sent /> }>
                <Choices choice />
                <Preview scope />
                <Write writing reason=Asks::Optional label="Reason, now or afterwards" />
            </Show>
            <Trouble act />
        </Dialog>
    }
}

#[component]
fn Buttons(rolling: Rolling, scope: Memo<Scope>) -> impl IntoView {
    let Rolling { here, open, act, sent, .. } = rolling;
    let word = Memo::new(move |_| {
        let held = here.held();
        scope.with(|scope| verb(count(&held, scope), rollback_preview(&held.rollout, scope).len()))
    });
    view! {
        <Show when=move || sent.with(Option::is_none) fallback=move || view! {
            <Button kind=Kind::Primary autofocus=true on_click=move || open.set(false)>"Close"</Button>
        }>
            <Recorded />
            <Button autofocus=true on_click=move || open.set(false)>"Change nothing"</Button>
            <Button kind=Kind::Danger submit=true busy=act.busy>{word}</Button>
        </Show>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_button_counts_the_flags_that_change() {
        assert_eq!(verb(2, 5), "Roll back 2 flags");
        assert_eq!(verb(1, 5), "Roll back 1 flag");
        assert_eq!(verb(0, 5), "Send again to 5 flags");
        assert_eq!(verb(0, 1), "Send again to 1 flag");
    }
}
