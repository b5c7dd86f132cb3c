//! What is said around the phases: that names are there, that ranges and days make sense.

use super::Checker;
use crate::plan::{Communication, Contact, Measure, Minutes, Named, Phase, Procedure, Window};
use chrono::NaiveDate;
use std::collections::BTreeSet;

impl Checker<'_> {
    pub(super) fn around(&mut self) {
        let draft = self.draft;
        if draft.duration.is_some_and(|days| days.min_days > days.max_days) {
            self.flaw("duration", "min_days is more than max_days");
        }
        self.minutes(draft.effort, "effort");
        self.texts(&draft.objectives, "objectives");
        self.groups();
        for (list, place) in [
            (&draft.documents, "documents"),
            (&draft.groups, "groups"),
            (&draft.monitoring, "monitoring"),
            (&draft.rollback_principles, "rollback_principles"),
        ] {
            self.named(list, place);
        }
        for (list, place) in [
            (&draft.kpis, "kpis"),
            (&draft.rollback_triggers, "rollback_triggers"),
            (&draft.warnings, "warnings"),
            (&draft.critical, "critical"),
        ] {
            self.measures(list, place);
        }
        for (i, risk) in draft.risks.iter().enumerate() {
            self.pair(&risk.name, &risk.text, &format!("risks[{i}]"));
        }
        for (list, place) in
            [(&draft.contingencies, "contingencies"), (&draft.ways_back, "ways_back"), (&draft.runbooks, "runbooks")]
        {
            self.procedures(list, place);
        }
        for (i, communication) in draft.communications.iter().enumerate() {
            self.communication(communication, &format!("communications[{i}]"));
        }
        self.contacts(&draft.contacts, "contacts");
        self.contacts(&draft.escalation, "escalation");
        let late = |pair: &[Contact]| matches!(pair, [a, b] if b.within_minutes.is_some() && b.within_minutes < a.within_minutes);
        if let Some(i) = draft.escalation.windows(2).position(late) {
            let message = "is called before the one above; an escalation goes upward in time";
            self.flaw(format!("escalation[{}].within_minutes", i + 1), message);
        }
    }

    /// What a phase says beside its lines and steps.
    pub(super) fn around_phase(&mut self, phase: &Phase, place: &str) {
        self.texts(&phase.teams, &format!("{place}.teams"));
        self.texts(&phase.objectives, &format!("{place}.objectives"));
        self.texts(&phase.watch, &format!("{place}.watch"));
        self.minutes(phase.rollback.takes, &format!("{place}.rollback.takes"));
        if phase.proven_in.as_ref().is_some_and(|environment| !is_environment(environment)) {
            self.flaw(format!("{place}.proven_in"), ENVIRONMENT_EXPECTED);
        }
        let mut end = 0;
        for (i, rounds) in phase.rounds.iter().enumerate() {
            let place = format!("{place}.rounds[{i}]");
            if rounds.from_hour < end || rounds.to_hour <= rounds.from_hour {
                let message = format!("begins at or after hour {end}, where the one before ends, and ends later");
                self.flaw(format!("{place}.from_hour"), message);
            }
            end = rounds.to_hour;
            self.minutes(Some(rounds.every), &format!("{place}.every"));
        }
        for (k, step) in phase.steps.iter().enumerate() {
            if let Some(window) = &step.window {
                self.window(window, &format!("{place}.steps[{k}].window"));
            }
        }
    }

    fn groups(&mut self) {
        let draft = self.draft;
        let known: BTreeSet<&str> = draft.groups.iter().map(|group| group.name.as_str()).collect();
        for (i, flag) in draft.flags.iter().enumerate() {
            match &flag.group {
                Some(group) if !known.contains(group.as_str()) => {
                    self.flaw(format!("flags[{i}].group"), format!("the plan has no group \"{group}\""));
                }
                None if !known.is_empty() => {
                    let names: Vec<&str> = known.iter().copied().collect();
                    self.flaw(format!("flags[{i}].group"), format!("is missing; one of: {}", names.join(", ")));
                }
                _ => {}
            }
        }
        for (i, group) in draft.groups.iter().enumerate() {
            self.once("group", &group.name, format!("groups[{i}].name"));
            if !draft.flags.iter().any(|flag| flag.group.as_ref() == Some(&group.name)) {
                self.flaw(format!("groups[{i}].name"), format!("no flag is in the group \"{}\"", group.name));
            }
        }
    }

    fn texts(&mut self, texts: &[String], place: &str) {
        texts.iter().enumerate().for_each(|(i, text)| self.said(text, format!("{place}[{i}]")));
    }

    fn pair(&mut self, name: &str, text: &str, place: &str) {
        self.said(name, format!("{place}.name"));
        self.said(text, format!("{place}.text"));
    }

    fn named(&mut self, list: &[Named], place: &str) {
        list.iter().enumerate().for_each(|(i, one)| self.pair(&one.name, &one.text, &format!("{place}[{i}]")));
    }

    fn measures(&mut self, list: &[Measure], place: &str) {
        for (i, measure) in list.iter().enumerate() {
            self.said(&measure.name, format!("{place}[{i}].name"));
            self.said(&measure.bound, format!("{place}[{i}].bound"));
        }
    }

    fn procedures(&mut self, list: &[Procedure], place: &str) {
        for (i, procedure) in list.iter().enumerate() {
            let place = format!("{place}[{i}]");
            self.said(&procedure.name, format!("{place}.name"));
            self.minutes(procedure.takes, &format!("{place}.takes"));
            self.named(&procedure.steps, &format!("{place}.steps"));
            if procedure.steps.is_empty() && procedure.text.is_none() && procedure.by_hand.is_none() {
                self.flaw(place, "says nothing of what to do; give it a text, a by_hand or steps");
            }
        }
    }

    fn communication(&mut self, communication: &Communication, place: &str) {
        self.pair(&communication.name, &communication.text, place);
        self.said(&communication.to, format!("{place}.to"));
        let times = [communication.days_before, communication.every_days, communication.days_after];
        if times.iter().flatten().count() > 1 {
            self.flaw(place, "has more than one of days_before, every_days and days_after");
        }
        if communication.every_days == Some(0) {
            self.flaw(format!("{place}.every_days"), "every 0 days is never; at least 1 is expected");
        }
    }

    fn contacts(&mut self, list: &[Contact], place: &str) {
        list.iter().enumerate().for_each(|(i, one)| self.pair(&one.name, &one.text, &format!("{place}[{i}]")));
    }

    fn minutes(&mut self, range: Option<Minutes>, place: &str) {
        if range.is_some_and(|range| range.min_minutes > range.max_minutes || range.max_minutes == 0) {
            self.flaw(place, "max_minutes is 0, or less than min_minutes");
        }
    }

    fn window(&mut self, window: &Window, place: &str) {
        let mut day = |text: &str, part: &str| {
            let day = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().filter(|_| text.len() == 10);
            if day.is_none() {
                self.flaw(format!("{place}.{part}"), format!("\"{text}\" is no day like 2024-12-01"));
            }
            day
        };
        if let (Some(from), Some(to)) = (day(&window.from, "from"), day(&window.to, "to"))
            && from > to
        {
            self.flaw(place, "ends before it begins");
        }
    }
}

/// What [`is_environment`] asks for.
pub const ENVIRONMENT_EXPECTED: &str =
    "is no name of an environment; 1 to 64 of a-z, 0-9 and single hyphens between them are expected";

/// Is this the name of an environment? It has the form of a slug.
pub fn is_environment(name: &str) -> bool {
    crate::id::PlanSlug::new(name).is_ok()
}
