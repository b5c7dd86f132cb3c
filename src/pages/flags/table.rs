//! The table: its heads sort it, its body draws what is on screen.

use super::{
    row::FlagRow,
    rows::{Row, RowId},
    shown::Shown,
    window,
};
use crate::{
    paths::SortBy,
    ui::{For, Icon},
};
use leptos::{ev::FocusEvent, html, prelude::*};
use std::sync::Arc;
use web_sys::{FocusOptions, HtmlElement, wasm_bindgen::JsCast};

/// What the body holds, from top to bottom.
#[derive(Debug, Clone, PartialEq)]
enum Piece {
    /// So many rows that are not drawn; which gap it is, and how high.
    Gap(usize, usize),
    /// A row with its place among all that are found.
    Row(usize, Arc<Row>),
}

#[derive(Debug, PartialEq, Eq, Hash)]
enum Key {
    Gap(usize),
    Row(RowId),
}

impl Piece {
    fn key(&self) -> Key {
        match self {
            Self::Gap(number, _) => Key::Gap(*number),
            Self::Row(_, row) => Key::Row(row.id()),
        }
    }
}

fn pieces(found: &[Arc<Row>], drawn: Vec<std::ops::Range<usize>>) -> Vec<Piece> {
    let (mut pieces, mut end) = (vec![], 0);
    for (number, range) in drawn.into_iter().enumerate() {
        pieces.push(Piece::Gap(number, range.start - end));
        end = range.end;
        pieces.extend(range.map(|place| Piece::Row(place, found[place].clone())));
    }
    pieces.push(Piece::Gap(usize::MAX, found.len() - end));
    pieces
}

/// The flags that are found.
#[component]
pub fn Table(shown: Shown) -> impl IntoView {
    let table = NodeRef::<html::Table>::new();
    let on_screen = window::follow(table);
    let focus = Focus::new();
    let pin = Memo::new(move |_| {
        focus
            .row
            .with(|id| id.as_ref().and_then(|id| shown.found.with(|found| found.iter().position(|row| row.is(id)))))
    });
    let pieces = Memo::new(move |_| {
        shown.found.with(|found| on_screen.with(|window| pieces(found, window::drawn(found.len(), window, pin.get()))))
    });
    focus.keep(pieces.into());
    let rows = move || shown.found.with(|found| found.len()) + 1;
    view! {
        <table class="table flags" node_ref=table role="table" aria-label="Flags" aria-rowcount=rows>
            <thead role="rowgroup">
                <tr role="row" aria-rowindex="1">
                    {SortBy::ALL.map(|by| view! { <Head shown by /> }).collect_view()}
                </tr>
            </thead>
            <tbody role="rowgroup">
                <For each=move || pieces.get() key=Piece::key let(piece)>
                    {match piece {
                        Piece::Gap(number, _) => view! { <Gap pieces number /> }.into_any(),
                        Piece::Row(place, row) => view! { <Placed shown pieces focus place row /> }.into_any(),
                    }}
                </For>
            </tbody>
        </table>
    }
}

const fn head(by: SortBy) -> (&'static str, &'static str) {
    match by {
        SortBy::Key => ("Flag", "flag"),
        SortBy::Rollout => ("Rollout", "of"),
        SortBy::Environment => ("Environment", "where"),
        SortBy::Wanted => ("Wanted", "wanted"),
        SortBy::Backend => ("Backend", "backend"),
        SortBy::State => ("State", "stands"),
        SortBy::Changed => ("Last change", "last"),
    }
}

/// A column's head: pressing it sorts by it, pressing it again the other way round.
#[component]
fn Head(shown: Shown, by: SortBy) -> impl IntoView {
    let (words, class) = head(by);
    let sort = Memo::new(move |_| shown.query.with(|query| (query.sort.by == by).then_some(query.sort.down)));
    let order = move || sort.get().map(|down| if down { "descending" } else { "ascending" });
    view! {
        <th scope="col" role="columnheader" class=class aria-sort=order>
            <button type="button" on:click=move |_| shown.sort(by)>
                {words}
                {move || sort.get().map(|down| view! { <Icon name=Icon::Tri class=if down { "down" } else { "up" } /> })}
            </button>
        </th>
    }
}

#[component]
fn Gap(pieces: Memo<Vec<Piece>>, number: usize) -> impl IntoView {
    let high = Memo::new(move |_| {
        let own = |piece: &Piece| match piece {
            Piece::Gap(n, rows) if *n == number => Some(*rows),
            _ => None,
        };
        pieces.with(|pieces| pieces.iter().find_map(own)).unwrap_or(0)
    });
    view! {
        <tr class="gap" aria-hidden="true" hidden=move || { high.get() == 0 }>
            <td colspan=SortBy::ALL.len().to_string() style=move || format!("--rows:{}", high.get())></td>
        </tr>
    }
}

/// A row, followed: where it is, and what is so with it.
#[component]
fn Placed(shown: Shown, pieces: Memo<Vec<Piece>>, focus: Focus, place: usize, row: Arc<Row>) -> impl IntoView {
    let id = row.id();
    let own = id.clone();
    let now = Memo::new(move |last: Option<&(usize, Arc<Row>)>| {
        let here = |piece: &Piece| match piece {
            Piece::Row(place, row) if row.is(&own) => Some((*place, row.clone())),
            _ => None,
        };
        // One that is about to go stays as it was.
        let found = pieces.with(|pieces| pieces.iter().find_map(here)).or(last.cloned());
        found.unwrap_or_else(|| (place, row.clone()))
    });
    let place = Memo::new(move |_| now.with(|(place, _)| *place));
    let row = Memo::new(move |_| now.with(|(_, row)| row.clone()));
    view! {
        // The head is the first row.
        <tr role="row" aria-rowindex=move || { place.get() + 2 } on:focusin=move |event| focus.came(&event, id.clone())>
            <FlagRow shown row />
        </tr>
    }
}

/// Which row has the focus, or had it last: it stays drawn when it is out of sight.
#[derive(Clone, Copy)]
struct Focus {
    row: RwSignal<Option<RowId>>,
    element: StoredValue<Option<HtmlElement>, LocalStorage>,
}

impl Focus {
    fn new() -> Self {
        Self { row: RwSignal::new(None), element: StoredValue::new_local(None) }
    }

    fn came(self, event: &FocusEvent, row: RowId) {
        self.element.set_value(event.target().and_then(|target| target.dyn_into().ok()));
        self.row.set(Some(row));
    }

    /// A row that is moved to another place in the page loses the focus: it gets it back before anything is painted.
    fn keep(self, pieces: Signal<Vec<Piece>>) {
        Effect::new(move |_| {
            pieces.track();
            request_animation_frame(move || self.give_back());
        });
    }

    fn give_back(self) {
        let lost = document().active_element().is_none_or(|active| active.tag_name() == "BODY");
        let Some(element) = self.element.try_get_value().flatten().filter(|element| lost && element.is_connected())
        else {
            return;
        };
        let options = FocusOptions::new();
        options.set_prevent_scroll(true);
        if let Err(problem) = element.focus_with_options(&options) {
            leptos::logging::warn!("a row did not get the focus back: {problem:?}");
        }
    }
}
