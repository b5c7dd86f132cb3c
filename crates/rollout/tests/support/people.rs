//! Those who act at random: people with one role, and one who holds them all; freshly proven or not, confirmed or not.

use crate::ledger::{self, Ledger};
use rollout::{Actor, Asker, Command, PersonId, Proof, ProvenBy, Role, RoleHolder, Timestamp};
use uuid::Uuid;

/// Whoever holds every role.
pub const EVERYONE: PersonId = PersonId(Uuid::from_bytes([0xee; 16]));

/// What a byte says of who asks.
#[derive(Debug, Clone, Copy)]
pub struct Who(pub u8);

impl Who {
    /// Mostly fresh; sometimes none, or an old one.
    fn proof(self, now: Timestamp) -> Option<Proof> {
        let at = |minutes: i64| Some(Proof { by: ProvenBy::Password, at: now.plus(-minutes * 60_000) });
        match self.0 % 8 {
            0 => None,
            1 => at(6),
            2 => at(5),
            _ => at(0),
        }
    }

    fn is_confirmed(self) -> bool {
        !self.0.is_multiple_of(7)
    }

    /// Somebody in this role alone.
    fn asker(self, role: Role, now: Timestamp) -> Asker {
        let actor = ledger::person(role, self.0 / 16 % 2);
        Asker { actor, proof: self.proof(now), confirmed: self.is_confirmed() }
    }

    /// The one with every role, in an order of their own.
    fn holder(self, now: Timestamp) -> RoleHolder {
        let roles = Role::ALL.into_iter().cycle().skip(usize::from(self.0 / 32)).take(Role::ALL.len());
        let (proof, confirmed) = (self.proof(now), self.is_confirmed());
        RoleHolder { person: EVERYONE, roles: roles.collect(), proof, confirmed }
    }

    /// Asks, in this role or in whichever may. Gives who did it, if it was done.
    pub fn tries(self, ledger: &mut Ledger, role: Role, command: &Command) -> Option<Actor> {
        if self.0 % 4 != 3 {
            let asker = self.asker(role, ledger.now);
            return ledger.act(asker, command).is_ok().then_some(asker.actor);
        }
        let holder = self.holder(ledger.now);
        let now = ledger.now.max(ledger.rollout.time);
        let (role, events) = rollout::decide_as(&ledger.rollout, &ledger.facts, command, &holder, now).ok()?;
        let actor = holder.acting_as(role).actor;
        events.into_iter().for_each(|event| ledger.append(actor, event));
        Some(actor)
    }

    /// Who is to be asked about in this role.
    pub fn actor(self, role: Role) -> Actor {
        match self.0 % 4 {
            3 => Actor::Person { person: EVERYONE, role },
            _ => ledger::person(role, self.0 / 16 % 2),
        }
    }
}
