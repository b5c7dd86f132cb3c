//! The safety properties, asked of the naive book: what speaks against an act. Words, not types: they are for reading.

use crate::{
    naive::{Act, Book, Entry, Share, list, text},
    naive_people,
};
use serde_json::Value;

const DAY: i64 = 86_400_000;
const HOUR: i64 = 3_600_000;

fn decider(book: &Book, gate: usize) -> String {
    let named = book.phases().get(gate - 1).and_then(|phase| phase["decider"].as_str());
    named.or(book.plan["decider"].as_str()).unwrap_or("product-owner").to_owned()
}

fn accepted(book: &Book, phase: usize) -> bool {
    book.gos.contains(&(phase + 2))
}

/// A slot as far as it locks: clear, open, or objected or withdrawn.
fn slot(book: &Book, line: &Value) -> &'static str {
    let none = Default::default();
    let marks = book.marks.get(line["slug"].as_str().expect("a slug")).unwrap_or(&none);
    let valid = |act: &&Act| match act {
        Act::Signed(at) => line["expires_days"].as_i64().is_none_or(|days| book.time < at + days * DAY),
        _ => false,
    };
    if marks.values().any(|act| *act == Act::Objected) {
        "objected"
    } else if marks.values().filter(valid).count() as u64 >= line["people"].as_u64().unwrap_or(1) {
        "clear"
    } else if marks.values().any(|act| *act == Act::Withdrawn) {
        "withdrawn"
    } else {
        "open"
    }
}

fn is_clear(book: &Book, phase: usize, kind: &str, line: &Value) -> bool {
    match kind {
        "sign-off" => slot(book, line) == "clear",
        "dependency" => list(&line["phases"]).iter().all(|slug| {
            let on = book.phases().iter().position(|p| p["slug"] == *slug).expect("a phase");
            let settled = |p: usize| book.skipped.contains(&p) || accepted(book, p);
            let next_is_me = (on + 1..phase).all(|p| book.skipped.contains(&p));
            book.skipped.contains(&on)
                || (0..on).all(settled) && (settled(on) || (next_is_me && open_behind(book, on).is_empty()))
        }),
        _ => book.ticked.contains(line["slug"].as_str().expect("a slug")),
    }
}

/// Everything that is not done in a phase.
fn open_behind(book: &Book, phase: usize) -> Vec<String> {
    let steps = list(&book.phases()[phase]["steps"]);
    let mut open: Vec<String> = steps.iter().filter_map(|step| open_step(book, step)).collect();
    let lines = book.exit(phase).filter(|(kind, line)| !is_clear(book, phase, kind, line));
    open.extend(lines.map(|(_, line)| format!("{} is open", line["slug"])));
    open
}

fn open_step(book: &Book, step: &Value) -> Option<String> {
    let whole = step["soak_hours"].as_i64().unwrap_or(0) * HOUR;
    match book.steps.get(step["slug"].as_str().expect("a slug")) {
        Some(Some(ran)) if *ran >= whole => None,
        Some(Some(ran)) => Some(format!("{} has soaked {ran} of {whole} ms", step["slug"])),
        _ => Some(format!("{} is not applied", step["slug"])),
    }
}

fn not_applied(book: &Book, phase: usize) -> impl Iterator<Item = String> {
    let steps = list(&book.phases()[phase]["steps"]).iter();
    let open = steps.filter(|step| !matches!(book.steps.get(step["slug"].as_str().expect("a slug")), Some(Some(_))));
    open.map(|step| format!("{} of an earlier phase is not applied", step["slug"])).collect::<Vec<_>>().into_iter()
}

fn gates_before(book: &Book, gate: usize) -> Vec<String> {
    let used = (1..=gate).filter(|g| book.in_use(*g));
    let shut = used.filter(|g| !book.gos.contains(g) || book.holds.iter().any(|(held, _)| held == g));
    shut.map(|g| format!("gate {g} is not clear")).collect()
}

pub fn is_closed(book: &Book) -> bool {
    gates_before(book, book.phases().len() + 1).is_empty()
}

/// Objections and withdrawn signatures of the phases up to this one.
fn objections(book: &Book, upto: usize) -> Vec<String> {
    let phases = (0..=upto).filter(|p| !book.skipped.contains(p));
    let slots = phases.flat_map(|p| book.entry(p).chain(book.exit(p))).filter(|(kind, _)| *kind == "sign-off");
    let hard = slots.filter(|(_, line)| matches!(slot(book, line), "objected" | "withdrawn"));
    hard.map(|(_, line)| format!("{} is {}", line["slug"], slot(book, line))).collect()
}

