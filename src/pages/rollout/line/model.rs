//! What the line draws, computed from the rollout and the gateway's time. The view only draws it.

use rollout::{
    Aspect, GateNumber, Millis, Role, Rollout, Timestamp,
    plan::{Phase, Step},
    state::StepStatus,
    time::{DAY, HOUR},
};

/// Plan and actual part when they differ by more than this.
const PARTING: Millis = 4 * HOUR;
/// A phase whose length nobody knows is drawn so long.
const UNDATED: Millis = DAY;

/// The whole line: a section a phase, and what stands at its end.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// In the plan's order.
    pub sections: Vec<Section>,
    /// The gate that closes the rollout.
    pub closing: GateMark,
    /// Index of the section one is in; none when the rollout is closed.
    pub current: Option<usize>,
}

/// A gate's signal, with what stands under it.
#[derive(Debug, Clone, PartialEq)]
pub struct GateMark {
    /// Which.
    pub gate: GateNumber,
    /// How its signal stands.
    pub aspect: Aspect,
    /// Who is waited for before it can be clear.
    pub waits_for: Vec<Role>,
    /// When the go that is in force was given.
    pub went: Option<Timestamp>,
    /// When the plan wants it to be given.
    pub planned: Option<Timestamp>,
    /// So much later than planned it was, or already is.
    pub late: Option<Millis>,
    /// It was given at another time than planned.
    pub parted: bool,
}

/// How a section stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Its entry gate has no go in force.
    Ahead,
    /// Open: between a go and the next.
    Open,
    /// Accepted by a go.
    Done,
    /// Skipped.
    Skipped,
}

/// A phase as a stretch of track, behind its entry gate.
#[derive(Debug, Clone, PartialEq)]
pub struct Section {
    /// Index of the phase.
    pub phase: usize,
    /// The gate before it.
    pub entry: GateMark,
    /// How it stands.
    pub standing: Standing,
    /// The plan gives it a length.
    pub dated: bool,
    /// How long the plan means it to take; its length on screen.
    pub planned: Millis,
    /// The track, from its start.
    pub parts: Vec<Part>,
    /// Where attested steps stand, from 0 to 1.
    pub marks: Vec<f64>,
    /// Where the planned end is, from 0 to 1, when the actual one parts from it.
    pub planned_end: Option<f64>,
    /// Where now is, from 0 to 1.
    pub now: Option<f64>,
    /// When it began and ended, or is expected to.
    pub span: Span,
}

/// A stretch of track.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Part {
    /// What it shows.
    pub kind: Stretch,
    /// How long it is, in days.
    pub days: f64,
}

/// What a stretch of track shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stretch {
    /// Has been.
    Done,
    /// Has been, longer than planned.
    Over,
    /// A soak that has still to run.
    Soak,
    /// A soak of a step that is not done yet.
    SoakPlanned,
    /// Planned, nothing in particular.
    Planned,
}

/// When a phase began and ended; what is not known yet is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Span {
    /// The go that opened it.
    pub began: Option<Timestamp>,
    /// The go that accepted it.
    pub ended: Option<Timestamp>,
    /// When it would end if all that is left were done at once and every soak ran clean.
    pub expected_end: Option<Timestamp>,
    /// When the plan means it to end.
    pub planned_end: Option<Timestamp>,
    /// How much longer than planned it took, or takes.
    pub over: Option<Millis>,
}

/// The line as it stands now.
pub fn line(rollout: &Rollout, now: Timestamp) -> Line {
    let current = if rollout.is_closed() { None } else { rollout.current_phase() };
    let sections = (0..rollout.plan().phases.len()).map(|phase| section(rollout, phase, current, now)).collect();
    let last = rollout.plan().last_gate();
    let planned = rollout.plan().phases.len().checked_sub(1).and_then(|phase| planned_end(rollout, phase));
    Line { sections, closing: gate_mark(rollout, last, planned, now), current }
}

/// The go in force that opened this phase.
pub fn began(rollout: &Rollout, phase: usize) -> Option<Timestamp> {
    let go = rollout.gates.get(&rollout.entry_gate(phase))?.go.as_ref()?;
    (!rollout.is_skipped(phase)).then_some(go.time)
}

