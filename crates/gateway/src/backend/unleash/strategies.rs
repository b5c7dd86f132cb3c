//! Strategies: which are Signalbox's, what all of them give, and what has to change.
//!
//! Signalbox's are titled so, and otherwise exactly as it writes them: one for everybody, or one for each segment, all in
//! one group, so that somebody is in or out of a percentage the same way whatever segment lets them in. What has been
//! changed by hand is somebody's work, whatever its title.

use super::wire::{Feature, InEnvironment, Strategy};
use rollout::Exposure;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// What Signalbox calls its strategies.
pub const TITLE: &str = "Signalbox";
/// Unleash's smallest step.
pub const PERCENT: u32 = 10_000;

/// So many percent of a segment, or of everybody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    pub percent: u32,
    pub segment: Option<i64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Ours(Share),
    /// Made by hand, and plainly for everybody.
    Everybody,
    /// Made by hand, and more than an exposure can say.
    Other,
}

/// What is to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    Put(String, Share),
    Add(Share),
    Remove(String),
}

fn is_active(strategy: &&Strategy) -> bool {
    strategy.disabled != Some(true)
}

/// Whose a strategy is.
pub fn kind(key: &str, strategy: &Strategy) -> Kind {
    let is_bare = |list: &Option<Vec<Value>>| list.as_ref().is_none_or(Vec::is_empty);
    let Some(segments) = &strategy.segments else { return Kind::Other };
    if !is_bare(&strategy.constraints) {
        return Kind::Other;
    }
    let parameter = |name: &str| strategy.parameters.as_ref()?.get(name);
    let stickiness = parameter("stickiness").and_then(Value::as_str);
    let percent = match parameter("rollout") {
        Some(Value::String(text)) => text.parse().ok(),
        Some(Value::Number(number)) => number.as_u64().and_then(|number| u32::try_from(number).ok()),
        _ => None,
    };
    let percent = percent.filter(|percent| *percent <= 100);
    match (strategy.name.as_str(), percent) {
        ("flexibleRollout", Some(percent))
            if strategy.title.as_deref() == Some(TITLE)
                && stickiness == Some("default")
                && parameter("groupId").and_then(Value::as_str) == Some(key)
                && segments.len() <= 1
                && is_bare(&strategy.variants) =>
        {
            Kind::Ours(Share { percent, segment: segments.first().copied() })
        }
        ("default", _) if segments.is_empty() => Kind::Everybody,
        // By the stickiness of something that an application may not tell, nobody can say who gets it.
        ("flexibleRollout", Some(100))
            if segments.is_empty() && matches!(stickiness, None | Some("default" | "random")) =>
        {
            Kind::Everybody
        }
        _ => Kind::Other,
    }
}

/// Does reading it need the segments' names?
pub fn needs_names(there: &InEnvironment) -> bool {
    let has_segments = |strategy: &Strategy| strategy.segments.as_ref().is_some_and(|s| !s.is_empty());
    there.enabled && there.strategies.iter().filter(is_active).any(has_segments)
}

/// What a flag's strategies give. Where nobody can say, it may be everybody.
pub fn exposure(key: &str, there: &InEnvironment, names: &BTreeMap<i64, String>) -> Exposure {
    if !there.enabled {
        return Exposure::OFF;
    }
    let mut shares = BTreeMap::<Option<i64>, u32>::new();
    let mut active = there.strategies.iter().filter(is_active).peekable();
    if active.peek().is_none() {
        return Exposure::ON;
    }
    for strategy in active {
        let Kind::Ours(Share { percent, segment }) = kind(key, strategy) else { return Exposure::ON };
        // Of one group, so the larger share holds the smaller.
        let share = shares.entry(segment).or_default();
        *share = percent.max(*share);
    }
    let everybody = shares.remove(&None).unwrap_or(0);
    shares.retain(|_, percent| *percent > everybody);
    let largest = shares.values().copied().max().unwrap_or(0);
    let is_expressible = shares.is_empty() || (everybody == 0 && shares.values().all(|percent| *percent == largest));
    if !is_expressible {
        return Exposure::ON;
    }
    let names = shares.keys().map(|id| names.get(&id.unwrap_or_default()).cloned()).collect::<Option<_>>();
    let found = match (shares.is_empty(), names) {
        (true, _) => Exposure::new(everybody * PERCENT, None).ok(),
        (false, Some(names)) => Exposure::new(largest * PERCENT, Some(names)).ok(),
        (false, None) => None,
    };
    found.unwrap_or(Exposure::ON)
}

/// What keeps Signalbox from setting the flag to anything but off, each in words.
pub fn in_the_way(key: &str, feature: &Feature, there: &InEnvironment, to: &Exposure) -> Vec<String> {
    let blocks = |strategy: &&Strategy| match kind(key, strategy) {
        Kind::Ours(_) => false,
        Kind::Everybody => !to.is_on(),
        Kind::Other => true,
    };
    let named = |strategy: &Strategy| match strategy.title.as_deref() {
        None | Some("") => format!("the strategy {}", strategy.name),
        Some(title) => format!("the strategy {} \"{title}\"", strategy.name),
    };
    let strategies = there.strategies.iter().filter(is_active).filter(blocks).map(named);
    let parents = feature.dependencies.iter().map(|parent| format!("the parent feature {}", parent.feature));
    strategies.chain(parents).collect()
}

/// Is it on for everybody by somebody's hand? Then nothing need be added to have it on.
pub fn is_everybodys(key: &str, there: &InEnvironment) -> bool {
    there.strategies.iter().filter(is_active).any(|strategy| kind(key, strategy) == Kind::Everybody)
}

/// The way to these shares, one change after the other. Each takes one strategy from old to new, so on the way nobody has
/// the flag who has it neither before nor after; what reduces comes first, and what is left over goes last, so that
/// there is never none.
pub fn changes(key: &str, there: &InEnvironment, wanted: &[Share]) -> Vec<Change> {
    let ours = |strategy: &Strategy| match kind(key, strategy) {
        Kind::Ours(share) => Some((strategy.id.clone(), share, is_active(&strategy))),
        _ => None,
    };
    let mut ours: Vec<_> = there.strategies.iter().filter_map(ours).collect();
    // Of several for one segment, one that counts is kept.
    ours.sort_by_key(|(_, _, is_active)| !is_active);
    let (mut changes, mut unmet) = (Vec::new(), Vec::new());
    for share in wanted {
        match ours.iter().position(|(_, have, _)| have.segment == share.segment) {
            Some(index) => {
                let (id, have, is_active) = ours.remove(index);
                if have != *share || !is_active {
                    changes.push((share.percent > have.percent || !is_active, Change::Put(id, *share)));
                }
            }
            None => unmet.push(*share),
        }
    }
    changes.sort_by_key(|(raises, _)| *raises);
    let mut changes: Vec<Change> = changes.into_iter().map(|(_, change)| change).collect();
    let mut left = ours.into_iter();
    for share in unmet {
        changes.push(match left.next() {
            Some((id, ..)) => Change::Put(id, share),
            None => Change::Add(share),
        });
    }
    changes.extend(left.map(|(id, ..)| Change::Remove(id)));
    changes
}

/// A strategy as Signalbox writes it. What is left out of it would be kept, so nothing is.
pub fn body(key: &str, share: Share) -> Value {
    json!({
        "name": "flexibleRollout",
        "title": TITLE,
        "disabled": false,
        "constraints": [],
        "segments": share.segment.into_iter().collect::<Vec<_>>(),
        "parameters": { "rollout": share.percent.to_string(), "stickiness": "default", "groupId": key },
    })
}

#[cfg(test)]
mod tests;
