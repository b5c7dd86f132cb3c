//! Identifiers: one type per entity, so that a phase is never taken for a step.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A record's sequence number within its ledger; the first is 1. Order in time is order of these, never of clock times.
pub type Seq = u64;

/// A gate's number: 1 is the starting gate, *n* + 1 closes a rollout of *n* phases.
pub type GateNumber = u8;

/// Why a text is no identifier.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is no slug: 1 to 64 of a-z, 0-9 and single hyphens between them")]
pub struct NoSlug(pub String);

fn is_slug(text: &str) -> bool {
    let word = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    text.len() <= 64 && text.split('-').all(word)
}

macro_rules! slugs {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        #[cfg_attr(feature = "schema", schemars(with = "String", extend("pattern" = "^[a-z0-9]+(-[a-z0-9]+)*$", "maxLength" = 64)))]
        pub struct $name(String);

        impl $name {
            /// Errors: the text is no slug.
            pub fn new(text: impl Into<String>) -> Result<Self, NoSlug> {
                let text = text.into();
                if is_slug(&text) { Ok(Self(text)) } else { Err(NoSlug(text)) }
            }
            /// The slug as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }
        impl TryFrom<String> for $name {
            type Error = NoSlug;
            fn try_from(text: String) -> Result<Self, NoSlug> {
                Self::new(text)
            }
        }
        impl From<$name> for String {
            fn from(slug: $name) -> String {
                slug.0
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )+};
}

slugs!(
    /// A plan's short name, the same in all its revisions.
    PlanSlug,
    /// A phase within its plan.
    PhaseSlug,
    /// A line of a checklist (task, sign-off slot, dependency or criterion); unique within its plan.
    LineSlug,
    /// A step; unique within its plan.
    StepSlug,
    /// A flag within its plan. The text people type is the flag's key, not this.
    FlagSlug,
);

macro_rules! uuids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        #[cfg_attr(feature = "schema", schemars(with = "String", extend("format" = "uuid")))]
        pub struct $name(pub uuid::Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, uuid::Error> {
                text.parse().map(Self)
            }
        }
    )+};
}

uuids!(
    /// A rollout, and its ledger (UUIDv7).
    RolloutId,
    /// A person: random, so that a ledger holds no personal data.
    PersonId,
);

/// A SHA-256, written as 64 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(with = "String", extend("pattern" = "^[0-9a-f]{64}$")))]
pub struct Digest([u8; 32]);

/// Why a text is no digest.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is no SHA-256: 64 hexadecimal digits")]
pub struct NoDigest(pub String);

impl Digest {
    /// The SHA-256 of these parts, one after the other.
    pub fn of(parts: &[&[u8]]) -> Self {
        use sha2::Digest as _;
        let mut hasher = sha2::Sha256::new();
        for part in parts {
            hasher.update(part);
        }
        Self(hasher.finalize().into())
    }

    /// The 32 bytes.
    pub fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl TryFrom<String> for Digest {
    type Error = NoDigest;
    fn try_from(text: String) -> Result<Self, NoDigest> {
        let mut bytes = [0; 32];
        match hex::decode_to_slice(&text, &mut bytes) {
            Ok(()) => Ok(Self(bytes)),
            Err(_) => Err(NoDigest(text)),
        }
    }
}

impl From<Digest> for String {
    fn from(digest: Digest) -> String {
        hex::encode(digest.0)
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Digest({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_are_lowercase_words_joined_by_single_hyphens() {
        for good in ["csf", "csf-grid", "phase-2", "x".repeat(64).as_str()] {
            assert!(PhaseSlug::new(good).is_ok(), "{good}");
        }
        for bad in ["", "-", "CSF", "a--b", "a-", "-a", "a b", "ä", "x".repeat(65).as_str()] {
            assert_eq!(PhaseSlug::new(bad), Err(NoSlug(bad.into())), "{bad}");
        }
    }

    #[test]
    fn digest_is_sha_256_in_hexadecimal() {
        // FIPS 180-4's own example "abc".
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(Digest::of(&[b"a", b"bc"]).to_string(), abc);
        assert_eq!(Digest::try_from(abc.to_owned()), Ok(Digest::of(&[b"abc"])));
        assert!(Digest::try_from("abc".to_owned()).is_err());
    }
}
