//! Blockers: the reason's `code` and fields stand beside the blocker's own.

use super::{Fields, variants};
use crate::blocker::{Blocker, Why};
use serde::{Deserialize, Deserializer, de::Error as _};
use serde_json::Value;

impl<'de> Deserialize<'de> for Blocker {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        blocker(Value::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

fn blocker(value: Value) -> Result<Blocker, serde_json::Error> {
    let fields = Fields::of(value)?;
    let why = Why::of_code(&fields.get::<String>("code")?, &fields)?;
    Ok(Blocker { why, cleared_by: fields.get("cleared_by")?, place: fields.get("place")? })
}

variants! { Why, of_code, code, CODES:
    "wrong-role" => WrongRole { needs }
    "plan-not-in-force" => PlanNotInForce {}
    "gate-without-go" => GateWithoutGo { gate }
    "no-go" => NoGo { gate }
    "held" => Held { gate, by }
    "go-ended" => GoEnded { gate }
    "incident-open" => IncidentOpen { incident }
    "phase-not-begun" => PhaseNotBegun { phase }
    "phase-begun" => PhaseBegun { phase }
    "phase-skipped" => PhaseSkipped { phase }
    "phase-not-optional" => PhaseNotOptional { phase }
    "not-proven" => NotProven { environment }
    "task-open" => TaskOpen { line }
    "criterion-open" => CriterionOpen { line }
    "dependency-open" => DependencyOpen { line }
    "sign-off-missing" => SignOffMissing { line }
    "sign-off-objected" => SignOffObjected { line }
    "sign-off-withdrawn" => SignOffWithdrawn { line }
    "sign-off-expired" => SignOffExpired { line }
    "sign-off-void" => SignOffVoid { line }
    "two-people-needed" => TwoPeopleNeeded { line }
    "earlier-step-open" => EarlierStepOpen { step }
    "not-the-next-step" => NotTheNextStep { step, next }
    "soak-running" => SoakRunning { step, left_ms, standing }
    "observed-not-accepted" => ObservedNotAccepted { flag, observed }
    "not-expressible" => NotExpressible { exposure }
    "backend-unreachable" => BackendUnreachable { since }
    "delivery-pending" => DeliveryPending { flag }
    "confirmation-wrong" => ConfirmationWrong { expected }
    "not-confirmed" => NotConfirmed {}
    "proof-needed" => ProofNeeded {}
    "decided-it" => DecidedIt { gate }
    "began-it" => BeganIt {}
    "glass-stands" => GlassStands { flag, glass }
    "glass-over" => GlassOver { flag, glass }
    "review-owed" => ReviewOwed { flag, glass }
    "own-glass" => OwnGlass { glass }
    "already-so" => AlreadySo {}
    "not-so" => NotSo {}
    "not-a-lowering" => NotALowering { flag, now }
    "evidence-needed" => EvidenceNeeded {}
    "wrong-kind" => WrongKind { expected }
    "rollout-closed" => RolloutClosed {}
    "held-elsewhere" => HeldElsewhere { flag, rollout }
    "unknown" => Unknown { what, name }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn each_code_is_read_as_it_is_written() {
        let all = json!({
            "cleared_by": {"roles": ["product-owner"]}, "place": {"gate": 2}, "needs": ["product-owner"], "gate": 2,
            "by": ["product-owner"], "incident": 7, "glass": 9, "phase": "a-phase", "line": "a-line", "step": "a-step", "next": null,
            "left_ms": 60_000, "standing": true, "flag": "chat", "observed": "5", "exposure": "on",
            "since": "2026-03-02T09:00:00.000Z", "expected": "chat", "now": "off",
            "rollout": "0190a5c4-7b1e-7c3a-9f00-000000000001", "what": "step", "name": "nobody",
            "environment": "staging",
        });
        for code in CODES {
            let mut all = all.clone();
            all["code"] = (*code).into();
            let blocker: Blocker = serde_json::from_value(all.clone()).expect(code);
            let written = serde_json::to_value(&blocker).expect("JSON");
            for (name, value) in written.as_object().expect("an object") {
                assert_eq!(value, &all[name], "{code}: {name}");
            }
            assert_eq!(serde_json::from_value::<Blocker>(written).expect(code), blocker);
        }
    }
}
