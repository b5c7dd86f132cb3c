//! When somebody is told: the plan says so many days before or after, the rollout knows of what.

use crate::pages::rollout::line::Times;
use rollout::{Timestamp, plan::Communication, time::DAY};

/// A day that a relative time comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Day {
    /// It is certain.
    Certain(Timestamp),
    /// So the plan expects.
    Expected(Timestamp),
    /// The next of many.
    Next(Timestamp),
}

/// The day of this communication, as far as anybody knows.
pub fn day(of: &Communication, times: Times, now: Timestamp) -> Option<Day> {
    let days = |n: u32| i64::from(n) * DAY;
    if let Some(before) = of.days_before {
        return times.began.map(|began| Day::Certain(began.plus(-days(before))));
    }
    if let Some(every) = of.every_days.filter(|every| *every > 0) {
        let began = times.began.filter(|_| times.closed.is_none())?;
        let times_told = now.since(began) / days(every) + 1;
        return Some(Day::Next(began.plus(times_told * days(every))));
    }
    let after = days(of.days_after?);
    let closed = times.closed.map(|closed| Day::Certain(closed.plus(after)));
    closed.or_else(|| times.planned_end.map(|end| Day::Expected(end.plus(after))))
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(days: i64) -> Timestamp {
        Timestamp::from_millis(1_756_821_600_000 + days * DAY)
    }

    #[track_caller]
    fn check(when: serde_json::Value, times: Times, now: Timestamp, expect: Option<Day>) {
        let mut json = serde_json::json!({ "name": "N", "to": "T", "text": "X" });
        json.as_object_mut().expect("an object").extend(when.as_object().expect("an object").clone());
        assert_eq!(day(&serde_json::from_value(json).expect("a communication"), times, now), expect);
    }

    #[test]
    fn days_count_from_the_start_and_the_end() {
        let (ahead, running) = (Times::default(), Times { began: Some(at(0)), ..Times::default() });
        let planned = Times { planned_end: Some(at(30)), ..running };
        let closed = Times { closed: Some(at(28)), ..planned };
        let (before, every, after) = (
            serde_json::json!({"days_before": 7}),
            serde_json::json!({"every_days": 7}),
            serde_json::json!({"days_after": 7}),
        );
        check(before.clone(), ahead, at(0), None);
        check(before, running, at(3), Some(Day::Certain(at(-7))));
        check(every.clone(), ahead, at(0), None);
        check(every.clone(), running, at(3), Some(Day::Next(at(7))));
        check(every.clone(), running, at(7), Some(Day::Next(at(14))));
        check(every, closed, at(29), None);
        check(after.clone(), running, at(3), None);
        check(after.clone(), planned, at(3), Some(Day::Expected(at(37))));
        check(after, closed, at(29), Some(Day::Certain(at(35))));
        check(serde_json::json!({}), closed, at(29), None);
    }
}
