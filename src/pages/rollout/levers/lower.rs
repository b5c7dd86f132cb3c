//! Lowering: always free for those who may, one dialog, one button. The reason may come after.

use super::{
    lever::Of,
    model::{lower_targets, unexplained},
    reach::lowered,
};
use crate::{
    api::Held,
    pages::rollout::{
        act::{Act, use_act},
        confirm::{Asks, Confirm, Given, Sentence},
        here::use_here,
        trouble::Trouble,
        undone::undone_words,
    },
    session::use_session,
    ui::{Button, Kind, Show, fresh_id},
};
use leptos::prelude::*;
use rollout::{Command, Exposure, FlagSlug, Role, Seq, time::DAY};
use std::sync::Arc;

/// What a lowering changes for whom, and what else it undoes.
pub fn sentence(held: &Held, flag: &FlagSlug, to: &Exposure) -> String {
    let rollout = &held.rollout;
    let (Some(body), Some(state)) = (rollout.plan().flag(flag), rollout.flags.get(flag)) else {
        return "The plan has no such flag any more.".into();
    };
    let command = Command::Lower { flag: flag.clone(), to: to.clone(), reason: None };
    let undone = undone_words(held, &command);
    format!("{}: {} → {to}. {}{undone}", body.name, state.wanted, lowered(&state.wanted, to, &rollout.environment))
}

/// The button, its dialog, and the question why, if nobody said.
#[component]
pub fn LowerPart(of: Of) -> impl IntoView {
    let here = use_here();
    let act = use_act();
    let (open, to) = (RwSignal::new(false), RwSignal::new(Exposure::OFF));
    let may = Memo::new(move |_| here.is_any(&Role::MAY_LOWER));
    let targets = Memo::new(move |_| lower_targets(&here.held(), &of.slug()));
    let several = Memo::new(move |_| targets.with(Vec::len) > 1);
    let name = of.name();
    let press = move || {
        to.set(Exposure::OFF);
        open.set(true);
    };
    let sentence: Sentence = Arc::new(move |held| sentence(held, &of.slug(), &to.get()));
    let command =
        move |given: Given| Some(Command::Lower { flag: of.slug(), to: to.get_untracked(), reason: given.reason });
    let data = of.flag.with_value(|flag| flag.data.clone());
    let label = format!("Lower {name}");
    view! {
        <Show when=move || may.get()>
            <SayWhy of />
            <Button label=label.clone() busy=act.busy on_click=press>"Lower…"</Button>
        </Show>
        <Show when=move || !open.get()><Trouble act /></Show>
        <Confirm open act title=format!("Lower {name}") sentence
            verb=Signal::derive(move || format!("Lower to {}", to.get())) keep="Change nothing" kind=Kind::Danger
            reason=Asks::Optional label="Reason, now or afterwards" command=Callback::new(command)
            said=format!("{name}: lowering asked for. {}", of.what_follows())>
            <Show when=move || several.get()><Targets targets to /></Show>
            {data.clone().map(|data| view! { <p class="sm s">{data}</p> })}
        </Confirm>
    }
}

/// How far down, where there is more than one notch below.
#[component]
fn Targets(targets: Memo<Vec<Exposure>>, to: RwSignal<Exposure>) -> impl IntoView {
    let group = fresh_id("target");
    view! {
        <fieldset>
            <legend class="sr">"How far down"</legend>
            <div class="choices">
                {move || targets.get().into_iter().map(|target| {
                    let (word, own) = (target.to_string(), target.clone());
                    view! {
                        <label>
                            <input type="radio" name=group.clone() prop:checked=move || to.get() == own
                                on:change=move |_| to.set(target.clone()) />
                            <b>{word}</b>
                        </label>
                    }
                }).collect_view()}
            </div>
        </fieldset>
    }
}

/// After a lowering without a reason: a note about that record.
#[component]
fn SayWhy(of: Of) -> impl IntoView {
    let (here, session) = (use_here(), use_session());
    let (act, open) = (use_act(), RwSignal::new(false));
    // A note does not show in the state: what was said on this page is not asked for again.
    let said = RwSignal::new(0 as Seq);
    let about = Memo::new(move |_| {
        let mark = unexplained(&here.held().rollout, &of.slug(), session.person())?;
        (mark.seq > said.get() && here.now().since(mark.time) < DAY).then_some(mark.seq)
    });
    view! {
        <Show when=move || about.get().is_some()>
            <Button kind=Kind::Quiet label=format!("Say why {} was lowered", of.name()) on_click=move || open.set(true)>
                "Say why…"
            </Button>
        </Show>
        <Note about=Signal::derive(move || about.get().unwrap_or(0)) open act said />
    }
}

/// The dialog of a note about a lowering.
#[component]
pub fn Note(
    #[prop(into)] about: Signal<Seq>,
    open: RwSignal<bool>,
    act: Act,
    /// The record about which a note was made last.
    said: RwSignal<Seq>,
) -> impl IntoView {
    let sentence: Sentence =
        Arc::new(move |_| format!("Your note stands in the ledger, about record {}.", about.get()));
    let command = move |given: Given| {
        Some(Command::Note { text: given.reason?, about: Some(about.get_untracked()), evidence: given.evidence })
    };
    let noted = Callback::new(move |()| said.set(about.get_untracked()));
    view! {
        <Confirm open act title="Say why it was lowered" sentence verb="Add the note" keep="Later" kind=Kind::Primary
            reason=Asks::Required evidence=Asks::Optional command=Callback::new(command) said="Noted." on_done=noted />
    }
}