/// When the plan wants this phase to start: so many days after the actual or planned start of the one it names. The first
/// phase starts when its go says so.
pub fn planned_start(rollout: &Rollout, phase: usize) -> Option<Timestamp> {
    let plan = rollout.plan();
    let start = plan.phases.get(phase)?.start.as_ref()?;
    let (after, _) = plan.phase(start.after.as_ref()?)?;
    // A plan names only earlier phases there; a later one would never end.
    let base = began(rollout, after).or_else(|| if after < phase { planned_start(rollout, after) } else { None })?;
    Some(base.plus(i64::from(start.days.unwrap_or(0)) * DAY))
}

/// When this phase began, or is meant to; `true` where it is only meant.
pub fn start(rollout: &Rollout, phase: usize) -> Option<(Timestamp, bool)> {
    let began = began(rollout, phase).map(|began| (began, false));
    began.or_else(|| planned_start(rollout, phase).map(|planned| (planned, true)))
}

/// When the whole rollout began and ended, or is meant to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Times {
    /// The go that opened the first phase.
    pub began: Option<Timestamp>,
    /// The go that closed it.
    pub closed: Option<Timestamp>,
    /// When the plan means it to be closed.
    pub planned_end: Option<Timestamp>,
}

/// The times of the whole rollout, as far as they are known.
pub fn times(rollout: &Rollout) -> Times {
    let last_go = rollout.gates.values().filter_map(|gate| gate.go.as_ref()).map(|go| go.time).max();
    Times {
        began: rollout.phases().next().and_then(|first| began(rollout, first)),
        closed: last_go.filter(|_| rollout.is_closed()),
        planned_end: rollout.phases().next_back().and_then(|last| planned_end(rollout, last)),
    }
}

fn planned_end(rollout: &Rollout, phase: usize) -> Option<Timestamp> {
    let length = planned_length(rollout.plan().phases.get(phase)?)?;
    Some(began(rollout, phase).or_else(|| planned_start(rollout, phase))?.plus(length))
}

/// The least days the plan gives it, or its soaks if they take longer.
fn planned_length(phase: &Phase) -> Option<Millis> {
    let soaks: Millis = phase.steps.iter().map(Step::soak).sum();
    let least = phase.duration.map_or(0, |days| i64::from(days.min_days) * DAY);
    Some(soaks.max(least)).filter(|length| *length > 0)
}

fn gate_mark(rollout: &Rollout, gate: GateNumber, planned: Option<Timestamp>, now: Timestamp) -> GateMark {
    let went = rollout.gates.get(&gate).and_then(|state| state.go.as_ref()).map(|go| go.time);
    let late = planned.map(|planned| went.unwrap_or(now).since(planned)).filter(|late| *late > PARTING);
    let parts = |(went, planned): (Timestamp, Timestamp)| (went.millis() - planned.millis()).abs() > PARTING;
    let parted = went.zip(planned).is_some_and(parts);
    let waits_for = rollout.waits_for(gate, now);
    GateMark { gate, aspect: rollout.aspect(gate), waits_for, went, planned, late, parted }
}

fn section(rollout: &Rollout, phase: usize, current: Option<usize>, now: Timestamp) -> Section {
    let body = &rollout.plan().phases[phase];
    let entry = gate_mark(rollout, phase as GateNumber + 1, planned_start(rollout, phase), now);
    let length = planned_length(body);
    let planned = length.unwrap_or(UNDATED);
    let standing = match began(rollout, phase) {
        _ if rollout.is_skipped(phase) => Standing::Skipped,
        _ if rollout.is_accepted(phase) => Standing::Done,
        Some(_) => Standing::Open,
        None => Standing::Ahead,
    };
    let track = match standing {
        Standing::Skipped => Track::plain(planned),
        Standing::Ahead => Track::ahead(body, planned),
        Standing::Open | Standing::Done => Track::run(rollout, phase, planned, now),
    };
    let span = span(rollout, phase, length, now);
    let over = span.over.filter(|_| standing == Standing::Open || standing == Standing::Done);
    Section {
        phase,
        entry,
        standing,
        dated: length.is_some(),
        planned,
        planned_end: over.map(|_| track.share(planned)),
        now: (current == Some(phase)).then(|| match standing {
            Standing::Open => track.share(began(rollout, phase).map_or(0, |began| now.since(began))),
            _ => 0.0,
        }),
        marks: track.marks.iter().map(|at| track.share(*at)).collect(),
        parts: track.parts(),
        span,
    }
}

/// When this phase began and ended, or is expected to.
pub fn span_at(rollout: &Rollout, phase: usize, now: Timestamp) -> Span {
    span(rollout, phase, rollout.plan().phases.get(phase).and_then(planned_length), now)
}

