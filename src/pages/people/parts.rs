//! Who decides at each gate and who signs each slot; a part that nobody can play is a gap that shows.

use crate::{
    paths,
    session::use_session,
    ui::{Lamp, Tone},
};
use gateway_api::KnownPerson;
use leptos::prelude::*;
use rollout::{Place, Role, Rollout, plan::LineKind, plan::Slot};

/// Something in the plan that a role does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    phase: String,
    what: String,
    how: String,
    role: Role,
    /// How many different people it takes.
    people: usize,
    path: String,
}

/// Every gate in use and every slot, in the plan's order.
pub fn of(rollout: &Rollout) -> Vec<Part> {
    let plan = rollout.plan();
    let mut parts = vec![];
    for (index, phase) in plan.phases.iter().enumerate() {
        let path = |place: &Place| paths::rollout_place(rollout.id, &phase.slug, place);
        let entry = rollout.entry_gate(index);
        if usize::from(entry) == index + 1 {
            parts.push(gate(rollout, entry, &phase.name, path(&Place::Gate(entry))));
        }
        let slots = plan.lines(index).filter_map(|line| match line.kind {
            LineKind::Slot(slot) => Some(signs(slot, &phase.name, path(&Place::Line(slot.slug.clone())))),
            _ => None,
        });
        parts.extend(slots);
        let last = plan.last_gate();
        if index + 1 == plan.phases.len() && rollout.has_gate(last) {
            parts.push(gate(rollout, last, &phase.name, path(&Place::Gate(last))));
        }
    }
    parts
}

fn gate(rollout: &Rollout, gate: rollout::GateNumber, phase: &str, path: String) -> Part {
    let (role, what) = (rollout.plan().decider(gate), format!("Gate {gate}"));
    Part { phase: phase.into(), what, how: "Decides go or no-go".into(), role, people: 1, path }
}

fn signs(slot: &Slot, phase: &str, path: String) -> Part {
    let people = usize::from(slot.people);
    let who = if people == 1 { "Signs".to_owned() } else { format!("{people} people sign") };
    let how = format!("{who}: {}", slot.meaning.name());
    Part { phase: phase.into(), what: slot.text.clone(), how, role: slot.role, people, path }
}

/// What is missing for a part that `holders` people can play.
fn gap(part: &Part, holders: usize) -> Option<String> {
    match holders {
        0 => Some("Nobody holds this role".into()),
        1 if part.people > 1 => Some(format!("It takes {} people, and one holds this role", part.people)),
        n if n < part.people => Some(format!("It takes {} people, and {n} hold this role", part.people)),
        _ => None,
    }
}

/// A row a part.
#[component]
pub fn Parts(parts: Memo<Vec<Part>>, people: Memo<Vec<KnownPerson>>) -> impl IntoView {
    let rows = move || parts.get().into_iter().map(|part| view! { <Row part people /> }).collect_view();
    view! {
        <table class="table fold parts" aria-label="Who decides and who signs">
            <thead>
                <tr>
                    <th scope="col">"What"</th>
                    <th scope="col">"How"</th>
                    <th scope="col">"Role"</th>
                    <th scope="col">"Who holds it"</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
}

#[component]
fn Row(part: Part, people: Memo<Vec<KnownPerson>>) -> impl IntoView {
    let session = use_session();
    let role = part.role;
    let holders = move || {
        let me = session.person();
        let name = |person: &KnownPerson| if Some(person.id) == me { "You".to_owned() } else { person.name.clone() };
        people.with(|all| all.iter().filter(|p| p.roles.contains(&role)).map(name).collect::<Vec<_>>())
    };
    let (what, phase, how, path) = (part.what.clone(), part.phase.clone(), part.how.clone(), part.path.clone());
    view! {
        <tr>
            <th scope="row"><a href=path>{what}</a><small>{phase}</small></th>
            <td>{how}</td>
            <td>{role.name()}</td>
            <td class="full">
                {move || {
                    let holders = holders();
                    let gap = gap(&part, holders.len()).map(|word| view! { <Lamp tone=Tone::Danger word /> });
                    view! { {holders.join(", ")} " " {gap} }
                }}
            </td>
        </tr>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rollout::{Actor, Event, Plan, Record, SystemActor, Timestamp};
    use std::{collections::BTreeMap, sync::Arc};

    /// A phase whose gate legal decides, with a slot on each side.
    fn rollout() -> Rollout {
        let slot = |slug: &str, people: u8| serde_json::json!({ "slug": slug, "text": slug, "role": "privacy", "meaning": "reviewed", "people": people });
        let plan = serde_json::json!({
            "schema": "signalbox-plan/1", "slug": "p", "name": "P", "summary": "S",
            "flags": [{ "slug": "a", "key": "A", "name": "A", "purpose": "A", "code_default": "off", "initial": "off" }],
            "phases": [{
                "slug": "one", "name": "One", "summary": "S", "risk": "low", "decider": "legal",
                "prerequisites": [{ "sign-off": slot("before", 2) }], "exit": [slot("after", 1)],
                "steps": [{ "slug": "a-on", "text": "On", "do": { "exposure": { "flag": "a", "to": "on" } } }],
                "rollback": { "text": "Off" },
            }],
        });
        let plan: Plan = serde_json::from_value(plan).expect("a plan");
        let attached = Event::Attached { environment: "production".into(), baselines: BTreeMap::new(), sample: true };
        let id = "0193a5c0-0000-7000-8000-000000000001".parse().expect("a UUID");
        let by = Actor::System { system: SystemActor::Demo };
        let record = Record::new(id, 1, Timestamp::from_millis(0), by, plan.digest(), attached);
        Rollout::begin(&record, Arc::new(plan)).expect("begins")
    }

    #[test]
    fn every_gate_has_its_decider_and_every_slot_its_signer_in_the_order_they_come() {
        let parts = of(&rollout());
        let told: Vec<String> = parts.iter().map(|part| format!("{}: {} {}", part.what, part.role, part.how)).collect();
        let expected = [
            "Gate 1: Legal Decides go or no-go",
            "before: Privacy (DPO) 2 people sign: reviewed",
            "after: Privacy (DPO) Signs: reviewed",
            "Gate 2: Product owner Decides go or no-go",
        ];
        assert_eq!(told, expected);
    }

    #[test]
    fn a_part_that_too_few_can_play_is_a_gap() {
        let one = of(&rollout()).remove(0);
        assert_eq!((gap(&one, 0).as_deref(), gap(&one, 1)), (Some("Nobody holds this role"), None));
        let two = Part { people: 2, ..one };
        assert_eq!(gap(&two, 1).as_deref(), Some("It takes 2 people, and one holds this role"));
        assert_eq!(gap(&two, 2), None);
    }
}
