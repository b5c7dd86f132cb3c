//! What a rollback takes back: everything, a phase, or one flag.

use crate::ui::Show;
use crate::{
    pages::rollout::here::{Here, use_here},
    ui::fresh_id,
};
use leptos::prelude::*;
use rollout::Scope;

/// Which of the three.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Of {
    #[default]
    Everything,
    Phase,
    Flag,
}

/// What is chosen in the dialog.
#[derive(Debug, Clone, Copy)]
pub struct Choice {
    of: RwSignal<Of>,
    /// Index of the phase; none is the current one.
    phase: RwSignal<Option<usize>>,
    later: RwSignal<bool>,
    /// Index of the flag.
    flag: RwSignal<usize>,
}

impl Choice {
    /// Everything.
    pub fn new() -> Self {
        Self {
            of: RwSignal::default(),
            phase: RwSignal::new(None),
            later: RwSignal::new(false),
            flag: RwSignal::new(0),
        }
    }

    /// Back to everything.
    pub fn clear(self) {
        self.of.set(Of::Everything);
        self.phase.set(None);
        self.later.set(false);
        self.flag.set(0);
    }

    /// The phase chosen; the current one, or the last if all are done, unless another was.
    fn phase(self, here: Here) -> usize {
        let held = here.held();
        let last = held.rollout.plan().phases.len() - 1;
        self.phase.get().or_else(|| held.rollout.current_phase()).unwrap_or(last).min(last)
    }

    /// The scope it means.
    pub fn scope(self, here: Here) -> Scope {
        let plan = here.plan();
        let flag = plan.flags.get(self.flag.get()).or(plan.flags.first());
        match (self.of.get(), flag) {
            (Of::Phase, _) => {
                Scope::Phase { phase: plan.phases[self.phase(here)].slug.clone(), later: self.later.get() }
            }
            (Of::Flag, Some(flag)) => Scope::Flag { flag: flag.slug.clone() },
            _ => Scope::Everything {},
        }
    }
}

/// The three choices.
#[component]
pub fn Choices(choice: Choice) -> impl IntoView {
    let here = use_here();
    let group = fresh_id("scope");
    let plan = untrack(move || here.plan());
    let phases: Vec<String> = plan.phases.iter().enumerate().map(|(n, p)| format!("{}, {}", n + 1, p.name)).collect();
    let flags: Vec<String> = plan.flags.iter().map(|flag| flag.name.clone()).collect();
    let last = phases.len() - 1;
    let later = Memo::new(move |_| choice.of.get() == Of::Phase && choice.phase(here) < last);
    view! {
        <fieldset>
            <legend class="sr">"What to roll back"</legend>
            <div class="choices">
                <Radio choice of=Of::Everything group=group.clone() word="Everything" />
                <Radio choice of=Of::Phase group=group.clone() word="A phase" />
                <Radio choice of=Of::Flag group word="One flag" />
            </div>
        </fieldset>
        <Show when=move || choice.of.get() == Of::Phase>
            <Select label="Which phase" options=phases.clone() chosen=Signal::derive(move || choice.phase(here))
                choose=Callback::new(move |n| choice.phase.set(Some(n))) />
        </Show>
        <Show when=move || later.get()>
            <div class="choices">
                <label>
                    <input type="checkbox" prop:checked=move || choice.later.get()
                        on:change=move |event| choice.later.set(event_target_checked(&event)) />
                    <b>"Later phases too"</b>
                </label>
            </div>
        </Show>
        <Show when=move || choice.of.get() == Of::Flag>
            <Select label="Which flag" options=flags.clone() chosen=choice.flag
                choose=Callback::new(move |n| choice.flag.set(n)) />
        </Show>
    }
}

#[component]
fn Radio(choice: Choice, of: Of, group: String, word: &'static str) -> impl IntoView {
    view! {
        <label>
            <input type="radio" name=group prop:checked=move || choice.of.get() == of
                on:change=move |_| choice.of.set(of) />
            <b>{word}</b>
        </label>
    }
}

#[component]
fn Select(
    label: &'static str,
    options: Vec<String>,
    #[prop(into)] chosen: Signal<usize>,
    choose: Callback<usize>,
) -> impl IntoView {
    let id = fresh_id("select");
    let options = options.into_iter().enumerate().map(|(n, word)| {
        view! { <option value=n.to_string() selected=move || chosen.get() == n>{word}</option> }
    });
    let change = move |event: leptos::ev::Event| {
        if let Ok(n) = event_target_value(&event).parse() {
            choose.run(n);
        }
    };
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <select class="input" id=id on:change=change>{options.collect_view()}</select>
        </div>
    }
}
