//! One dialog for every act that a person confirms: a sentence, perhaps a reason and evidence, and one button.

use super::{
    act::Act,
    by::Recorded,
    evidence::{EvidenceFields, EvidenceRow, evidence},
    here::use_here,
    trouble::Trouble,
};
use crate::{
    api::Held,
    ui::{Button, Dialog, Icon, Kind, Show, TextField},
};
use leptos::prelude::*;
use rollout::{Command, Evidence, Text};
use std::{sync::Arc, time::Duration};
use web_sys::{HtmlElement, wasm_bindgen::JsCast};

/// What the person reads before deciding. When others were faster, it is asked again: only if it is still the same, word
/// for word, does the command go out without another look.
pub type Sentence = Arc<dyn Fn(&Held) -> String + Send + Sync>;

/// Whether something is asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Asks {
    /// No field.
    #[default]
    No,
    /// It may be left empty.
    Optional,
    /// The act does not go out without it.
    Required,
}

/// What a person wrote into the dialog.
#[derive(Debug, Clone, Default)]
pub struct Given {
    /// The reason or comment.
    pub reason: Option<Text>,
    /// The evidence.
    pub evidence: Vec<Evidence>,
}

/// A text field's value: nothing, or a text.
///
/// Errors: too long.
pub fn written(value: &str) -> Result<Option<Text>, String> {
    match Text::new(value) {
        Ok(text) => Ok(Some(text)),
        Err(rollout::text::NoText::Empty) => Ok(None),
        Err(problem) => Err(format!("It is too long: {problem}.")),
    }
}

/// What a person writes into a dialog: it outlives the dialog's contents, and starts afresh each time.
#[derive(Debug, Clone, Copy)]
pub struct Writing {
    /// The reason or comment.
    pub reason: RwSignal<String>,
    /// What is wrong with it.
    pub problem: RwSignal<Option<String>>,
    /// The evidence.
    pub rows: RwSignal<Vec<EvidenceRow>>,
    /// What is wrong with it.
    missing: RwSignal<Option<String>>,
}

impl Writing {
    /// Nothing yet.
    pub fn new() -> Self {
        Self {
            reason: RwSignal::default(),
            problem: RwSignal::new(None),
            rows: RwSignal::new(vec![]),
            missing: RwSignal::new(None),
        }
    }

    /// Forgets it all.
    pub fn clear(self) {
        self.reason.set(String::new());
        self.problem.set(None);
        self.rows.set(vec![]);
        self.missing.set(None);
    }

    /// What was written, if it will do; else the fields say what is missing.
    pub fn read(self, reason: Asks, shown: Asks) -> Option<Given> {
        let text = match written(&self.reason.get_untracked()) {
            Ok(None) if reason == Asks::Required => Err("Say why: it stands in the ledger.".to_owned()),
            text => text,
        };
        let rows = evidence(self.rows).and_then(|rows| match rows.is_empty() && shown == Asks::Required {
            true => Err("Evidence is needed: a title and a link.".to_owned()),
            false => Ok(rows),
        });
        self.problem.set(text.as_ref().err().cloned());
        self.missing.set(rows.as_ref().err().cloned());
        Some(Given { reason: text.ok()?, evidence: rows.ok()? })
    }
}

impl Default for Writing {
    fn default() -> Self {
        Self::new()
    }
}

/// The fields of a [`Writing`].
#[component]
pub fn Write(
    writing: Writing,
    reason: Asks,
    #[prop(into)] label: String,
    #[prop(optional)] evidence: Asks,
) -> impl IntoView {
    let aside = if reason == Asks::Required { "required" } else { "optional" };
    let error = Signal::derive(move || writing.problem.get());
    view! {
        {(reason != Asks::No)
            .then(|| view! { <TextField value=writing.reason label aside=aside.to_owned() error multiline=true /> })}
        {(evidence != Asks::No)
            .then(|| view! { <EvidenceFields rows=writing.rows required=evidence == Asks::Required /> })}
        <Show when=move || writing.missing.with(Option::is_some)>
            <div class="field" role="alert">
                <p class="error"><Icon name=Icon::Danger />{move || writing.missing.get()}</p>
            </div>
        </Show>
    }
}

