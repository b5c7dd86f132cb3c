//! People who do things at random, and two readers of what comes of it: the rulebook and the naive book.

use crate::{
    ledger::{self, DELIVERY, Ledger},
    naive::{Act, Book, Entry, Share},
    naive_rules,
    people::Who,
};
use proptest::prelude::*;
use rollout::{
    Blocker, CancelCause, Command, Decision, Evidence, Exposure, FailureCause, FlagSlug, Plan, Role, Scope, Text, Why,
    delivery,
    plan::{LineKind, StepAct},
    state::{SlotAct, TaskStatus},
    time::HOUR,
};
use std::{collections::BTreeMap, rc::Rc, sync::Arc};

#[derive(Debug, Clone)]
pub enum Op {
    /// The next thing, from here on, that the rulebook lets somebody do towards more exposure.
    Up(u16, u8),
    /// Anything that stops, takes back or lowers, by the first, from here on, who may.
    Any(u16, u8),
    /// The outcome of what is on its way to a flag.
    Deliver(u8),
    /// Minutes pass.
    Wait(i64),
    /// The backend shows something.
    Seen(u8, Exposure),
    /// Somebody who may lowers a flag to this, if it is lower.
    Lower(u8, Exposure),
}

pub fn ops(most: usize) -> impl Strategy<Value = Vec<Op>> {
    let wait = prop_oneof![Just(1), Just(60), Just(12 * 60), Just(24 * 60), Just(72 * 60), Just(-30)];
    let op = prop_oneof![
        120 => (any::<u16>(), any::<u8>()).prop_map(|(from, who)| Op::Up(from, who)),
        10 => (any::<u16>(), any::<u8>()).prop_map(|(what, who)| Op::Any(what, who)),
        36 => any::<u8>().prop_map(Op::Deliver),
        36 => wait.prop_map(Op::Wait),
        2 => (any::<u8>(), exposure()).prop_map(|(flag, what)| Op::Seen(flag, what)),
        2 => (any::<u8>(), exposure()).prop_map(|(flag, to)| Op::Lower(flag, to)),
    ];
    proptest::collection::vec(op, most / 4..most)
}

pub struct World {
    pub ledger: Ledger,
    pub book: Book,
    entries: Vec<Entry>,
    ups: Vec<(Role, Command)>,
    downs: Vec<Command>,
}

pub fn said() -> Text {
    Text::new("so it is").expect("a text")
}

fn shown() -> Vec<Evidence> {
    vec![Evidence::new("What shows it", "https://example.org/shown", None).expect("evidence")]
}

/// Any exposure; often one that plans name, so that it meets their steps.
fn exposure() -> impl Strategy<Value = Exposure> {
    let named = [0, 1_000, 10_000, 50_000, 100_000, 250_000, 500_000, 1_000_000];
    let ppm = prop_oneof![3 => proptest::sample::select(named.to_vec()), 1 => 0..=1_000_000u32];
    let lists: [&[&str]; 4] = [&[], &["staff"], &["beta"], &["beta", "staff"]];
    (ppm, proptest::sample::select(lists.to_vec())).prop_map(|(ppm, names)| {
        let segments = (!names.is_empty()).then(|| names.iter().map(|name| (*name).to_owned()).collect());
        Exposure::new(ppm, segments).expect("an exposure")
    })
}

pub fn steps(plan: &Plan) -> Vec<(Role, Command)> {
    let command = |step: &rollout::plan::Step| match &step.act {
        StepAct::Exposure(act) => {
            let confirm = plan.flag(&act.flag).expect("a flag").key.clone();
            (Role::Engineer, Command::Raise { step: step.slug.clone(), confirm })
        }
        StepAct::Attested(act) => {
            let (step, confirm) = (step.slug.clone(), Some(step.slug.as_str().to_owned()));
            let attest = Command::Attest { step, confirm, reason: None, conditions: None, evidence: shown() };
            (act.by.unwrap_or(Role::Operations), attest)
        }
    };
    plan.phases.iter().flat_map(|phase| &phase.steps).map(command).collect()
}