fn common(book: &Book) -> Vec<String> {
    let mut against = Vec::new();
    if !book.adopted {
        against.push("the plan is not in force".into());
    }
    if is_closed(book) {
        against.push("the rollout is closed".into());
    }
    against.extend(book.incidents.keys().map(|seq| format!("incident {seq} is open")));
    against
}

fn open_entry(book: &Book, phase: usize) -> Vec<String> {
    let lines = book.entry(phase).filter(|(kind, line)| !is_clear(book, phase, kind, line));
    lines.map(|(_, line)| format!("prerequisite {} is open", line["slug"])).collect()
}

/// What speaks against carrying out a step now, whoever asks.
pub fn against_step(book: &Book, slug: &str) -> Vec<String> {
    let (phase, at, step) = book.step(slug);
    let mut against = common(book);
    if book.skipped.contains(&phase) {
        against.push("its phase is skipped".into());
    }
    against.extend(gates_before(book, book.entry_gate(phase)));
    against.extend(open_entry(book, phase));
    against.extend(objections(book, phase));
    let earlier = (0..phase).filter(|p| !book.skipped.contains(p));
    against.extend(earlier.flat_map(|p| not_applied(book, p)));
    against.extend(list(&book.phases()[phase]["steps"])[..at].iter().filter_map(|step| open_step(book, step)));
    if let Some(flag) = step["do"]["exposure"]["flag"].as_str()
        && book.flags[flag].observed.is_some()
    {
        against.push(format!("{flag} is not what the ledger says"));
    }
    let flag = step["do"]["exposure"]["flag"].as_str();
    against.extend(flag.filter(|flag| book.crack(flag).is_some()).map(|flag| format!("a glass keeps {flag} up")));
    against
}

/// What speaks against asking for a step now.
pub fn against_asking(book: &Book, slug: &str) -> Vec<String> {
    let mut against = against_step(book, slug);
    if book.steps.contains_key(slug) {
        against.push("it was asked for already".into());
    }
    let exposure = &book.step(slug).2["do"]["exposure"];
    if let Some(flag) = exposure["flag"].as_str() {
        let (lamp, to) = (&book.flags[flag], Share::of(&exposure["to"]));
        if lamp.pending.is_some() {
            against.push("something is on its way".into());
        }
        if lamp.wanted != to && lamp.wanted.covers(&to) {
            against.push("the flag is above that".into());
        }
    }
    against
}

/// What speaks against a go now, by the one who may.
pub fn against_go(book: &Book, gate: usize) -> Vec<String> {
    let mut against = common(book);
    let mine = decider(book, gate);
    if book.gos.contains(&gate) && !book.holds.contains(&(gate, mine)) {
        against.push("it has a go".into());
    }
    against.extend(naive_people::overdue(book));
    against.extend(naive_people::standing_at_the_end(book, gate));
    against.extend(gates_before(book, gate - 1));
    if gate >= 2 {
        let behind = gate - 2;
        against.extend(open_behind(book, behind));
        against.extend(objections(book, behind));
        if !accepted(book, behind) {
            against.extend(open_entry(book, behind));
        }
        let earlier = (0..behind).filter(|p| !book.skipped.contains(p));
        against.extend(earlier.flat_map(|p| not_applied(book, p)));
    }
    let ahead = (gate - 1..book.phases().len()).find(|p| !book.skipped.contains(p));
    against.extend(ahead.map(|phase| open_entry(book, phase)).unwrap_or_default());
    against
}

