//! Free text and evidence. A record never holds them: it holds a salted hash, so that erasing a person's words leaves
//! the ledger provable.

use crate::{
    canonical,
    id::Digest,
    time::{DAY, HOUR, Millis},
};
use serde::{Deserialize, Serialize};

/// The longest free text, in characters.
pub const LONGEST_TEXT: usize = 4_000;
/// The longest evidence title or URL, in characters.
pub const LONGEST_EVIDENCE: usize = 500;

/// 32 random bytes that make the hash of a short text unguessable. All zero until the gateway salts a command.
pub type Salt = [u8; 32];

/// SHA-256(salt ‖ text): what stands in a record in place of the words.
pub type TextHash = Digest;

/// What a person wrote: a reason, a comment, conditions. Trimmed, not empty, at most [`LONGEST_TEXT`] characters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(with = "String", extend("minLength" = 1, "maxLength" = 4_000, "pattern" = r"\S")))]
pub struct Text {
    words: String,
    salt: Salt,
}

/// Why a text is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoText {
    /// Nothing but white space.
    #[error("the text is empty")]
    Empty,
    /// Too long; the length found, in characters.
    #[error("the text has {0} characters; {LONGEST_TEXT} is the most")]
    TooLong(usize),
}

impl Text {
    /// Errors: empty, or too long.
    pub fn new(words: &str) -> Result<Self, NoText> {
        let words = words.trim();
        match words.chars().count() {
            0 => Err(NoText::Empty),
            n if n > LONGEST_TEXT => Err(NoText::TooLong(n)),
            _ => Ok(Self { words: words.to_owned(), salt: [0; 32] }),
        }
    }

    /// What stands in the record.
    pub fn hash(&self) -> TextHash {
        Digest::of(&[&self.salt, self.words.as_bytes()])
    }

    pub(crate) fn salt(&mut self) -> &mut Salt {
        &mut self.salt
    }

    /// The same words under this salt.
    pub fn salted(self, salt: Salt) -> Self {
        Self { salt, ..self }
    }

    /// What the side table keeps.
    pub fn spoken(&self) -> Spoken {
        Spoken { hash: self.hash(), salt: self.salt, words: self.words.clone() }
    }
}

impl TryFrom<String> for Text {
    type Error = NoText;
    fn try_from(words: String) -> Result<Self, NoText> {
        Self::new(&words)
    }
}

impl From<Text> for String {
    fn from(text: Text) -> String {
        text.words
    }
}

/// Something that shows it: a link with a title, and the SHA-256 of what it pointed at, if the person took it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "EvidenceWire", into = "EvidenceWire")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(with = "EvidenceWire"))]
pub struct Evidence {
    shown: EvidenceWire,
    salt: Salt,
}

/// The fields of [`Evidence`] as they travel and as the side table keeps them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct EvidenceWire {
    /// What it is, in a few words.
    #[cfg_attr(feature = "schema", schemars(extend("minLength" = 1, "maxLength" = 500, "pattern" = r"\S")))]
    pub title: String,
    /// Where it is: an `http` or `https` URL.
    #[cfg_attr(feature = "schema", schemars(extend("maxLength" = 500, "pattern" = r"^https?://[!-~]+$")))]
    pub url: String,
    /// The hash of what was there when it was named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<Digest>,
}

/// Why evidence is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoEvidence {
    /// The title is empty or too long.
    #[error("evidence needs a title of 1 to {LONGEST_EVIDENCE} characters")]
    Title,
    /// The URL is not one that a browser may safely follow.
    #[error("evidence needs a URL that begins with https:// or http:// and has at most {LONGEST_EVIDENCE} characters")]
    Url,
}

impl Evidence {
    /// Errors: no title, or no `http(s)` URL.
    pub fn new(title: &str, url: &str, sha256: Option<Digest>) -> Result<Self, NoEvidence> {
        let (title, url) = (title.trim(), url.trim());
        if title.is_empty() || title.chars().count() > LONGEST_EVIDENCE {
            return Err(NoEvidence::Title);
        }
        let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
        let good = rest.is_some_and(|r| !r.is_empty() && !r.contains(|c: char| c.is_whitespace() || c.is_control()));
        if !good || url.chars().count() > LONGEST_EVIDENCE {
            return Err(NoEvidence::Url);
        }
        Ok(Self { shown: EvidenceWire { title: title.into(), url: url.into(), sha256 }, salt: [0; 32] })
    }

