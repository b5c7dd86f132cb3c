//! What is wrong with the plan, each flaw leading to its place in the text.

use crate::ui::Show;
use gateway_api::PlanFlaw;
use leptos::{html::Textarea, prelude::*};

/// How many lines stand above the one that a flaw leads to.
const LINES_ABOVE: u64 = 6;

/// Where flaws lead to.
#[derive(Clone, Copy)]
pub struct Places {
    pub text: RwSignal<String>,
    pub area: NodeRef<Textarea>,
}

impl Places {
    /// Puts the caret there, with the rest of the line selected.
    fn go(self, line: u64, column: u64) {
        let Some(area) = self.area.get_untracked() else { return };
        let (start, end) = self.text.with_untracked(|text| selection(text, line, column));
        // A browser that refuses to select still has the focus in the text.
        if area.focus().is_ok() && area.set_selection_range(start, end).is_err() {
            leptos::logging::warn!("the place in the plan could not be selected");
        }
        // Selecting does not scroll everywhere. Lines are not wrapped, so all are of one height; a few stand above.
        let lines = self.text.with_untracked(|text| text.split('\n').count()) as f64;
        let above = line.saturating_sub(LINES_ABOVE) as f64;
        area.set_scroll_top((f64::from(area.scroll_height()) * above / lines) as i32);
    }
}

/// From line and column, both from 1, to the end of that line, as the browser counts: in UTF-16.
fn selection(text: &str, line: u64, column: u64) -> (u32, u32) {
    let utf16 = |text: &str| text.encode_utf16().count() as u32;
    let index = usize::try_from(line).unwrap_or(usize::MAX).saturating_sub(1);
    let before: u32 = text.split_inclusive('\n').take(index).map(utf16).sum();
    let line = text.split('\n').nth(index).unwrap_or_default();
    let skipped = usize::try_from(column).unwrap_or(usize::MAX).saturating_sub(1);
    let ahead: String = line.chars().take(skipped).collect();
    (before + utf16(&ahead), before + utf16(line))
}

#[component]
pub fn Flaws(flaws: RwSignal<Vec<PlanFlaw>>, places: Places) -> impl IntoView {
    let title = move || match flaws.with(Vec::len) {
        1 => "It is no plan yet: one thing is wrong".to_owned(),
        n => format!("It is no plan yet: {n} things are wrong"),
    };
    let row = move |flaw: PlanFlaw| {
        let at = flaw.line.zip(flaw.column);
        let word = at.map_or_else(|| "The plan".to_owned(), |(line, column)| format!("Line {line}, column {column}"));
        let go = move |_| at.into_iter().for_each(|(line, column)| places.go(line, column));
        let place = (!flaw.place.is_empty()).then(|| view! { <code>{flaw.place}</code> " " });
        view! {
            <li><button type="button" class="btn quiet" on:click=go>{word}</button> <span>{place} {flaw.message}</span></li>
        }
    };
    view! {
        <div role="alert">
            <Show when=move || !flaws.with(Vec::is_empty)>
                <h2>{title}</h2>
                <ul class="flaws">{move || flaws.get().into_iter().map(row).collect_view()}</ul>
            </Show>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_counted_as_the_browser_counts() {
        let text = "name: A\nsummary: 🚦 go\nphases: []\n";
        assert_eq!(selection(text, 1, 7), (6, 7));
        assert_eq!(selection(text, 2, 10), (17, 22));
        assert_eq!(selection(text, 2, 11), (19, 22), "the signal is two units of UTF-16");
        assert_eq!(selection(text, 3, 1), (23, 33));
        assert_eq!(selection(text, 9, 9), (34, 34), "behind the end is the end");
    }
}
