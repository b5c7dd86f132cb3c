//! One section of the line: its signal, its name, its track.

use super::{
    model::{GateMark, Part, Section, Stretch},
    words,
};
use crate::{
    pages::rollout::{gate::signal_of, here::use_here, place::PlaceLink},
    ui::{AspectWord, Face, Semaphore, When},
};
use leptos::prelude::*;
use rollout::Place;

/// A phase behind its entry gate. A click anywhere on it leads to the phase.
#[component]
pub fn SectionView(
    phase: usize,
    section: Memo<Option<Section>>,
    /// Its parts are on screen below.
    #[prop(into)]
    chosen: Signal<bool>,
    /// It is the one we are in.
    #[prop(into)]
    current: Signal<bool>,
) -> impl IntoView {
    let here = use_here();
    let name = Memo::new(move |_| here.plan().phases.get(phase).map(|phase| phase.name.clone()));
    let place = Memo::new(move |_| match here.plan().phases.get(phase) {
        Some(phase) => Place::Phase(phase.slug.clone()),
        None => Place::Plan,
    });
    let note = Memo::new(move |_| {
        section.with(|section| section.as_ref().map(|section| words::note(&here.held().rollout, section, here.now())))
    });
    let mark = Memo::new(move |_| section.with(|section| section.as_ref().map(|section| section.entry.clone())));
    let aspect = Signal::derive(move || {
        signal_of(mark.with(|mark| mark.as_ref().map_or(rollout::Aspect::Idle, |mark| mark.aspect)))
    });
    view! {
        <li class="section" class:chosen=chosen aria-current=move || current.get().then_some("step")>
            <Semaphore aspect />
            <div class="gate">
                <b>{format!("Gate {}", phase + 1)}</b>
                " "
                <AspectWord aspect />
                {move || mark.get().map(|mark| view! { <GateText mark=Memo::new(move |_| mark.clone()) /> })}
            </div>
            <h3 class="name">
                <PlaceLink place row=true><i>{phase + 1}</i>{name}</PlaceLink>
                <small>{note}</small>
            </h3>
            <Track section />
        </li>
    }
}

/// When the gate was or is to be passed, and who is waited for.
#[component]
pub fn GateText(mark: Memo<GateMark>) -> impl IntoView {
    let here = use_here();
    let now = here.clock.now();
    let date = move |at: i64| view! { <When at=at now face=Face::Date /> };
    let times = move || {
        let mark = mark.get();
        let planned = mark.planned.map(|planned| planned.millis());
        let late = mark.late.map(|late| format!(", {} late", words::parted(late)));
        match (mark.went, planned) {
            (Some(went), Some(planned)) if mark.parted => {
                view! { "Go, " {date(went.millis())} ", plan " {date(planned)} }.into_any()
            }
            (Some(went), _) => view! { "Go, " {date(went.millis())} }.into_any(),
            (None, Some(planned)) => view! { "Planned " {date(planned)} {late} }.into_any(),
            (None, None) if mark.aspect == rollout::Aspect::Idle => ().into_any(),
            (None, None) => words::no_date(&mark, &here.plan()).into_any(),
        }
    };
    let waits = move || {
        let roles = mark.with(|mark| mark.waits_for.clone());
        (!roles.is_empty()).then(|| {
            view! {
                <span class="waits">
                    <span class="sr">"Waits for "</span>
                    {words::roles(&roles)}
                </span>
            }
        })
    };
    view! {
        <br />
        {times}
        {waits}
    }
}

#[component]
fn Track(section: Memo<Option<Section>>) -> impl IntoView {
    let here = use_here();
    let of = move |read: fn(&Section) -> bool| section.with(|section| section.as_ref().is_some_and(read));
    let parts = Memo::new(move |_| section.with(|s| s.as_ref().map_or(vec![], |s| s.parts.clone())));
    let marks = Memo::new(move |_| section.with(|s| s.as_ref().map_or(vec![], |s| s.marks.clone())));
    let now = Memo::new(move |_| section.with(|s| s.as_ref().and_then(|s| s.now)));
    let end = Memo::new(move |_| section.with(|s| s.as_ref().and_then(|s| Some((s.planned_end?, s.now.is_some())))));
    let kinds = Memo::new(move |_| parts.with(|parts| parts.iter().map(|part| part.kind).collect::<Vec<_>>()));
    // Widths change with the time, the stretches themselves seldom do.
    let stretches = move || {
        let draw = |(index, kind): (usize, Stretch)| {
            let days = move || parts.with(|parts| parts.get(index).map_or(0.0, |part: &Part| part.days)).to_string();
            view! { <span class=class_of(kind) style:--d=days></span> }
        };
        kinds.get().into_iter().enumerate().map(draw).collect_view()
    };
    view! {
        <div
            class="track"
            class:undated=move || of(|section| !section.dated)
            class:skipped=move || of(|section| section.standing == super::Standing::Skipped)
            aria-hidden="true"
        >
            {stretches}
            {move || marks.get().into_iter().map(|at| view! { <span class="stepmark" style:--at=percent(at)></span> }).collect_view()}
            {move || {
                end.get()
                    .map(|(at, current)| {
                        // On the side where there is room; never beside the word for now.
                        let side = if at < 0.5 { "lane after" } else { "lane before" };
                        view! {
                            <span class="tick" style:--at=percent(at)></span>
                            {(!current).then(|| view! { <span class=side style:--at=percent(at)>"planned end"</span> })}
                        }
                    })
            }}
            {move || {
                now.get()
                    .map(|at| {
                        view! {
                            <span class="now" style:--at=percent(at)></span>
                            <span class="nowword" class:after=at < 0.5 style:--at=percent(at)>
                                {move || format!("Now {}", clock_words(here.now().millis()))}
                            </span>
                        }
                    })
            }}
        </div>
    }
}

fn class_of(kind: Stretch) -> &'static str {
    match kind {
        Stretch::Done => "p done",
        Stretch::Over => "p over",
        Stretch::Soak => "p soak",
        Stretch::SoakPlanned => "p soak plan",
        Stretch::Planned => "p",
    }
}

fn percent(share: f64) -> String {
    format!("{:.1}%", share * 100.0)
}

/// The time of day in the browser's zone.
fn clock_words(at: i64) -> String {
    let date = js_sys::Date::new(&wasm_bindgen::JsValue::from_f64(at as f64));
    format!("{:02}:{:02}", date.get_hours(), date.get_minutes())
}
