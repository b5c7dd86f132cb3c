//! A plan's file form: what is in it, or everything that is wrong with it and where. The same for `signalbox plan check`
//! and for what comes by the API.

mod places;

use crate::app::plan_warnings;
use anyhow::{Context, bail};
use gateway_api::PlanFlaw;
use places::Places;
use rollout::{
    Plan,
    plan::{Draft, Flaws, Step, StepAct},
};
use serde_json::{Map, Value};
use std::{fmt::Write as _, path::Path};

/// Reads a plan's text: YAML, or JSON, which is YAML too.
///
/// Errors: everything that is wrong, never nothing.
pub fn parse(text: &str) -> Result<Plan, Vec<PlanFlaw>> {
    let draft: Draft = serde_saphyr::from_str(text).map_err(|error| {
        let at = error.location().filter(|at| at.line() > 0);
        let said = error.without_snippet().to_string();
        // The place is told beside the message.
        let message = said.rfind(" at line ").map_or(said.as_str(), |end| &said[..end]).to_owned();
        let (line, column) = (at.map(|at| at.line()), at.map(|at| at.column()));
        vec![PlanFlaw { line, column, place: String::new(), message }]
    })?;
    Plan::try_from(draft).map_err(|flaws| {
        let places = Places::of(text);
        told(flaws, |place| places.find(place))
    })
}

/// Reads a plan that came as an object, whose text nobody has.
///
/// Errors: everything that is wrong, never nothing.
pub fn from_object(object: &Map<String, Value>) -> Result<Plan, Vec<PlanFlaw>> {
    let draft: Draft = serde_path_to_error::deserialize(Value::Object(object.clone())).map_err(|error| {
        let place = match error.path().to_string() {
            place if place == "." => String::new(),
            place => place,
        };
        vec![PlanFlaw { line: None, column: None, place, message: error.into_inner().to_string() }]
    })?;
    Plan::try_from(draft).map_err(|flaws| told(flaws, |_| None))
}

/// Flaws of a plan that was read, with where they stand in what was sent.
pub fn located(sent: &Value, flaws: Flaws) -> Vec<PlanFlaw> {
    let places = sent.as_str().map(Places::of);
    told(flaws, |place| places.as_ref()?.find(place))
}

fn told(flaws: Flaws, find: impl Fn(&str) -> Option<(u64, u64)>) -> Vec<PlanFlaw> {
    let flaw = |flaw: rollout::plan::Flaw| {
        let at = find(&flaw.place);
        PlanFlaw { line: at.map(|at| at.0), column: at.map(|at| at.1), place: flaw.place, message: flaw.message }
    };
    flaws.0.into_iter().map(flaw).collect()
}

/// A flaw in a line: `90:13: phases[1].name: is empty; say what it is`.
pub fn sentence(flaw: &PlanFlaw) -> String {
    let at = flaw.line.zip(flaw.column).map(|(line, column)| format!("{line}:{column}: ")).unwrap_or_default();
    let place = if flaw.place.is_empty() { String::new() } else { format!("{}: ", flaw.place) };
    format!("{at}{place}{}", flaw.message)
}

/// The JSON Schema of plans, for editors that complete and check them.
pub fn schema() -> Value {
    let mut schema = Value::from(schemars::schema_for!(Draft));
    schema["title"] = "Signalbox plan".into();
    schema
}

/// Reads a plan from a file.
///
/// Errors: no plan; each flaw in a line of its own, as `file:line:column: …`.
pub fn read(path: &Path) -> anyhow::Result<Plan> {
    let text = std::fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?;
    match parse(&text) {
        Ok(plan) => Ok(plan),
        Err(flaws) => {
            let lines: Vec<String> =
                flaws.iter().map(|flaw| format!("{}:{}", path.display(), sentence(flaw))).collect();
            bail!("{}", lines.join("\n"))
        }
    }
}

/// The plan in a few lines.
pub fn describe(plan: &Plan) -> String {
    let mut out = String::new();
    let mut say = |line: String| {
        // Writing to a string cannot fail.
        if writeln!(out, "{line}").is_err() {
            unreachable!("a string takes every line");
        }
    };
    say(format!("{} ({})", plan.name, plan.slug));
    say(format!("digest  {}", plan.digest()));
    for (index, phase) in plan.phases.iter().enumerate() {
        let optional = if phase.optional { ", optional" } else { "" };
        say(format!("phase {} {} ({}{optional})", index + 1, phase.name, phase.risk.name().to_lowercase()));
        phase.steps.iter().for_each(|step| say(format!("    {}", describe_step(step))));
    }
    for flag in &plan.flags {
        say(format!("flag    {}: {} (code default {})", flag.key, flag.initial, flag.code_default));
    }
    plan_warnings(plan).into_iter().for_each(|warning| say(format!("warning {warning}")));
    out
}

