//! The phrases of a scenario's line, and the commands they ask for.

use crate::ledger;
use rollout::{
    Actor, Asker, Command, Decision, Evidence, Exposure, FlagSlug, GateNumber, LineSlug, PhaseSlug, Plan, Proof,
    ProvenBy, Role, Scope, Seq, StepSlug, Text, Timestamp, time::Millis,
};
use std::{
    fs,
    sync::{Arc, LazyLock},
};

static S4: LazyLock<Arc<Plan>> = LazyLock::new(|| ledger::plan(include_str!("../../../../plans/s4.yaml")));
static WORKFLOW: LazyLock<Arc<Plan>> =
    LazyLock::new(|| ledger::plan(include_str!("../../../../plans/unified-workflow.yaml")));
static ORDERS: LazyLock<Arc<Plan>> =
    LazyLock::new(|| ledger::plan(include_str!("../../../../plans/service-orders.yaml")));

/// What is left of a line.
pub struct Words<'a> {
    rest: &'a str,
    reason: Option<&'a str>,
    typed: Option<&'a str>,
    evidence: bool,
    /// How, and how long ago.
    proven: Option<(ProvenBy, Millis)>,
    confirmed: bool,
}

pub fn role_name(role: Role) -> String {
    let json = serde_json::to_string(&role).expect("a role has a name");
    json.trim_matches('"').to_owned()
}

/// `engineer`, or `engineer-2` for another one.
pub fn actor(name: &str) -> Result<Actor, String> {
    let (name, number) = name.strip_suffix("-2").map_or((name, 0), |name| (name, 1));
    let role = Role::ALL.into_iter().find(|role| role_name(*role) == name);
    Ok(ledger::person(role.ok_or_else(|| format!("\"{name}\" is no role"))?, number))
}

/// `password`, or `provider 6m ago`.
fn proof(how: &str) -> (ProvenBy, Millis) {
    let (name, ago) = how.split_once(' ').unwrap_or((how, "0m ago"));
    let by = serde_json::from_value(serde_json::json!(name)).expect("a way to prove oneself");
    (by, super::millis(ago.trim_end_matches(" ago")).expect("a span like 6m"))
}

impl<'a> Words<'a> {
    pub fn of(line: &'a str) -> Self {
        let (line, reason) = match line.split_once(" because \"") {
            Some((before, reason)) => (before, Some(reason.trim_end_matches('"'))),
            None => (line, None),
        };
        let (line, confirmed) = match line.strip_suffix(" unconfirmed") {
            Some(before) => (before, false),
            None => (line, true),
        };
        let (line, proven) = match line.split_once(" proven by ") {
            Some((before, how)) => (before, Some(proof(how))),
            None => (line, None),
        };
        let (line, evidence) = match line.strip_suffix(" showing evidence") {
            Some(before) => (before, true),
            None => (line, false),
        };
        let (line, typed) = match line.split_once(" typing ") {
            Some((before, typed)) => (before, Some(typed)),
            None => (line, None),
        };
        Self { rest: line.trim(), reason, typed, evidence, proven, confirmed }
    }

    /// Who asks this: `legal`, or `legal as engineer`, who is the same person.
    pub fn asker(&mut self, name: &str, now: Timestamp) -> Result<Asker, String> {
        let mut actor = actor(name)?;
        if let Some(rest) = self.rest.strip_prefix("as ") {
            self.rest = rest;
            let (person, other) = (actor.person().ok_or("no person")?, self::actor(self.next()?)?);
            actor = Actor::Person { person, role: other.role().ok_or("no role")? };
        }
        let proof = self.proven.map(|(by, ago)| Proof { by, at: now.plus(-ago) });
        Ok(Asker { actor, proof, confirmed: self.confirmed })
    }

