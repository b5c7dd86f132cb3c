//! What every dialog that sends a command has in common: busy while it is under way, what came of it, the same key when
//! it is sent again.

use super::here::{Here, use_here};
use crate::{
    api::{Ask, Asked, Cache, Failure, Held, use_cache},
    ui::{Toasts, Tone, use_toasts},
};
use leptos::{prelude::*, task::spawn_local};
use rollout::{Blocker, Command, Why};

/// One act that a person is about to do, in a dialog or by a button.
#[derive(Clone, Copy)]
pub struct Act {
    here: Here,
    cache: Cache,
    toasts: Toasts,
    ask: StoredValue<Option<Ask>>,
    /// It is under way.
    pub busy: RwSignal<bool>,
    /// Why it did not work, in words; none if it did or was not tried.
    pub problem: RwSignal<Option<String>>,
    /// What the rulebook has against it, if that is why.
    pub blockers: RwSignal<Vec<Blocker>>,
    /// All that keeps it is that the person has to prove themselves again.
    pub to_prove: RwSignal<bool>,
    /// Sends the very same once more.
    again: StoredValue<Option<Callback<()>>>,
}

/// An act on the rollout this page is about.
pub fn use_act() -> Act {
    Act {
        here: use_here(),
        cache: use_cache(),
        toasts: use_toasts(),
        ask: StoredValue::new(None),
        busy: RwSignal::new(false),
        problem: RwSignal::new(None),
        blockers: RwSignal::new(vec![]),
        to_prove: RwSignal::new(false),
        again: StoredValue::new(None),
    }
}

/// Is that all? Then proving it is all there is to do.
fn is_unproven(blockers: &[Blocker]) -> bool {
    !blockers.is_empty() && blockers.iter().all(|blocker| matches!(blocker.why, Why::ProofNeeded {}))
}

impl Act {
    /// Forgets what went wrong: a dialog opens anew.
    pub fn reset(self) {
        self.problem.set(None);
        self.blockers.set(vec![]);
        self.to_prove.set(false);
    }

    /// The person has proved themselves: what they were about to do is sent again.
    pub fn proven(self) {
        self.to_prove.set(false);
        if let Some(again) = self.again.get_value() {
            again.run(());
        }
    }

    /// Sends the command. `sentence` is what the person had read: if it has changed when others were faster, they decide
    /// again. `done` runs when it stands in the ledger; `said` is what the toast says then.
    pub fn run(
        self,
        command: Command,
        sentence: impl Fn(&Held) -> String + Clone + Send + Sync + 'static,
        said: impl Into<String>,
        done: impl Fn() + Clone + Send + Sync + 'static,
    ) {
        let said = said.into();
        let again = move |()| self.send(command.clone(), sentence.clone(), said.clone(), done.clone());
        self.again.set_value(Some(Callback::new(again)));
        self.proven();
    }

    fn send(
        self,
        command: Command,
        sentence: impl Fn(&Held) -> String + 'static,
        said: String,
        done: impl Fn() + 'static,
    ) {
        if self.busy.get_untracked() {
            return;
        }
        let known = self.ask.get_value().filter(|ask| ask.is(&command));
        let ask = known.unwrap_or_else(|| Ask::new(self.here.id, command));
        self.ask.set_value(Some(ask.clone()));
        self.busy.set(true);
        self.reset();
        spawn_local(async move {
            let outcome = ask.send(self.cache, sentence).await;
            // The page may have gone meanwhile; then nobody is left to tell.
            if self.busy.try_set(false).is_some() {
                return;
            }
            match outcome {
                Asked::Done => {
                    self.ask.set_value(None);
                    self.toasts.show(Tone::Clear, said);
                    done();
                }
                Asked::ChangedMeanwhile => {
                    self.ask.set_value(None);
                    self.problem
                        .set(Some("Somebody was faster, and this has changed. Read it again, then decide.".into()));
                }
                Asked::Failed(Failure::Refused(blockers)) if is_unproven(&blockers) => {
                    self.ask.set_value(None);
                    self.to_prove.set(true);
                }
                Asked::Failed(Failure::Refused(blockers)) => {
                    self.ask.set_value(None);
                    self.problem.set(Some(Failure::Refused(blockers.clone()).message()));
                    self.blockers.set(blockers);
                }
                Asked::Failed(failure) => {
                    // The same key asks later what became of it.
                    if !matches!(failure, Failure::NoAnswer | Failure::Unrecorded(_)) {
                        self.ask.set_value(None);
                    }
                    self.problem.set(Some(failure.message()));
                }
            }
        });
    }
}
