//! The naive rules about people, and about broken glasses: who may not do what they otherwise may, and what a raise past
//! the blockers costs.

use crate::{
    naive::{Book, Entry, Share, list},
    naive_rules,
};
use serde_json::Value;

const HOUR: i64 = 3_600_000;

/// A broken glass.
#[derive(Debug, Clone, PartialEq)]
pub struct Crack {
    pub flag: String,
    from: Share,
    until: i64,
    broken: i64,
    by: String,
    pub stands: bool,
    pub reviewed: bool,
}

impl Crack {
    fn keeps_up(&self, flag: &str) -> bool {
        self.stands && !self.reviewed && self.flag == flag
    }
}

impl Book {
    /// The glass that keeps a flag up.
    pub fn crack(&self, flag: &str) -> Option<&Crack> {
        self.cracks.values().find(|crack| crack.keeps_up(flag))
    }

    /// What the flag would be wanted at, had no glass been broken.
    pub fn without_glass(&self, flag: &str) -> Share {
        self.crack(flag).map_or(self.flags[flag].wanted.clone(), |crack| crack.from.clone())
    }

    /// Whose time is up by now, and who still keep their flag up.
    pub fn due(&self, now: i64) -> Vec<u64> {
        let due = self.cracks.iter().filter(|(_, crack)| crack.stands && !crack.reviewed && crack.until <= now);
        due.map(|(seq, _)| *seq).collect()
    }

    /// The flag is wanted at `to` from now on.
    pub fn goes_down(&mut self, flag: &str, to: &Share) {
        for crack in self.cracks.values_mut().filter(|crack| crack.keeps_up(flag) && crack.from.covers(to)) {
            crack.stands = false;
        }
    }

    pub fn take_glass(&mut self, entry: &Entry) {
        let body = &entry.body;
        let flag = body["flag"].as_str().unwrap_or_default().to_owned();
        let glass = body["glass"].as_u64().unwrap_or(0);
        match entry.kind.as_str() {
            "glass-broken" => {
                let lamp = self.flags.get_mut(&flag).expect("a flag");
                let from = std::mem::replace(&mut lamp.wanted, Share::of(&body["to"]));
                lamp.pending = Some((entry.seq, None));
                let (until, by) = (moment(&body["until"]), entry.person.clone());
                let crack = Crack { flag, from, until, broken: entry.time, by, stands: true, reviewed: false };
                self.cracks.insert(entry.seq, crack);
            }
            "glass-expired" => {
                let (lamp, to) = (self.flags.get_mut(&flag).expect("a flag"), Share::of(&body["to"]));
                let below = lamp.observed.as_ref().is_some_and(|seen| !seen.covers(&to));
                (lamp.wanted, lamp.pending) = (to, (!below).then_some((entry.seq, None)));
                self.cracks.get_mut(&glass).expect("a glass").stands = false;
            }
            "glass-reviewed" => self.cracks.get_mut(&glass).expect("a glass").reviewed = true,
            _ => {}
        }
    }
}

fn moment(json: &Value) -> i64 {
    let text = json.as_str().expect("a time");
    chrono::DateTime::parse_from_rfc3339(text).expect("a time").timestamp_millis()
}

/// What the phase asks of people; the plan, if it does not say.
fn asks(book: &Book, phase: Option<usize>, what: &str) -> bool {
    let own = phase.map(|phase| &book.phases()[phase]["safeguards"]).filter(|own| own.is_object());
    own.unwrap_or(&book.plan["safeguards"])[what] == true
}

/// The phase whose safeguards hold at a gate: the one ahead, or at the end the one behind.
fn phase_at(book: &Book, gate: usize) -> Option<usize> {
    let ahead = (gate - 1..book.phases().len()).find(|p| !book.skipped.contains(p));
    ahead.or(gate.checked_sub(2))
}

/// Did this person open the phase, so that they may not raise in it?
pub fn opened_it(book: &Book, phase: usize, person: &str) -> bool {
    let gate = book.entry_gate(phase);
    let opened = book.gos.contains(&gate) && book.gos_by.get(&gate).is_some_and(|by| by == person);
    asks(book, Some(phase), "decider_may_not_raise") && opened
}

/// Did they begin it, so that they may give no go there?
pub fn began_it(book: &Book, gate: usize, person: &str) -> bool {
    asks(book, phase_at(book, gate), "beginner_may_not_approve") && book.began == person
}

pub fn go_needs_proof(book: &Book, gate: usize) -> bool {
    asks(book, phase_at(book, gate), "prove_again")
}

/// Broken glasses that nobody has reviewed for a day.
pub fn overdue(book: &Book) -> Vec<String> {
    let open = book.cracks.iter().filter(|(_, crack)| !crack.reviewed && book.time >= crack.broken + 24 * HOUR);
    open.map(|(seq, _)| format!("glass {seq} was not reviewed")).collect()
}

