use leptos::prelude::*;

/// Every icon of the sprite `public/icons.svg`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Icon {
    Clear,
    Caution,
    Danger,
    Off,
    Held,
    Lock,
    Free,
    /// An open task.
    Task,
    TaskMet,
    /// A task that the plan's document shows as done, and nobody has ticked.
    Claim,
    Waived,
    /// An open sign-off slot.
    Slot,
    /// A signed slot.
    Seal,
    /// A sign-off that no longer holds.
    Stale,
    Undo,
    Soak,
    Drift,
    Same,
    Unknown,
    Plug,
    Find,
    Theme,
    Light,
    Dark,
    Live,
    X,
    Tri,
    Next,
    User,
    Out,
    /// The demo's clock, which can be moved ahead.
    Clock,
    /// The small line's marks.
    MarkClear,
    MarkDanger,
    MarkHeld,
    Brand,
}

impl Icon {
    /// Where the icon's drawing is.
    pub const fn href(self) -> &'static str {
        match self {
            Icon::Clear => "/icons.svg#i-clear",
            Icon::Caution => "/icons.svg#i-caution",
            Icon::Danger => "/icons.svg#i-danger",
            Icon::Off => "/icons.svg#i-off",
            Icon::Held => "/icons.svg#i-held",
            Icon::Lock => "/icons.svg#i-lock",
            Icon::Free => "/icons.svg#i-free",
            Icon::Task => "/icons.svg#i-task",
            Icon::TaskMet => "/icons.svg#i-taskmet",
            Icon::Claim => "/icons.svg#i-claim",
            Icon::Waived => "/icons.svg#i-waived",
            Icon::Slot => "/icons.svg#i-slot",
            Icon::Seal => "/icons.svg#i-seal",
            Icon::Stale => "/icons.svg#i-stale",
            Icon::Undo => "/icons.svg#i-undo",
            Icon::Soak => "/icons.svg#i-soak",
            Icon::Drift => "/icons.svg#i-drift",
            Icon::Same => "/icons.svg#i-same",
            Icon::Unknown => "/icons.svg#i-unknown",
            Icon::Plug => "/icons.svg#i-plug",
            Icon::Find => "/icons.svg#i-find",
            Icon::Theme => "/icons.svg#i-theme",
            Icon::Light => "/icons.svg#i-light",
            Icon::Dark => "/icons.svg#i-dark",
            Icon::Live => "/icons.svg#i-live",
            Icon::X => "/icons.svg#i-x",
            Icon::Tri => "/icons.svg#i-tri",
            Icon::Next => "/icons.svg#i-next",
            Icon::User => "/icons.svg#i-user",
            Icon::Out => "/icons.svg#i-out",
            Icon::Clock => "/icons.svg#i-clock",
            Icon::MarkClear => "/icons.svg#m-clear",
            Icon::MarkDanger => "/icons.svg#m-danger",
            Icon::MarkHeld => "/icons.svg#m-held",
            Icon::Brand => "/icons.svg#brand",
        }
    }
}

/// One icon. Beside a word it says nothing itself; alone it needs its `label`.
#[component]
pub fn Icon(
    #[prop(into)] name: Signal<Icon>,
    /// What the icon says where no word stands beside it.
    #[prop(optional, into)]
    label: MaybeProp<String>,
    #[prop(optional, into)] class: MaybeProp<String>,
) -> impl IntoView {
    let silent = move || label.get().is_none();
    view! {
        <svg
            class=move || class.get()
            width="16"
            height="16"
            role=move || (!silent()).then_some("img")
            aria-label=move || label.get()
            aria-hidden=move || silent().then_some("true")
        >
            <use_ href=move || name.get().href() />
        </svg>
    }
}
