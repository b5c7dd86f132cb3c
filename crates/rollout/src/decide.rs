//! May this be done now? The rules, each in one place; `docs/semantics.md` says what they mean.

mod by_hand;
mod duties;
mod gates;
mod glass;
mod levers;
mod lines;
mod locks;
mod lowering;
mod put_back;

pub(crate) use locks::resolvers;
pub use locks::{raise_locks, upward_locks};
pub use lowering::{Change, rollback_preview};

use crate::{
    asker::{Asker, ProvenBy, RoleHolder},
    blocker::{Blocker, Place, Refusal, Why},
    command::{Command, Decision},
    event::{Event, Words},
    facts::Facts,
    id::{Digest, PhaseSlug, Seq},
    plan::Phase,
    role::Role,
    state::Rollout,
    time::Timestamp,
};

/// One question to the rulebook: who asks, when, and what has spoken against it so far.
pub(crate) struct Asking<'a> {
    pub rollout: &'a Rollout,
    pub facts: &'a Facts,
    pub asker: Asker,
    /// How the person proved themselves, if that still counts: it stands in the record, asked for or not.
    pub proven: Option<ProvenBy>,
    pub now: Timestamp,
    pub words: Words,
    blockers: Vec<Blocker>,
}

/// What comes of a question that names nothing unknown. Blockers collected meanwhile refuse it all the same.
type Answer = Result<Vec<Event>, Refusal>;

/// May this be done now by who asks? Events to append, or every blocker that speaks against it.
///
/// `now` is the gateway's time; a record's time is never before the last one's. Texts in the command should be salted.
///
/// Errors: the refusal.
pub fn decide(
    rollout: &Rollout,
    facts: &Facts,
    command: &Command,
    asker: impl Into<Asker>,
    now: Timestamp,
) -> Result<Vec<Event>, Refusal> {
    let asker = asker.into();
    // By the clock that says when it was: a clock that was set back makes no proof older.
    let (proven, now) = (asker.proven(now), now.max(rollout.time));
    let mut asking = Asking { rollout, facts, asker, proven, now, words: command.words(), blockers: Vec::new() };
    let events = asking.answer(command)?;
    Refusal::from_blockers(asking.blockers)?;
    Ok(events)
}

/// The same for a person who may hold several roles: the first of them that may do it acts, and is told with the events.
///
/// Errors: the refusal of the first role that is not simply the wrong one; else that of the first.
pub fn decide_as(
    rollout: &Rollout,
    facts: &Facts,
    command: &Command,
    holder: &RoleHolder,
    now: Timestamp,
) -> Result<(Role, Vec<Event>), Refusal> {
    let mut refused: Option<Refusal> = None;
    for role in holder.roles.iter().copied() {
        match decide(rollout, facts, command, holder.acting_as(role), now) {
            Ok(events) => return Ok((role, events)),
            Err(refusal) if refused.as_ref().is_none_or(|known| known.is_of_role() && !refusal.is_of_role()) => {
                refused = Some(refusal);
            }
            Err(_) => {}
        }
    }
    match refused {
        Some(refusal) => Err(refusal),
        None => {
            let asker = holder.acting_as(Role::Viewer);
            decide(rollout, facts, command, asker, now).map(|events| (Role::Viewer, events))
        }
    }
}