/// What was wrong with a record when it was made.
pub fn wrong(book: &Book, entry: &Entry, earlier: &[Entry]) -> Vec<String> {
    let body = &entry.body;
    let said = |key: &str| body[key].as_str().unwrap_or_default();
    let by = |roles: &[&str]| {
        let may = roles.contains(&entry.role.as_str());
        (!may).then(|| format!("{} did what is for {roles:?}", entry.role)).into_iter().collect::<Vec<_>>()
    };
    let mut wrong = naive_people::wrong(book, entry);
    match entry.kind.as_str() {
        "adopted" => wrong.extend(by(&[&decider(book, 1)])),
        "ticked" => {
            let (phase, kind, line) = book.line(said("line"));
            wrong.extend(by(&[line["by"].as_str().expect("a role")]));
            wrong.extend(out_of_reach(book, phase, kind == "criterion"));
            if line["evidence"] == true && list(&body["words"]["evidence"]).is_empty() {
                wrong.push("no evidence".into());
            }
        }
        "waived" => {
            let (phase, kind, _) = book.line(said("line"));
            wrong.extend(by(&[&decider(book, phase + 2)]));
            wrong.extend(out_of_reach(book, phase, true));
            wrong.extend((kind != "criterion").then(|| format!("a {kind} was waived")));
        }
        "signed" => {
            let (phase, _, line) = book.line(said("slot"));
            wrong.extend(by(&[line["role"].as_str().expect("a role")]));
            let exit = book.exit(phase).any(|(_, l)| l == line);
            wrong.extend(out_of_reach(book, phase, exit));
        }
        "objected" | "withdrawn" => {
            wrong.extend(by(&[book.line(said("slot")).2["role"].as_str().expect("a role")]));
        }
        "decided" => {
            let gate = body["gate"].as_u64().expect("a gate") as usize;
            let mine = decider(book, gate);
            match said("decision") {
                "go" => wrong.extend(by(&[&mine]).into_iter().chain(against_go(book, gate))),
                "no-go" => wrong.extend(by(&[&mine])),
                _ => wrong.extend(by(&[&mine, "legal", "privacy"])),
            }
        }
        "raised" => {
            wrong.extend(by(&["engineer"]));
            wrong.extend(against_asking(book, said("step")));
            let step = book.step(said("step")).2;
            let agreed = &step["do"]["exposure"];
            wrong
                .extend((agreed["to"] != body["to"] || agreed["flag"] != body["flag"]).then(|| "not as agreed".into()));
        }
        "attested" => {
            let named = book.step(said("step")).2["do"]["attested"]["by"].as_str();
            wrong.extend(named.map_or_else(|| by(&["engineer", "operations"]), |role| by(&[role])));
            wrong.extend(against_asking(book, said("step")));
            wrong.extend(list(&body["words"]["evidence"]).is_empty().then(|| "no evidence".into()));
        }
        "lowered" => {
            wrong.extend(by(&["engineer", "operations", "product-owner"]));
            let (lamp, to) = (&book.flags[said("flag")], Share::of(&body["to"]));
            let at = [Some(&lamp.wanted), Some(&lamp.applied), lamp.observed.as_ref()];
            wrong.extend((!at.into_iter().flatten().all(|at| at.covers(&to))).then(|| "somebody new gets it".into()));
        }
        "put-back" => {
            let lamp = &book.flags[said("flag")];
            let seen = lamp.observed.clone().expect("something was observed");
            wrong.extend(by(&["engineer"]));
            wrong.extend(lamp.pending.is_some().then(|| "something is on its way".into()));
            wrong.extend(seen.covers(&lamp.wanted).then(|| "nobody gets it back".into()));
            wrong.extend((Share::of(&body["to"]) != lamp.wanted).then(|| "not what the ledger says".into()));
            wrong.extend(against_accepting(book, said("flag"), &lamp.wanted));
        }
        "accepted" => {
            let lamp = &book.flags[said("flag")];
            let seen = lamp.observed.clone().expect("something was observed");
            wrong.extend(by(&[if lamp.baseline { "product-owner" } else { "engineer" }]));
            wrong.extend(lamp.pending.is_some().then(|| "something is on its way".into()));
            if !lamp.baseline && !lamp.wanted.covers(&seen) {
                wrong.extend(against_accepting(book, said("flag"), &seen));
            }
        }
        "skipped" => {
            let phase = book.phases().iter().position(|p| p["slug"] == body["phase"]).expect("a phase");
            wrong.extend(by(&[&decider(book, phase + 1)]));
            wrong.extend(common(book));
            wrong.extend(naive_people::overdue(book));
            wrong.extend(naive_people::standing_at_the_end(book, phase + 2));
            wrong.extend((book.phases()[phase]["optional"] != true).then(|| "not optional".into()));
            let touched = |step: &Value| book.steps.contains_key(step["slug"].as_str().expect("a slug"));
            wrong.extend(list(&book.phases()[phase]["steps"]).iter().any(touched).then(|| "begun".into()));
            if phase > 0 {
                wrong.extend(objections(book, phase - 1));
                let judged = (0..phase).filter(|p| !book.skipped.contains(p) && accepted(book, *p));
                wrong.extend(judged.flat_map(|p| not_applied(book, p)));
            }
        }
        "unskipped" => {
            let phase = book.phases().iter().position(|p| p["slug"] == body["phase"]).expect("a phase");
            wrong.extend(by(&[&decider(book, book.entry_gate(phase))]));
            let done = |step: &Value| book.steps.contains_key(step["slug"].as_str().expect("a slug"));
            let after = book.phases()[phase + 1..].iter().filter(|later| list(&later["steps"]).iter().any(done));
            wrong.extend(after.map(|later| format!("{} has begun after it", later["slug"])));
        }
        "incident-resolved" => {
            let opener = &book.incidents[&body["incident"].as_u64().expect("a number")];
            match opener.as_str() {
                role @ ("legal" | "privacy") => wrong.extend(by(&[role])),
                _ => wrong.extend(by(&["operations", "product-owner"])),
            }
        }
        "applied" | "moved-by-hand" => {
            let want = body["want"].as_u64().expect("a number");
            let wish = earlier.iter().find(|e| e.seq == want).expect("a wish");
            let newer = earlier.iter().filter(|e| e.seq > want && e.body["flag"] == body["flag"]);
            let kinds = ["lowered", "raised", "cancelled", "accepted", "glass-broken", "glass-expired"];
            let moved = |e: &Entry| kinds.contains(&e.kind.as_str());
            wrong.extend(newer.filter(|e| moved(e)).map(|e| format!("{} {} came after it", e.kind, e.seq)));
            let wished = if wish.kind == "cancelled" { &wish.body["back_to"] } else { &wish.body["to"] };
            wrong.extend((*wished != body["exposure"]).then(|| "another exposure than wanted".into()));
            let up = matches!(wish.kind.as_str(), "raised" | "put-back" | "glass-broken");
            let said_so = || earlier.iter().any(|e| e.kind == "moved-by-hand" && e.body["want"] == want);
            match (entry.kind.as_str(), book.manual(said("flag"))) {
                ("applied", None) => {}
                ("applied", Some(_)) => wrong.extend((!said_so()).then(|| "nobody said it was done".into())),
                (_, None) => wrong.push("no person moves this flag".into()),
                (_, Some(how)) => {
                    let movers: &[&str] = if up { &["engineer"] } else { &["engineer", "operations", "product-owner"] };
                    let broke_it = wish.kind == "glass-broken" && naive_people::may(book, "roles", &entry.role);
                    wrong.extend(if broke_it { vec![] } else { by(movers) });
                    let shown = !list(&body["words"]["evidence"]).is_empty();
                    wrong.extend((up && !shown).then(|| "no evidence".into()));
                    wrong.extend(
                        (how["verify"].is_string() != (body["to_verify"] == true)).then(|| "not as agreed".into()),
                    );
                }
            }
            if wish.kind == "put-back" {
                wrong.extend(against_accepting(book, said("flag"), &Share::of(&body["exposure"])));
            }
            if wish.kind == "raised" {
                wrong.extend(against_step(book, text(&wish.body["step"]).as_str()));
            }
        }
        _ => {}
    }
    wrong
}