pub fn go(gate: u8) -> Command {
    Command::Decide { gate, decision: Decision::Go, reason: said(), conditions: None, evidence: vec![] }
}

fn ups(plan: &Plan) -> Vec<(Role, Command)> {
    let mut ups = vec![(Role::ProductOwner, Command::Adopt { plan: plan.digest(), reason: None })];
    for line in (0..plan.phases.len()).flat_map(|phase| plan.lines(phase)) {
        let slug = line.kind.slug().clone();
        let tick = Command::Tick { line: slug.clone(), reason: None, conditions: None, evidence: shown() };
        match line.kind {
            LineKind::Task(task) => ups.push((task.by, tick)),
            LineKind::Criterion(criterion) => ups.push((criterion.by, tick)),
            LineKind::Slot(slot) => {
                let sign = Command::Sign { slot: slug, reason: None, conditions: None, evidence: vec![] };
                ups.push((slot.role, sign));
            }
            LineKind::Dependency(_) => {}
        }
    }
    for gate in 1..=plan.last_gate() {
        // Often, or nothing ever begins.
        (0..3).for_each(|_| ups.push((plan.decider(gate), go(gate))));
        for role in [Role::ProductOwner, Role::Legal, Role::Privacy] {
            ups.push((role, Command::Release { gate, reason: said() }));
        }
    }
    for _ in 0..3 {
        ups.extend(steps(plan));
    }
    for criterion in plan.phases.iter().flat_map(|phase| &phase.criteria) {
        ups.push((Role::ProductOwner, Command::Waive { line: criterion.slug.clone(), reason: said() }));
    }
    for slot in (0..plan.phases.len()).flat_map(|phase| plan.lines(phase)) {
        if let LineKind::Slot(slot) = slot.kind {
            ups.push((slot.role, Command::Withdraw { slot: slot.slug.clone(), reason: None }));
        }
    }
    for phase in &plan.phases {
        ups.push((Role::ProductOwner, Command::Skip { phase: phase.slug.clone(), reason: said() }));
    }
    for flag in &plan.flags {
        for to in ["on", "30"].map(|to| serde_json::from_value::<Exposure>(to.into()).expect("an exposure")) {
            let (flag, confirm) = (flag.slug.clone(), flag.key.clone());
            let glass = Command::BreakGlass { flag, to, reason: said(), confirm };
            let often = if plan.break_glass.is_some() { 3 } else { 1 };
            ups.extend((0..often).flat_map(|_| [Role::Operations, Role::Engineer]).map(|role| (role, glass.clone())));
        }
        let put_back = Command::PutBack { flag: flag.slug.clone(), confirm: flag.key.clone() };
        ups.push((Role::Engineer, put_back));
        for role in [Role::Engineer, Role::ProductOwner] {
            ups.push((role, Command::Accept { flag: flag.slug.clone(), reason: said() }));
        }
    }
    ups
}

