//! Signing a slot: exactly what is signed, and what the signature means. Objecting and withdrawing.

mod go;
mod scope;
mod since;

use super::{
    act::{Act, use_act},
    confirm::{Asks, Confirm, Given, Sentence, Write, Writing, written},
    here::use_here,
    trouble::Trouble,
};
use crate::{
    api::Held,
    ui::{Button, Dialog, Kind, Show, TextField},
};
use go::{GoPart, START, goes_with};
use leptos::prelude::*;
use rollout::{
    Command, Decision, LineSlug, Text,
    plan::{LineKind, Meaning},
};
use scope::Scope;
use since::Since;
use std::sync::Arc;

/// What a signature says, in one sentence. It names the scope, so that a changed text is another sentence.
pub fn sentence(held: &Held, slug: &LineSlug) -> String {
    let plan = held.rollout.plan();
    let Some(LineKind::Slot(slot)) = plan.line(slug).map(|line| line.kind) else {
        return "The plan has no such slot any more.".into();
    };
    let verb = match slot.meaning {
        Meaning::Approved => "You approve",
        Meaning::Reviewed => "You have reviewed",
        Meaning::AdviceRecorded => "Your advice stands beside",
    };
    let scope = plan.scope_digest(slug).map(|digest| digest.to_string()).unwrap_or_default();
    format!("{verb}: {} (scope {}).", slot.text, super::fingerprint::short(&scope))
}

/// What the dialog holds while it is open.
#[derive(Clone, Copy)]
struct Signing {
    slug: StoredValue<LineSlug>,
    open: RwSignal<bool>,
    sign: Act,
    go: Act,
    writing: Writing,
    conditions: RwSignal<String>,
    /// It stands in the ledger, and the go does not yet.
    signed: RwSignal<bool>,
}

impl Signing {
    fn text(self) -> String {
        let here = use_here();
        untrack(move || here.plan())
            .line(&self.slug.get_value())
            .map(|line| line.kind.text().to_owned())
            .unwrap_or_default()
    }

    /// The command, if what was written will do.
    fn command(self, reason: Asks) -> Option<Command> {
        let given = self.writing.read(reason, Asks::Optional)?;
        let conditions = match written(&self.conditions.get_untracked()) {
            Ok(conditions) => conditions,
            Err(problem) => {
                self.writing.problem.set(Some(format!("The conditions: {problem}")));
                return None;
            }
        };
        let Given { reason, evidence } = given;
        Some(Command::Sign { slot: self.slug.get_value(), reason, conditions, evidence })
    }

    fn run(self, reason: Asks, done: impl Fn() + Clone + Send + Sync + 'static) {
        let Some(command) = self.command(reason) else { return };
        let slug = self.slug.get_value();
        self.sign.run(command, move |held| sentence(held, &slug), "Signed.", done);
    }

    fn sign(self) {
        self.run(Asks::Optional, move || self.open.set(false));
    }

    /// Two commands, the second only once the first stands.
    fn sign_and_go(self) {
        self.run(Asks::Required, move || {
            self.signed.set(true);
            self.give_go();
        });
    }

    fn give_go(self) {
        let Ok(reason) = Text::new(&self.writing.reason.get_untracked()) else {
            return self.writing.problem.set(Some("A go needs a reason: it stands in the ledger.".into()));
        };
        let command =
            Command::Decide { gate: START, decision: Decision::Go, reason, conditions: None, evidence: vec![] };
        let told = |held: &Held| format!("Go at gate 1. {:?}", held.rollout.aspect(START));
        self.go.run(command, told, "Go at gate 1.", move || self.open.set(false));
    }

    fn closed(self) {
        self.writing.clear();
        self.conditions.set(String::new());
        self.signed.set(false);
        for act in [self.sign, self.go] {
            if act.busy.try_get_untracked() == Some(false) {
                act.reset();
            }
        }
    }
}