impl<'a> Asking<'a> {
    fn answer(&mut self, command: &Command) -> Answer {
        match command {
            Command::Tick { line, .. } => self.tick(line),
            Command::Untick { line, .. } => self.untick(line),
            Command::Waive { line, .. } => self.waive(line),
            Command::Sign { slot, .. } => self.sign(slot),
            Command::Object { slot, .. } => self.object(slot),
            Command::Withdraw { slot, .. } => self.withdraw(slot),
            Command::Decide { gate, decision: Decision::Go, .. } => self.go(*gate),
            Command::Decide { gate, decision, .. } => self.stop(*gate, *decision),
            Command::Release { gate, .. } => self.release(*gate),
            Command::Raise { step, confirm } => self.raise(step, confirm),
            Command::Lower { flag, to, .. } => self.lower(flag, to),
            Command::PutBack { flag, confirm } => self.put_back(flag, confirm),
            Command::Moved { flag, want, .. } => self.moved(flag, *want),
            Command::Rollback { scope, .. } => self.rollback(scope),
            Command::Attest { step, confirm, .. } => self.attest(step, confirm.as_deref()),
            Command::Unattest { step, .. } => self.unattest(step),
            Command::Accept { flag, .. } => self.accept(flag),
            Command::BreakGlass { flag, to, confirm, .. } => self.break_glass(flag, to, confirm),
            Command::Review { glass, .. } => self.review(*glass),
            Command::Skip { phase, .. } => self.skip(phase),
            Command::Unskip { phase, .. } => self.unskip(phase),
            Command::Adopt { plan, .. } => self.adopt(*plan),
            Command::Incident { .. } => self.incident(),
            Command::Resolve { incident, .. } => self.resolve(*incident),
            Command::Note { about, .. } => self.note(*about),
        }
    }

    /// One event, with what was said.
    fn one(&self, event: impl FnOnce(Words) -> Event) -> Answer {
        Ok(vec![event(self.words.clone())])
    }

    fn block(&mut self, blocker: Blocker) {
        self.blockers.push(blocker);
    }

    fn block_all(&mut self, blockers: impl IntoIterator<Item = Blocker>) {
        self.blockers.extend(blockers);
    }

    /// The actor must act in one of these roles; no system acts by command.
    fn needs_role(&mut self, roles: &[Role]) {
        if !self.asker.actor.role().is_some_and(|role| roles.contains(&role)) {
            let why = Why::WrongRole { needs: roles.to_vec() };
            self.block(Blocker::roles(why, roles, Place::Plan));
        }
    }

    /// What gives a flag to somebody is confirmed, each time and in every environment.
    fn needs_confirmed(&mut self, place: Place) {
        if !self.asker.confirmed {
            self.block(Blocker::asker(Why::NotConfirmed {}, place));
        }
    }

    fn needs_force(&mut self) {
        self.block_all(locks::not_in_force(self.rollout));
    }

    fn needs_open(&mut self) {
        self.block_all(locks::closed(self.rollout));
    }

    fn unknown(what: &str, name: impl ToString) -> Refusal {
        Blocker::asker(Why::Unknown { what: what.into(), name: name.to_string() }, Place::Plan).into()
    }

    fn phase(&self, slug: &PhaseSlug) -> Result<(usize, &'a Phase), Refusal> {
        self.rollout.plan().phase(slug).ok_or_else(|| Self::unknown("phase", slug))
    }

    fn adopt(&mut self, plan: Digest) -> Answer {
        self.needs_role(&[self.rollout.plan().decider(1)]);
        if plan != self.rollout.plan_digest {
            return Err(Self::unknown("revision", plan));
        }
        if self.rollout.adopted.is_some() {
            self.block(Blocker::nobody(Why::AlreadySo {}, Place::Plan));
        }
        let safeguards = self.rollout.plan().safeguards;
        self.needs_not_begun(safeguards, &[self.rollout.plan().decider(1)], Place::Plan);
        self.needs_proof(safeguards, Place::Plan);
        let proof = self.proven;
        self.one(|words| Event::Adopted { digest: plan, proof, words })
    }

    fn incident(&mut self) -> Answer {
        self.needs_role(&Role::MAY_SPEAK);
        self.one(|words| Event::IncidentOpened { words })
    }

    fn resolve(&mut self, incident: Seq) -> Answer {
        let Some(mark) = self.rollout.incidents.get(&incident) else {
            return Err(Blocker::asker(Why::NotSo {}, Place::Incident(incident)).into());
        };
        self.needs_role(&resolvers(mark.by.role()));
        self.one(|words| Event::IncidentResolved { incident, words })
    }

    fn note(&mut self, about: Option<Seq>) -> Answer {
        self.needs_role(&Role::MAY_SPEAK);
        if let Some(seq) = about.filter(|seq| *seq == 0 || *seq > self.rollout.version) {
            return Err(Self::unknown("record", seq));
        }
        self.one(|words| Event::Noted { about, words })
    }
}