fn downs(plan: &Plan) -> Vec<Command> {
    let mut downs = vec![Command::Rollback { scope: Scope::Everything {}, reason: None }];
    for _ in 0..4 {
        downs.push(Command::Incident { reason: said(), evidence: vec![] });
    }
    for line in (0..plan.phases.len()).flat_map(|phase| plan.lines(phase)) {
        let slug = line.kind.slug().clone();
        downs.push(Command::Untick { line: slug.clone(), reason: None });
        downs.push(Command::Object { slot: slug.clone(), reason: said(), evidence: vec![] });
        downs.push(Command::Withdraw { slot: slug, reason: None });
    }
    for gate in 1..=plan.last_gate() {
        for decision in [Decision::NoGo, Decision::Hold] {
            downs.push(Command::Decide { gate, decision, reason: said(), conditions: None, evidence: vec![] });
        }
    }
    for flag in &plan.flags {
        downs.push(Command::Lower { flag: flag.slug.clone(), to: Exposure::OFF, reason: None });
        downs.push(Command::Rollback { scope: Scope::Flag { flag: flag.slug.clone() }, reason: None });
    }
    for phase in &plan.phases {
        for later in [false, true] {
            let scope = Scope::Phase { phase: phase.slug.clone(), later };
            downs.push(Command::Rollback { scope, reason: None });
        }
        downs.push(Command::Skip { phase: phase.slug.clone(), reason: said() });
        for _ in 0..8 {
            downs.push(Command::Unskip { phase: phase.slug.clone(), reason: None });
        }
        let steps = phase.steps.iter().map(|step| step.slug.clone());
        downs.extend(steps.map(|step| Command::Unattest { step, reason: None }));
    }
    downs
}

fn slot_act(act: Act) -> SlotAct {
    match act {
        Act::Signed(_) => SlotAct::Signed,
        Act::Objected => SlotAct::Objected,
        Act::Withdrawn => SlotAct::Withdrawn,
    }
}

impl World {
    pub fn new(plan: Arc<Plan>, baselines: BTreeMap<FlagSlug, Exposure>) -> Self {
        let (ups, downs) = (ups(&plan), downs(&plan));
        let json = Rc::new(serde_json::to_value(&*plan).expect("JSON"));
        // So that what is asked of beginners is asked of somebody; and others can go on.
        let by = ledger::person(Role::ProductOwner, 0);
        let ledger = Ledger::begin(plan, (by, baselines));
        let first = Entry::of(&ledger.bytes[0]);
        Self { ledger, book: Book::open(json, &first), entries: vec![first], ups, downs }
    }

    pub fn turn(&mut self, op: &Op) -> Result<(), TestCaseError> {
        match op {
            Op::Up(from, who) => self.up(usize::from(*from), Who(*who)),
            Op::Any(what, who) => {
                let command = self.downs[usize::from(*what) % self.downs.len()].clone();
                let roles = Role::ALL.iter().cycle().skip(usize::from(*who)).take(Role::ALL.len());
                let mut actors = roles.map(|role| ledger::person(*role, *who / 128));
                actors.find(|actor| self.ledger.act(*actor, &command).is_ok());
            }
            Op::Deliver(outcome) => self.tick(*outcome)?,
            Op::Wait(minutes) => self.ledger.now = self.ledger.now.plus(*minutes * HOUR / 60),
            Op::Seen(flag, what) => {
                let event = delivery::observed(&self.ledger.rollout, &self.flag(*flag), what);
                event.into_iter().for_each(|event| self.ledger.append(DELIVERY, event));
            }
            Op::Lower(flag, to) => {
                let command = Command::Lower { flag: self.flag(*flag), to: to.clone(), reason: None };
                let refused = self.ledger.act(ledger::person(Role::Operations, 0), &command).err();
                let manual =
                    |flag: &FlagSlug| self.ledger.rollout.plan().flag(flag).is_some_and(|f| f.manual().is_some());
                let excused = |blocker: &Blocker| match &blocker.why {
                    Why::NotALowering { .. } => true,
                    // A person turns a flag off, not to a percentage.
                    Why::NotExpressible { .. } => manual(&self.flag(*flag)) && !to.is_off(),
                    _ => false,
                };
                let other = refused.iter().flatten().find(|blocker| !excused(blocker));
                prop_assert!(other.is_none(), "lowering to {} is held back: {:?}", to, other);
            }
        }
        self.read_on()?;
        self.compare()
    }

    fn flag(&self, number: u8) -> FlagSlug {
        let flags = &self.ledger.rollout.plan().flags;
        flags[usize::from(number) % flags.len()].slug.clone()
    }

