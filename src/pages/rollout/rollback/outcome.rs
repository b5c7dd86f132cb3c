//! What became of a rollback, flag by flag, as the backend confirms it.

use crate::{
    pages::rollout::{here::use_here, levers::failure},
    ui::{Icon, Lamp, Tone},
};
use leptos::prelude::*;
use rollout::{FlagSlug, state::FlagState};

/// How far one flag is.
fn outcome(state: &FlagState) -> (Tone, Icon, String) {
    match &state.pending {
        None => (Tone::Clear, Icon::Clear, format!("{}, read back", state.applied)),
        Some(pending) => match pending.failure {
            None => (Tone::Caution, Icon::Soak, format!("{} asked, not confirmed yet", state.wanted)),
            Some(cause) => (Tone::Danger, Icon::Danger, failure(cause).into()),
        },
    }
}

/// Each flag's outcome, live, and whether all are done.
#[component]
pub fn Outcomes(flags: RwSignal<Option<Vec<FlagSlug>>>) -> impl IntoView {
    let here = use_here();
    let rows = Memo::new(move |_| {
        let held = here.held();
        let row = |slug: FlagSlug| {
            let (tone, icon, word) = outcome(held.rollout.flags.get(&slug)?);
            Some((held.rollout.plan().flag(&slug)?.name.clone(), tone, icon, word))
        };
        flags.get().into_iter().flatten().filter_map(row).collect::<Vec<_>>()
    });
    let left = move || rows.with(|rows| rows.iter().filter(|(_, tone, ..)| *tone != Tone::Clear).count());
    let all = move || match left() {
        0 => "All done: the backend has confirmed every flag.".to_owned(),
        1 => "1 flag is not confirmed yet. You may close this: what stays unconfirmed shows on the page.".into(),
        n => format!("{n} flags are not confirmed yet. You may close this: what stays unconfirmed shows on the page."),
    };
    view! {
        <table class="preview">
            <thead><tr><th scope="col">"Flag"</th><th scope="col">"Outcome"</th></tr></thead>
            <tbody>
                {move || rows.get().into_iter().map(|(name, tone, icon, word)| {
                    view! { <tr><th scope="row">{name}</th><td><Lamp tone icon word /></td></tr> }
                }).collect_view()}
            </tbody>
        </table>
        <p class="sm s" role="status">{all}</p>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rollout::{Exposure, Timestamp, event::FailureCause, state::Pending};

    #[track_caller]
    fn check(pending: Option<Option<FailureCause>>, tone: Tone, words: &str) {
        let since = Timestamp::from_millis(0);
        let state = FlagState {
            baseline: Exposure::OFF,
            wanted: Exposure::OFF,
            applied: if pending.is_some() { Exposure::ON } else { Exposure::OFF },
            applied_at: None,
            pending: pending.map(|failure| Pending {
                want: 2,
                since,
                raise: None,
                put_back: None,
                glass: false,
                failure,
                moved: None,
                recalled: None,
            }),
            observed: None,
            overtaken: None,
            last: 2,
            last_by: None,
        };
        let (found, _, word) = outcome(&state);
        assert_eq!((found, word.as_str()), (tone, words));
    }

    #[test]
    fn only_what_was_read_back_counts_as_done() {
        check(None, Tone::Clear, "off, read back");
        check(Some(None), Tone::Caution, "off asked, not confirmed yet");
        let tried = "The backend does not answer; it is tried again";
        check(Some(Some(FailureCause::Unreachable)), Tone::Danger, tried);
    }
}
