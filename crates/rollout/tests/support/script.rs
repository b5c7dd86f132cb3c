//! Runs a scenario file against a ledger. The language is described in `tests/scenarios/README.md`.

#[path = "phrases.rs"]
mod phrases;
#[path = "questions.rs"]
mod questions;

use crate::ledger::{self, DELIVERY, Ledger};
use phrases::Words;
use rollout::{
    Actor, Blocker, CancelCause, Command, Event, Exposure, FailureCause, FlagSlug, Role, RolloutId, Seq, SystemActor,
    Text, Why, delivery,
    facts::Capabilities,
    time::{HOUR, Millis},
};
use std::{collections::BTreeMap, fs, path::Path};
use uuid::Uuid;

/// What one line can come to: `Err` says what is wrong with the line or with the rulebook.
type Outcome = Result<Verdict, String>;

enum Verdict {
    /// Nothing to refuse, or not refused.
    Well,
    Refused(Vec<Blocker>),
}

pub struct Script<'a> {
    folder: &'a Path,
    plan: String,
    baselines: BTreeMap<FlagSlug, Exposure>,
    begun_by: Actor,
    ledger: Option<Ledger>,
    /// The incidents in the order they were opened.
    incidents: Vec<Seq>,
    /// The glasses in the order they were broken.
    glasses: Vec<Seq>,
}

/// Gives the ledger that came of it, if anything was done.
///
/// Errors: the first line that came out otherwise, as `file:line: …`.
pub fn run(folder: &Path, file: &Path) -> Result<Option<Ledger>, String> {
    let mut script = Script {
        folder,
        plan: "s4".into(),
        baselines: BTreeMap::new(),
        begun_by: DELIVERY,
        ledger: None,
        incidents: Vec::new(),
        glasses: Vec::new(),
    };
    script.file(file)?;
    Ok(script.ledger)
}

