use leptos::prelude::*;

use super::Icon;

/// How much weight a button carries. At most one primary or danger button stands in a group.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    #[default]
    Default,
    Primary,
    /// Confirms something that takes away.
    Danger,
    /// Opens the rollback; it stands in the title bar only.
    Emergency,
    Quiet,
}

impl Kind {
    const fn class(self) -> &'static str {
        match self {
            Kind::Default => "btn",
            Kind::Primary => "btn primary",
            Kind::Danger => "btn danger",
            Kind::Emergency => "btn emergency",
            Kind::Quiet => "btn quiet",
        }
    }
}

/// A button. A *locked* one can still be focused and pressed: `on_click` then shows what locks it.
/// A *busy* one swallows presses until its command is answered.
#[component]
pub fn Button(
    #[prop(optional)] kind: Kind,
    #[prop(optional, into)] icon: MaybeProp<Icon>,
    #[prop(optional, into)] locked: MaybeProp<bool>,
    #[prop(optional, into)] busy: MaybeProp<bool>,
    /// The id of the text that says why it is locked, or what it does.
    #[prop(optional, into)]
    described_by: MaybeProp<String>,
    /// The accessible name, where the words on the button need their place to be understood.
    #[prop(optional, into)]
    label: MaybeProp<String>,
    /// Sends the form it stands in, instead of `on_click`.
    #[prop(optional)]
    submit: bool,
    /// What it opens or switches, in words: the palette offers it too.
    #[prop(optional)]
    act: Option<&'static str>,
    /// Takes the focus when its dialog opens: the least destructive control has this.
    #[prop(optional)]
    autofocus: bool,
    #[prop(optional, into)] on_click: Option<Callback<()>>,
    children: Children,
) -> impl IntoView {
    let locked = move || locked.get().unwrap_or(false);
    let busy = move || busy.get().unwrap_or(false);
    let shape = move || if locked() { Some(Icon::Lock) } else { icon.get() };
    let press = move |event: leptos::ev::MouseEvent| {
        if busy() {
            event.prevent_default();
        } else if let Some(on_click) = on_click {
            on_click.run(());
        }
    };
    view! {
        <button
            type=if submit { "submit" } else { "button" }
            class=kind.class()
            autofocus=autofocus
            data-act=act
            aria-disabled=move || locked().then_some("true")
            aria-busy=move || busy().then_some("true")
            aria-describedby=move || described_by.get()
            aria-label=move || label.get()
            on:click=press
        >
            {move || match (busy(), shape()) {
                (true, _) => Some(view! { <span class="spin" aria-hidden="true"></span> }.into_any()),
                (false, Some(shape)) => Some(view! { <Icon name=shape /> }.into_any()),
                (false, None) => None,
            }}
            {children()}
        </button>
    }
}
