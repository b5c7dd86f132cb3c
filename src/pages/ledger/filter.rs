//! Which records the ledger's page shows: said by the address, found by the gateway.

pub mod bar;
mod kinds;
mod local;

use gateway_api::paths::SYSTEM;
use rollout::{Event, PersonId, PhaseSlug, Timestamp};

/// Who acted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum By {
    Person(PersonId),
    /// No person.
    System,
}

/// What is looked for. What is not said does not matter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    pub by: Option<By>,
    pub phase: Option<PhaseSlug>,
    /// Any of these.
    pub kinds: Vec<&'static str>,
    pub from: Option<Timestamp>,
    pub to: Option<Timestamp>,
}

impl By {
    fn read(text: &str) -> Option<Self> {
        if text == SYSTEM { Some(Self::System) } else { text.parse().ok().map(Self::Person) }
    }

    /// As the address and the gateway have it.
    pub fn name(self) -> String {
        match self {
            Self::Person(person) => person.to_string(),
            Self::System => SYSTEM.into(),
        }
    }
}

/// Kinds with commas between; none if one is unknown.
fn kinds_of(text: &str) -> Option<Vec<&'static str>> {
    text.split(',').map(|name| Event::KINDS.into_iter().find(|kind| *kind == name)).collect()
}

impl Filter {
    /// What an address says; none, if it says something that cannot be looked for.
    pub fn read(get: impl Fn(&str) -> Option<String>) -> Option<Self> {
        // A parameter that is not there is good, one that is there must be read.
        fn read<T>(value: Option<String>, read: impl Fn(&str) -> Option<T>) -> Option<Option<T>> {
            value.map_or(Some(None), |value| read(&value).map(Some))
        }
        let time = |text: &str| Timestamp::try_from(text.to_owned()).ok();
        Some(Self {
            by: read(get("person"), By::read)?,
            phase: read(get("phase"), |text| PhaseSlug::new(text).ok())?,
            kinds: read(get("kind"), kinds_of)?.unwrap_or(vec![]),
            from: read(get("from"), time)?,
            to: read(get("to"), time)?,
        })
    }

    /// As parameters of an address, ours and the gateway's alike, each behind an `&`; empty if nothing is looked for.
    pub fn parameters(&self) -> String {
        let kinds = (!self.kinds.is_empty()).then(|| self.kinds.join(","));
        let all = [
            ("person", self.by.map(By::name)),
            ("phase", self.phase.as_ref().map(PhaseSlug::to_string)),
            ("kind", kinds),
            ("from", self.from.map(|time| time.to_string())),
            ("to", self.to.map(|time| time.to_string())),
        ];
        all.into_iter().filter_map(|(name, value)| Some(format!("&{name}={}", value?))).collect()
    }

    /// This address with the filter in it.
    pub fn on(&self, path: &str) -> String {
        let parameters = self.parameters();
        match parameters.strip_prefix('&') {
            Some(parameters) => format!("{path}?{parameters}"),
            None => path.to_owned(),
        }
    }

    /// Nothing is looked for: every record is shown.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashMap;

    fn read(pairs: &[(&str, &str)]) -> Option<Filter> {
        let map: HashMap<&str, &str> = pairs.iter().copied().collect();
        Filter::read(|name| map.get(name).map(|value| (*value).to_owned()))
    }

    #[test]
    fn an_address_says_what_it_was_made_of() {
        let person = "0193a5c0-0000-7000-8000-000000000001";
        let all = [
            ("person", person),
            ("phase", "csf-grid"),
            ("kind", "ticked,decided"),
            ("from", "2026-03-02T09:00:00.000Z"),
            ("to", "2026-03-03T09:00:00.000Z"),
        ];
        let filter = read(&all).expect("good");
        let parameters: String = all.iter().map(|(name, value)| format!("&{name}={value}")).collect();
        assert_eq!(filter.parameters(), parameters);
        assert_eq!(filter.on("/x"), format!("/x?{}", &parameters[1..]));
        assert_eq!(read(&[("person", "system")]).expect("good").by, Some(By::System));
        assert!(read(&[]).expect("good").is_empty());
        assert_eq!(Filter::default().on("/x"), "/x");
    }

    #[test]
    fn an_address_that_says_nonsense_says_nothing() {
        for bad in [("person", "nobody"), ("phase", "A b"), ("kind", "tickled"), ("kind", ""), ("from", "yesterday")] {
            assert_eq!(read(&[bad]), None, "{bad:?}");
        }
    }
}
