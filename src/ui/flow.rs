//! [`Show`] and [`For`] as Leptos has them, compiled once: what differs from place to place is behind a pointer. Written
//! into every place where they stand, they are a good part of what the browser has to fetch.

use leptos::{either::Either, prelude::*};
use std::{
    any::Any,
    hash::{Hash, Hasher},
    sync::Arc,
};

/// Draws the children while `when` is true.
#[component]
pub fn Show<W>(children: ChildrenFn, when: W, #[prop(optional, into)] fallback: ViewFn) -> impl IntoView
where
    W: Fn() -> bool + Send + Sync + 'static,
{
    show(Box::new(when), children, fallback)
}

fn show(when: Box<dyn Fn() -> bool + Send + Sync>, children: ChildrenFn, fallback: ViewFn) -> AnyView {
    let when = Memo::new(move |_| when());
    let either = move || if when.get() { Either::Left(children()) } else { Either::Right(fallback.run()) };
    either.into_any()
}

/// Draws a row for each item; a row stays as long as its key does.
#[component]
pub fn For<IF, I, T, EF, N, KF, K>(each: IF, key: KF, children: EF) -> impl IntoView
where
    IF: Fn() -> I + Send + 'static,
    I: IntoIterator<Item = T> + 'static,
    EF: Fn(T) -> N + Send + Clone + 'static,
    N: IntoView + 'static,
    KF: Fn(&T) -> K + Send + 'static,
    K: Eq + Hash + Send + Sync + 'static,
    T: Send + 'static,
{
    rows(Box::new(move || {
        let row = |item| {
            let children = children.clone();
            Row { key: Key(Arc::new(key(&item))), draw: Box::new(move || children(item).into_any()) }
        };
        each().into_iter().map(row).collect()
    }))
}

fn rows(each: Box<dyn Fn() -> Vec<Row> + Send>) -> AnyView {
    view! { <leptos::prelude::For each key=|row| row.key.clone() children=|row: Row| (row.draw)() /> }.into_any()
}

struct Row {
    key: Key,
    draw: Box<dyn FnOnce() -> AnyView + Send>,
}

/// Any key.
#[derive(Clone)]
struct Key(Arc<dyn AnyKey>);

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        self.0.is(&*other.0)
    }
}

impl Eq for Key {}

impl Hash for Key {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        self.0.feed(hasher);
    }
}

trait AnyKey: Any + Send + Sync {
    fn is(&self, other: &dyn AnyKey) -> bool;
    fn feed(&self, hasher: &mut dyn Hasher);
}

impl<K: Eq + Hash + Send + Sync + 'static> AnyKey for K {
    fn is(&self, other: &dyn AnyKey) -> bool {
        (other as &dyn Any).downcast_ref::<K>() == Some(self)
    }

    fn feed(&self, mut hasher: &mut dyn Hasher) {
        self.hash(&mut hasher);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::hash::DefaultHasher;

    fn key(key: impl AnyKey) -> Key {
        Key(Arc::new(key))
    }

    fn hash(key: &Key) -> u64 {
        let mut hasher = DefaultHasher::new();
        key.hash(&mut hasher);
        hasher.finish()
    }

    #[test]
    fn keys_are_the_same_when_what_they_hold_is() {
        assert!(key("chat".to_owned()) == key("chat".to_owned()));
        assert_eq!(hash(&key((7u64, 'a'))), hash(&key((7u64, 'a'))));
        assert!(key(7u64) != key(8u64));
        assert!(key(7u64) != key(7u32));
    }
}