    fn words(&self) -> String {
        String::from_utf8_lossy(&canonical::bytes(&self.shown)).into_owned()
    }

    /// What stands in the record: the salted hash of the evidence's canonical JSON.
    pub fn hash(&self) -> TextHash {
        Digest::of(&[&self.salt, self.words().as_bytes()])
    }

    pub(crate) fn salt(&mut self) -> &mut Salt {
        &mut self.salt
    }

    pub(crate) fn spoken(&self) -> Spoken {
        Spoken { hash: self.hash(), salt: self.salt, words: self.words() }
    }
}

impl TryFrom<EvidenceWire> for Evidence {
    type Error = NoEvidence;
    fn try_from(wire: EvidenceWire) -> Result<Self, NoEvidence> {
        Self::new(&wire.title, &wire.url, wire.sha256)
    }
}

impl From<Evidence> for EvidenceWire {
    fn from(evidence: Evidence) -> Self {
        evidence.shown
    }
}

/// A row of the side table: the words behind a hash. Erasing a person deletes rows, never records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spoken {
    /// What the record holds.
    pub hash: TextHash,
    /// The salt under the hash.
    pub salt: Salt,
    /// The text, or the canonical JSON of an evidence.
    pub words: String,
}

/// A span in the two largest units that matter: `3 d 4 h`, `19 h 42 min`, `42 s`. It rounds down; below zero it is `0 s`.
/// Up to three days it counts hours, as plans do that ask for 24 h and 48 h.
pub fn duration(ms: Millis) -> String {
    const MINUTE: Millis = 60_000;
    let ms = ms.max(0);
    let pair = |big: Millis, big_unit: &str, small: Millis, small_unit: &str| match (ms % big) / small {
        0 => format!("{} {big_unit}", ms / big),
        rest => format!("{} {big_unit} {rest} {small_unit}", ms / big),
    };
    match ms {
        _ if ms >= 3 * DAY => pair(DAY, "d", HOUR, "h"),
        _ if ms >= HOUR => pair(HOUR, "h", MINUTE, "min"),
        _ if ms >= MINUTE => format!("{} min", ms / MINUTE),
        _ => format!("{} s", ms / 1_000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_names_its_two_largest_units() {
        const MINUTE: Millis = 60_000;
        let spans = [0, 42_999, MINUTE, 59 * MINUTE + 59_000, HOUR, 19 * HOUR + 42 * MINUTE, 48 * HOUR, 7 * DAY];
        assert_eq!(spans.map(duration), ["0 s", "42 s", "1 min", "59 min", "1 h", "19 h 42 min", "48 h", "7 d"]);
        assert_eq!(
            [3 * DAY + 4 * HOUR + 59 * MINUTE, 3 * DAY + 59 * MINUTE, -5 * HOUR].map(duration),
            ["3 d 4 h", "3 d", "0 s"]
        );
    }

    #[test]
    fn a_text_is_trimmed_and_never_empty() {
        assert_eq!(Text::new("  looks good \n").map(String::from), Ok("looks good".into()));
        assert_eq!(Text::new(" \n\t"), Err(NoText::Empty));
        assert_eq!(Text::new(&"x".repeat(4_001)), Err(NoText::TooLong(4_001)));
    }

    #[test]
    fn the_salt_changes_the_hash() {
        let mut text = Text::new("ok").expect("a text");
        let bare = text.hash();
        *text.salt() = [7; 32];
        assert_ne!(text.hash(), bare);
        assert_eq!(text.spoken().hash, Digest::of(&[&[7; 32], b"ok"]));
    }

    #[test]
    fn evidence_is_a_link_a_browser_may_follow() {
        assert!(Evidence::new("Dashboard", "https://example.org/d", None).is_ok());
        for url in ["javascript:alert(1)", "https://", "ftp://x", "https://a b", ""] {
            assert_eq!(Evidence::new("x", url, None), Err(NoEvidence::Url), "{url}");
        }
        assert_eq!(Evidence::new(" ", "https://example.org", None), Err(NoEvidence::Title));
    }
}
