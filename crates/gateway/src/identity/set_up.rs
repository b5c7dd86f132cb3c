//! The first start: whoever reads the terminal makes the first administrator, once.

use crate::clock;
use gateway_api::Secret;
use rollout::Digest;
use std::sync::{Mutex, PoisonError};
use subtle::ConstantTimeEq;

/// The code that lets the first administrator in: its hash alone, in memory alone, until it was used.
#[derive(Debug, Default)]
pub struct SetUpCode(Mutex<Option<Digest>>);

impl SetUpCode {
    /// Makes a code that nobody can guess. Whoever gets it shows it once.
    pub fn make(&self) -> Secret {
        let digits = hex::encode(clock::random::<10>());
        let groups: Vec<&str> = [0, 4, 8, 12, 16].iter().map(|at| &digits[*at..at + 4]).collect();
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(hash(&digits));
        Secret::new(groups.join("-"))
    }

    /// Is there one that was not used?
    pub fn is_open(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).is_some()
    }

    /// Is it the code? How far it fits shows in no time that passes.
    pub fn is(&self, given: &Secret) -> bool {
        let given = hash(given.reveal());
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.is_some_and(|kept| kept.bytes().ct_eq(given.bytes()).into())
    }

    /// It lets nobody in any more.
    pub fn close(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

/// However it was typed.
fn hash(code: &str) -> Digest {
    let plain: String = code.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    Digest::of(&[plain.as_bytes()])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_fits_however_it_is_typed_until_it_was_used() {
        let code = SetUpCode::default();
        assert!(!code.is_open() && !code.is(&Secret::new("")));
        let shown = code.make();
        assert_eq!(shown.reveal().len(), 24, "80 bits in groups");
        let typed = Secret::new(format!(" {} ", shown.reveal().replace('-', " ").to_uppercase()));
        assert!(code.is_open() && code.is(&shown) && code.is(&typed));
        assert!(!code.is(&Secret::new("")) && !code.is(&Secret::new(&shown.reveal()[1..])));
        let other = code.make();
        assert!(!code.is(&shown) && code.is(&other), "each start has its own");
        code.close();
        assert!(!code.is_open() && !code.is(&other));
    }
}
