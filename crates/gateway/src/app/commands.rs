//! A command: load, decide, append.

use super::{App, Ledger};
use crate::{
    clock,
    store::{Answer, StoreError},
};
use gateway_api::{CommandAnswer, RecordsPage};
use rollout::{Actor, Blocker, Command, Digest, PersonId, Role, Seq, canonical, decide};

/// A command as it was asked.
#[derive(Debug, Clone)]
pub struct Asked {
    pub person: PersonId,
    /// The role acted in.
    pub role: Role,
    pub key: String,
    /// The version the person saw.
    pub version: Option<Seq>,
    pub command: Command,
}

/// Why a command made no records.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    #[error("this idempotency key was used for another command")]
    KeyReused,
    #[error("this command must name the version it was given upon")]
    VersionMissing,
    /// With the ledger's head and the records since the version that was named.
    #[error("the ledger has moved on to version {}", .0.version)]
    Stale(Box<RecordsPage>),
    /// With every blocker, and the whole in words.
    #[error("the rulebook refuses it: {words}")]
    Refused { blockers: Vec<Blocker>, words: String },
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("the answer has no JSON form: {0}")]
    NoJson(#[from] serde_json::Error),
}

impl App {
    /// Does what was asked, once. Gives the answer's JSON: the same bytes for whoever asks the same again.
    ///
    /// Errors: nothing was done.
    pub async fn command(&self, ledger: &Ledger, asked: Asked) -> Result<Vec<u8>, CommandError> {
        let mut folded = ledger.lock(self.store.as_ref()).await?;
        let digest = canonical::digest(&(asked.role, &asked.command));
        if let Some(first) = self.store.answer(ledger.id, asked.person, &asked.key).await? {
            return if first.asked == digest { Ok(first.answer) } else { Err(CommandError::KeyReused) };
        }
        let rollout = &folded.rollout;
        if !asked.command.needs_no_version() {
            let named = asked.version.ok_or(CommandError::VersionMissing)?;
            if named != rollout.version {
                let news = self.records_page(ledger.id, named, super::NEWS, rollout.version).await?;
                return Err(CommandError::Stale(Box::new(news)));
            }
        }
        let mut command = asked.command.clone();
        command.salt(clock::salt);
        let actor = Actor::Person { person: asked.person, role: asked.role };
        let (facts, now) = (self.facts(ledger).await?, self.clock.now());
        let events = decide(rollout, &facts, &command, &actor, now).map_err(|refusal| {
            let sentences: Vec<String> = refusal.blockers().iter().map(|b| b.sentence(&ledger.plan)).collect();
            CommandError::Refused { blockers: refusal.into_blockers(), words: sentences.join(". ") + "." }
        })?;
        let prepared = self.prepare(ledger, rollout, actor, events, now);
        let prepared = prepared.with_texts(asked.person, command.spoken());
        let answer = self.answer(&asked, &command, digest, &prepared).await?;
        let body = answer.answer.clone();
        self.commit(&mut folded, prepared.with_answer(answer)).await?;
        Ok(body)
    }

    async fn answer(
        &self,
        asked: &Asked,
        command: &Command,
        digest: Digest,
        prepared: &super::appending::Prepared,
    ) -> Result<Answer, CommandError> {
        let mut said = self.said_in(prepared.records()).await?;
        // What was said just now is not in the store yet.
        said.texts.extend(command.spoken().into_iter().map(|spoken| (spoken.hash, spoken.words)));
        let answer = CommandAnswer { records: prepared.views(), said, version: prepared.version() };
        let (key, answer) = (asked.key.clone(), serde_json::to_vec(&answer)?);
        Ok(Answer { person: asked.person, key, asked: digest, answer })
    }
}