fn describe_step(step: &Step) -> String {
    let act = match &step.act {
        StepAct::Exposure(act) => format!("{} to {}", act.flag, act.to),
        StepAct::Attested(_) => "attested".to_owned(),
    };
    let soak = step.soak_hours.map_or_else(String::new, |hours| format!(", then {hours} h"));
    format!("{}: {act}{soak}", step.slug)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str) -> Result<Plan, String> {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("plan.yaml");
        std::fs::write(&path, text).expect("writes");
        read(&path).map_err(|error| format!("{error:#}"))
    }

    #[test]
    fn the_sample_plan_is_described_and_is_the_same_as_json() {
        let text = include_str!("../../../plans/s4.yaml");
        let plan = check(text).expect("a plan");
        let said = describe(&plan);
        assert!(said.contains(&plan.digest().to_string()) && said.contains("fails open"), "{said}");
        assert_eq!(said.lines().filter(|line| line.starts_with("warning")).count(), 4, "{said}");
        assert_eq!(said.lines().filter(|line| line.starts_with("flag")).count(), 5, "{said}");
        let json = serde_json::to_string_pretty(&plan).expect("serializes");
        assert_eq!(check(&json).expect("a plan").digest(), plan.digest());
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        let text = include_str!("../../../plans/s4.yaml");
        let misspelled = check(&text.replacen("summary:", "sumary:", 1)).expect_err("unknown field");
        assert!(misspelled.contains("sumary") && misspelled.contains("plan.yaml:"), "{misspelled}");
        let broken = check("schema: [").expect_err("no YAML");
        assert!(broken.contains("plan.yaml:"), "{broken}");
        let plan = check(text).expect("a plan");
        let key = &plan.flags[0].key;
        let twice = check(&text.replace(&format!("key: {}", plan.flags[1].key), &format!("key: {key}")));
        let twice = twice.expect_err("one key, two flags");
        assert!(twice.contains("flags[1].key") && twice.contains("plan.yaml:25:10: "), "{twice}");
    }

    #[test]
    fn an_object_is_told_its_places_without_lines() {
        let plan = check(include_str!("../../../plans/s4.yaml")).expect("a plan");
        let Value::Object(mut object) = serde_json::to_value(&plan).expect("JSON") else { panic!("no object") };
        assert_eq!(from_object(&object).expect("the plan").digest(), plan.digest());
        object["phases"][1]["risk"] = "mild".into();
        let flaws = from_object(&object).expect_err("no risk");
        assert_eq!((flaws[0].place.as_str(), flaws[0].line), ("phases[1].risk", None));
        assert!(flaws[0].message.contains("low") && flaws[0].message.contains("medium"), "{flaws:?}");
        object["phases"][1]["risk"] = "medium".into();
        object["phases"][1]["name"] = "".into();
        object["phases"][2]["steps"] = serde_json::json!([]);
        let flaws = from_object(&object).expect_err("two flaws");
        let places: Vec<&str> = flaws.iter().map(|flaw| flaw.place.as_str()).collect();
        assert_eq!(places, ["flags[2].slug", "phases[1].name", "phases[2].steps"]);
    }

    /// Editors read it beside the plans; `UPDATE=1` writes it anew.
    #[test]
    fn the_published_schema_is_the_one_that_was_agreed_and_the_plans_point_to_it() {
        let plans = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../plans");
        let (path, text) = (plans.join("plan.schema.json"), format!("{:#}\n", schema()));
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(&path, &text).expect("writes");
        }
        let agreed = std::fs::read_to_string(&path).expect("plans/plan.schema.json is there");
        assert!(agreed == text, "plans have changed: `UPDATE=1 cargo test -p gateway --lib` writes the schema anew");
        for plan in crate::demo::PLANS {
            assert!(plan.starts_with("# yaml-language-server: $schema=plan.schema.json\n"));
        }
    }
}
