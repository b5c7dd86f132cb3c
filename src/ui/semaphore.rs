use leptos::prelude::*;

/// What a gate's semaphore shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aspect {
    /// Go is in force.
    Clear,
    /// Not decided, no-go, or a go that has ended.
    Danger,
    /// Somebody holds the gate.
    Held,
    /// The gate's phase is skipped or has no date.
    Idle,
}

impl Aspect {
    /// The word that follows the semaphore, always.
    pub const fn word(self) -> &'static str {
        match self {
            Aspect::Clear => "Clear",
            Aspect::Danger => "At danger",
            Aspect::Held => "Held",
            Aspect::Idle => "Not in use",
        }
    }

    /// The aspect's class in the style sheets.
    pub const fn class(self) -> &'static str {
        match self {
            Aspect::Clear => "clear",
            Aspect::Danger => "danger",
            Aspect::Held => "held",
            Aspect::Idle => "idle",
        }
    }

    const fn href(self) -> &'static str {
        match self {
            Aspect::Clear => "/icons.svg#s-clear",
            Aspect::Danger => "/icons.svg#s-danger",
            Aspect::Held => "/icons.svg#s-held",
            Aspect::Idle => "/icons.svg#s-idle",
        }
    }
}

/// A gate's signal. It is a picture only: put [`AspectWord`] beside it.
#[component]
pub fn Semaphore(#[prop(into)] aspect: Signal<Aspect>) -> impl IntoView {
    view! {
        <svg class=move || format!("sem {}", aspect.get().class()) viewBox="0 0 32 54" aria-hidden="true">
            <use_ href=move || aspect.get().href() />
        </svg>
    }
}

/// The aspect as a word.
#[component]
pub fn AspectWord(#[prop(into)] aspect: Signal<Aspect>) -> impl IntoView {
    view! { <span class=move || format!("aspect {}", aspect.get().class())>{move || aspect.get().word()}</span> }
}