impl Script<'_> {
    fn file(&mut self, file: &Path) -> Result<(), String> {
        let text = fs::read_to_string(file).map_err(|e| format!("{}: {e}", file.display()))?;
        let name = file.file_name().expect("a file name").to_string_lossy().into_owned();
        let lines: Vec<(usize, &str)> = text.lines().map(str::trim).enumerate().map(|(n, l)| (n + 1, l)).collect();
        let mut lines = lines.into_iter().filter(|(_, l)| !l.is_empty() && !l.starts_with('#')).peekable();
        while let Some((number, line)) = lines.next() {
            let at = |what: String| format!("{name}:{number}: {line}\n    {what}");
            let verdict = self.line(line).map_err(at)?;
            let expected = lines.next_if(|(_, next)| next.starts_with("refused:"));
            match (verdict, expected.map(|(_, text)| text.trim_start_matches("refused:"))) {
                (Verdict::Well, None) => {}
                (Verdict::Well, Some(_)) => return Err(at("was expected to be refused, and was not".into())),
                (Verdict::Refused(found), None) => return Err(at(format!("was refused: {}", self.codes(&found)))),
                (Verdict::Refused(found), Some(expected)) => {
                    let mut expected: Vec<&str> = expected.split(',').map(str::trim).collect();
                    expected.sort_unstable();
                    let (expected, found) = (expected.join(", "), self.codes(&found));
                    if expected != found {
                        return Err(at(format!("expected refused: {expected}\n       found refused: {found}")));
                    }
                }
            }
        }
        Ok(())
    }

    fn ledger(&mut self) -> &mut Ledger {
        self.ledger.get_or_insert_with(|| {
            let path = match self.plan.as_str() {
                name @ ("s4" | "unified-workflow" | "service-orders") => {
                    self.folder.join(format!("../../../../plans/{name}.yaml"))
                }
                other => self.folder.join(format!("plans/{other}.yaml")),
            };
            let yaml = fs::read_to_string(&path).expect("the plan's file");
            Ledger::begin(ledger::plan(&yaml), (self.begun_by, self.baselines.clone()))
        })
    }

    fn line(&mut self, line: &str) -> Outcome {
        let mut words = Words::of(line);
        if let Some(span) = words.span() {
            let ledger = self.ledger();
            ledger.now = ledger.now.plus(span?);
            return Ok(Verdict::Well);
        }
        match words.next()? {
            "plan" => self.plan = words.next()?.into(),
            "baseline" => {
                let flag = words.slug(FlagSlug::new)?;
                self.baselines.insert(flag, words.exposure()?);
            }
            "begun" => {
                words.expect("by")?;
                self.begun_by = phrases::actor(words.next()?)?;
            }
            "walk" => self.file(&self.folder.join(format!("walks/{}.txt", words.next()?)))?,
            "elsewhere" => {
                let flag = words.slug(FlagSlug::new)?;
                self.ledger().facts.held_elsewhere.insert(flag, RolloutId(Uuid::from_bytes([0xcd; 16])));
            }
            "closed" => {
                words.expect("in")?;
                let environment = words.next()?.to_owned();
                self.ledger().facts.closed_in.insert(environment);
            }
            "here" => drop(self.ledger().facts.held_elsewhere.remove(&words.slug(FlagSlug::new)?)),
            "demo" => self.demo(&mut words)?,
            "delivery" => return self.delivery(&mut words),
            "backend" => self.backend(&mut words)?,
            "only" => self.only(&mut words)?,
            "glass" => {
                let number: usize = words.next()?.parse().map_err(|_| "expected a glass's number")?;
                let seq = self.glasses.get(number.wrapping_sub(1)).ok_or("that was not broken")?;
                let glass = self.ledger.as_ref().and_then(|ledger| ledger.rollout.glasses.get(seq));
                let found = glass.map_or("reviewed", |glass| if glass.stands() { "standing" } else { "over" });
                questions::is(found.to_owned(), &mut words)?;
            }
            what @ ("gate" | "flag" | "drift" | "step" | "line" | "slot" | "rollout" | "phase") => {
                questions::ask(self.ledger(), what, &mut words)?;
            }
            person => {
                let now = self.ledger().now;
                let asker = words.asker(person, now)?;
                let mut command = words.command(&self.incidents)?;
                words.end()?;
                self.name_want(&mut command);
                let before = self.ledger().rollout.incidents.clone();
                if let Err(blockers) = self.ledger().act(asker, &command) {
                    return Ok(Verdict::Refused(blockers));
                }
                let opened: Vec<Seq> = self.ledger().rollout.incidents.keys().copied().collect();
                self.incidents.extend(opened.into_iter().filter(|seq| !before.contains_key(seq)));
                let broken: Vec<Seq> = self.ledger().rollout.glasses.keys().copied().collect();
                let known = self.glasses.clone();
                self.glasses.extend(broken.into_iter().filter(|seq| !known.contains(seq)));
            }
        }
        words.end()?;
        Ok(Verdict::Well)
    }

    /// Who moves a flag by hand names the record that wants it; who reviews a glass, the record that broke it.
    fn name_want(&mut self, command: &mut Command) {
        if let Command::Review { glass, .. } = command {
            *glass = self.glasses.get((*glass as usize).wrapping_sub(1)).copied().unwrap_or(9_999);
        }
        if let Command::Moved { flag, want, .. } = command {
            let pending = self.ledger().rollout.flags.get(flag).and_then(|state| state.pending.as_ref());
            *want = pending.map_or(0, |pending| pending.want);
        }
    }

    /// `demo moves the clock 24h`: time passes, and the ledger says so.
    fn demo(&mut self, words: &mut Words<'_>) -> Result<(), String> {
        ["moves", "the", "clock"].into_iter().try_for_each(|word| words.expect(word))?;
        let by_ms = millis(words.next()?)?;
        let ledger = self.ledger();
        ledger.now = ledger.now.plus(by_ms);
        ledger.append(Actor::System { system: SystemActor::Demo }, Event::ClockMoved { by_ms });
        Ok(())
    }

    fn delivery(&mut self, words: &mut Words<'_>) -> Outcome {
        let how = words.next()?;
        if how == "takes" {
            return self.takes_back(words);
        }
        let flag = words.slug(FlagSlug::new)?;
        if how == "tells" {
            return self.tells(&flag, words);
        }
        let ledger = self.ledger();
        let wanted = delivery::wanted(&ledger.rollout).into_iter().find(|wanted| wanted.flag == flag);
        let wanted = wanted.ok_or("nothing is on its way to that flag")?;
        let event = match how {
            "applies" => match rollout::still_clear(&ledger.rollout, &ledger.facts, &flag, ledger.now) {
                Ok(()) => delivery::applied(&ledger.rollout, &wanted),
                Err(blockers) => return Ok(Verdict::Refused(blockers)),
            },
            "fails" => delivery::failed(&ledger.rollout, &wanted, FailureCause::Unreachable),
            "expires" => delivery::cancelled(&ledger.rollout, &wanted, CancelCause::WaitedTooLong),
            "cancels" => match rollout::still_clear(&ledger.rollout, &ledger.facts, &flag, ledger.now) {
                Ok(()) => return Err("it is still clear".into()),
                Err(_) => delivery::cancelled(&ledger.rollout, &wanted, CancelCause::NoLongerClear),
            },
            other => return Err(format!("delivery does not \"{other}\"")),
        };
        ledger.append(DELIVERY, event.ok_or("delivery has nothing to record")?);
        words.end()?;
        Ok(Verdict::Well)
    }

    /// `delivery takes back 1`: so many flags go back whose broken glass nobody has reviewed in time.
    fn takes_back(&mut self, words: &mut Words<'_>) -> Outcome {
        words.expect("back")?;
        let number: usize = words.next()?.parse().map_err(|_| "expected how many")?;
        words.end()?;
        let ledger = self.ledger();
        let due = delivery::due(&ledger.rollout, ledger.now);
        if due.len() != number {
            return Err(format!("{} are due", due.len()));
        }
        due.into_iter().for_each(|event| ledger.append(DELIVERY, event));
        Ok(Verdict::Well)
    }

    /// `delivery tells chat`: who did at the backend what was seen there.
    fn tells(&mut self, flag: &FlagSlug, words: &mut Words<'_>) -> Outcome {
        words.end()?;
        let ledger = self.ledger();
        let seen = ledger.rollout.flags.get(flag).and_then(|flag| flag.observed.as_ref()).map_or(0, |seen| seen.seq);
        let said = Text::new("admin enabled it").map_err(|error| error.to_string())?.hash();
        let event = delivery::told(&ledger.rollout, flag, seen, said);
        ledger.append(DELIVERY, event.ok_or("delivery has nothing to tell")?);
        Ok(Verdict::Well)
    }

    fn backend(&mut self, words: &mut Words<'_>) -> Result<(), String> {
        let ledger = self.ledger();
        match words.rest() {
            "is gone" => ledger.facts.backend_unreachable_since = Some(ledger.now),
            "is back" => ledger.facts.backend_unreachable_since = None,
            "knows off and on" => ledger.facts.capabilities = Capabilities::OFF_AND_ON,
            "knows percentages" => ledger.facts.capabilities.segments = false,
            "knows everything" => ledger.facts.capabilities = ledger::CAPABLE,
            has => {
                let mut words = Words::of(has);
                words.expect("has")?;
                let flag = words.slug(FlagSlug::new)?;
                words.expect("at")?;
                let event: Event = delivery::observed(&ledger.rollout, &flag, &words.exposure()?)
                    .ok_or("that is known already, or something is on its way")?;
                ledger.append(DELIVERY, event);
            }
        }
        Ok(())
    }

    /// `only engineer, operations: …`: wrong role for everybody else, and not for them.
    fn only(&mut self, words: &mut Words<'_>) -> Result<(), String> {
        let (names, act) = words.rest().split_once(": ").ok_or("expected \"only ROLE, ROLE: …\"")?;
        let allowed: Vec<&str> = names.split(", ").collect();
        let mut command = Words::of(act).command(&self.incidents)?;
        self.name_want(&mut command);
        let ledger = self.ledger();
        for role in Role::ALL {
            let actor: Actor = ledger::person(role, 0);
            let asker = ledger::confirmed(actor);
            let answer = rollout::decide(&ledger.rollout, &ledger.facts, &command, asker, ledger.now);
            let wrong = |refusal: rollout::Refusal| {
                refusal.blockers().iter().any(|blocker| matches!(blocker.why, Why::WrongRole { .. }))
            };
            let may = !answer.err().is_some_and(wrong);
            let name = phrases::role_name(role);
            if may != allowed.contains(&name.as_str()) {
                return Err(format!("{name} {}", if may { "may do that" } else { "is the wrong role for that" }));
            }
        }
        let system = rollout::decide(&ledger.rollout, &ledger.facts, &command, DELIVERY, ledger.now);
        if system.is_ok() { Err("no system acts by command".into()) } else { Ok(()) }
    }

    /// Blockers as scenario files write them, sorted: the code, and what it is about.
    fn codes(&self, blockers: &[Blocker]) -> String {
        let mut codes: Vec<String> = blockers.iter().map(|blocker| questions::code(blocker, &self.incidents)).collect();
        codes.sort_unstable();
        codes.join(", ")
    }
}

/// Hours as a scenario writes them: `48h`, `30m`.
pub fn millis(text: &str) -> Result<Millis, String> {
    let wrong = || format!("\"{text}\" is no span like 48h or 30m");
    let split = text.len().checked_sub(1).ok_or_else(wrong)?;
    let (number, unit) = text.split_at_checked(split).ok_or_else(wrong)?;
    let number: Millis = number.parse().map_err(|_| wrong())?;
    match unit {
        "h" => Ok(number * HOUR),
        "m" => Ok(number * 60_000),
        _ => Err(wrong()),
    }
}
