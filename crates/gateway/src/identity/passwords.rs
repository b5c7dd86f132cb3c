//! Passwords: Argon2id with the parameters that OWASP names, and NIST SP 800-63B's rule for what is one.

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use gateway_api::Secret;
use std::sync::Arc;
use tokio::sync::Semaphore;

/// OWASP's first choice for Argon2id where memory is dear: 19 MiB, two passes, one lane.
const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// So many are worked out at once: each takes its memory and a processor for a while.
const AT_ONCE: usize = 2;

/// The fewest characters of a password, and the most bytes. What is in it is nobody's business.
const SHORTEST: usize = 12;
const LONGEST: usize = 1024;

/// Nobody's password, worked out with the same parameters: where there is no account, as much is done as where there is one.
const NOBODYS: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$QUFBQUFBQUFBQUFBQUFBQQ$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Why a text is no password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoPassword {
    #[error("it needs at least {SHORTEST} characters; what they are is up to you")]
    Short,
    #[error("it has more than {LONGEST} bytes")]
    Long,
}

/// Why a password could not be worked out.
#[derive(Debug, thiserror::Error)]
#[error("a password could not be worked out: {0}")]
pub struct Broken(String);

/// Errors: it is too short or too long to be a password.
pub fn check(password: &Secret) -> Result<(), NoPassword> {
    let text = password.reveal();
    match text.chars().count() {
        _ if text.len() > LONGEST => Err(NoPassword::Long),
        count if count < SHORTEST => Err(NoPassword::Short),
        _ => Ok(()),
    }
}

fn argon2() -> Result<Argon2<'static>, Broken> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(|error| Broken(error.to_string()))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// The PHC string that is kept of a password, with a salt of its own. It takes a while.
///
/// Errors: it could not be worked out.
pub fn hash(password: &Secret) -> Result<String, Broken> {
    let salt = crate::clock::random::<16>();
    let hash: PasswordHash = argon2()?
        .hash_password_with_salt(password.reveal().as_bytes(), &salt)
        .map_err(|error| Broken(error.to_string()))?;
    Ok(hash.to_string())
}

fn verify(password: &Secret, kept: &str) -> Result<bool, Broken> {
    let kept = PasswordHash::new(kept).map_err(|error| Broken(error.to_string()))?;
    Ok(argon2()?.verify_password(password.reveal().as_bytes(), &kept).is_ok())
}

/// Works passwords out beside everything else, a few at a time.
#[derive(Debug)]
pub struct Passwords(Arc<Semaphore>);

impl Default for Passwords {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(AT_ONCE)))
    }
}

impl Passwords {
    /// Is it the password of which this is kept? Where nothing is kept it is not, and that takes as long.
    ///
    /// Errors: it could not be worked out.
    pub async fn is(&self, password: Secret, kept: Option<String>) -> Result<bool, Broken> {
        let known = kept.is_some();
        let kept = kept.unwrap_or_else(|| NOBODYS.to_owned());
        let is = self.work(move || verify(&password, &kept)).await?;
        Ok(is && known)
    }

    /// What is kept of a password.
    ///
    /// Errors: it could not be worked out.
    pub async fn hash(&self, password: Secret) -> Result<String, Broken> {
        self.work(move || hash(&password)).await
    }

    async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, Broken> + Send + 'static,
    ) -> Result<T, Broken> {
        let broken = |error: &dyn std::fmt::Display| Broken(error.to_string());
        // It goes with the work, also if whoever asked goes away.
        let turn = self.0.clone().acquire_owned().await.map_err(|error| broken(&error))?;
        let done = tokio::task::spawn_blocking(move || {
            let done = work();
            drop(turn);
            done
        });
        done.await.map_err(|error| broken(&error))?
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_long_enough_and_nothing_else_is_asked_of_it() {
        let check = |text: &str| check(&Secret::new(text));
        assert_eq!(check("aaaaaaaaaaa"), Err(NoPassword::Short));
        for good in ["aaaaaaaaaaaa", "correct horse battery staple", "ääääääääääää", &"x".repeat(1_024)] {
            assert_eq!(check(good), Ok(()), "{good}");
        }
        assert_eq!(check(&"x".repeat(1_025)), Err(NoPassword::Long));
    }

    #[tokio::test]
    async fn what_is_kept_has_owasps_parameters_and_a_salt_of_its_own() {
        let passwords = Passwords::default();
        let secret = || Secret::new("correct horse battery");
        let (one, other) =
            (passwords.hash(secret()).await.expect("works"), passwords.hash(secret()).await.expect("works"));
        assert_ne!(one, other);
        for kept in [&one, &NOBODYS.to_owned()] {
            assert!(kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{kept}");
        }
        assert!(passwords.is(secret(), Some(one.clone())).await.expect("works"));
        assert!(!passwords.is(Secret::new("correct horse batterx"), Some(one)).await.expect("works"));
        assert!(!passwords.is(secret(), None).await.expect("works"), "as much is done for nobody, and it never fits");
        assert!(passwords.is(secret(), Some("no PHC string".into())).await.is_err());
    }
}
