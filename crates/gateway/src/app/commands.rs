//! A command: load, decide, append.

use super::{App, Filter, Folded, Ledger, Way, appending::Prepared};
use crate::{
    clock,
    store::{Answer, StoreError},
};
use gateway_api::{CommandAnswer, Person, RecordsPage, Said, rollouts::Unrecorded};
use rollout::{
    Actor, Blocker, Command, Digest, Event, Facts, PersonId, Plan, Proof, Refusal, Role, RoleHolder, Rollout, Seq,
    Timestamp, canonical, decide_as,
};

/// A command as it was asked.
#[derive(Debug, Clone)]
pub struct Asked {
    pub person: PersonId,
    pub name: String,
    /// What the person may act as in this rollout, in order.
    pub roles: Vec<Role>,
    /// When and how they last proved who they are, by the rulebook's clock.
    pub proof: Option<Proof>,
    pub key: String,
    /// The version the person saw.
    pub version: Option<Seq>,
    pub command: Command,
    /// What was given for this very command by [`App::confirm`].
    pub confirmation: Option<String>,
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

/// What came of a command.
#[derive(Debug)]
pub enum Done {
    /// It stands in the ledger. The answer's JSON: the same bytes for whoever asks the same again.
    Recorded(Vec<u8>),
    /// The store did not take it, but it is a lowering: it is carried out, and recorded later.
    Unrecorded(Unrecorded),
}

impl Asked {
    /// What the rulebook makes of it.
    ///
    /// Errors: the refusal.
    pub(super) fn decide(
        &self,
        rollout: &Rollout,
        facts: &Facts,
        command: &Command,
        confirmed: bool,
        now: Timestamp,
    ) -> Result<(Actor, Vec<Event>), Refusal> {
        let (person, proof) = (self.person, self.proof);
        let holder = RoleHolder { person, roles: self.roles.clone(), proof, confirmed };
        let (role, events) = decide_as(rollout, facts, command, &holder, now)?;
        Ok((Actor::Person { person, role }, events))
    }

    /// Does it take flags down? Then a store that fails does not hold it back.
    pub(super) fn lowers_flags(&self) -> bool {
        matches!(self.command, Command::Lower { .. } | Command::Rollback { .. })
    }
}

impl CommandError {
    pub(super) fn refused(refusal: Refusal, plan: &Plan) -> Self {
        let sentences: Vec<String> = refusal.blockers().iter().map(|blocker| blocker.sentence(plan)).collect();
        Self::Refused { blockers: refusal.into_blockers(), words: sentences.join(". ") + "." }
    }
}

impl App {
    /// Does what was asked, once.
    ///
    /// Errors: nothing was done.
    pub async fn command(&self, ledger: &Ledger, asked: Asked) -> Result<Done, CommandError> {
        let kind = serde_json::to_value(&asked.command)?["type"].as_str().unwrap_or("unknown").to_owned();
        let done = self.once(ledger, asked).await;
        self.metrics.commanded(kind, &done);
        done
    }

    async fn once(&self, ledger: &Ledger, asked: Asked) -> Result<Done, CommandError> {
        let digest = canonical::digest(&asked.command);
        if !asked.lowers_flags() {
            return self.record(ledger, &asked, digest).await.map(Done::Recorded);
        }
        // A lowering waits for no store that is known to fail.
        if ledger.unrecorded() == 0 {
            match self.record(ledger, &asked, digest).await {
                Err(CommandError::Store(StoreError::Failed(error))) => {
                    tracing::error!(%error, "the store failed in a lowering");
                }
                Err(CommandError::Store(StoreError::Unreadable(error))) => {
                    tracing::error!(error, "the store failed in a lowering");
                }
                done => return done.map(Done::Recorded),
            }
        }
        self.lower_unrecorded(ledger, asked, digest).await.map(Done::Unrecorded)
    }

    async fn record(&self, ledger: &Ledger, asked: &Asked, digest: Digest) -> Result<Vec<u8>, CommandError> {
        let mut folded = self.to_append(ledger).await?;
        let error = match self.record_new(ledger, &mut folded, asked, digest).await {
            Ok(body) => return Ok(body),
            Err(error) => error,
        };
        // A key is taken once, so whatever is repeated ends here: what it meets is what it did itself.
        match self.store.answer(ledger.id, asked.person, &asked.key).await {
            Ok(Some(first)) if first.asked == digest => Ok(first.answer),
            Ok(Some(_)) => Err(CommandError::KeyReused),
            Ok(None) => Err(error),
            // Nobody can say whether it is a repeated one: so what speaks against it is no answer yet.
            Err(failed) => Err(if matches!(error, CommandError::Store(_)) { error } else { failed.into() }),
        }
    }

    async fn record_new(
        &self,
        ledger: &Ledger,
        folded: &mut Folded,
        asked: &Asked,
        digest: Digest,
    ) -> Result<Vec<u8>, CommandError> {
        let rollout = &folded.rollout;
        if !asked.command.needs_no_version() {
            let named = asked.version.ok_or(CommandError::VersionMissing)?;
            if named != rollout.version {
                let (way, all) = (Way::After(named), Filter::default());
                let news = self.records_page(ledger, way, super::NEWS, &all, rollout.version).await?;
                return Err(CommandError::Stale(Box::new(news)));
            }
        }
        let (prepared, body) = self.decided(ledger, rollout, asked, digest, self.clock.now()).await?;
        self.commit(folded, prepared).await?;
        Ok(body)
    }

    /// The records that the rulebook makes of it, with the answer to it.
    pub(super) async fn decided(
        &self,
        ledger: &Ledger,
        rollout: &Rollout,
        asked: &Asked,
        digest: Digest,
        now: Timestamp,
    ) -> Result<(Prepared, Vec<u8>), CommandError> {
        let mut command = asked.command.clone();
        command.salt(clock::salt);
        let facts = self.facts(ledger).await?;
        let given = asked.confirmation.as_deref();
        let confirmed = self.is_confirmed(ledger, rollout, asked.person, &command, given);
        let (actor, events) = asked
            .decide(rollout, &facts, &command, confirmed, now)
            .map_err(|refusal| CommandError::refused(refusal, &ledger.plan))?;
        let prepared = self.prepare(ledger, rollout, actor, events, now);
        let prepared = prepared.with_texts(asked.person, command.spoken());
        let answer = self.answer(asked, &command, digest, &prepared).await?;
        let body = answer.answer.clone();
        Ok((prepared.with_answer(answer), body))
    }

    async fn answer(
        &self,
        asked: &Asked,
        command: &Command,
        digest: Digest,
        prepared: &Prepared,
    ) -> Result<Answer, CommandError> {
        // Who asks is known, and what was said just now is not in the store yet.
        let mut said = Said::default();
        said.people.insert(asked.person, Person { name: asked.name.clone() });
        said.texts.extend(command.spoken().into_iter().map(|spoken| (spoken.hash, spoken.words)));
        self.say_in(prepared.records(), &mut said).await?;
        let answer = CommandAnswer { records: prepared.views(), said, version: prepared.version() };
        let (key, answer) = (asked.key.clone(), serde_json::to_vec(&answer)?);
        Ok(Answer { person: asked.person, key, asked: digest, answer })
    }
}