fn span(rollout: &Rollout, phase: usize, length: Option<Millis>, now: Timestamp) -> Span {
    let began = began(rollout, phase);
    let exit = rollout.gates.get(&rollout.exit_gate(phase)).filter(|_| !rollout.is_skipped(phase));
    let ended = exit.and_then(|gate| gate.go.as_ref()).map(|go| go.time);
    let expected_end = began.filter(|_| ended.is_none()).map(|_| now.plus(left(rollout, phase, now)));
    let planned_end = planned_end(rollout, phase);
    let end = ended.or(expected_end).filter(|_| length.is_some());
    let over = end.zip(planned_end).map(|(end, planned)| end.since(planned)).filter(|over| *over > PARTING);
    Span { began, ended, expected_end, planned_end, over }
}

/// How long the soaks of this phase have still to run.
fn left(rollout: &Rollout, phase: usize, now: Timestamp) -> Millis {
    let left = |step: &Step| rollout.soak(step, now).map_or(step.soak(), |soak| soak.left_ms);
    rollout.plan().phases[phase].steps.iter().map(left).sum()
}

/// A section's stretches, in milliseconds from its start.
#[derive(Default)]
struct Track {
    stretches: Vec<(Stretch, Millis)>,
    marks: Vec<Millis>,
}

impl Track {
    fn plain(length: Millis) -> Self {
        Self { stretches: vec![(Stretch::Planned, length)], marks: vec![] }
    }

    fn ahead(phase: &Phase, planned: Millis) -> Self {
        let mut track = Self::default();
        for step in &phase.steps {
            track.step(step, Stretch::SoakPlanned, step.soak());
        }
        track.add(Stretch::Planned, planned - track.length());
        track
    }

    /// What has been since the go, then the soaks that are left, then whatever the plan gives it more.
    fn run(rollout: &Rollout, phase: usize, planned: Millis, now: Timestamp) -> Self {
        let mut track = Self::default();
        let Some(began) = began(rollout, phase) else { return Self::ahead(&rollout.plan().phases[phase], planned) };
        let accepted = rollout.gates.get(&rollout.exit_gate(phase)).and_then(|gate| gate.go.as_ref());
        let ran = accepted.map_or(now, |go| go.time).since(began);
        let over = ran - planned;
        track.add(Stretch::Done, if over > PARTING { planned } else { ran });
        track.add(Stretch::Over, if over > PARTING { over } else { 0 });
        for step in &rollout.plan().phases[phase].steps {
            let applied = rollout.steps.get(&step.slug).and_then(|done| done.applied);
            match (rollout.step_status(step, now), applied) {
                (StepStatus::Soaking(soak), Some(at)) => {
                    track.mark_done(step, at.since(began));
                    if accepted.is_none() {
                        track.add(Stretch::Soak, soak.left_ms);
                    }
                }
                (_, Some(at)) => track.mark_done(step, at.since(began)),
                _ if accepted.is_none() => track.step(step, Stretch::SoakPlanned, step.soak()),
                _ => {}
            }
        }
        if accepted.is_none() {
            track.add(Stretch::Planned, planned - track.length());
        }
        track
    }

    fn length(&self) -> Millis {
        self.stretches.iter().map(|(_, length)| length).sum()
    }

    fn add(&mut self, kind: Stretch, length: Millis) {
        if length > 0 {
            self.stretches.push((kind, length));
        }
    }

    fn step(&mut self, step: &Step, kind: Stretch, soak: Millis) {
        self.mark_done(step, self.length());
        self.add(kind, soak);
    }

    /// A step that is no lever gets a mark on the track; one at the very start stands at the gate already.
    fn mark_done(&mut self, step: &Step, at: Millis) {
        if step.exposure().is_none() && at > 0 {
            self.marks.push(at);
        }
    }

    /// Rounded to a thousandth: what does not move on screen does not change.
    fn share(&self, at: Millis) -> f64 {
        let share = at as f64 / self.length().max(1) as f64;
        (share.clamp(0.0, 1.0) * 1_000.0).round() / 1_000.0
    }

    fn parts(&self) -> Vec<Part> {
        let days = |length: &Millis| (*length as f64 / DAY as f64 * 1_000.0).round() / 1_000.0;
        let part = |(kind, length): &(Stretch, Millis)| Part { kind: *kind, days: days(length) };
        self.stretches.iter().map(part).collect()
    }
}

#[cfg(test)]
mod tests;
