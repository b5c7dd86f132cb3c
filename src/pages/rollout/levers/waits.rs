//! What waits for a person: the instruction, and the word that it was carried out.

use super::lever::Of;
use crate::{
    pages::rollout::{
        act::{Act, use_act},
        by::{At, By, Name},
        confirm::{Asks, Confirm, Given, Sentence},
        here::use_here,
        said::Said,
        trouble::Trouble,
    },
    paths,
    ui::{Button, CommandLine, Icon, Kind, Lamp, Show, Tone},
};
use leptos::prelude::*;
use rollout::{
    CancelCause, Command, Exposure, Place, Role, Text,
    event::FailureCause,
    plan::{ByHand, Flag},
    state::{FlagState, Mark, Pending},
};
use std::sync::Arc;

/// What a person is asked for.
#[derive(Debug, Clone, PartialEq)]
struct Asked {
    to: Exposure,
    pending: Pending,
    by: Option<Mark>,
}

impl Asked {
    fn of(state: &FlagState) -> Option<Self> {
        let pending = state.pending.clone()?;
        let by = pending.put_back.clone().or_else(|| state.last_by.clone()).filter(|_| pending.recalled.is_none());
        Some(Self { to: state.wanted.clone(), pending, by })
    }

    /// Nobody has said that it is done, or what was said is not so.
    fn is_open(&self) -> bool {
        self.pending.moved.is_none() || self.pending.failure.is_some()
    }

    fn movers(&self) -> &'static [Role] {
        if self.pending.is_upward() { &Role::MAY_RAISE } else { &Role::MAY_LOWER }
    }
}

/// What may be said of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Word {
    Done,
    NotDone,
    Undone,
}

impl Word {
    fn button(self) -> &'static str {
        match self {
            Self::Done => "I have done it…",
            Self::NotDone => "Not done…",
            Self::Undone => "Undone…",
        }
    }

    fn verb(self) -> &'static str {
        match self {
            Self::Done => "Say that it is done",
            Self::NotDone => "Say that it was not done",
            Self::Undone => "Say that it was undone",
        }
    }

    fn sentence(self, flag: &Flag, to: &Exposure) -> String {
        match self {
            Self::Done => format!("You say that you have set {} to {to}.", flag.key),
            Self::NotDone => format!("You say that nobody has raised {}: it is {to}, as it was before.", flag.key),
            Self::Undone => format!("You say that {} was raised, and is {to} again.", flag.key),
        }
    }

    /// What stands in the ledger if nothing else is written.
    fn reason(self) -> Option<Text> {
        let words = match self {
            Self::Done => return None,
            Self::NotDone => "It was not done.",
            Self::Undone => "It was undone.",
        };
        Text::new(words).ok()
    }
}

/// Why what a person said does not count yet.
pub fn unverified(cause: FailureCause) -> &'static str {
    match cause {
        FailureCause::Unreachable => "What can tell does not answer; it is asked again",
        FailureCause::FlagMissing => "What can tell does not know the flag; it is asked again",
        FailureCause::Refused => "What can tell gives no clear answer; it is asked again",
        FailureCause::ReadBackDiffers => "It is something else by its own account; it is asked again",
    }
}

/// Stands on the lever of a flag that only a person can move, while something is asked for.
#[component]
pub fn WaitsForPerson(of: Of) -> impl IntoView {
    let asked = Memo::new(move |_| of.state.with(|state| state.as_ref().and_then(Asked::of)));
    // A dialog stays open while what it is about is told anew.
    let about = Memo::new(move |_| asked.with(|asked| asked.as_ref().map(|asked| asked.pending.want)));
    let act = use_act();
    of.flag.with_value(|flag| flag.manual().cloned()).map(|by_hand| {
        let by_hand = StoredValue::new(by_hand);
        let waiting = move || {
            about.get()?;
            let first = asked.get_untracked()?;
            Some(view! { <Waiting of asked first by_hand=by_hand.get_value() act /> })
        };
        view! { {waiting} }
    })
}