/// What closes gives the flags back, so no glass may stand.
pub fn standing_at_the_end(book: &Book, gate: usize) -> Vec<String> {
    let is_last = (gate - 1..book.phases().len()).all(|p| book.skipped.contains(&p));
    let standing = book.flags.keys().filter(|flag| is_last && book.crack(flag).is_some());
    standing.map(|flag| format!("a glass keeps {flag} up")).collect()
}

/// What speaks against breaking the glass, by whoever may.
pub fn against_glass(book: &Book, flag: &str, to: &Share) -> Vec<String> {
    let lamp = &book.flags[flag];
    let against = [
        (!book.adopted, "the plan is not in force"),
        (naive_rules::is_closed(book), "the rollout is closed"),
        (lamp.pending.is_some(), "something is on its way"),
        (book.crack(flag).is_some(), "another stands"),
        (lamp.wanted.covers(to), "it is no raise"),
        (!to.covers(&lamp.wanted), "somebody loses the flag"),
    ];
    against.into_iter().filter(|(is, _)| *is).map(|(_, what)| what.to_owned()).collect()
}

pub fn may(book: &Book, which: &str, role: &str) -> bool {
    let glass = &book.plan["break_glass"];
    match (list(&glass[which]), which) {
        ([], "reviewers") => glass.is_object() && role == "product-owner",
        (roles, _) => roles.iter().any(|named| named == role),
    }
}

/// What was wrong with a record, as far as people and glasses go.
pub fn wrong(book: &Book, entry: &Entry) -> Vec<String> {
    let (body, person) = (&entry.body, entry.person.as_str());
    let said = |key: &str| body[key].as_str().unwrap_or_default();
    let glass = book.cracks.get(&body["glass"].as_u64().unwrap_or(0));
    let mut wrong = Vec::new();
    let mut but = |is: bool, what: &str| wrong.extend(is.then(|| what.to_owned()));
    let unproven = body["proof"].is_null();
    match entry.kind.as_str() {
        "adopted" => {
            but(asks(book, None, "prove_again") && unproven, "unproven");
            but(asks(book, None, "beginner_may_not_approve") && book.began == person, "they began it");
        }
        "signed" => {
            let (phase, _, line) = book.line(said("slot"));
            but(asks(book, Some(phase), "prove_again") && unproven, "unproven");
            let approves = line["meaning"] == "approved" && asks(book, Some(phase), "beginner_may_not_approve");
            but(approves && book.began == person, "they began it");
        }
        "decided" if said("decision") == "go" => {
            let gate = body["gate"].as_u64().expect("a gate") as usize;
            but(go_needs_proof(book, gate) && unproven, "unproven");
            but(began_it(book, gate, person), "they began it");
        }
        "released" => {
            let gate = body["gate"].as_u64().expect("a gate") as usize;
            but(!standing_at_the_end(book, gate).is_empty(), "a glass stands");
        }
        "raised" | "attested" => but(opened_it(book, book.step(said("step")).0, person), "they opened it"),
        "put-back" | "accepted" => {
            let lamp = &book.flags[said("flag")];
            let to = if entry.kind == "accepted" { Share::of(&body["exposure"]) } else { lamp.wanted.clone() };
            let up = entry.kind == "put-back" || (!lamp.baseline && !lamp.wanted.covers(&to));
            let phase = naive_rules::step_up_to(book, said("flag"), &to).map(|slug| book.step(&slug).0);
            but(up && phase.is_some_and(|phase| opened_it(book, phase, person)), "they opened it");
        }
        "glass-broken" => {
            but(!may(book, "roles", &entry.role), "the plan does not name the role");
            but(body["words"]["reason"].is_null(), "no reason");
            but(Share::of(&body["from"]) != book.flags[said("flag")].wanted, "from somewhere else");
            let hours = book.plan["break_glass"]["hours"].as_i64().unwrap_or(1);
            but(moment(&body["until"]) != entry.time + hours * HOUR, "for another time");
            wrong.extend(against_glass(book, said("flag"), &Share::of(&body["to"])));
        }
        "glass-expired" => {
            but(entry.role != "system", "a person did it");
            but(!glass.is_some_and(|crack| crack.keeps_up(said("flag"))), "nothing stands");
            but(glass.is_none_or(|crack| crack.until > entry.time), "too early");
            let to = Share::of(&body["to"]);
            but(!book.flags[said("flag")].wanted.covers(&to), "up by itself");
            but(!glass.is_some_and(|crack| crack.from.covers(&to)), "not back");
        }
        "glass-reviewed" => {
            but(!may(book, "reviewers", &entry.role), "the plan does not name the role");
            but(glass.is_none_or(|crack| crack.reviewed || crack.by == person), "not theirs to review");
        }
        "applied" | "moved-by-hand" => {
            let crack = book.cracks.get(&body["want"].as_u64().expect("a number"));
            but(crack.is_some_and(|crack| !crack.reviewed && crack.until <= entry.time), "its time was up");
        }
        _ => {}
    }
    wrong
}