    pub fn next(&mut self) -> Result<&'a str, String> {
        let (word, rest) = self.rest.split_once(' ').unwrap_or((self.rest, ""));
        self.rest = rest.trim_start();
        if word.is_empty() { Err("the line ends too early".into()) } else { Ok(word) }
    }

    pub fn rest(&mut self) -> &'a str {
        std::mem::take(&mut self.rest)
    }

    pub fn expect(&mut self, word: &str) -> Result<(), String> {
        match self.next()? {
            found if found == word => Ok(()),
            found => Err(format!("expected \"{word}\", found \"{found}\"")),
        }
    }

    pub fn end(&self) -> Result<(), String> {
        if self.rest.is_empty() { Ok(()) } else { Err(format!("what is \"{}\"?", self.rest)) }
    }

    /// `+48h` or `-2h`.
    pub fn span(&mut self) -> Option<Result<Millis, String>> {
        let ahead = self.rest.strip_prefix('+').map(super::millis);
        ahead.or_else(|| self.rest.strip_prefix('-').map(|text| super::millis(text).map(|span| -span)))
    }

    pub fn slug<T, E: ToString>(&mut self, new: impl Fn(String) -> Result<T, E>) -> Result<T, String> {
        new(self.next()?.to_owned()).map_err(|e| e.to_string())
    }

    /// `off`, `on`, `12.5`, or `12.5 of staff,beta`.
    pub fn exposure(&mut self) -> Result<Exposure, String> {
        let share = self.next()?;
        let json = if self.rest.is_empty() {
            serde_json::json!(share)
        } else {
            self.expect("of")?;
            serde_json::json!({ "percent": share, "segments": self.next()?.split(',').collect::<Vec<_>>() })
        };
        serde_json::from_value(json).map_err(|e| e.to_string())
    }

    fn gate(&mut self) -> Result<GateNumber, String> {
        self.next()?.parse().map_err(|_| "expected a gate's number".into())
    }

    fn evidence(&self) -> Vec<Evidence> {
        let link = Evidence::new("What shows it", "https://example.org/shown", None);
        if self.evidence { vec![link.expect("evidence")] } else { vec![] }
    }

    fn reason(&self) -> Text {
        Text::new(self.reason.unwrap_or("so it is")).expect("a reason")
    }

    fn decide(&mut self, decision: Decision) -> Result<Command, String> {
        let (gate, reason, evidence) = (self.gate()?, self.reason(), self.evidence());
        Ok(Command::Decide { gate, decision, reason, conditions: None, evidence })
    }

    fn typed(&self, step: &StepSlug) -> String {
        // Typing the right key is what most lines mean, so only another one is written out.
        let plans = [&S4, &WORKFLOW, &ORDERS];
        let flag = plans.iter().find_map(|plan| plan.flag(plan.step(step)?.2.exposure()?.0));
        let key = flag.map_or_else(|| "FEATURE_RAMP".to_owned(), |flag| flag.key.clone());
        self.typed.map_or(key, str::to_owned)
    }

    /// What an actor's line asks for.
    pub fn command(&mut self, incidents: &[Seq]) -> Result<Command, String> {
        let (reason, conditions) = (self.reason.map(|_| self.reason()), None);
        Ok(match self.next()? {
            "adopts" => {
                let plan = match self.rest() {
                    "" | "s4" => S4.digest(),
                    "unified-workflow" => WORKFLOW.digest(),
                    "service-orders" => ORDERS.digest(),
                    other => {
                        let file = format!("{}/tests/scenarios/plans/{other}.yaml", env!("CARGO_MANIFEST_DIR"));
                        ledger::plan(&fs::read_to_string(&file).map_err(|e| format!("{file}: {e}"))?).digest()
                    }
                };
                Command::Adopt { plan, reason }
            }
            "ticks" => {
                let line = self.slug(LineSlug::new)?;
                Command::Tick { line, reason, conditions, evidence: self.evidence() }
            }
            "unticks" => Command::Untick { line: self.slug(LineSlug::new)?, reason },
            "waives" => Command::Waive { line: self.slug(LineSlug::new)?, reason: self.reason() },
            "signs" => {
                let slot = self.slug(LineSlug::new)?;
                Command::Sign { slot, reason, conditions, evidence: self.evidence() }
            }
            "objects" => {
                Command::Object { slot: self.slug(LineSlug::new)?, reason: self.reason(), evidence: self.evidence() }
            }
            "withdraws" => Command::Withdraw { slot: self.slug(LineSlug::new)?, reason },
            "goes" => {
                self.expect("at")?;
                self.decide(Decision::Go)?
            }
            "says" => {
                self.expect("no")?;
                self.expect("at")?;
                self.decide(Decision::NoGo)?
            }
            "holds" => self.decide(Decision::Hold)?,
            "releases" => Command::Release { gate: self.gate()?, reason: self.reason() },
            "raises" => {
                let step = self.slug(StepSlug::new)?;
                Command::Raise { confirm: self.typed(&step), step }
            }
            "lowers" => {
                let flag = self.slug(FlagSlug::new)?;
                self.expect("to")?;
                Command::Lower { flag, to: self.exposure()?, reason }
            }
            "puts" => {
                self.expect("back")?;
                let flag = self.slug(FlagSlug::new)?;
                let key = S4.flag(&flag).map_or_else(|| "FEATURE_RAMP".to_owned(), |flag| flag.key.clone());
                Command::PutBack { confirm: self.typed.map_or(key, str::to_owned), flag }
            }
            // Which record wants it is known to the ledger alone: the script says.
            "moves" => Command::Moved { flag: self.slug(FlagSlug::new)?, want: 0, reason, evidence: self.evidence() },
            "rolls" => {
                self.expect("back")?;
                let scope = match (self.next()?, self.rest()) {
                    ("everything", "") => Scope::Everything {},
                    ("phase", rest) => {
                        let (phase, later) = rest.strip_suffix(" and later").map_or((rest, false), |p| (p, true));
                        Scope::Phase { phase: PhaseSlug::new(phase).map_err(|e| e.to_string())?, later }
                    }
                    (flag, "") => Scope::Flag { flag: FlagSlug::new(flag).map_err(|e| e.to_string())? },
                    (what, rest) => return Err(format!("roll back \"{what} {rest}\"?")),
                };
                Command::Rollback { scope, reason }
            }
            "attests" => {
                let (step, confirm) = (self.slug(StepSlug::new)?, self.typed.map(str::to_owned));
                Command::Attest { step, confirm, reason, conditions, evidence: self.evidence() }
            }
            "unattests" => Command::Unattest { step: self.slug(StepSlug::new)?, reason },
            "accepts" => Command::Accept { flag: self.slug(FlagSlug::new)?, reason: self.reason() },
            "breaks" => {
                ["the", "glass", "for"].into_iter().try_for_each(|word| self.expect(word))?;
                let flag = self.slug(FlagSlug::new)?;
                self.expect("to")?;
                let confirm = self.typed.unwrap_or("FEATURE_RAMP").to_owned();
                Command::BreakGlass { flag, to: self.exposure()?, reason: self.reason(), confirm }
            }
            // The script knows which record the number stands for.
            "reviews" => {
                let glass = self.next()?.parse().map_err(|_| "expected a glass's number")?;
                Command::Review { glass, reason: self.reason(), evidence: self.evidence() }
            }
            "skips" => Command::Skip { phase: self.slug(PhaseSlug::new)?, reason: self.reason() },
            "unskips" => Command::Unskip { phase: self.slug(PhaseSlug::new)?, reason },
            "opens" => {
                self.expect("an")?;
                self.expect("incident")?;
                Command::Incident { reason: self.reason(), evidence: self.evidence() }
            }
            "resolves" => {
                let number: usize = self.next()?.parse().map_err(|_| "expected an incident's number")?;
                let incident = incidents.get(number.wrapping_sub(1)).copied().unwrap_or(9_999);
                Command::Resolve { incident, reason: self.reason() }
            }
            "notes" => {
                let about = match self.rest() {
                    "" => None,
                    number => Some(number.parse().map_err(|_| "expected a record's number")?),
                };
                Command::Note { text: self.reason(), about, evidence: self.evidence() }
            }
            other => return Err(format!("nobody \"{other}\"")),
        })
    }
}