/// The flag's first step that goes so far, or its last.
pub fn step_up_to(book: &Book, flag: &str, seen: &Share) -> Option<String> {
    let steps = book.phases().iter().flat_map(|phase| list(&phase["steps"]));
    let own: Vec<&Value> = steps.filter(|step| step["do"]["exposure"]["flag"] == flag).collect();
    let reaches = |step: &&&Value| Share::of(&step["do"]["exposure"]["to"]).covers(seen);
    own.iter().find(reaches).or(own.last()).map(|step| text(&step["slug"]))
}

/// Accepting drift upward asks what raising the flag's first step that goes so far would.
fn against_accepting(book: &Book, flag: &str, seen: &Share) -> Vec<String> {
    let Some(step) = step_up_to(book, flag, seen) else { return vec![] };
    let mut against = against_step(book, &step);
    against.retain(|what| !what.ends_with("is not what the ledger says"));
    against
}

fn out_of_reach(book: &Book, phase: usize, at_end: bool) -> Vec<String> {
    let mut wrong = Vec::new();
    wrong.extend((!book.adopted).then(|| "the plan is not in force".to_owned()));
    wrong.extend(is_closed(book).then(|| "the rollout is closed".to_owned()));
    wrong.extend(book.skipped.contains(&phase).then(|| "the phase is skipped".to_owned()));
    let begun = list(&book.phases()[phase]["steps"])
        .iter()
        .any(|step| matches!(book.steps.get(step["slug"].as_str().expect("a slug")), Some(Some(_))));
    wrong.extend((at_end && !begun).then(|| "the phase has not begun".to_owned()));
    wrong
}
