//! The flags of every rollout: fetched whole once, then only those of rollouts that have moved.

use super::{Cache, Failure, Remote, client};
use gateway_api::{FlagsView, Person, RolloutFlags};
use leptos::{prelude::*, task::spawn_local};
use rollout::{Actor, PersonId, RolloutId, Timestamp};
use std::{collections::BTreeMap, sync::Arc};

/// Every flag one may see.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Flags {
    cursor: u64,
    /// Since when the backend has not answered; none while it answers.
    pub backend_unreachable_since: Option<Timestamp>,
    /// Rollouts with their flags, oldest first.
    pub rollouts: BTreeMap<RolloutId, Arc<RolloutFlags>>,
    people: BTreeMap<PersonId, Person>,
}

impl Flags {
    /// Takes in what has moved. What is here and newer stays: answers may come in another order than they were asked for.
    fn put(&mut self, view: FlagsView) {
        if view.cursor >= self.cursor {
            self.cursor = view.cursor;
            self.backend_unreachable_since = view.backend_unreachable_since;
        }
        for moved in view.rollouts {
            if self.rollouts.get(&moved.id).is_none_or(|known| known.version <= moved.version) {
                self.rollouts.insert(moved.id, Arc::new(moved));
            }
        }
        self.people.extend(view.said.people);
    }

    /// The name of whoever acted.
    pub fn name(&self, actor: &Actor) -> String {
        match actor {
            Actor::Person { person, role } => match self.people.get(person) {
                Some(person) => person.name.clone(),
                None => format!("{role}, erased"),
            },
            Actor::System { .. } => "Signalbox".into(),
        }
    }
}

impl From<FlagsView> for Flags {
    fn from(view: FlagsView) -> Self {
        let mut flags = Self::default();
        flags.put(view);
        flags
    }
}

impl Cache {
    /// Every flag. Call [`Cache::refetch_flags`] when a page that shows them opens.
    pub fn flags(self) -> Signal<Remote<Arc<Flags>>> {
        self.flags.into()
    }

    /// Fetches what has moved. What is on screen stays there meanwhile.
    pub fn refetch_flags(self) {
        let cursor = self.flags.with_untracked(|flags| flags.ready().map_or(0, |flags| flags.cursor));
        spawn_local(async move {
            match client::flags(cursor).await {
                Ok(view) => {
                    let known = self.flags.with_untracked(|flags| flags.ready().cloned());
                    let mut flags = known.map_or_else(Flags::default, Arc::unwrap_or_clone);
                    flags.put(view);
                    self.flags.set(Remote::Ready(Arc::new(flags)));
                }
                Err(Failure::NoAnswer) if self.flags.with_untracked(|flags| flags.ready().is_some()) => {}
                Err(failure) => self.flags.set(Remote::Failed(failure)),
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use gateway_api::Said;

    fn view(cursor: u64, rollouts: &[(u8, u64)]) -> FlagsView {
        let rollout = |(id, version): &(u8, u64)| RolloutFlags {
            id: RolloutId(uuid::Uuid::from_bytes([*id; 16])),
            name: "S".into(),
            environment: "production".into(),
            closed: false,
            version: *version,
            flags: vec![],
        };
        let rollouts = rollouts.iter().map(rollout).collect();
        FlagsView { cursor, backend_unreachable_since: None, rollouts, said: Said::default() }
    }

    fn versions(flags: &Flags) -> Vec<u64> {
        flags.rollouts.values().map(|rollout| rollout.version).collect()
    }

    #[test]
    fn what_has_moved_takes_the_place_of_what_was_there() {
        let mut flags = Flags::default();
        flags.put(view(5, &[(1, 2), (2, 3)]));
        flags.put(view(6, &[(2, 4)]));
        assert_eq!((flags.cursor, versions(&flags)), (6, vec![2, 4]));
    }

    #[test]
    fn an_answer_that_comes_late_takes_nothing_back() {
        let mut flags = Flags::default();
        flags.put(view(7, &[(1, 5)]));
        flags.put(view(6, &[(1, 4), (2, 1)]));
        assert_eq!((flags.cursor, versions(&flags)), (7, vec![5, 1]));
    }
}
