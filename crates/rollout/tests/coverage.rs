//! `docs/coverage.md` against the plans: every named place is there with the named value, and nothing that has a name in
//! a plan is missing from the table.

use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

struct Row {
    plan: String,
    place: Vec<String>,
    value: String,
}

fn repository(path: &str) -> String {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path);
    fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

fn rows() -> Vec<Row> {
    let (mut plan, mut rows) = (String::new(), Vec::new());
    for line in repository("docs/coverage.md").lines() {
        if let Some(heading) = line.strip_prefix("## ") {
            heading.clone_into(&mut plan);
        }
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let code = |cell: &str| cell.strip_prefix('`').and_then(|rest| rest.strip_suffix('`')).map(str::to_owned);
        if let [_, _, place, value, _] = cells[..]
            && let (Some(place), Some(value)) = (code(place), code(value))
        {
            rows.push(Row { plan: plan.clone(), place: place.split('/').map(str::to_owned).collect(), value });
        }
    }
    rows
}

fn plan(path: &str) -> Value {
    let plan: rollout::Plan = serde_saphyr::from_str(&repository(path)).unwrap_or_else(|e| panic!("{path}: {e}"));
    serde_json::to_value(&plan).expect("a plan has a JSON form")
}

/// What an entry of a list is called: its slug or its name, also inside the one field that says its kind.
fn called(entry: &Value) -> Option<&str> {
    let own = |value: &'_ Value| value["slug"].as_str().is_some() || value["name"].as_str().is_some();
    let body = if own(entry) { entry } else { entry.as_object()?.values().next()? };
    body["slug"].as_str().or(body["name"].as_str())
}

fn entry<'a>(at: &'a Value, part: &str) -> Option<&'a Value> {
    match at {
        Value::Object(fields) => fields.get(part),
        Value::Array(list) => {
            list.iter().find(|one| called(one) == Some(part)).or_else(|| list.get(part.parse::<usize>().ok()?))
        }
        _ => None,
    }
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn find(plan: &Value, place: &[String]) -> Option<String> {
    let (last, before) = place.split_last()?;
    let at = before.iter().try_fold(plan, |at, part| entry(at, part))?;
    if last == "#" { at.as_array().map(|list| list.len().to_string()) } else { entry(at, last).map(text) }
}

/// Every entry of a list that has a slug or a name, as the table would call it.
fn named(at: &Value, path: &str, found: &mut BTreeSet<String>) {
    match at {
        Value::Object(fields) => fields.iter().for_each(|(name, value)| named(value, &format!("{path}/{name}"), found)),
        Value::Array(list) => {
            for (index, one) in list.iter().enumerate() {
                let by_name = called(one).map(|name| format!("{path}/{name}"));
                found.extend(by_name.clone());
                named(one, &by_name.unwrap_or_else(|| format!("{path}/{index}")), found);
            }
        }
        _ => {}
    }
}

#[test]
fn every_place_is_there_and_says_so() {
    let rows = rows();
    assert!(rows.len() > 350, "{} rows", rows.len());
    let (mut wrong, mut plans) = (Vec::new(), BTreeMap::new());
    for row in &rows {
        let found = find(plans.entry(&row.plan).or_insert_with(|| plan(&row.plan)), &row.place);
        let right = found.as_ref().is_some_and(|found| match row.value.strip_prefix("~ ") {
            Some(part) => found.contains(part),
            None => *found == row.value,
        });
        if !right {
            wrong.push(format!("{} {}: {:?}, not {:?}", row.plan, row.place.join("/"), found, row.value));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn nothing_that_has_a_name_is_missing() {
    let rows = rows();
    let mut missing = Vec::new();
    for path in ["plans/unified-workflow.yaml", "plans/service-orders.yaml"] {
        let plan = plan(path);
        let mut all = BTreeSet::new();
        named(&plan, "", &mut all);
        let told: BTreeSet<String> =
            rows.iter().filter(|row| row.plan == path).flat_map(|row| ways(&plan, row)).collect();
        missing.extend(all.difference(&told).map(|name| format!("{path}{name}")));
    }
    assert!(missing.is_empty(), "\n{}", missing.join("\n"));
}

/// The entries a row goes through, by their names, where it may have used an index.
fn ways(plan: &Value, row: &Row) -> Vec<String> {
    let (mut at, mut path, mut ways) = (plan, String::new(), Vec::new());
    for part in &row.place {
        let Some(next) = entry(at, part) else { break };
        let name = if at.is_array() { called(next).unwrap_or(part) } else { part };
        path = format!("{path}/{name}");
        ways.push(path.clone());
        at = next;
    }
    ways
}

#[test]
fn a_wrong_row_would_be_found() {
    let plan = plan("plans/s4.yaml");
    let at = |place: &str| find(&plan, &place.split('/').map(str::to_owned).collect::<Vec<_>>());
    assert_eq!(at("flags/#"), Some("5".into()));
    assert_eq!(at("phases/csf-grid/steps/csf-on/soak_hours"), Some("48".into()));
    assert_eq!(at("phases/csf-grid/prerequisites/s4-initiation/sign-off/role"), Some("product-owner".into()));
    assert_eq!((at("phases/nothing/name"), at("flags/9/key"), at("flags/0/color")), (None, None, None));
}
