//! A second, naive reading of a ledger. It sees the records' bytes and the plan, both as plain JSON, and shares no code
//! with the rulebook: what goes wrong in one of them shows as a difference.

use crate::{naive_people::Crack, naive_rules};
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
};

/// A share of everybody, or of some segments.
#[derive(Debug, Clone, PartialEq)]
pub struct Share(f64, Option<BTreeSet<String>>);

impl Share {
    pub fn of(json: &Value) -> Self {
        let percent = |text: &str| text.parse::<f64>().expect("a percentage");
        match json.as_str() {
            Some("off") => Self(0.0, None),
            Some("on") => Self(100.0, None),
            Some(text) => Self(percent(text), None),
            None => {
                let names = json["segments"].as_array().expect("segments").iter().map(text).collect();
                Self(percent(json["percent"].as_str().expect("a percentage")), Some(names))
            }
        }
    }

    /// Does the person at this place (0 to 100) with these segments get it?
    fn reaches(&self, place: f64, segments: &[&str]) -> bool {
        let inside = self.1.as_ref().is_none_or(|names| segments.iter().any(|name| names.contains(*name)));
        place < self.0 && inside
    }

    /// Does everybody who gets `other` get this too? Asked of people all over the place.
    pub fn covers(&self, other: &Self) -> bool {
        // All over the place, and just behind the last one who gets this.
        let places = (0..200).map(|i| f64::from(i) / 2.0).chain([self.0]);
        let kinds: [&[&str]; 4] = [&[], &["staff"], &["beta"], &["beta", "staff"]];
        places.into_iter().all(|at| kinds.iter().all(|kind| !other.reaches(at, kind) || self.reaches(at, kind)))
    }
}

pub fn text(json: &Value) -> String {
    json.as_str().expect("a text").to_owned()
}

