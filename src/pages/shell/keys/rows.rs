//! From row to row: whatever on the page is marked `data-row` and can take the focus.

use leptos::prelude::*;
use web_sys::{HtmlElement, ScrollIntoViewOptions, ScrollLogicalPosition, wasm_bindgen::JsCast};

/// Which way to go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Towards {
    Next,
    Previous,
}

/// Moves the focus to the next or previous row.
pub fn go(towards: Towards) {
    let rows = rows();
    let at = document().active_element().and_then(|active| active.closest("[data-row]").ok().flatten());
    let at = at.and_then(|at| rows.iter().position(|row| **row == at));
    if let Some(row) = step(rows.len(), at, towards).and_then(|index| rows.get(index)) {
        focus(row);
    }
}

/// Those that can be seen, in the order of the page.
fn rows() -> Vec<HtmlElement> {
    let Ok(all) = document().query_selector_all("[data-row]") else { return vec![] };
    let row = |index| all.get(index)?.dyn_into::<HtmlElement>().ok();
    (0..all.length()).filter_map(row).filter(|row| row.get_client_rects().length() > 0).collect()
}

/// From no row one goes to the first or the last; at the ends one stays.
fn step(count: usize, at: Option<usize>, towards: Towards) -> Option<usize> {
    let last = count.checked_sub(1)?;
    Some(match (at, towards) {
        (None, Towards::Next) => 0,
        (None, Towards::Previous) => last,
        (Some(at), Towards::Next) => last.min(at + 1),
        (Some(at), Towards::Previous) => at.saturating_sub(1),
    })
}

/// Gives it the focus, and scrolls no more than it must.
pub fn focus(element: &HtmlElement) {
    if let Err(problem) = element.focus() {
        leptos::logging::warn!("it could not take the focus: {problem:?}");
    }
    let options = ScrollIntoViewOptions::new();
    options.set_block(ScrollLogicalPosition::Nearest);
    element.scroll_into_view_with_scroll_into_view_options(&options);
}

#[cfg(test)]
mod tests {
    use super::*;
    use Towards::{Next, Previous};

    #[test]
    fn one_goes_from_row_to_row_and_stays_at_the_ends() {
        assert_eq!([step(0, None, Next), step(0, None, Previous)], [None, None]);
        assert_eq!([step(3, None, Next), step(3, None, Previous)], [Some(0), Some(2)]);
        assert_eq!([step(3, Some(0), Next), step(3, Some(2), Next)], [Some(1), Some(2)]);
        assert_eq!([step(3, Some(2), Previous), step(3, Some(0), Previous)], [Some(1), Some(0)]);
    }
}
