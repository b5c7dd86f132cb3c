//! A plan becomes a rollout: paste it or open a file, see beside the text what is wrong with it, begin.

mod begun;
mod encoding;
mod flaws;
mod missing;
mod text;

use super::shell::use_title;
use crate::{
    api::{
        Failure, client,
        once::{fresh_key, until_answered},
    },
    paths,
    session::use_session,
    ui::{Button, Forbidden, Kind, Lamp, Show, TextField, Tone},
};
use begun::BegunNotice;
use flaws::{Flaws, Places};
use gateway_api::{BegunRollout, MissingFlag, NewRollout, PlanFlaw, paths::PLAN_SCHEMA};
use leptos::{ev::SubmitEvent, html::Textarea, prelude::*, task::spawn_local};
use missing::MissingFlags;
use rollout::Role;
use text::PlanText;

/// What is typed, and what came of it.
#[derive(Clone, Copy)]
struct Form {
    text: RwSignal<String>,
    environment: RwSignal<String>,
    area: NodeRef<Textarea>,
    flaws: RwSignal<Vec<PlanFlaw>>,
    /// The flags that the backend has not, and where.
    missing: RwSignal<Option<(String, Vec<MissingFlag>)>>,
    problem: RwSignal<Option<String>>,
    busy: RwSignal<bool>,
    begun: RwSignal<Option<BegunRollout>>,
    /// What was sent last, and its key: the same again is the same beginning.
    sent: StoredValue<Option<(NewRollout, String)>>,
}

impl Form {
    fn new() -> Self {
        Self {
            text: RwSignal::default(),
            environment: RwSignal::new("production".into()),
            area: NodeRef::new(),
            flaws: RwSignal::default(),
            missing: RwSignal::default(),
            problem: RwSignal::default(),
            busy: RwSignal::default(),
            begun: RwSignal::default(),
            sent: StoredValue::new(None),
        }
    }

    fn send(self) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.flaws.set(vec![]);
        self.missing.set(None);
        self.problem.set(None);
        let plan = self.text.get_untracked().into();
        let asked = NewRollout { plan, environment: self.environment.get_untracked().trim().to_owned() };
        let key = self.key_of(&asked);
        spawn_local(async move {
            let outcome = until_answered(async || client::begin(&asked, &key).await).await;
            self.busy.try_update(|busy| *busy = false);
            match outcome {
                Ok(begun) => drop(self.begun.try_update(|known| *known = Some(begun))),
                Err(Failure::Other(problem)) if !problem.flaws.is_empty() => {
                    self.flaws.try_update(|flaws| *flaws = problem.flaws);
                }
                Err(Failure::Other(problem)) if !problem.missing.is_empty() => {
                    self.missing.try_set(Some((asked.environment.clone(), problem.missing)));
                }
                Err(failure) => drop(self.problem.try_update(|problem| *problem = Some(failure.message()))),
            }
        });
    }

    fn key_of(self, asked: &NewRollout) -> String {
        let known = self.sent.with_value(|sent| sent.as_ref().filter(|(known, _)| known == asked).cloned());
        let (_, key) = known.unwrap_or_else(|| {
            let sent = (asked.clone(), fresh_key());
            self.sent.set_value(Some(sent.clone()));
            sent
        });
        key
    }
}

/// Begin a rollout.
#[component]
pub fn NewRolloutPage() -> impl IntoView {
    use_title(|| "New rollout".into());
    let session = use_session();
    let may = Memo::new(move |_| session.roles().contains(&Role::ProductOwner));
    view! {
        <main id="main">
            <div class="titlebar plain"><h1>"New rollout"</h1></div>
            <div class="page">
                {move || match may.get() {
                    true => view! { <Begin form=Form::new() /> }.into_any(),
                    false => view! {
                        <Forbidden title="Beginning a rollout is for the product owner">
                            <a href=paths::ROLLOUTS>"Go to the rollouts"</a>
                        </Forbidden>
                    }
                    .into_any(),
                }}
            </div>
        </main>
    }
}

#[component]
fn Begin(form: Form) -> impl IntoView {
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        form.send();
    };
    view! {
        <Show when=move || form.begun.with(Option::is_some)>
            <BegunNotice begun=form.begun />
        </Show>
        <form class="newrollout" hidden=move || form.begun.with(Option::is_some) on:submit=submit>
            <p class="s">
                "A rollout is one plan, carried out in one environment. It begins attached; it takes force when it is adopted. "
                "Editors complete plans by the schema at " <a href=PLAN_SCHEMA rel="external">{PLAN_SCHEMA}</a> "."
            </p>
            <TextField value=form.environment label="Environment" hint="Small letters, digits and hyphens: production, staging" />
            <div class="both">
                <PlanText text=form.text area=form.area flaws=form.flaws />
                <Flaws flaws=form.flaws places=Places { text: form.text, area: form.area } />
            </div>
            {move || form.problem.get().map(|problem| view! {
                <p role="alert"><Lamp tone=Tone::Danger word="It did not begin." /> " " {problem}</p>
            })}
            <MissingFlags missing=form.missing />
            <div class="btns"><Button kind=Kind::Primary submit=true busy=form.busy>"Begin"</Button></div>
        </form>
    }
}
