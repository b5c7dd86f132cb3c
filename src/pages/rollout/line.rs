//! The line: the phases as a track between signals. What has been, what runs, what is planned, and who is waited for.

mod model;
mod section;
mod words;

pub use model::{Span, Times, planned_start, span_at, start, times};
pub use words::{days, length, parted, roles};

use super::{here::use_here, place::use_shown_phase};
use crate::{
    pages::rollout::gate::signal_of,
    ui::{AspectWord, Semaphore},
};
use leptos::prelude::*;
use model::{Line as Model, Section, Standing, line};
use rollout::time::DAY;
use section::{GateText, SectionView};

/// The line.
#[component]
pub fn Line() -> impl IntoView {
    let here = use_here();
    let shown = use_shown_phase();
    let drawn = Memo::new(move |_| line(&here.held().rollout, here.now()));
    // The plan does not change while it is carried out: sections come and go only with another revision.
    let count = Memo::new(move |_| drawn.with(|line| line.sections.len()));
    let columns = Memo::new(move |_| drawn.with(columns));
    let summary =
        Memo::new(move |_| drawn.with(|line| words::summary(line, &here.plan(), here.held().rollout.current_phase())));
    view! {
        <section class="linewrap" aria-labelledby="line-heading">
            <h2 id="line-heading" class="sr">{summary}</h2>
            <ol class="line" style:--cols=columns>
                {move || {
                    (0..count.get())
                        .map(|phase| {
                            let section = Memo::new(move |_| drawn.with(|line| line.sections.get(phase).cloned()));
                            let chosen = Signal::derive(move || shown.get() == phase);
                            let current = Signal::derive(move || drawn.with(|line| line.current == Some(phase)));
                            view! { <SectionView phase section chosen current /> }
                        })
                        .collect_view()
                }}
                <Terminus drawn />
            </ol>
        </section>
    }
}

/// Behind the last gate there is no track, only the buffer stop.
#[component]
fn Terminus(drawn: Memo<Model>) -> impl IntoView {
    let mark = Memo::new(move |_| drawn.with(|line| line.closing.clone()));
    let aspect = Signal::derive(move || signal_of(mark.with(|mark| mark.aspect)));
    let closed = Memo::new(move |_| drawn.with(|line| line.current.is_none()));
    view! {
        <li class="section terminus">
            <Semaphore aspect />
            <div class="gate">
                <b>{move || format!("Gate {}", mark.with(|mark| mark.gate))}</b>
                " "
                <AspectWord aspect />
                <GateText mark />
            </div>
            <h3 class="name">
                {move || if closed.get() { "Closed" } else { "The end" }}
                <small>{move || if closed.get() { "Every gate is clear" } else { "The last go closes it" }}</small>
            </h3>
            <div class="track" aria-hidden="true">
                <span class="p" class:done=move || closed.get()></span>
            </div>
        </li>
    }
}

/// Each section is as wide as its planned time, but never too narrow to name it.
fn columns(line: &Model) -> String {
    let column = |section: &Section| format!("minmax(min(164px, 15cqi), {:.2}fr)", section.planned as f64 / DAY as f64);
    let columns: Vec<String> = line.sections.iter().map(column).collect();
    format!("{} minmax(112px, .4fr)", columns.join(" "))
}
