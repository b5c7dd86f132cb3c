//! Where in a plan's text a place is: `phases[1].steps[0].do` stands in line 90, column 13.

use serde_saphyr::granit_parser::{Event, Parser, Span};
use std::collections::BTreeMap;

/// Line and column of every value, both from 1, by its path.
pub struct Places(BTreeMap<String, (u64, u64)>);

/// A list or an object that is being read.
enum Open {
    List {
        path: String,
        next: usize,
    },
    /// With the key whose value comes next.
    Object {
        path: String,
        key: Option<String>,
    },
}

impl Open {
    /// The path of the value that comes now.
    fn value_path(&mut self) -> String {
        match self {
            Self::List { path, next } => {
                *next += 1;
                format!("{path}[{}]", *next - 1)
            }
            Self::Object { path, key } => {
                let key = key.take().unwrap_or_default();
                if path.is_empty() { key } else { format!("{path}.{key}") }
            }
        }
    }
}

impl Places {
    /// Reads as far as the text is YAML.
    pub fn of(text: &str) -> Self {
        let (mut places, mut open) = (BTreeMap::new(), Vec::<Open>::new());
        for (event, span) in Parser::new_from_str(text).map_while(Result::ok) {
            if let Event::Scalar(word, ..) = &event
                && let Some(Open::Object { key: key @ None, .. }) = open.last_mut()
            {
                *key = Some(word.to_string());
                continue;
            }
            let mut note = |open: &mut Vec<Open>| {
                let path = open.last_mut().map_or_else(String::new, Open::value_path);
                places.insert(path.clone(), line_and_column(&span));
                path
            };
            match event {
                Event::Scalar(..) | Event::Alias(..) => drop(note(&mut open)),
                Event::SequenceStart(..) => {
                    let path = note(&mut open);
                    open.push(Open::List { path, next: 0 });
                }
                Event::MappingStart(..) => {
                    let path = note(&mut open);
                    open.push(Open::Object { path, key: None });
                }
                Event::SequenceEnd | Event::MappingEnd => drop(open.pop()),
                _ => {}
            }
        }
        Self(places)
    }

    /// Where a place is, or the nearest one around it that stands in the text.
    pub fn find(&self, place: &str) -> Option<(u64, u64)> {
        let mut place = place;
        loop {
            if let Some(found) = self.0.get(place) {
                return Some(*found);
            }
            place = &place[..place.rfind(['.', '['])?];
        }
    }
}

fn line_and_column(span: &Span) -> (u64, u64) {
    (span.start.line() as u64, span.start.col() as u64 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_value_is_found_where_it_stands_and_what_is_missing_at_what_is_around_it() {
        let text = "# A plan\nname: A\nphases:\n  - slug: a\n    steps: [{ slug: b }, { slug: c, do: { x: 1 } }]\n  - slug: d\n";
        let places = Places::of(text);
        for (place, at) in [
            ("name", (2, 7)),
            ("phases", (4, 3)),
            ("phases[0].slug", (4, 11)),
            ("phases[0].steps[0]", (5, 13)),
            ("phases[0].steps[1].slug", (5, 34)),
            ("phases[0].steps[1].do.x", (5, 46)),
            ("phases[1].slug", (6, 11)),
            ("phases[1].steps[0].slug", (6, 5)),
        ] {
            assert_eq!(places.find(place), Some(at), "{place}");
        }
        assert_eq!(places.find("nothing"), None);
        let json = "{\"name\": \"A\",\n \"phases\": [{\"slug\": \"a\"}]}";
        assert_eq!(Places::of(json).find("phases[0].slug"), Some((2, 22)));
    }
}
