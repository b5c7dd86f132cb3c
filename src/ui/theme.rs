use leptos::prelude::*;

use super::Icon;

/// Where the choice is kept; `public/theme.js` reads it before the first paint.
const KEY: &str = "signalbox-theme";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Theme {
    System,
    Light,
    Dark,
}

impl Theme {
    fn parse(word: Option<&str>) -> Self {
        match word {
            Some("light") => Theme::Light,
            Some("dark") => Theme::Dark,
            _ => Theme::System,
        }
    }

    const fn word(self) -> &'static str {
        match self {
            Theme::System => "system",
            Theme::Light => "light",
            Theme::Dark => "dark",
        }
    }

    const fn next(self) -> Self {
        match self {
            Theme::System => Theme::Light,
            Theme::Light => Theme::Dark,
            Theme::Dark => Theme::System,
        }
    }

    const fn icon(self) -> Icon {
        match self {
            Theme::System => Icon::Theme,
            Theme::Light => Icon::Light,
            Theme::Dark => Icon::Dark,
        }
    }
}

/// Goes from the system's theme to light, to dark, and back.
#[component]
pub fn ThemeSwitch() -> impl IntoView {
    let theme = RwSignal::new(stored());
    let label = move || format!("Theme: {}. Change to {}", theme.get().word(), theme.get().next().word());
    let change = move |_| {
        let next = theme.get_untracked().next();
        show(next);
        store(next);
        theme.set(next);
    };
    view! {
        <button type="button" class="theme" data-act="Switch the theme" aria-label=label title=label on:click=change>
            <Icon name=Signal::derive(move || theme.get().icon()) />
        </button>
    }
}

fn stored() -> Theme {
    let word = window().local_storage().and_then(|storage| storage.map_or(Ok(None), |storage| storage.get_item(KEY)));
    match word {
        Ok(word) => Theme::parse(word.as_deref()),
        // Storage may be forbidden; the theme of this page is then what its root says.
        Err(_) => {
            Theme::parse(document().document_element().and_then(|root| root.get_attribute("data-theme")).as_deref())
        }
    }
}

fn show(theme: Theme) {
    let Some(root) = document().document_element() else { return };
    let result = match theme {
        Theme::System => root.remove_attribute("data-theme"),
        Theme::Light | Theme::Dark => root.set_attribute("data-theme", theme.word()),
    };
    if let Err(problem) = result {
        leptos::logging::error!("the theme could not be changed: {problem:?}");
    }
}

fn store(theme: Theme) {
    let result = window().local_storage().and_then(|storage| match (storage, theme) {
        (None, _) => Ok(()),
        (Some(storage), Theme::System) => storage.remove_item(KEY),
        (Some(storage), _) => storage.set_item(KEY, theme.word()),
    });
    if let Err(problem) = result {
        leptos::logging::warn!("the theme is not remembered, the browser keeps no storage: {problem:?}");
    }
}
