//! One lever: the flag's names, its quadrant, what is under way, what locks it, and who last moved it.

use super::{
    attest::Attests,
    by_hand::ByHand,
    lower::LowerPart,
    model::{engineer, next_step, notches, raise, standing_at},
    past_rules::BreakPart,
    quadrant::Quadrant,
    raise::RaisePart,
    strange::Strange,
    waits::WaitsForPerson,
};
use crate::{
    api::live::{Connection, use_live},
    pages::rollout::{
        blockers::Blockers,
        by::{At, By},
        here::use_here,
        said::Said,
    },
    paths,
    ui::{Icon, Lamp, Show, Tone, fresh_id},
};
use leptos::prelude::*;
use rollout::{Blocker, FlagSlug, Place, Role, StepSlug, event::FailureCause, plan::Flag, state::FlagState};
use web_sys::{FocusEvent, Node, wasm_bindgen::JsCast};

/// What the parts of a lever have in common.
#[derive(Clone, Copy)]
pub struct Of {
    /// The flag.
    pub flag: StoredValue<Flag>,
    /// Its state, followed.
    pub state: Memo<Option<FlagState>>,
    /// Its next step; none if it is at its last.
    pub next: Memo<Option<StepSlug>>,
    /// What locks the next step, whoever looks.
    pub blockers: Memo<Vec<Blocker>>,
    /// The connection is lost: raising waits for it.
    pub lost: Memo<bool>,
    /// Somebody asks what locks it: by the pointer or the focus, or for good by a press.
    pub asked: RwSignal<bool>,
    /// See `asked`.
    pub pinned: RwSignal<bool>,
}

impl Of {
    /// The flag's name on screen.
    pub fn name(self) -> String {
        self.flag.with_value(|flag| flag.name.clone())
    }

    /// The flag.
    pub fn slug(self) -> FlagSlug {
        self.flag.with_value(|flag| flag.slug.clone())
    }

    /// What a toast says of the way from asked for to done.
    pub fn what_follows(self) -> &'static str {
        match self.flag.with_value(|flag| flag.manual().is_some()) {
            true => "A person carries it out: the lever says how.",
            false => "The lever shows when the backend has it.",
        }
    }

    /// The next step cannot be taken now.
    pub fn is_locked(self) -> bool {
        self.lost.get() || self.blockers.with(|blockers| !blockers.is_empty())
    }
}

fn of(flag: Flag) -> Of {
    let (here, live) = (use_here(), use_live());
    let flag = StoredValue::new(flag);
    let slug = move || flag.with_value(|flag| flag.slug.clone());
    let state = Memo::new(move |_| here.held().rollout.flags.get(&slug()).cloned());
    let next = Memo::new(move |_| next_step(&here.held().rollout, &slug()).map(|(_, step)| step.slug.clone()));
    let blockers = Memo::new(move |_| {
        let held = here.held();
        let command = next.get().and_then(|step| raise(held.rollout.plan(), &step));
        command.map(|command| held.locks(&command, engineer(), here.now())).unwrap_or(vec![])
    });
    let lost = Memo::new(move |_| !here.stands_still() && matches!(live.connection().get(), Connection::Lost { .. }));
    Of { flag, state, next, blockers, lost, asked: RwSignal::new(false), pinned: RwSignal::new(false) }
}

/// The lever.
#[component]
pub fn Lever(number: usize, flag: FlagSlug, phase: Signal<usize>) -> impl IntoView {
    let here = use_here();
    let plan = untrack(move || here.plan());
    let Some(body) = plan.flag(&flag).cloned() else { return ().into_any() };
    let of = of(body);
    let whole = Memo::new(move |_| {
        let sets =
            here.plan().phases[phase.get()].steps.iter().any(|s| s.exposure().is_some_and(|(f, _)| *f == of.slug()));
        sets || here.is_any(&[Role::Engineer]) || of.state.with(|state| !state.as_ref().is_some_and(at_rest))
    });
    let heading = fresh_id("lever");
    let focus_left = move |event: FocusEvent| {
        if !stays_inside(&event) {
            of.asked.set(false);
        }
    };
    view! {
        <article class="lever" class:compact=move || !whole.get() id=paths::anchor(&Place::Flag(flag)) tabindex="-1"
            aria-labelledby=heading.clone() on:pointerleave=move |_| of.asked.set(false) on:focusout=focus_left>
            <span class="plate" aria-hidden="true">{number}</span>
            <Names of heading=heading.clone() />
            <Show when=move || whole.get() fallback=move || view! { <Rest of /> }>
                <div class="acts"><LowerPart of /><RaisePart of /><BreakPart of /></div>
                <Quadrant name=of.name() locked=Signal::derive(move || of.is_locked())
                    notches=Signal::derive(move || notches(&here.held().rollout, &of.slug())) />
                <Pending of />
                <WaitsForPerson of />
                <Strange of />
                <Attests of />
                <ByHand of />
                <LastMoved of />
            </Show>
            <Why of />
        </article>
    }
    .into_any()
}

