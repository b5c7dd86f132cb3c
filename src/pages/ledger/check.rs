//! "Check this ledger": fold every record in this browser and compare with the gateway's state, byte for byte.

use super::fold::{Agreement, Disagreement, Fold};
use crate::{
    api::{Failure, client},
    pages::rollout::here::Here,
    ui::{Button, Lamp, Tone},
};
use leptos::{prelude::*, task::spawn_local};
use rollout::{Plan, RolloutId, Seq};
use serde::Deserialize;

/// So many records are fetched at once.
const PAGE: u32 = 500;

/// How far a check is.
#[derive(Debug, Clone, PartialEq)]
enum Stage {
    Idle,
    Running { done: Seq, of: Seq },
    Same(Agreement),
    Different(Disagreement),
    Failed(Failure),
}

async fn check(
    id: RolloutId,
    at: Option<Seq>,
    progress: impl Fn(Seq, Seq),
) -> Result<Result<Agreement, Disagreement>, Failure> {
    let served = client::rollout_as_served(id, at).await?;
    let garbled = |what: String| Failure::Garbled(what);
    let plan = Plan::deserialize(&served["plan"]).map_err(|problem| garbled(problem.to_string()))?;
    let state = &served["state"];
    let version = state["version"].as_u64().ok_or_else(|| garbled("the state has no version".into()))?;
    let mut fold = Fold::new(plan);
    while fold.version() < version {
        progress(fold.version(), version);
        let page = client::records(id, fold.version(), PAGE).await?;
        let wanted: Vec<_> = page.records.iter().filter(|record| record.seq <= version).collect();
        if wanted.is_empty() {
            break;
        }
        if let Err(disagreement) = wanted.into_iter().try_for_each(|record| fold.take(record)) {
            return Ok(Err(disagreement));
        }
    }
    Ok(fold.compare(state, version))
}

/// The action and what came of it.
#[component]
pub fn Check(here: Here) -> impl IntoView {
    let stage = RwSignal::new(Stage::Idle);
    let running = Signal::derive(move || Some(matches!(stage.get(), Stage::Running { .. })));
    let run = move || {
        if matches!(stage.get_untracked(), Stage::Running { .. }) {
            return;
        }
        let version = here.held_untracked().rollout.version;
        let at = here.stands_still().then_some(version);
        stage.set(Stage::Running { done: 0, of: version });
        spawn_local(async move {
            let progress = |done, of| {
                stage.try_update(|stage| *stage = Stage::Running { done, of });
            };
            let outcome = match check(here.id, at, progress).await {
                Ok(Ok(agreement)) => Stage::Same(agreement),
                Ok(Err(disagreement)) => Stage::Different(disagreement),
                Err(failure) => Stage::Failed(failure),
            };
            stage.try_update(|stage| *stage = outcome);
        });
    };
    view! {
        <div class="check">
            <Button busy=running on_click=run>
                {if here.stands_still() { "Check that it stood so" } else { "Check this ledger" }}
            </Button>
            <div role="status">{move || outcome(stage.get(), here.stands_still())}</div>
        </div>
    }
}

fn outcome(stage: Stage, stands_still: bool) -> AnyView {
    match stage {
        Stage::Idle => {
            let which = if stands_still { "the records up to this one" } else { "every record" };
            view! {
                <p class="s">{format!("Reads {which} in this browser and compares what they add up to with the gateway's state.")}</p>
            }
            .into_any()
        }
        Stage::Running { done, of } => view! {
            <p><progress max=of.to_string() value=done.to_string() aria-label="Records read"></progress>
            " " <span class="num">{done} " of " {of} " records"</span></p>
        }
        .into_any(),
        Stage::Same(Agreement { records, bytes, digest }) => view! {
            <p>
                <Lamp tone=Tone::Clear word="The same" /> " "
                {format!(
                    "{}. The state folded in this browser is the same as the gateway's, byte for byte: {bytes} bytes, SHA-256",
                    super::count(records),
                )}
                " " <span class="hash">{digest.to_string()}</span>
            </p>
        }
        .into_any(),
        Stage::Different(disagreement) => view! {
            <p>
                <Lamp tone=Tone::Danger word="Not the same" /> " " {disagreement.words()}
                " Tell whoever runs the gateway; until then trust neither."
            </p>
        }
        .into_any(),
        Stage::Failed(failure) => view! {
            <p><Lamp tone=Tone::Caution word="Not checked" /> " " {failure.message()}</p>
        }
        .into_any(),
    }
}
