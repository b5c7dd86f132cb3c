use leptos::prelude::*;

use super::Icon;

/// What a lamp says. `You` is no status: it marks what waits for the person who looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    Clear,
    Caution,
    Danger,
    Off,
    Held,
    You,
}

impl Tone {
    /// The tone's class in the style sheets.
    pub const fn class(self) -> &'static str {
        match self {
            Tone::Clear => "clear",
            Tone::Caution => "caution",
            Tone::Danger => "danger",
            Tone::Off => "off",
            Tone::Held => "held",
            Tone::You => "you",
        }
    }

    /// The tone's own shape: status is never colour alone.
    pub const fn icon(self) -> Icon {
        match self {
            Tone::Clear => Icon::Clear,
            Tone::Caution => Icon::Caution,
            Tone::Danger => Icon::Danger,
            Tone::Off => Icon::Off,
            Tone::Held => Icon::Held,
            Tone::You => Icon::Slot,
        }
    }
}

/// A status in a line of text: shape, then word.
#[component]
pub fn Lamp(
    #[prop(into)] tone: Signal<Tone>,
    #[prop(into)] word: Signal<String>,
    /// Another shape than the tone's own.
    #[prop(optional, into)]
    icon: MaybeProp<Icon>,
) -> impl IntoView {
    let shape = Signal::derive(move || icon.get().unwrap_or(tone.get().icon()));
    view! {
        <span class=move || format!("lamp {}", tone.get().class())>
            <Icon name=shape />
            {move || word.get()}
        </span>
    }
}

/// A status on a plate of its own, for what must be seen first.
#[component]
pub fn Badge(
    #[prop(into)] tone: Signal<Tone>,
    #[prop(into)] word: Signal<String>,
    /// Another shape than the tone's own.
    #[prop(optional, into)]
    icon: MaybeProp<Icon>,
) -> impl IntoView {
    let shape = Signal::derive(move || icon.get().unwrap_or(tone.get().icon()));
    view! {
        <span class=move || format!("badge {}", tone.get().class())>
            <Icon name=shape />
            {move || word.get()}
        </span>
    }
}