/// Does the focus go from one part of the element to another?
fn stays_inside(event: &FocusEvent) -> bool {
    let node = |target: Option<web_sys::EventTarget>| target.and_then(|target| target.dyn_into::<Node>().ok());
    let to = node(event.related_target());
    node(event.current_target()).is_some_and(|lever| lever.contains(to.as_ref()))
}

/// Off, and nothing under way.
fn at_rest(state: &FlagState) -> bool {
    standing_at(state).is_off() && state.pending.is_none() && state.observed.is_none()
}

#[component]
fn Names(of: Of, heading: String) -> impl IntoView {
    let flag = of.flag.get_value();
    let open = flag.fails_open().then(|| format!("Fails open: {} if its override is lost", flag.code_default));
    view! {
        <div>
            <h4 class="name" id=heading>{flag.name}</h4>
            <p class="keys">
                <span class="key">{flag.key}</span>
                {flag.alias.map(|alias| view! { <span class="key">{alias}</span> })}
                {flag.variable.map(|variable| view! { <span class="key">{variable}</span> })}
                {open.map(|open| view! { <span>{open}</span> })}
            </p>
        </div>
    }
}

/// A compact lever's exposure.
#[component]
fn Rest(of: Of) -> impl IntoView {
    let word = move || of.state.with(|state| state.as_ref().map_or("unknown".into(), |s| standing_at(s).to_string()));
    view! { <span class="word"><Lamp tone=Tone::Off word=Signal::derive(word) /></span> }
}

/// Asked for and not read back yet.
#[component]
fn Pending(of: Of) -> impl IntoView {
    let is_manual = of.flag.with_value(|flag| flag.manual().is_some());
    let pending = Memo::new(move |_| {
        if is_manual {
            return None;
        }
        of.state.with(|state| {
            state.as_ref().and_then(|s| {
                s.pending.clone().map(|p| (s.wanted.clone(), p.put_back.clone().or(s.last_by.clone()), p))
            })
        })
    });
    move || {
        pending.get().map(|(wanted, by, pending)| {
            let by = by.map(|mark| view! { "by " <crate::pages::rollout::by::Name actor=mark.by within=true /> ", " });
            let failure = pending.failure.map(|cause| view! { ". " <b class="strong">{failure(cause)}</b> });
            view! {
                <p class="why" role="status">
                    <Lamp tone=Tone::Caution icon=Icon::Soak word=format!("On its way: {wanted}") />
                    <span class="s">" Asked for " {by} <At at=pending.since /> "; the backend has not confirmed it yet" {failure} "."</span>
                </p>
            }
        })
    }
}

/// Why a delivery has not got through, in words.
pub fn failure(cause: FailureCause) -> &'static str {
    match cause {
        FailureCause::Unreachable => "The backend does not answer; it is tried again",
        FailureCause::FlagMissing => "The backend does not know the flag: create it there; it is tried again",
        FailureCause::Refused => "The backend refused it: look at its permissions; it is tried again",
        FailureCause::ReadBackDiffers => "The backend took it, but reads back something else; it is tried again",
    }
}

/// Who moved it last, and since when the backend is known to have it.
#[component]
fn LastMoved(of: Of) -> impl IntoView {
    let last = Memo::new(move |_| {
        of.state.with(|state| state.as_ref().map(|state| (state.last_by.clone(), state.applied_at)))
    });
    move || {
        let (mark, applied) = last.get()?;
        let mark = mark?;
        let applied = applied.filter(|at| *at >= mark.time).map(|at| view! { ". Read back " <At at /> });
        Some(view! {
            <div class="why">
                <p class="sm q">"Last moved " <By actor=mark.by at=mark.time /> {applied}</p>
                <Said words=mark.words />
            </div>
        })
    }
}

/// What locks the next notch; nothing is left to lock when the lever is at its last.
#[component]
fn Why(of: Of) -> impl IntoView {
    let count = Memo::new(move |_| of.blockers.with(Vec::len) + usize::from(of.lost.get()));
    let locked = Memo::new(move |_| count.get() > 0);
    let shown = Memo::new(move |_| locked.get() && (of.asked.get() || of.pinned.get()));
    let words = move || if shown.get() { "Hide what locks it" } else { "Show what locks it" };
    let free = move || !locked.get() && of.next.with(Option::is_some);
    view! {
        <Show when=move || locked.get()>
            <div class="why">
                <button type="button" class="whybtn" aria-expanded=move || shown.get().to_string()
                    aria-label=move || format!("Locked by {}. {}", count.get(), words())
                    on:click=move |_| of.pinned.set(!shown.get_untracked())>
                    <Icon name=Icon::Tri />{move || format!("Locked by {}", count.get())}
                </button>
                <Show when=move || shown.get()>
                    <Show when=move || of.lost.get()>
                        <p class="sm strong">"Connection lost: raising waits until it is back. Lowering may be tried."</p>
                    </Show>
                    <Blockers blockers=of.blockers />
                </Show>
            </div>
        </Show>
        <Show when=free>
            <p class="why"><Lamp tone=Tone::Clear icon=Icon::Free word="Free" /></p>
        </Show>
    }
}
