//! What a backend is and does, in words.

use crate::ui::Tone;
use gateway_api::{
    BackendView, Outcome,
    backends::{Latency, Told},
};
use rollout::{Exposure, FailureCause, facts::Capabilities, text::duration};

/// What people call it.
pub fn kind(kind: &str) -> String {
    match kind {
        "built-in" => "Built-in".into(),
        "unleash" => "Unleash".into(),
        "manual" => "By hand".into(),
        other => other.into(),
    }
}

/// Where it is.
pub fn place(one: &BackendView) -> String {
    match (&one.host, &one.project) {
        (None, _) => "Part of this gateway".into(),
        (Some(host), None) => host.clone(),
        (Some(host), Some(project)) => format!("{host}, project {project}"),
    }
}

/// Its environments, with those that may only be read.
pub fn environments(told: &Told) -> String {
    if told.environments.is_empty() {
        return "Whatever a plan names".into();
    }
    let one = |one: &gateway_api::backends::EnvironmentView| match one.writable {
        true => one.name.clone(),
        false => format!("{} (may only be read)", one.name),
    };
    told.environments.iter().map(one).collect::<Vec<_>>().join(", ")
}

/// What exposures it can express.
pub fn capabilities(Capabilities { percentage_step_ppm, segments }: Capabilities) -> String {
    let step = percentage_step_ppm.and_then(|ppm| Exposure::new(ppm, None).ok());
    let shares = match step {
        Some(step) => format!("Off, on, and percentages in steps of {step}"),
        None => "Off and on alone".into(),
    };
    let segments = if segments { "of everybody, or of segments" } else { "no segments" };
    format!("{shares}; {segments}")
}

/// How fast it answers.
pub fn latency(latency: Option<Latency>) -> String {
    let Some(Latency { calls, unanswered, median_ms, worst_ms }) = latency else {
        return "None since the gateway started".into();
    };
    let last = if calls == 1 { "the last one".to_owned() } else { format!("the last {calls}") };
    match unanswered {
        0 => format!("Median {}, worst {}, of {last}", took(median_ms), took(worst_ms)),
        n if n == calls => format!("None of {last} was answered"),
        n => format!("Median {}, worst {}, of {last}; {n} were not answered", took(median_ms), took(worst_ms)),
    }
}

/// How long something took.
pub fn took(ms: u64) -> String {
    match ms {
        0 => "under 1 ms".into(),
        1..1_000 => format!("{ms} ms"),
        1_000..60_000 => format!("{}.{} s", ms / 1_000, ms % 1_000 / 100),
        _ => duration(i64::try_from(ms).unwrap_or(i64::MAX)),
    }
}

/// With a capital and a full stop.
pub fn sentence(words: &str) -> String {
    let end = if words.ends_with('.') { "" } else { "." };
    format!("{}{end}", crate::ui::capitalized(words))
}

/// What came of an attempt: its tone, a word, and what that means.
pub fn outcome(backend: &str, outcome: Outcome) -> (Tone, &'static str, &'static str) {
    if backend == "manual" {
        return by_hand(outcome);
    }
    match outcome {
        Outcome::Applied => (Tone::Clear, "Applied", "Sent, and read back as it was wanted."),
        Outcome::Cancelled => {
            (Tone::Off, "Cancelled", "Not sent: the rules no longer cleared the raise, or it had waited too long.")
        }
        Outcome::Superseded => (Tone::Off, "Overtaken", "Sent, but by then something newer was wanted."),
        Outcome::Failed(cause) => (Tone::Danger, "Failed", failure(cause)),
    }
}

/// The same of a flag that a person moves: nothing was sent, a target was asked whether it is so.
const fn by_hand(outcome: Outcome) -> (Tone, &'static str, &'static str) {
    match outcome {
        Outcome::Applied => {
            (Tone::Clear, "Applied", "Somebody said that it was done; the plan's target was asked, and it is so.")
        }
        Outcome::Cancelled => (
            Tone::Off,
            "Cancelled",
            "Not to be done any more: the rules no longer cleared the raise, or it had waited too long.",
        ),
        Outcome::Superseded => (Tone::Off, "Overtaken", "By then something newer was wanted."),
        Outcome::Failed(FailureCause::ReadBackDiffers) => {
            (Tone::Danger, "Failed", "Somebody said that it was done; the plan's target says otherwise.")
        }
        Outcome::Failed(_) => {
            (Tone::Danger, "Failed", "The plan's target, which tells what the flag is, gave no answer to go by.")
        }
    }
}

const fn failure(cause: FailureCause) -> &'static str {
    match cause {
        FailureCause::Unreachable => "The backend did not answer.",
        FailureCause::FlagMissing => "The backend has no such flag there: create it, or revive it if it is archived.",
        FailureCause::Refused => "The backend refused it: look at what the gateway's token may do there.",
        FailureCause::ReadBackDiffers => "The backend took it, but read back something else.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_it_can_do_is_said_in_words() {
        let of = |percentage_step_ppm, segments| capabilities(Capabilities { percentage_step_ppm, segments });
        assert_eq!(of(Some(10_000), true), "Off, on, and percentages in steps of 1 %; of everybody, or of segments");
        assert_eq!(of(None, false), "Off and on alone; no segments");
    }

    #[test]
    fn what_a_person_did_was_not_sent() {
        for one in
            [Outcome::Applied, Outcome::Cancelled, Outcome::Superseded, Outcome::Failed(FailureCause::Unreachable)]
        {
            let (said, sent) = (outcome("manual", one), outcome("unleash", one));
            assert_eq!((said.0, said.1), (sent.0, sent.1), "it is the same outcome");
            assert!(!said.2.to_lowercase().contains("sent"), "{}", said.2);
        }
    }

    #[test]
    fn how_fast_it_is_is_said_with_how_many_calls_that_is_of() {
        let of = |calls, unanswered| Some(Latency { calls, unanswered, median_ms: 4, worst_ms: 1_240 });
        assert_eq!(latency(None), "None since the gateway started");
        assert_eq!(latency(of(100, 0)), "Median 4 ms, worst 1.2 s, of the last 100");
        assert_eq!(latency(of(100, 3)), "Median 4 ms, worst 1.2 s, of the last 100; 3 were not answered");
        assert_eq!(latency(of(2, 2)), "None of the last 2 was answered");
        assert_eq!((took(0), took(75_000)), ("under 1 ms".into(), duration(75_000)));
    }
}