pub fn list(json: &Value) -> &[Value] {
    json.as_array().map_or(&[], Vec::as_slice)
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Act {
    Signed(i64),
    Objected,
    Withdrawn,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Lamp {
    pub wanted: Share,
    pub applied: Share,
    pub observed: Option<Share>,
    pub baseline: bool,
    /// The record that is on its way, and the step it raises to.
    pub pending: Option<(u64, Option<String>)>,
}

/// What the records say so far.
#[derive(Clone)]
pub struct Book {
    pub plan: Rc<Value>,
    pub time: i64,
    pub adopted: bool,
    pub gos: BTreeSet<usize>,
    pub holds: BTreeSet<(usize, String)>,
    pub skipped: BTreeSet<usize>,
    pub ticked: BTreeSet<String>,
    pub marks: BTreeMap<String, BTreeMap<String, Act>>,
    /// Steps asked for; with the milliseconds their soak has run once applied.
    pub steps: BTreeMap<String, Option<i64>>,
    pub flags: BTreeMap<String, Lamp>,
    pub incidents: BTreeMap<u64, String>,
    /// Who began it, and who gave the last go at each gate.
    pub began: String,
    pub gos_by: BTreeMap<usize, String>,
    /// Every broken glass, by the record that broke it.
    pub cracks: BTreeMap<u64, Crack>,
}

/// A record, opened.
pub struct Entry {
    pub seq: u64,
    pub time: i64,
    pub role: String,
    pub person: String,
    pub kind: String,
    pub body: Value,
}

impl Entry {
    pub fn of(bytes: &[u8]) -> Self {
        let json: Value = serde_json::from_slice(bytes).expect("JSON");
        let time = chrono::DateTime::parse_from_rfc3339(json["time"].as_str().expect("a time")).expect("a time");
        let who = |key: &str| json["actor"][key].as_str().unwrap_or("system").to_owned();
        let (role, person) = (who("role"), who("person"));
        let seq = json["seq"].as_u64().expect("a number");
        Self { seq, time: time.timestamp_millis(), role, person, kind: text(&json["kind"]), body: json["body"].clone() }
    }
}

impl Book {
    /// The book that the first record opens.
    pub fn open(plan: Rc<Value>, first: &Entry) -> Self {
        let lamp = |flag: &Value| {
            let slug = text(&flag["slug"]);
            let initial = Share::of(&flag["initial"]);
            let baseline = first.body["baselines"].get(&slug).map_or(initial.clone(), Share::of);
            let strange = !initial.covers(&baseline);
            let wanted = if strange { initial } else { baseline.clone() };
            let observed = strange.then(|| baseline.clone());
            (slug, Lamp { wanted, applied: baseline, observed, baseline: strange, pending: None })
        };
        let flags = list(&plan["flags"]).iter().map(lamp).collect();
        Self {
            time: first.time,
            adopted: false,
            gos: BTreeSet::new(),
            holds: BTreeSet::new(),
            skipped: BTreeSet::new(),
            ticked: BTreeSet::new(),
            marks: BTreeMap::new(),
            steps: BTreeMap::new(),
            flags,
            incidents: BTreeMap::new(),
            began: first.person.clone(),
            gos_by: BTreeMap::new(),
            cracks: BTreeMap::new(),
            plan,
        }
    }

    pub fn phases(&self) -> &[Value] {
        list(&self.plan["phases"])
    }

    /// Where a step stands: phase, place in it, itself.
    pub fn step(&self, slug: &str) -> (usize, usize, &Value) {
        let phases = self.phases().iter().enumerate();
        let mut all =
            phases.flat_map(|(p, phase)| list(&phase["steps"]).iter().enumerate().map(move |(k, step)| (p, k, step)));
        all.find(|(_, _, step)| step["slug"] == slug).expect("a step of the plan")
    }

    /// A line's kind and body, by slug.
    pub fn line(&self, slug: &str) -> (usize, &str, &Value) {
        let found = (0..self.phases().len()).flat_map(|p| self.entry(p).chain(self.exit(p)).map(move |l| (p, l)));
        let (phase, (kind, body)) = found.into_iter().find(|(_, (_, body))| body["slug"] == slug).expect("a line");
        (phase, kind, body)
    }

    pub fn entry(&self, phase: usize) -> impl Iterator<Item = (&str, &Value)> {
        let lines = list(&self.phases()[phase]["prerequisites"]).iter();
        lines.map(|line| line.as_object().and_then(|o| o.iter().next()).map(|(k, v)| (k.as_str(), v)).expect("a line"))
    }

    pub fn exit(&self, phase: usize) -> impl Iterator<Item = (&str, &Value)> {
        let phase = &self.phases()[phase];
        let criteria = list(&phase["criteria"]).iter().map(|line| ("criterion", line));
        criteria.chain(list(&phase["exit"]).iter().map(|line| ("sign-off", line)))
    }

    /// Takes a record in, whatever it says.
    pub fn take(&mut self, entry: &Entry) {
        let passed = (entry.time - self.time).max(0);
        self.run_soaks(passed);
        self.time = self.time.max(entry.time);
        let body = &entry.body;
        let said = |key: &str| body[key].as_str().unwrap_or_default().to_owned();
        let gate = body["gate"].as_u64().unwrap_or(0) as usize;
        match entry.kind.as_str() {
            "adopted" => self.adopted = true,
            "ticked" | "waived" => drop(self.ticked.insert(said("line"))),
            "unticked" => drop(self.ticked.remove(&said("line"))),
            "signed" => {
                let marks = self.marks.entry(said("slot")).or_default();
                marks.retain(|_, act| *act != Act::Objected);
                marks.insert(entry.person.clone(), Act::Signed(entry.time));
            }
            "objected" => {
                self.marks.entry(said("slot")).or_default().insert(entry.person.clone(), Act::Objected);
            }
            "withdrawn" => {
                let marks = self.marks.entry(said("slot")).or_default();
                let objections = marks.values().filter(|act| **act == Act::Objected).count();
                match marks.get(&entry.person) {
                    Some(Act::Objected) => drop(marks.remove(&entry.person)),
                    Some(Act::Signed(_)) => drop(marks.insert(entry.person.clone(), Act::Withdrawn)),
                    _ if objections > 0 => marks.retain(|_, act| *act != Act::Objected),
                    _ => drop(marks.insert(entry.person.clone(), Act::Withdrawn)),
                }
            }
            "decided" => match said("decision").as_str() {
                "go" => {
                    self.gos.insert(gate);
                    self.gos_by.insert(gate, entry.person.clone());
                    self.holds.remove(&(gate, entry.role.clone()));
                }
                "no-go" => drop(self.gos.remove(&gate)),
                _ => drop(self.holds.insert((gate, entry.role.clone()))),
            },
            "released" => drop(self.holds.remove(&(gate, entry.role.clone()))),
            "raised" => {
                let (flag, step) = (said("flag"), said("step"));
                self.wish(&flag, Share::of(&body["to"]), Some((entry.seq, Some(step.clone()))));
                self.steps.insert(step, None);
            }
            "lowered" => {
                let (flag, to) = (said("flag"), Share::of(&body["to"]));
                self.reopening(|book| book.down(&flag, &to));
                if let Some((_, Some(step))) = self.flags[&flag].pending.clone() {
                    self.steps.remove(&step);
                }
                self.goes_down(&flag, &to);
                self.wish(&flag, to, Some((entry.seq, None)));
            }
            "put-back" => {
                self.flags.get_mut(&said("flag")).expect("a flag").pending = Some((entry.seq, None));
            }
            "attested" => drop(self.steps.insert(said("step"), Some(0))),
            "unattested" => {
                let (phase, at, _) = self.step(&said("step"));
                self.reopening(|book| book.forget_steps(phase, at, |step| step["do"]["attested"].is_object()));
                self.forget_exit(phase);
            }
            "accepted" => {
                let (flag, to) = (said("flag"), Share::of(&body["exposure"]));
                if self.flags[&flag].wanted.covers(&to) {
                    self.reopening(|book| book.down(&flag, &to));
                }
                self.goes_down(&flag, &to);
                let lamp = self.flags.get_mut(&flag).expect("a flag");
                (lamp.wanted, lamp.applied, lamp.observed) = (to.clone(), to, None);
            }
            "skipped" | "unskipped" => {
                let phase = self.phases().iter().position(|p| p["slug"] == body["phase"]).expect("a phase");
                let _changed = match entry.kind.as_str() {
                    "skipped" => self.skipped.insert(phase),
                    _ => self.skipped.remove(&phase),
                };
            }
            "incident-opened" => drop(self.incidents.insert(entry.seq, entry.role.clone())),
            "incident-resolved" => drop(self.incidents.remove(&body["incident"].as_u64().expect("a number"))),
            "moved-by-hand" if body["to_verify"] == true => {}
            "applied" | "moved-by-hand" => {
                let lamp = self.flags.get_mut(&said("flag")).expect("a flag");
                (lamp.applied, lamp.observed) = (Share::of(&body["exposure"]), None);
                // A step that another flag's lowering reopened meanwhile stays open.
                if let Some((_, Some(step))) = lamp.pending.take()
                    && let Some(ran) = self.steps.get_mut(&step)
                {
                    *ran = Some(0);
                }
            }
            "cancelled" => {
                let by_hand = self.manual(&said("flag")).is_some();
                let crack = self.cracks.get_mut(&body["want"].as_u64().expect("a number"));
                let past_blockers = crack.map(|crack| crack.stands = false).is_some();
                let lamp = self.flags.get_mut(&said("flag")).expect("a flag");
                let step = lamp.pending.take().and_then(|(_, step)| step);
                // What was only to be put back is still wanted; a raise has a step, or was one past the blockers.
                if step.is_some() || past_blockers {
                    lamp.wanted = lamp.applied.clone();
                    // A person may have done it: it is to be taken back.
                    lamp.pending = by_hand.then_some((entry.seq, None));
                }
                step.map(|step| self.steps.remove(&step));
            }
            "observed" => {
                let lamp = self.flags.get_mut(&said("flag")).expect("a flag");
                let seen = Share::of(&body["exposure"]);
                lamp.observed = (seen != lamp.wanted).then_some(seen);
                lamp.baseline = false;
            }
            _ => self.take_glass(entry),
        }
    }

    /// How a person moves a flag, if only a person can.
    pub fn manual(&self, flag: &str) -> Option<&Value> {
        let flag = list(&self.plan["flags"]).iter().find(|f| f["slug"] == flag).expect("a flag");
        (flag["backend"] == "manual").then(|| &flag["by_hand"])
    }

    fn wish(&mut self, flag: &str, to: Share, pending: Option<(u64, Option<String>)>) {
        let lamp = self.flags.get_mut(flag).expect("a flag");
        (lamp.wanted, lamp.pending) = (to, pending);
    }

    /// Soaks run only while no incident is open, nothing strange is seen of the phase's flags and no glass keeps one up.
    pub fn run_soaks(&mut self, passed: i64) {
        if !self.incidents.is_empty() {
            return;
        }
        let plan = Rc::clone(&self.plan);
        for phase in list(&plan["phases"]) {
            let steps = list(&phase["steps"]);
            let mut flags = steps.iter().filter_map(|step| step["do"]["exposure"]["flag"].as_str());
            if flags.any(|flag| self.flags[flag].observed.is_some() || self.crack(flag).is_some()) {
                continue;
            }
            for step in steps {
                if let Some(Some(ran)) = self.steps.get_mut(step["slug"].as_str().expect("a slug")) {
                    *ran += passed;
                }
            }
        }
    }

    fn forget_steps(&mut self, phase: usize, from: usize, which: impl Fn(&Value) -> bool) {
        let plan = Rc::clone(&self.plan);
        for step in list(&plan["phases"][phase]["steps"])[from..].iter().filter(|step| which(step)) {
            self.steps.remove(step["slug"].as_str().expect("a slug"));
        }
    }

    fn forget_exit(&mut self, phase: usize) {
        let slugs: Vec<String> = self.exit(phase).map(|(_, line)| text(&line["slug"])).collect();
        for slug in slugs {
            self.ticked.remove(&slug);
            if let Some(marks) = self.marks.get_mut(&slug) {
                marks.retain(|_, act| *act == Act::Objected);
            }
        }
    }

    /// In a closed rollout nobody could do again what reopens, so that ends the closing go.
    fn reopening(&mut self, act: impl FnOnce(&mut Self)) {
        let (closed, steps, gos) = (naive_rules::is_closed(self), self.steps.len(), self.gos.len());
        act(self);
        if closed && self.steps.len() < steps && self.gos.len() == gos {
            self.gos.pop_last();
        }
    }

    /// A flag goes down: steps that are no longer fulfilled reopen with all after them in their phase; where it falls to
    /// where the phase found it, or below, the gos from there on end.
    fn down(&mut self, flag: &str, to: &Share) {
        let was = self.without_glass(flag);
        let mut found =
            Share::of(&list(&self.plan["flags"]).iter().find(|f| f["slug"] == flag).expect("a flag")["initial"]);
        let keeps = list(&self.plan["flags"]).iter().any(|f| f["slug"] == flag && f["rollback_to"] == "before-phase");
        for phase in 0..self.phases().len() {
            let plan = Rc::clone(&self.plan);
            let steps = list(&plan["phases"][phase]["steps"]);
            let own = |step: &Value| step["do"]["exposure"]["flag"] == flag;
            let level = |step: &Value| Share::of(&step["do"]["exposure"]["to"]);
            let unmet = |step: &Value| {
                own(step) && self.steps.contains_key(step["slug"].as_str().expect("a slug")) && !to.covers(&level(step))
            };
            let bottom = if keeps { found.clone() } else { Share(0.0, None) };
            let first = steps.iter().position(unmet);
            if let Some(last) = steps.iter().rfind(|step| own(step)) {
                found = level(last);
            }
            if self.skipped.contains(&phase) {
                continue;
            }
            if let Some(first) = first {
                self.forget_steps(phase, first, |_| true);
            }
            let was_up = first.is_some() || (steps.iter().any(own) && !bottom.covers(&was));
            if was_up && bottom.covers(to) {
                self.forget_exit(phase);
                let gate = self.entry_gate(phase);
                self.gos.retain(|go| *go < gate);
            }
        }
    }

    pub fn entry_gate(&self, phase: usize) -> usize {
        (1..=phase + 1).rev().find(|gate| self.in_use(*gate)).expect("gate 1")
    }

    pub fn in_use(&self, gate: usize) -> bool {
        gate == 1 || (gate <= self.phases().len() + 1 && !self.skipped.contains(&(gate - 2)))
    }
}