    fn up(&mut self, from: usize, who: Who) {
        let resolve = |incident: &u64| Command::Resolve { incident: *incident, reason: said() };
        let incidents: Vec<Command> = self.ledger.rollout.incidents.keys().map(resolve).collect();
        let moved = |(flag, state): (&FlagSlug, &rollout::state::FlagState)| {
            let want = state.pending.as_ref()?.want;
            Some((Role::Engineer, Command::Moved { flag: flag.clone(), want, reason: None, evidence: shown() }))
        };
        let moves: Vec<_> = self.ledger.rollout.flags.iter().filter_map(moved).collect();
        let roles = [Role::Operations, Role::Legal, Role::Privacy];
        let resolves = incidents.iter().flat_map(|command| roles.iter().map(move |role| (*role, command.clone())));
        // Rarely: else no review would ever be overdue.
        let glasses = self.ledger.rollout.glasses.keys().filter(|_| from.is_multiple_of(8));
        let review = |glass: &u64| Command::Review { glass: *glass, reason: said(), evidence: vec![] };
        let reviews = glasses.flat_map(|glass| [Role::ProductOwner, Role::Legal].map(|role| (role, review(glass))));
        let reviews: Vec<_> = reviews.collect();
        let all = resolves.chain(moves).chain(reviews).chain(self.ups.iter().cloned());
        let all: Vec<(Role, Command)> = all.collect();
        for i in 0..all.len() {
            let (role, command) = &all[(from + i) % all.len()];
            let actor = who.actor(*role);
            // Signing what is signed is allowed, and leads nowhere; so does taking back what counts.
            let marks = |slot| self.ledger.rollout.slots.get(slot).into_iter().flatten();
            let idle = match command {
                Command::Sign { slot, .. } => marks(slot).filter(|(_, mark)| mark.act == SlotAct::Signed).count() > 1,
                Command::Withdraw { slot, .. } => {
                    !marks(slot).any(|(person, mark)| Some(*person) == actor.person() && mark.act == SlotAct::Objected)
                }
                Command::Skip { .. } => true,
                _ => false,
            };
            if idle && !from.is_multiple_of(16) {
                continue;
            }
            if who.tries(&mut self.ledger, *role, command).is_some() {
                return;
            }
        }
    }

    /// What has to happen by itself comes first, and leaves nothing over that should have happened.
    fn tick(&mut self, outcome: u8) -> Result<(), TestCaseError> {
        let due = delivery::due(&self.ledger.rollout, self.ledger.now);
        due.into_iter().for_each(|event| self.ledger.append(DELIVERY, event));
        self.read_on()?;
        let left = self.book.due(self.book.time.max(self.ledger.now.millis()));
        prop_assert!(left.is_empty(), "glasses {left:?} still keep flags up");
        self.deliver(outcome);
        Ok(())
    }

    fn deliver(&mut self, outcome: u8) {
        let wanted = delivery::wanted(&self.ledger.rollout);
        let Some(wanted) = wanted.get(usize::from(outcome) % wanted.len().max(1)).cloned() else { return };
        let rollout = &self.ledger.rollout;
        let clear = rollout::still_clear(rollout, &self.ledger.facts, &wanted.flag, self.ledger.now).is_ok();
        // What a person moves, nobody but a person can say; where it can be asked for, after that.
        let pending = rollout.flags.get(&wanted.flag).and_then(|state| state.pending.as_ref());
        let by_hand = rollout.plan().flag(&wanted.flag).and_then(|flag| flag.manual()).is_some();
        let is_ready = !by_hand || pending.is_some_and(|pending| pending.moved.is_some());
        let event = match outcome {
            _ if !is_ready && (20..40).contains(&outcome) => {
                delivery::cancelled(rollout, &wanted, CancelCause::WaitedTooLong)
            }
            _ if !is_ready && !clear => delivery::cancelled(rollout, &wanted, CancelCause::NoLongerClear),
            _ if !is_ready => None,
            0..20 => delivery::failed(rollout, &wanted, FailureCause::Unreachable),
            20..40 => delivery::cancelled(rollout, &wanted, CancelCause::WaitedTooLong),
            _ if clear => delivery::applied(rollout, &wanted),
            _ => delivery::cancelled(rollout, &wanted, CancelCause::NoLongerClear),
        };
        event.into_iter().for_each(|event| self.ledger.append(DELIVERY, event));
    }

