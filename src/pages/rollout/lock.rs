//! A control that may be locked: it answers a press with what locks it.

use super::blockers::Blockers;
use crate::ui::Show;
use leptos::prelude::*;
use rollout::Blocker;

/// What locks a control, followed, and whether somebody asked.
#[derive(Debug, Clone, Copy)]
pub struct Lock {
    /// What speaks against it; nothing, if it is free.
    pub blockers: Memo<Vec<Blocker>>,
    asked: RwSignal<bool>,
}

impl Lock {
    /// Locked by these.
    pub fn of(blockers: impl Fn() -> Vec<Blocker> + Send + Sync + 'static) -> Self {
        Self { blockers: Memo::new(move |_| blockers()), asked: RwSignal::new(false) }
    }

    /// Is it?
    pub fn locked(self) -> Signal<bool> {
        Signal::derive(move || self.blockers.with(|blockers| !blockers.is_empty()))
    }

    /// Runs it if it is free; else shows what locks it, or hides it again.
    pub fn press(self, free: impl FnOnce()) {
        if self.blockers.with_untracked(Vec::is_empty) {
            self.asked.set(false);
            free();
        } else {
            self.asked.update(|asked| *asked = !*asked);
        }
    }
}

/// What locks it, once somebody has asked.
#[component]
pub fn LockedBy(lock: Lock) -> impl IntoView {
    let shown = Memo::new(move |_| lock.asked.get() && lock.locked().get());
    view! {
        <Show when=move || shown.get()>
            <div class="below"><Blockers blockers=lock.blockers /></div>
        </Show>
    }
}
