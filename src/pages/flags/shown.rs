//! What the page shows: the rows that the address asks for, and what is being typed.

use super::rows::{Counts, Row, Rows, found};
use crate::{
    api::{Flags, Remote},
    paths::{FlagsQuery, SortBy},
};
use gloo_timers::callback::Timeout;
use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};
use rollout::Timestamp;
use std::sync::Arc;

/// The address follows the typing when it rests: browsers count how often it changes.
const REST_MS: u32 = 300;

type Go = Box<dyn Fn(&FlagsQuery, bool)>;

/// What the page shows.
#[derive(Clone, Copy)]
pub struct Shown {
    /// What is in the search field; the address says the same a moment later.
    pub typed: RwSignal<String>,
    /// What the address asks for.
    pub query: Memo<FlagsQuery>,
    /// Every row.
    pub rows: Memo<Rows>,
    /// How many there are.
    pub counts: Memo<Counts>,
    /// The rows that are asked for, in order.
    pub found: Memo<Arc<Vec<Arc<Row>>>>,
    /// Names, for those who moved them.
    pub flags: Memo<Arc<Flags>>,
    /// Since when the backend has not answered.
    pub unreachable: Memo<Option<Timestamp>>,
    writing: StoredValue<Option<Timeout>, LocalStorage>,
    go: StoredValue<Go, LocalStorage>,
}

impl Shown {
    /// Follows the flags and the address. What was loaded stays on screen while it is fetched again.
    pub fn follow(remote: Signal<Remote<Arc<Flags>>>, address: Memo<Option<FlagsQuery>>) -> Self {
        let flags = Memo::new(move |last: Option<&Arc<Flags>>| {
            remote.with(|remote| remote.ready().cloned()).or_else(|| last.cloned()).unwrap_or_default()
        });
        let query = Memo::new(move |last: Option<&FlagsQuery>| address.get().or(last.cloned()).unwrap_or_default());
        let rows = Memo::new(move |last: Option<&Rows>| flags.with(|flags| Rows::of(flags, last)));
        let sort = Memo::new(move |_| query.with(|query| query.sort));
        let sorted = Memo::new(move |_| rows.with(|rows| Arc::new(rows.sorted(sort.get()))));
        let typed = RwSignal::new(query.with_untracked(|query| query.q.clone()));
        let found = Memo::new(move |_| {
            let asked = FlagsQuery { q: typed.get(), ..query.get() };
            sorted.with(|sorted| Arc::new(found(sorted, &asked)))
        });
        let navigate = use_navigate();
        let go: Go = Box::new(move |query, replace| {
            navigate(&query.path(), NavigateOptions { replace, scroll: false, ..NavigateOptions::default() });
        });
        let shown = Self {
            typed,
            query,
            rows,
            counts: Memo::new(move |_| rows.with(Rows::counts)),
            found,
            flags,
            unreachable: Memo::new(move |_| flags.with(|flags| flags.backend_unreachable_since)),
            writing: StoredValue::new_local(None),
            go: StoredValue::new_local(go),
        };
        shown.follow_back();
        shown
    }

    /// Who goes back gets the search back that was there, but nobody is interrupted who types.
    fn follow_back(self) {
        Effect::new(move |_| {
            let q = self.query.with(|query| query.q.clone());
            if self.writing.with_value(Option::is_none) && self.typed.with_untracked(|typed| *typed != q) {
                self.typed.set(q);
            }
        });
    }

    /// Something else is searched for.
    pub fn search(self, text: String) {
        self.typed.set(text);
        self.writing.set_value(Some(Timeout::new(REST_MS, move || {
            self.writing.set_value(None);
            self.ask(true, |_| ());
        })));
    }

    /// Something else is asked for; going back undoes it.
    pub fn change(self, change: impl FnOnce(&mut FlagsQuery)) {
        self.ask(false, change);
    }

    /// Sorted by this column; if it is that already, the other way round.
    pub fn sort(self, by: SortBy) {
        self.change(|query| query.sort = query.sort.pressed(by));
    }

    /// Everything in the same order.
    pub fn clear(self) {
        self.writing.set_value(None);
        self.typed.set(String::new());
        self.change(|query| *query = FlagsQuery { sort: query.sort, ..FlagsQuery::default() });
    }

    fn ask(self, replace: bool, change: impl FnOnce(&mut FlagsQuery)) {
        let mut query = FlagsQuery { q: self.typed.get_untracked(), ..self.query.get_untracked() };
        change(&mut query);
        self.go.with_value(|go| go(&query, replace));
    }
}
