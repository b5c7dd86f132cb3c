//! `signalbox plan check`: what is in a plan file, or what is wrong with it and where.

use anyhow::{Context, bail};
use rollout::{
    Plan,
    plan::{Draft, Step, StepAct},
};
use std::{fmt::Write as _, path::Path};

/// Reads a plan, YAML or JSON, which is YAML too.
///
/// Errors: no plan; with line and column for what is no YAML or no field, with the place for what makes no sense.
pub fn read(path: &Path) -> anyhow::Result<Plan> {
    let text = std::fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?;
    let draft: Draft = match serde_saphyr::from_str(&text) {
        Ok(draft) => draft,
        Err(error) => {
            let place = error.location().map(|l| format!("{}:{}: ", l.line(), l.column())).unwrap_or_default();
            bail!("{}:{place}{}", path.display(), error.without_snippet());
        }
    };
    Plan::try_from(draft).map_err(|flaws| {
        let lines: Vec<String> = flaws.0.iter().map(|flaw| format!("  {}: {}", flaw.place, flaw.message)).collect();
        anyhow::anyhow!("{} has {} flaws:\n{}", path.display(), lines.len(), lines.join("\n"))
    })
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
        let open = if flag.fails_open() { ", fails open" } else { "" };
        say(format!("flag    {}: {} (code default {}{open})", flag.key, flag.initial, flag.code_default));
    }
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
        assert!(twice.contains("flags[1].key"), "{twice}");
    }
}
