//! Steps done outside the flag: attested by a person, with evidence, and taken back by one.

use super::{lever::Of, raise::KeyField};
use crate::{
    api::{
        Held,
        live::{Connection, use_live},
    },
    pages::rollout::{
        act::{Act, use_act},
        by::By,
        confirm::{Asks, Confirm, Given, Sentence},
        here::use_here,
        lock::{Lock, LockedBy},
        said::Said,
        trouble::Trouble,
        undone::undone_words,
    },
    ui::{Button, CommandLine, For, Icon, Kind, Show},
};
use leptos::prelude::*;
use rollout::{
    Command, FlagSlug, Role, StepSlug,
    plan::{AttestedAct, Phase, Step, StepAct},
    state::{StepDone, StepStatus},
    text::duration,
};
use std::sync::Arc;

/// The attested steps of a phase, each with the flag whose lever it stands on: the flag that the phase sets last before
/// it, else the first it sets after it; none in a phase that sets no flag.
fn attested(phase: &Phase) -> impl Iterator<Item = (Option<&FlagSlug>, &StepSlug)> {
    let flag = |step: &'_ Step| step.exposure().is_some();
    phase.steps.iter().enumerate().filter(move |(_, step)| !flag(step)).map(move |(index, step)| {
        let (before, after) = phase.steps.split_at(index);
        let set = before.iter().rev().find(|step| flag(step)).or_else(|| after.iter().find(|step| flag(step)));
        (set.and_then(Step::exposure).map(|(flag, _)| flag), &step.slug)
    })
}

/// The attested steps that stand on this flag's lever.
#[component]
pub fn Attests(of: Of) -> impl IntoView {
    let here = use_here();
    let steps = Memo::new(move |_| {
        let (plan, flag) = (here.plan(), of.slug());
        let attested = plan.phases.iter().flat_map(attested);
        attested.filter(|(of, _)| *of == Some(&flag)).map(|(_, slug)| slug.clone()).collect::<Vec<_>>()
    });
    view! { <List steps label=format!("Steps outside the flag {}", of.name()) lost=of.lost /> }
}

/// The attested steps of a phase that sets no flag.
#[component]
pub fn FlaglessSteps(phase: Signal<usize>) -> impl IntoView {
    let (here, live) = (use_here(), use_live());
    let lost = Memo::new(move |_| matches!(live.connection().get(), Connection::Lost { .. }));
    let steps = Memo::new(move |_| {
        let plan = here.plan();
        let attested = plan.phases.get(phase.get()).into_iter().flat_map(attested);
        attested.filter(|(of, _)| of.is_none()).map(|(_, slug)| slug.clone()).collect::<Vec<_>>()
    });
    view! { <List steps label="Steps of this phase, which sets no flag".to_owned() lost /> }
}

#[component]
fn List(steps: Memo<Vec<StepSlug>>, label: String, lost: Memo<bool>) -> impl IntoView {
    let label = StoredValue::new(label);
    view! {
        <Show when=move || steps.with(|steps| !steps.is_empty())>
            <ul class="checks dense why" aria-label=label.get_value()>
                <For each=move || steps.get() key=StepSlug::clone let(slug)>
                    <Attest slug lost />
                </For>
            </ul>
        </Show>
    }
}

fn seen(held: &Held, slug: &StepSlug) -> String {
    match held.rollout.steps.get(slug) {
        Some(done) => format!("done {}", done.asked.seq),
        None => "open".into(),
    }
}

#[component]
fn Attest(slug: StepSlug, lost: Memo<bool>) -> impl IntoView {
    let here = use_here();
    let plan = untrack(move || here.plan());
    let Some(step) = plan.step(&slug).map(|(_, _, step)| step.clone()) else { return ().into_any() };
    let StepAct::Attested(body) = step.act.clone() else { return ().into_any() };
    let roles = body.by.map_or_else(|| Role::MAY_ATTEST.to_vec(), |role| vec![role]);
    let who = roles.iter().map(|role| role.name()).collect::<Vec<_>>().join(" or ");
    let (text, slug) = (StoredValue::new(step.text.clone()), StoredValue::new(slug));
    let done = Memo::new(move |_| slug.with_value(|slug| here.held().rollout.steps.get(slug).cloned()));
    let may_attest = Memo::new(move |_| here.is_any(&roles));
    let may_take_back = Memo::new(move |_| here.is_any(&Role::MAY_LOWER));
    let shape = Signal::derive(move || if done.with(Option::is_some) { Icon::TaskMet } else { Icon::Task });
    let word = Signal::derive(move || Some(if done.with(Option::is_some) { "Attested" } else { "Open" }.to_owned()));
    let acts = Memo::new(move |_| if done.with(Option::is_some) { may_take_back.get() } else { may_attest.get() });
    let by_hand = step.by_hand.clone();
    let target = body.target_minutes.map(|minutes| format!(". It should take no more than {minutes} min"));
    let what = StoredValue::new((step, body));
    view! {
        <li class=move || if done.with(Option::is_some) { "met" } else { "open" }>
            <Icon name=shape label=word />
            <span>{text.get_value()} <small>{move || told(done.get(), &who, what.with_value(|(step, _)| soak(step)))} {target}</small></span>
            <Show when=move || acts.get()><Acts slug text what lost done /></Show>
            {by_hand.map(|command| view! { <div class="below"><CommandLine command /></div> })}
            {move || done.get().map(|done| view! { <div class="below"><Said words=done.asked.words /></div> })}
        </li>
    }
    .into_any()
}

