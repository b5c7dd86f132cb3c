//! The window on a long table: only the rows that are on screen are drawn, with gaps as high as the others between them.

use leptos::{ev, html, prelude::*};
use std::ops::Range;

/// How far the window moves at once, and how far it reaches beyond the screen, in rows.
const STEP: usize = 8;
const BEYOND: usize = 12;
/// Before anything is drawn nobody knows how high a row is.
const AT_FIRST: Range<usize> = 0..48;
/// Paper has no window; more than so many rows nobody reads on it.
pub const MOST_ON_PAPER: usize = 1_000;

/// The rows to draw where `first` is the first on screen and `high` are on it.
fn around(first: usize, high: usize) -> Range<usize> {
    let first = first - first % STEP;
    first.saturating_sub(BEYOND)..first + high + STEP + BEYOND
}

/// What part of `total` rows is drawn: the window, and the row that has the focus with its neighbours, so that the focus
/// is not lost when it is out of sight and can go on from there. In order, and apart from each other.
pub fn drawn(total: usize, window: &Range<usize>, pin: Option<usize>) -> Vec<Range<usize>> {
    // A list that became shorter is seen at its end.
    let start = window.start.min(total.saturating_sub(window.len()));
    let window = start..window.end.min(total);
    let Some(pin) = pin.filter(|pin| *pin < total) else { return vec![window] };
    let pin = pin.saturating_sub(1)..(pin + 2).min(total);
    match (pin.end < window.start, window.end < pin.start) {
        (true, _) => vec![pin, window],
        (_, true) => vec![window, pin],
        _ => {
            let both = pin.start.min(window.start)..pin.end.max(window.end);
            vec![both]
        }
    }
}

/// Follows what is on screen of this table, and the printer.
pub fn follow(table: NodeRef<html::Table>) -> Signal<Range<usize>> {
    let (seen, printing) = (RwSignal::new(AT_FIRST), RwSignal::new(false));
    let look = move || {
        // The page may have been left before the frame is drawn.
        let there = table.try_get_untracked().flatten().and_then(|table| on_screen(&table));
        if let Some(there) = there.filter(|there| seen.with_untracked(|seen| seen != there)) {
            seen.set(there);
        }
    };
    Effect::new(move |_| {
        table.track();
        request_animation_frame(look);
    });
    let listeners = [
        window_event_listener(ev::scroll, move |_| look()),
        window_event_listener(ev::resize, move |_| look()),
        window_event_listener(event("beforeprint"), move |_| printing.set(true)),
        window_event_listener(event("afterprint"), move |_| printing.set(false)),
    ];
    on_cleanup(move || listeners.into_iter().for_each(|listener| listener.remove()));
    Signal::derive(move || if printing.get() { 0..MOST_ON_PAPER } else { seen.get() })
}

fn event(name: &'static str) -> ev::Custom<web_sys::Event> {
    ev::Custom::new(name)
}

fn on_screen(table: &web_sys::HtmlTableElement) -> Option<Range<usize>> {
    let row = table.query_selector("tbody tr[aria-rowindex]").ok().flatten()?;
    let row = row.get_bounding_client_rect().height();
    let high = window().inner_height().ok()?.as_f64()?;
    let above = -table.get_bounding_client_rect().top();
    // Casts of floats saturate: above the table it is the first row.
    (row > 0.0).then(|| around((above / row) as usize, (high / row) as usize))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_moves_in_steps_and_reaches_beyond_the_screen() {
        assert_eq!(around(0, 30), 0..50);
        assert_eq!(around(7, 30), around(0, 30));
        assert_eq!(around(1_000, 30), 988..1_050);
    }

    #[track_caller]
    fn check(total: usize, window: Range<usize>, pin: Option<usize>, expect: &str) {
        let drawn: Vec<String> = drawn(total, &window, pin).iter().map(|range| format!("{range:?}")).collect();
        assert_eq!(drawn.join(" "), expect);
    }

    #[test]
    fn the_window_ends_where_the_list_does() {
        check(10, 0..50, None, "0..10");
        check(100, 988..1_050, None, "38..100");
        check(0, 0..50, Some(3), "0..0");
    }

    #[test]
    fn the_row_with_the_focus_is_drawn_with_its_neighbours_wherever_it_is() {
        check(1_000, 100..150, Some(120), "100..150");
        check(1_000, 100..150, Some(150), "100..152");
        check(1_000, 100..150, Some(98), "97..150");
        check(1_000, 100..150, Some(5), "4..7 100..150");
        check(1_000, 100..150, Some(999), "100..150 998..1000");
    }
}
