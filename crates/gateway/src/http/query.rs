//! What a query says. Each refusal names its parameter.

use super::problem::{Failure, Result};
use rollout::Timestamp;

/// A query's parameters, decoded.
pub struct Query(Vec<(String, String)>);

impl Query {
    /// Errors: a parameter that is not named here.
    pub fn read(query: Option<&str>, names: &[&str]) -> Result<Self> {
        let pairs: Vec<(String, String)> =
            form_urlencoded::parse(query.unwrap_or("").as_bytes()).into_owned().collect();
        match pairs.iter().find(|(name, _)| !names.contains(&name.as_str())) {
            Some((name, _)) => {
                let detail = format!("The query may have {}, not this.", names.join(" and "));
                Err(Failure::bad_request(name, detail))
            }
            None => Ok(Self(pairs)),
        }
    }

    /// A parameter that stands there once or not at all.
    pub fn one(&self, name: &str) -> Result<Option<&str>> {
        let mut found = self.0.iter().filter(|(given, _)| given == name).map(|(_, value)| value.as_str());
        match (found.next(), found.next()) {
            (first, None) => Ok(first),
            _ => Err(Failure::bad_request(name, format!("{name} stands twice in the query."))),
        }
    }

    /// A parameter that may be repeated, or hold several with commas between.
    pub fn list<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a str> {
        let found = self.0.iter().filter(move |(given, _)| given == name);
        found.flat_map(|(_, value)| value.split(','))
    }

    /// A parameter that may be repeated, each time with one value.
    pub fn all<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(given, _)| given == name).map(|(_, value)| value.as_str())
    }

    /// A whole number.
    pub fn number(&self, name: &str) -> Result<Option<u64>> {
        let read = |value: &str| {
            let number = value.bytes().all(|b| b.is_ascii_digit()).then(|| value.parse().ok()).flatten();
            let number = number.filter(|n| *n <= i64::MAX as u64);
            number.ok_or_else(|| Failure::bad_request(name, format!("{name} is a whole number, not \"{value}\".")))
        };
        self.one(name)?.map(read).transpose()
    }

    /// A moment.
    pub fn time(&self, name: &str) -> Result<Option<Timestamp>> {
        let read = |value: &str| {
            Timestamp::try_from(value.to_owned())
                .map_err(|problem| Failure::bad_request(name, format!("{name} is an RFC 3339 time: {problem}.")))
        };
        self.one(name)?.map(read).transpose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: [&str; 4] = ["after", "limit", "kind", "from"];

    fn query(text: &str) -> Query {
        Query::read(Some(text), &NAMES).expect(text)
    }

    #[test]
    fn a_query_names_what_is_wrong_with_it() {
        assert_eq!(query("after=3").number("after").expect("good"), Some(3));
        let none = Query::read(None, &NAMES).expect("good");
        assert_eq!((none.number("after").expect("good"), none.time("from").expect("good")), (None, None));
        assert!(Query::read(Some("aftr=1"), &NAMES).is_err());
        for bad in ["after=x", "after=", "after=-1", "after=1&after=2", "after=99999999999999999999"] {
            assert!(query(bad).number("after").is_err(), "{bad}");
        }
        for bad in ["from=yesterday", "from=2025-09-02", "from=2025-09-02T14:00:00"] {
            assert!(query(bad).time("from").is_err(), "{bad}");
        }
    }

    #[test]
    fn a_list_is_repeated_or_parted_by_commas() {
        let kinds = |text: &str| query(text).list("kind").map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(kinds("kind=a,b&after=1&kind=c"), ["a", "b", "c"]);
        assert_eq!(kinds("kind=a%2Cb"), ["a", "b"]);
        assert_eq!(kinds("after=1"), Vec::<String>::new());
    }

    #[test]
    fn a_time_may_name_its_zone() {
        let time = |text: &str| query(text).time("from").expect(text).map(Timestamp::millis);
        assert_eq!(time("from=2025-09-02T14:00:00Z"), time("from=2025-09-02T16%3A00%3A00%2B02%3A00"));
    }
}