/// Gives the focus to this element if nothing has it: a person at the keyboard must not begin at the top again.
fn land(anchor: String) {
    let focus = move || {
        let lost = document().active_element().is_none_or(|element| element.tag_name() == "BODY");
        let place = document().get_element_by_id(&anchor).filter(|_| lost);
        if let Some(Err(problem)) = place.and_then(|place| place.dyn_into::<HtmlElement>().ok()).map(|e| e.focus()) {
            leptos::logging::warn!("a place could not take the focus: {problem:?}");
        }
    };
    set_timeout(focus, Duration::from_millis(50));
}

/// The dialog.
#[component]
pub fn Confirm(
    open: RwSignal<bool>,
    /// Lives outside the dialog, so that what comes of it is told even when the dialog was closed meanwhile.
    act: Act,
    #[prop(into)] title: Signal<String>,
    sentence: Sentence,
    /// The verb on the button that does it.
    #[prop(into)]
    verb: Signal<String>,
    /// What the button says that leaves everything as it is.
    #[prop(into)]
    keep: Signal<String>,
    #[prop(optional)] kind: Kind,
    #[prop(optional)] reason: Asks,
    #[prop(default = "Reason".into(), into)] label: String,
    #[prop(optional)] evidence: Asks,
    /// The button is locked while this is true.
    #[prop(optional, into)]
    locked: MaybeProp<bool>,
    /// The id of what takes the focus when the opener is gone: what was to do has been done.
    #[prop(optional, into)]
    lands: String,
    /// Runs when it stands in the ledger.
    #[prop(optional, into)]
    on_done: Option<Callback<()>>,
    /// The command, of what was written. None: the contents say what is missing.
    command: Callback<Given, Option<Command>>,
    /// What the toast says when it stands in the ledger.
    #[prop(into)]
    said: String,
    #[prop(optional)] children: Option<ChildrenFn>,
) -> impl IntoView {
    let here = use_here();
    let writing = Writing::new();
    let (texts, children) = (StoredValue::new((sentence, label, said)), StoredValue::new(children));
    let drawn = Memo::new(move |_| texts.with_value(|(sentence, _, _)| sentence(&here.held())));
    let send = move || {
        let given = writing.read(reason, evidence).filter(|_| !locked.get_untracked().unwrap_or(false));
        let Some(command) = given.and_then(|given| command.run(given)) else { return };
        let (sentence, _, said) = texts.get_value();
        let done = move || {
            on_done.into_iter().for_each(|done| done.run(()));
            open.set(false);
        };
        act.run(command, move |held| untrack(|| sentence(held)), said, done);
    };
    let lands = StoredValue::new(lands);
    let closed = move || {
        lands.with_value(|anchor| land(anchor.clone()));
        writing.clear();
        if act.busy.try_get_untracked() == Some(false) {
            act.reset();
        }
    };
    let footer = move || view! { <Foot open act keep verb kind locked /> };
    view! {
        <Dialog open title danger=kind == Kind::Danger sentence=move || drawn on_submit=send on_close=closed footer>
            {children.with_value(|children| children.as_ref().map(|children| children()))}
            <Write writing reason evidence label=texts.with_value(|(_, label, _)| label.clone()) />
            <Trouble act />
        </Dialog>
    }
}

#[component]
fn Foot(
    open: RwSignal<bool>,
    act: Act,
    keep: Signal<String>,
    verb: Signal<String>,
    kind: Kind,
    locked: MaybeProp<bool>,
) -> impl IntoView {
    view! {
        <Recorded />
        <Button autofocus=true on_click=move || open.set(false)>{move || keep.get()}</Button>
        <Button kind submit=true busy=act.busy locked>{move || verb.get()}</Button>
    }
}