/// The dialog that signs.
#[component]
pub fn Sign(slug: StoredValue<LineSlug>, open: RwSignal<bool>, object: RwSignal<bool>) -> impl IntoView {
    let here = use_here();
    let (sign, go) = (use_act(), use_act());
    let (writing, conditions, signed) = (Writing::new(), RwSignal::default(), RwSignal::new(false));
    let signing = Signing { slug, open, sign, go, writing, conditions, signed };
    let text = signing.text();
    let drawn = Memo::new(move |_| slug.with_value(|slug| sentence(&here.held(), slug)));
    let may_go = Memo::new(move |_| goes_with(&here.held(), &slug.get_value(), &here.roles()));
    let label = move || if may_go.get_untracked() { "Comment, and the reason of a go" } else { "Comment" };
    let footer = move || view! { <Buttons signing object may_go /> };
    view! {
        <Dialog open title=format!("Sign: {text}") sentence=move || drawn footer
            on_submit=move || if !signed.get_untracked() { signing.sign() } else { signing.give_go() }
            on_close=move || signing.closed()>
            <Show when=move || !signed.get() fallback=move || view! {
                <p role="status">"Your signature stands in the ledger. The go at gate 1 is not given yet."</p>
            }>
                <Scope slug=slug.get_value() />
                <Since slug=slug.get_value() />
            </Show>
            <Write writing reason=Asks::Optional label=label() evidence=Asks::Optional />
            <TextField value=conditions label="Conditions" aside="optional" />
            <Show when=move || may_go.get() && !signed.get()><GoPart slug /></Show>
            <Trouble act=sign />
            <Trouble act=go />
        </Dialog>
    }
}

#[component]
fn Buttons(signing: Signing, object: RwSignal<bool>, may_go: Memo<bool>) -> impl IntoView {
    let Signing { open, signed, .. } = signing;
    let lock = go::lock(signing.slug);
    let object_instead = move || {
        open.set(false);
        object.set(true);
    };
    view! {
        <Button autofocus=true on_click=move || open.set(false)>
            {move || if signed.get() { "Close" } else { "Not now" }}
        </Button>
        <Show when=move || !signed.get() fallback=move || view! {
            <Button kind=Kind::Primary submit=true busy=signing.go.busy>"Go at gate 1"</Button>
        }>
            <Button on_click=object_instead>"Object…"</Button>
            <Show when=move || may_go.get()>
                <Button locked=lock.locked() busy=signing.go.busy on_click=move || lock.press(|| signing.sign_and_go())>
                    "Sign and go"
                </Button>
            </Show>
            <Button kind=Kind::Primary submit=true busy=signing.sign.busy>"Sign"</Button>
        </Show>
    }
}

/// The dialog that objects: the reason is required, it is what others have to answer.
#[component]
pub fn Object(slug: StoredValue<LineSlug>, text: StoredValue<String>, open: RwSignal<bool>, act: Act) -> impl IntoView {
    let sentence: Sentence = Arc::new(move |_| {
        let text = text.get_value();
        format!("You object to: {text}. Raising and go are locked by it until you withdraw it or it is signed.")
    });
    let command = move |given: Given| {
        Some(Command::Object { slot: slug.get_value(), reason: given.reason?, evidence: given.evidence })
    };
    view! {
        <Confirm open act title=text.with_value(|text| format!("Object to: {text}")) sentence verb="Object"
            keep="Do not object" kind=Kind::Primary reason=Asks::Required evidence=Asks::Optional
            command=Callback::new(command) said="Objection recorded." />
    }
}

/// The dialog that takes back one's own signature or objection.
#[component]
pub fn Withdraw(
    slug: StoredValue<LineSlug>,
    text: StoredValue<String>,
    /// What others objected is taken back, not one's own.
    others: Memo<bool>,
    open: RwSignal<bool>,
    act: Act,
) -> impl IntoView {
    let sentence: Sentence = Arc::new(move |_| {
        let what = if others.get_untracked() { "What others objected" } else { "What you signed or objected" };
        format!("{what} no longer counts: {}.", text.get_value())
    });
    let command = move |given: Given| Some(Command::Withdraw { slot: slug.get_value(), reason: given.reason });
    view! {
        <Confirm open act title=text.with_value(|text| format!("Withdraw from: {text}")) sentence verb="Withdraw"
            keep="Leave it" kind=Kind::Primary reason=Asks::Optional command=Callback::new(command) said="Withdrawn." />
    }
}