#[component]
fn Waiting(of: Of, asked: Memo<Option<Asked>>, first: Asked, by_hand: ByHand, act: Act) -> impl IntoView {
    let here = use_here();
    let is_open = Memo::new(move |_| asked.with(|asked| asked.as_ref().is_some_and(Asked::is_open)));
    let movers = first.movers();
    let may = Memo::new(move |_| is_open.get() && here.is_any(movers));
    let who = movers.iter().map(|role| role.name()).collect::<Vec<_>>().join(" or ");
    let who = match first.pending.recalled {
        Some(_) => format!("{who} looks, turns it off by hand if it is on, and says here which it was:"),
        None => format!("{who} carries this out by hand, and then says so here:"),
    };
    let instruction = StoredValue::new(by_hand.instruction(&first.to).to_owned());
    let words: &[Word] = if first.pending.recalled.is_some() { &[Word::NotDone, Word::Undone] } else { &[Word::Done] };
    let lamp = format!("Waits for a person: {}", first.to);
    let first = StoredValue::new(first);
    let said = move |word: &Word| view! { <Say of first word=*word act /> };
    view! {
        <div class="why" role="group" aria-label=format!("{} waits for a person", of.name())>
            <p role="status">
                <Lamp tone=Tone::Caution icon=Icon::Soak word=lamp />
                <span class="s">" "{first.with_value(told)}</span>
            </p>
            <Show when=move || is_open.get()>
                <p class="sm">{who.clone()}</p>
                <CommandLine command=instruction.get_value() />
            </Show>
            <Verification asked target=by_hand.verify.unwrap_or_default() />
            <Show when=move || may.get()>
                <div class="btns">{words.iter().map(said).collect_view()}</div>
            </Show>
            <Trouble act />
        </div>
    }
}

/// Who asked for it, or what became of it.
fn told(asked: &Asked) -> AnyView {
    let since = asked.pending.since;
    match (asked.pending.recalled, asked.by.clone()) {
        (Some(cause), _) => {
            let why = match cause {
                CancelCause::NoLongerClear => "it was no longer clear",
                CancelCause::WaitedTooLong => "nobody carried it out in time",
            };
            view! {
                "The raise was cancelled " <At at=since /> {format!(": {why}. Perhaps somebody has carried it out all the \
                same: until a person tells, it counts as raised.")}
            }
            .into_any()
        }
        (None, Some(mark)) => {
            view! { "Asked for by " <Name actor=mark.by within=true /> ", " <At at=since /> "." }.into_any()
        }
        (None, None) => view! { "Asked for " <At at=since /> "." }.into_any(),
    }
}

/// What a person said, while it is compared with what the flag is by its own account.
#[component]
fn Verification(asked: Memo<Option<Asked>>, target: String) -> impl IntoView {
    let said = Memo::new(move |_| asked.with(|asked| asked.as_ref().and_then(|asked| asked.pending.moved.clone())));
    let failure = Memo::new(move |_| asked.with(|asked| asked.as_ref().and_then(|asked| asked.pending.failure)));
    let target = StoredValue::new(target);
    move || {
        said.get().map(|mark| {
            let asks = move || match failure.get() {
                Some(cause) => format!(". {}", unverified(cause)),
                None => format!(". The gateway asks {} whether it is so", target.get_value()),
            };
            view! {
                <p class="sm">"Said to be done " <By actor=mark.by at=mark.time /> {asks} "."</p>
                <Said words=mark.words />
            }
        })
    }
}

#[component]
fn Say(of: Of, first: StoredValue<Asked>, word: Word, act: Act) -> impl IntoView {
    let open = RwSignal::new(false);
    let flag = of.flag.get_value();
    let (to, want, upward) =
        first.with_value(|asked| (asked.to.clone(), asked.pending.want, asked.pending.is_upward()));
    let words = word.sentence(&flag, &to);
    // If something else is wanted meanwhile, that is another sentence.
    let sentence: Sentence = Arc::new(move |held| {
        let state = held.rollout.flags.get(&of.slug());
        match state.and_then(|state| state.pending.as_ref()).is_some_and(|pending| pending.want == want) {
            true => words.clone(),
            false => "Something else was asked for meanwhile.".to_owned(),
        }
    });
    let command = move |given: Given| {
        let reason = given.reason.or_else(|| word.reason());
        Some(Command::Moved { flag: of.slug(), want, reason, evidence: given.evidence })
    };
    let evidence = if upward { Asks::Required } else { Asks::Optional };
    let kind = if upward { Kind::Primary } else { Kind::Danger };
    let label = format!("{} {}", word.button().trim_end_matches('…'), flag.name);
    view! {
        <Button kind=if word == Word::Done { Kind::Primary } else { Kind::Quiet } label=label busy=act.busy
            on_click=move || open.set(true)>{word.button()}</Button>
        <Confirm open act title=format!("{}: {}", flag.name, to) lands=paths::anchor(&Place::Flag(flag.slug.clone()))
            sentence verb=word.verb() keep="Not yet" kind reason=Asks::Optional label="Comment" evidence
            command=Callback::new(command) said="It stands in the ledger." />
    }
}
