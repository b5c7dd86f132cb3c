//! What must be known on every page: lowerings that the backend has not confirmed, flags that it gives to people past a
//! gate that is not clear, and those that somebody raised past the rules.

use gateway_api::rollouts::{BrokenGlass, Lowering, PastGate};
use rollout::{Exposure, GateNumber, Rollout, Seq, plan::Flag, state::Glass};

/// The lowerings of a rollout that the backend has not confirmed.
pub fn lowering(rollout: &Rollout) -> Option<Lowering> {
    let pending = rollout.flags.iter().filter_map(|(slug, flag)| Some((slug, flag.pending.as_ref()?)));
    let waiting: Vec<_> = pending.filter(|(_, pending)| !pending.is_upward()).collect();
    let (slug, longest) = waiting.iter().min_by_key(|(_, pending)| pending.want)?;
    Some(Lowering {
        flags: waiting.len(),
        flag: (*slug).clone(),
        name: rollout.plan().flag(slug).map_or_else(|| slug.to_string(), |flag| flag.name.clone()),
        since: longest.since,
        failure: longest.failure,
    })
}

/// The flags that the backend gives to somebody whom the ledger does not want to have them, though a gate before the phase
/// that raises them so far is not clear.
pub fn past_gates(rollout: &Rollout) -> Vec<PastGate> {
    rollout.plan().flags.iter().filter_map(|flag| past_gate(rollout, flag)).collect()
}

/// The flags that are up because somebody broke the glass.
pub fn glasses(rollout: &Rollout) -> Vec<BrokenGlass> {
    let standing = rollout.glasses.iter().filter(|(_, glass)| glass.stands());
    let told = |(seq, glass): (&Seq, &Glass)| BrokenGlass {
        seq: *seq,
        flag: glass.flag.clone(),
        name: rollout.plan().flag(&glass.flag).map_or_else(|| glass.flag.to_string(), |flag| flag.name.clone()),
        from: glass.from.clone(),
        to: glass.to.clone(),
        until: glass.until,
    };
    standing.map(told).collect()
}

fn past_gate(rollout: &Rollout, flag: &Flag) -> Option<PastGate> {
    let state = rollout.flags.get(&flag.slug)?;
    let observed = state.observed.as_ref().filter(|observed| !state.wanted.lowers_to(&observed.exposure))?;
    let gate = rollout.stopped_at(gate_before(rollout, flag, &observed.exposure)?)?;
    Some(PastGate {
        flag: flag.slug.clone(),
        name: flag.name.clone(),
        gate,
        wanted: state.wanted.clone(),
        exposure: observed.exposure.clone(),
        since: observed.time,
    })
}

/// The gate before the first phase that raises the flag so far; before the last that raises it, if none does.
fn gate_before(rollout: &Rollout, flag: &Flag, exposure: &Exposure) -> Option<GateNumber> {
    let raises = rollout.plan().phases.iter().enumerate().flat_map(|(phase, plan)| {
        let steps = plan.steps.iter().filter_map(|step| step.exposure());
        steps.filter(|(slug, _)| **slug == flag.slug).map(move |(_, to)| (phase, to))
    });
    let (phase, _) = raises.clone().find(|(_, to)| to.lowers_to(exposure)).or_else(|| raises.last())?;
    Some(rollout.entry_gate(phase))
}

#[cfg(test)]
mod tests {
    use crate::{
        backend::Backend,
        demo::ENVIRONMENT,
        testing::{CSF, Demo, RAISE, parse, status},
    };
    use rollout::Exposure;
    use serde_json::{Value, json};

    async fn past_gates(demo: &Demo) -> Value {
        demo.get("/api/rollouts", Some(&demo.cookie_of("viewer").await)).await.json[0]["past_gates"].clone()
    }

    async fn drifts(demo: &Demo, key: &str, to: Exposure) {
        demo.backend.set(ENVIRONMENT, key, &to).await.expect("by another hand");
        demo.pass(10_000);
        demo.delivery.tick().await;
    }

    #[tokio::test]
    async fn drift_upwards_alarms_while_a_gate_before_it_is_not_clear() {
        let demo = Demo::new().await;
        assert_eq!(past_gates(&demo).await, Value::Null);
        drifts(&demo, CSF, Exposure::ON).await;
        let alarm = past_gates(&demo).await[0].clone();
        let told = [&alarm["flag"], &alarm["gate"], &alarm["wanted"], &alarm["exposure"]];
        assert_eq!(told, [&json!("csf-grid"), &json!(1), &json!("off"), &json!("on")]);
        drifts(&demo, CSF, Exposure::OFF).await;
        assert_eq!(past_gates(&demo).await, Value::Null, "put back by whoever it was");

        demo.open_first_gate().await;
        drifts(&demo, CSF, Exposure::ON).await;
        assert_eq!(past_gates(&demo).await, Value::Null, "drift, but the gate is clear");
        drifts(&demo, "FEATURE_WORKSHOPS_ENABLED", Exposure::ON).await;
        assert_eq!(past_gates(&demo).await[0]["gate"], json!(2));
    }

    #[tokio::test]
    async fn drift_downwards_does_not_and_a_rollback_closes_the_gate_again() {
        let demo = Demo::new().await;
        demo.open_first_gate().await;
        let engineer = demo.cookie_of("engineer").await;
        status(&demo.ask(&engineer, parse(RAISE)).await, 200);
        demo.delivery.tick().await;
        drifts(&demo, CSF, Exposure::OFF).await;
        assert_eq!(past_gates(&demo).await, Value::Null);
        status(&demo.ask(&engineer, json!({"type": "rollback", "scope": {"of": "everything"}})).await, 200);
        demo.delivery.tick().await;
        drifts(&demo, CSF, Exposure::ON).await;
        assert_eq!(past_gates(&demo).await[0]["gate"], json!(1));
    }
}
