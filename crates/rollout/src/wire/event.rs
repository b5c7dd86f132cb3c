//! Events, as records hold them: `kind` and `body`.

use super::variants;
use crate::event::Event;

variants! { Event, of_kind, kind, NAMES:
    "attached" => Attached { environment, baselines, sample }
    "adopted" => Adopted { digest, proof, words }
    "ticked" => Ticked { line, words }
    "unticked" => Unticked { line, words }
    "waived" => Waived { line, words }
    "signed" => Signed { slot, meaning, scope_digest, proof, words }
    "objected" => Objected { slot, words }
    "withdrawn" => Withdrawn { slot, words }
    "decided" => Decided { gate, decision, proof, words }
    "released" => Released { gate, words }
    "raised" => Raised { flag, step, from, to }
    "lowered" => Lowered { flag, from, to, undone, words }
    "put-back" => PutBack { flag, from, to }
    "attested" => Attested { step, words }
    "unattested" => Unattested { step, undone, words }
    "accepted" => Accepted { flag, exposure, undone, words }
    "skipped" => Skipped { phase, words }
    "unskipped" => Unskipped { phase, words }
    "glass-broken" => GlassBroken { flag, from, to, until, words }
    "glass-expired" => GlassExpired { flag, glass, from, to }
    "glass-reviewed" => GlassReviewed { flag, glass, words }
    "incident-opened" => IncidentOpened { words }
    "incident-resolved" => IncidentResolved { incident, words }
    "noted" => Noted { about, words }
    "applied" => Applied { flag, exposure, want }
    "moved-by-hand" => MovedByHand { flag, exposure, want, to_verify, words }
    "failed" => Failed { flag, want, cause }
    "cancelled" => Cancelled { flag, want, back_to, cause }
    "observed" => Observed { flag, exposure }
    "clock-moved" => ClockMoved { by_ms }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::Fields;
    use serde_json::json;

    #[test]
    fn each_kind_is_read_as_it_is_written() {
        assert_eq!(NAMES, Event::KINDS);
        let digest = "ab".repeat(32);
        let words = json!({"reason": null, "conditions": digest, "evidence": [digest]});
        let all = json!({
            "environment": "production", "baselines": {"chat": "off"}, "sample": true, "digest": digest, "line": "a-line",
            "slot": "a-slot", "meaning": "approved", "scope_digest": digest, "gate": 2, "decision": "go", "flag": "chat",
            "step": "a-step", "from": "on", "to": {"percent": "0.1", "segments": ["staff"]}, "exposure": "5",
            "undone": {"gates": [2], "steps": ["a-step"], "lines": []}, "phase": "a-phase", "incident": 7, "about": 6, "glass": 9, "until": "2026-03-02T09:00:00.000Z",
            "want": 8, "to_verify": true, "back_to": "off", "by_ms": 60_000, "words": words, "proof": "provider",
        });
        for kind in NAMES {
            let mut all = all.clone();
            all["cause"] = if *kind == "failed" { "refused" } else { "waited-too-long" }.into();
            let fields = Fields::of(all.clone()).expect("an object");
            let event = Event::of_kind(kind, &fields).expect(kind);
            let written = serde_json::to_value(&event).expect("JSON");
            assert_eq!(written["kind"], *kind);
            assert_eq!(event.kind(), *kind);
            for (name, value) in written["body"].as_object().expect("a body") {
                assert_eq!(value, &all[name], "{kind}: {name}");
            }
        }
        let none = Fields::of(json!({})).expect("an object");
        assert!(Event::of_kind("ticked", &none).is_err() && Event::of_kind("tickled", &none).is_err());
    }
}
