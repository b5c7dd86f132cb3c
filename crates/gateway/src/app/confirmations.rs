//! Confirmations: what gives a flag to somebody is asked for twice, and the second time says exactly what it is.
//!
//! A confirmation is a time and a code made of it and of all that it binds: the person, the rollout and so the environment,
//! the flag, the exposure, and the last record about the flag. Nothing is kept: what is carried out makes a record about the
//! flag, so a confirmation serves once.

use super::{App, Ledger};
use gateway_api::ConfirmationView;
use hmac::{Hmac, KeyInit, Mac};
use rollout::{Command, Exposure, Millis, PersonId, Rollout, Seq, Timestamp, canonical, plan::Flag};
use sha2::Sha256;

/// So long it is good for, as a proof is.
const LASTS: Millis = rollout::asker::PROOF_COUNTS;

/// What makes the codes of this gateway, for as long as it runs.
pub struct Key([u8; 64]);

impl Default for Key {
    fn default() -> Self {
        Self(crate::clock::random())
    }
}

/// What a command would give to somebody.
struct Gives<'a> {
    flag: &'a Flag,
    to: Exposure,
    last: Seq,
}

fn gives<'a>(ledger: &'a Ledger, rollout: &Rollout, command: &Command) -> Option<Gives<'a>> {
    let (slug, to) = match command {
        Command::Raise { step, .. } => {
            let (slug, to) = ledger.plan.step(step)?.2.exposure()?;
            (slug.clone(), to.clone())
        }
        Command::BreakGlass { flag, to, .. } => (flag.clone(), to.clone()),
        Command::PutBack { flag, .. } => (flag.clone(), rollout.flags.get(flag)?.wanted.clone()),
        _ => return None,
    };
    Some(Gives { flag: ledger.plan.flag(&slug)?, to, last: rollout.flags.get(&slug)?.last })
}

impl App {
    /// What this person needs to send this command as the ledger stands now; none if it gives nothing to anybody, or the plan
    /// has nothing of that name.
    pub fn confirm(
        &self,
        ledger: &Ledger,
        rollout: &Rollout,
        person: PersonId,
        command: &Command,
    ) -> Option<ConfirmationView> {
        let gives = gives(ledger, rollout, command)?;
        let at = self.clock.real();
        let code = self.code(ledger, person, &gives, at).finalize().into_bytes();
        Some(ConfirmationView {
            confirmation: format!("{}.{}", at.millis(), hex::encode(code)),
            key: gives.flag.key.clone(),
            environment: ledger.environment.clone(),
            to: gives.to,
            record: gives.last,
            ends: at.plus(LASTS),
        })
    }

    /// Was this given for this command, to this person, and has nothing happened to the flag since?
    pub(super) fn is_confirmed(
        &self,
        ledger: &Ledger,
        rollout: &Rollout,
        person: PersonId,
        command: &Command,
        confirmation: Option<&str>,
    ) -> bool {
        let given = || {
            let (at, code) = confirmation?.split_once('.')?;
            let (at, code) = (Timestamp::from_millis(at.parse().ok()?), hex::decode(code).ok()?);
            let lasts = self.clock.real().since(at) <= LASTS;
            let gives = gives(ledger, rollout, command).filter(|_| lasts)?;
            // In constant time.
            self.code(ledger, person, &gives, at).verify_slice(&code).ok()
        };
        given().is_some()
    }

    fn code(&self, ledger: &Ledger, person: PersonId, gives: &Gives<'_>, at: Timestamp) -> Hmac<Sha256> {
        let Gives { flag, to, last } = gives;
        let bound = canonical::bytes(&(person, ledger.id, &ledger.environment, &flag.key, to, last, at.millis()));
        let mut code = Hmac::<Sha256>::new(&self.confirmations.0.into());
        code.update(&bound);
        code
    }
}

#[cfg(test)]
mod tests;