    /// The naive reader reads what is new, and says what should not stand there.
    fn read_on(&mut self) -> Result<(), TestCaseError> {
        for bytes in &self.ledger.bytes[self.entries.len()..] {
            let entry = Entry::of(bytes);
            let passed = (entry.time - self.book.time).max(0);
            prop_assert!(entry.time >= self.book.time, "time ran back at {}", entry.seq);
            prop_assert_eq!(entry.seq, self.entries.len() as u64 + 1);
            let mut then = self.book.clone();
            then.run_soaks(passed);
            then.time = entry.time;
            let wrong = naive_rules::wrong(&then, &entry, &self.entries);
            prop_assert!(wrong.is_empty(), "record {} ({} {}): {:?}", entry.seq, entry.kind, entry.body, wrong);
            self.book.take(&entry);
            self.entries.push(entry);
        }
        Ok(())
    }

    /// The two readers see the same.
    fn compare(&self) -> Result<(), TestCaseError> {
        let (state, book) = (self.ledger.rollout.state(), &self.book);
        let gos: Vec<usize> =
            state.gates.iter().filter(|(_, g)| g.go.is_some()).map(|(n, _)| usize::from(*n)).collect();
        prop_assert_eq!(gos, book.gos.iter().copied().collect::<Vec<_>>());
        let steps: Vec<_> = state.steps.iter().map(|(s, done)| (s.as_str(), done.applied.is_some())).collect();
        let naive: Vec<_> = book.steps.iter().map(|(s, ran)| (s.as_str(), ran.is_some())).collect();
        prop_assert_eq!(steps, naive);
        let done = state.tasks.iter().filter(|(_, status)| !matches!(status, TaskStatus::Unticked(_)));
        prop_assert_eq!(done.map(|(l, _)| l.as_str()).collect::<Vec<_>>(), book.ticked.iter().collect::<Vec<_>>());
        prop_assert_eq!(state.incidents.keys().collect::<Vec<_>>(), book.incidents.keys().collect::<Vec<_>>());
        for (slot, marks) in &state.slots {
            let acts: Vec<_> = marks.iter().map(|(person, mark)| (person.to_string(), mark.act)).collect();
            let naive = book.marks.get(slot.as_str()).into_iter().flatten();
            let naive: Vec<_> = naive.map(|(person, act)| (person.clone(), slot_act(*act))).collect();
            prop_assert_eq!(acts, naive);
        }
        for (slug, flag) in &state.flags {
            let share = |exposure: &Exposure| Share::of(&serde_json::to_value(exposure).expect("JSON"));
            let lamp = &book.flags[slug.as_str()];
            prop_assert_eq!(share(&flag.wanted), lamp.wanted.clone());
            prop_assert_eq!(share(&flag.applied), lamp.applied.clone());
            prop_assert_eq!(flag.observed.as_ref().map(|seen| share(&seen.exposure)), lamp.observed.clone());
            prop_assert_eq!(flag.pending.as_ref().map(|pending| pending.want), lamp.pending.as_ref().map(|p| p.0));
        }
        let open: Vec<_> = state.glasses.iter().map(|(seq, glass)| (*seq, glass.stands())).collect();
        let cracks = book.cracks.iter().filter(|(_, crack)| !crack.reviewed);
        prop_assert_eq!(open, cracks.map(|(seq, crack)| (*seq, crack.stands)).collect::<Vec<_>>());
        prop_assert_eq!(self.ledger.rollout.is_closed(), naive_rules::is_closed(book));
        Ok(())
    }
}
