//! The kinds of records in plain words, those together that one looks for together.

/// A group: its name, how all of it together is called, and its kinds.
pub struct Group {
    pub name: &'static str,
    pub all: &'static str,
    pub kinds: &'static [(&'static str, &'static str)],
}

/// Every kind, once.
pub static GROUPS: [Group; 5] = [
    Group {
        name: "Gates and plan",
        all: "All about gates and plan",
        kinds: &[
            ("decided", "Go, no-go or hold"),
            ("released", "Hold released"),
            ("skipped", "Phase skipped"),
            ("unskipped", "Phase taken back in"),
            ("attached", "Plan attached"),
            ("adopted", "Plan adopted"),
        ],
    },
    Group {
        name: "Sign-offs and checklists",
        all: "All sign-offs and checklists",
        kinds: &[
            ("signed", "Signed"),
            ("objected", "Objected"),
            ("withdrawn", "Signature or objection withdrawn"),
            ("ticked", "Ticked"),
            ("unticked", "Opened again"),
            ("waived", "Waived"),
            ("attested", "Attested"),
            ("unattested", "Attestation taken back"),
        ],
    },
    Group {
        name: "Flags",
        all: "All that was asked of flags",
        kinds: &[
            ("raised", "Raise asked for"),
            ("lowered", "Lowering asked for"),
            ("put-back", "Putting back asked for"),
            ("accepted", "Drift accepted"),
            ("glass-broken", "Glass broken"),
            ("glass-expired", "Back by itself after a glass"),
            ("glass-reviewed", "Glass reviewed"),
        ],
    },
    Group {
        name: "Delivery",
        all: "All about delivery",
        kinds: &[
            ("applied", "Applied and read back"),
            ("moved-by-hand", "Set by hand"),
            ("failed", "Not delivered yet"),
            ("cancelled", "Raise cancelled"),
            ("observed", "Drift seen"),
        ],
    },
    Group {
        name: "Incidents and the rest",
        all: "All incidents and the rest",
        kinds: &[
            ("incident-opened", "Incident opened"),
            ("incident-resolved", "Incident resolved"),
            ("noted", "Note"),
            ("clock-moved", "Demo's clock moved"),
        ],
    },
];

impl Group {
    /// All its kinds.
    pub fn names(&self) -> Vec<&'static str> {
        self.kinds.iter().map(|(kind, _)| *kind).collect()
    }
}

/// What these kinds are called together.
pub fn words(kinds: &[&str]) -> String {
    let all = GROUPS.iter().find(|group| group.names() == kinds).map(|group| group.all.to_owned());
    all.unwrap_or_else(|| {
        let pairs = GROUPS.iter().flat_map(|group| group.kinds);
        let named = pairs.filter(|(kind, _)| kinds.contains(kind)).map(|(_, words)| *words);
        named.collect::<Vec<_>>().join(", ")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use rollout::Event;
    use std::collections::BTreeSet;

    #[test]
    fn every_kind_stands_in_one_group() {
        let all: Vec<&str> = GROUPS.iter().flat_map(Group::names).collect();
        assert_eq!(all.len(), Event::KINDS.len());
        assert_eq!(all.into_iter().collect::<BTreeSet<_>>(), Event::KINDS.into_iter().collect());
    }

    #[test]
    fn kinds_are_called_by_their_words() {
        assert_eq!(words(&["ticked"]), "Ticked");
        assert_eq!(words(&["noted", "decided"]), "Go, no-go or hold, Note");
        assert_eq!(words(&GROUPS[3].names()), "All about delivery");
    }
}