fn soak(step: &Step) -> Option<Signal<String>> {
    let here = use_here();
    let step = step.clone();
    (step.soak() > 0).then(|| {
        Signal::derive(move || match here.held().rollout.step_status(&step, here.now()) {
            StepStatus::Soaking(soak) if soak.standing => {
                format!(". Soak stands still, {} to run", duration(soak.left_ms))
            }
            StepStatus::Soaking(soak) => format!(". Soak: {} to run", duration(soak.left_ms)),
            StepStatus::Done => ". Soak has run".into(),
            _ => format!(". Then {} of soak", duration(step.soak())),
        })
    })
}

fn told(done: Option<StepDone>, who: &str, soak: Option<Signal<String>>) -> AnyView {
    let soak = soak.map(|soak| view! { {move || soak.get()} });
    match done {
        Some(done) => view! { "Attested " <By actor=done.asked.by at=done.asked.time /> {soak} }.into_any(),
        None => view! { "Done outside the flag; " {who.to_owned()} " attests it" {soak} }.into_any(),
    }
}

/// One button attests and takes back, so the way back is where the way there was.
#[component]
fn Acts(
    slug: StoredValue<StepSlug>,
    text: StoredValue<String>,
    what: StoredValue<(Step, AttestedAct)>,
    lost: Memo<bool>,
    done: Memo<Option<StepDone>>,
) -> impl IntoView {
    let here = use_here();
    let act = use_act();
    let (attest, back) = (RwSignal::new(false), RwSignal::new(false));
    let is_done = move || done.with(Option::is_some);
    let destructive = what.with_value(|(_, body)| body.destructive);
    let confirm = destructive.then(|| slug.with_value(|slug| slug.as_str().to_owned()));
    let lock = Lock::of(move || {
        let evidence = rollout::Evidence::new("-", "https://-", None).into_iter().collect();
        let (step, confirm) = (slug.get_value(), confirm.clone());
        let command = Command::Attest { step, confirm, reason: None, conditions: None, evidence };
        if is_done() { vec![] } else { here.blockers(&command) }
    });
    let locked = Signal::derive(move || !is_done() && (lost.get() || lock.locked().get()));
    let verb = move || if is_done() { "Take back" } else { "Attest" };
    let press = move || match untrack(move || (is_done(), lost.get())) {
        (true, _) => back.set(true),
        (false, true) => act.problem.set(Some("Connection lost: attesting waits until it is back.".into())),
        (false, false) => lock.press(|| attest.set(true)),
    };
    view! {
        <div class="btns">
            <Button label=Signal::derive(move || Some(text.with_value(|text| format!("{} {text}", verb())))) locked
                busy=act.busy on_click=press>
                {move || format!("{}…", verb())}
            </Button>
        </div>
        <LockedBy lock />
        <Show when=move || !attest.get() && !back.get()><Trouble act /></Show>
        <AttestDialog slug text what lost act open=attest />
        <TakeBack slug text act open=back />
    }
}

#[component]
fn AttestDialog(
    slug: StoredValue<StepSlug>,
    text: StoredValue<String>,
    what: StoredValue<(Step, AttestedAct)>,
    lost: Memo<bool>,
    act: Act,
    open: RwSignal<bool>,
) -> impl IntoView {
    let typed = RwSignal::new(String::new());
    Effect::new(move |_| {
        if open.get() {
            typed.set(String::new())
        }
    });
    let AttestedAct { target_minutes, destructive, .. } = what.with_value(|(_, body)| body.clone());
    let key = slug.with_value(|slug| slug.as_str().to_owned());
    let right = {
        let key = key.clone();
        move || !destructive || typed.with(|typed| typed.trim() == key)
    };
    let sentence: Sentence = Arc::new(move |held| {
        let done = slug.with_value(|slug| seen(held, slug));
        let state = if done == "open" { "You attest that this is done" } else { "It is attested already" };
        format!("{state}: {}.", text.get_value())
    });
    let command = move |given: Given| {
        let Given { reason, evidence } = given;
        let confirm = destructive.then(|| typed.get_untracked().trim().to_owned());
        Some(Command::Attest { step: slug.get_value(), confirm, reason, conditions: None, evidence })
    };
    let after = what.with_value(|(step, _)| step.soak());
    view! {
        <Confirm open act title=text.with_value(|text| format!("Attest: {text}")) sentence verb="Attest"
            keep="Not yet" kind=Kind::Primary reason=Asks::Optional label="Comment" evidence=Asks::Required
            locked=Signal::derive(move || !right() || lost.get()) command=Callback::new(command) said="Attested.">
            <dl class="dl">
                {target_minutes.map(|minutes| view! { <dt>"Target"</dt><dd>{format!("done within {minutes} min")}</dd> })}
                {(after > 0).then(|| view! { <dt>"After it"</dt><dd>{format!("{} of soak start at once", duration(after))}</dd> })}
                <dt>"Way back"</dt>
                <dd>{if destructive { "None outside Signalbox: this cannot be undone" } else { "Take back, at any time" }}</dd>
            </dl>
            {destructive.then(|| view! { <KeyField key=key.clone() typed what="It cannot be undone. Type" /> })}
        </Confirm>
    }
}

#[component]
fn TakeBack(slug: StoredValue<StepSlug>, text: StoredValue<String>, act: Act, open: RwSignal<bool>) -> impl IntoView {
    let sentence: Sentence = Arc::new(move |held| {
        let undone = undone_words(held, &Command::Unattest { step: slug.get_value(), reason: None });
        format!("This no longer counts as done: {}.{undone}", text.get_value())
    });
    let command = move |given: Given| Some(Command::Unattest { step: slug.get_value(), reason: given.reason });
    view! {
        <Confirm open act title=text.with_value(|text| format!("Take back: {text}")) sentence verb="Take back"
            keep="Leave it attested" kind=Kind::Danger reason=Asks::Optional command=Callback::new(command)
            said="Taken back." />
    }
}
