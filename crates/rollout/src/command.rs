//! Commands: what a person asks for.

use crate::{
    event::Words,
    exposure::Exposure,
    id::{Digest, FlagSlug, GateNumber, LineSlug, PhaseSlug, Seq, StepSlug},
    text::{Evidence, Salt, Spoken, Text},
};
use serde::{Deserialize, Serialize};

/// A decision at a gate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Decision {
    /// Accepts the phase behind, opens the one ahead.
    Go,
    /// Ends the go, until a new one.
    NoGo,
    /// Suspends the go, until the role that held releases it.
    Hold,
}

/// What a rollback takes back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "of", rename_all = "kebab-case", deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Scope {
    /// Every flag of the rollout.
    Everything {},
    /// The flags of a phase.
    Phase {
        /// Which.
        phase: PhaseSlug,
        /// The flags of all later phases too.
        #[serde(default)]
        later: bool,
    },
    /// One flag.
    Flag {
        /// Which.
        flag: FlagSlug,
    },
}

/// What a person asks for. On the wire `{"type": "raise", …}`; unknown fields are refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case", deny_unknown_fields)]
#[rustfmt::skip]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Command {
    /// Tick a task or criterion.
    Tick { line: LineSlug, #[serde(default)] reason: Option<Text>, #[serde(default)] conditions: Option<Text>, #[serde(default)] evidence: Vec<Evidence> },
    /// Open it again.
    Untick { line: LineSlug, #[serde(default)] reason: Option<Text> },
    /// Do without a criterion.
    Waive { line: LineSlug, reason: Text },
    /// Sign a slot.
    Sign { slot: LineSlug, #[serde(default)] reason: Option<Text>, #[serde(default)] conditions: Option<Text>, #[serde(default)] evidence: Vec<Evidence> },
    /// Object to a slot.
    Object { slot: LineSlug, reason: Text, #[serde(default)] evidence: Vec<Evidence> },
    /// Take back one's own signature or objection; whoever has neither takes back the objections of others.
    Withdraw { slot: LineSlug, #[serde(default)] reason: Option<Text> },
    /// Decide at a gate.
    Decide { gate: GateNumber, decision: Decision, reason: Text, #[serde(default)] conditions: Option<Text>, #[serde(default)] evidence: Vec<Evidence> },
    /// Release one's own role's hold.
    Release { gate: GateNumber, reason: Text },
    /// Raise a flag to what the phase's next open step says. `confirm` is the flag's key, typed.
    Raise { step: StepSlug, confirm: String },
    /// Lower a flag.
    Lower { flag: FlagSlug, to: Exposure, #[serde(default)] reason: Option<Text> },
    /// Put a flag back up from what the backend has to what the ledger says. `confirm` is the flag's key, typed.
    PutBack { flag: FlagSlug, confirm: String },
    /// Say that one has set a flag by hand, as the record `want` asks. Raising needs evidence.
    Moved { flag: FlagSlug, want: Seq, #[serde(default)] reason: Option<Text>, #[serde(default)] evidence: Vec<Evidence> },
    /// Roll back a flag, a phase or everything.
    Rollback { scope: Scope, #[serde(default)] reason: Option<Text> },
    /// Attest a step done outside the flag. `confirm` is the step's slug, typed, if the step is destructive.
    Attest { step: StepSlug, #[serde(default)] confirm: Option<String>, #[serde(default)] reason: Option<Text>, #[serde(default)] conditions: Option<Text>, evidence: Vec<Evidence> },
    /// Take that back.
    Unattest { step: StepSlug, #[serde(default)] reason: Option<Text> },
    /// Accept an observed exposure that the ledger had not asked for.
    Accept { flag: FlagSlug, reason: Text },
    /// Raise a flag past the blockers in an emergency. `confirm` is the flag's key, typed.
    BreakGlass { flag: FlagSlug, to: Exposure, reason: Text, confirm: String },
    /// Review a broken glass, by the number of the record that broke it.
    Review { glass: Seq, reason: Text, #[serde(default)] evidence: Vec<Evidence> },
    /// Skip an optional phase.
    Skip { phase: PhaseSlug, reason: Text },
    /// Take it back in.
    Unskip { phase: PhaseSlug, #[serde(default)] reason: Option<Text> },
    /// Let the attached plan take force.
    Adopt { plan: Digest, #[serde(default)] reason: Option<Text> },
    /// Open an incident.
    Incident { reason: Text, #[serde(default)] evidence: Vec<Evidence> },
    /// Resolve an incident.
    Resolve { incident: Seq, reason: Text },
    /// Say something, perhaps about an earlier record.
    Note { text: Text, #[serde(default)] about: Option<Seq>, #[serde(default)] evidence: Vec<Evidence> },
}

impl Command {
    /// May it be asked without naming the version one saw? What makes things safer never waits for news, nor does an
    /// emergency; a review names its record.
    pub fn needs_no_version(&self) -> bool {
        match self {
            Self::Lower { .. }
            | Self::Rollback { .. }
            | Self::Unattest { .. }
            | Self::Object { .. }
            | Self::Withdraw { .. }
            | Self::Moved { .. }
            | Self::BreakGlass { .. }
            | Self::Review { .. }
            | Self::Incident { .. } => true,
            Self::Decide { decision, .. } => *decision != Decision::Go,
            _ => false,
        }
    }

    /// Does it give a flag to somebody? Then it goes with a confirmation of the gateway's, for this command alone.
    pub fn gives(&self) -> bool {
        matches!(self, Self::Raise { .. } | Self::PutBack { .. } | Self::BreakGlass { .. })
    }

    /// Gives every text in it a salt of its own.
    pub fn salt(&mut self, mut salt: impl FnMut() -> Salt) {
        let (texts, shown) = self.parts();
        texts.into_iter().flatten().for_each(|text| *text.salt() = salt());
        shown.iter_mut().for_each(|evidence| *evidence.salt() = salt());
    }

    /// Every text in it, for the side table.
    pub fn spoken(&self) -> Vec<Spoken> {
        let mut own = self.clone();
        let (texts, shown) = own.parts();
        let texts = texts.into_iter().flatten().map(|text| text.spoken());
        texts.chain(shown.iter().map(Evidence::spoken)).collect()
    }

    /// What can be said in it: a reason, conditions, evidence.
    fn parts(&mut self) -> ([Option<&mut Text>; 2], &mut [Evidence]) {
        let mut texts: [Option<&mut Text>; 2] = [None, None];
        let mut shown: &mut [Evidence] = &mut [];
        match self {
            Self::Tick { reason, conditions, evidence, .. }
            | Self::Sign { reason, conditions, evidence, .. }
            | Self::Attest { reason, conditions, evidence, .. } => {
                texts = [reason.as_mut(), conditions.as_mut()];
                shown = evidence;
            }
            Self::Decide { reason, conditions, evidence, .. } => {
                texts = [Some(reason), conditions.as_mut()];
                shown = evidence;
            }
            Self::Moved { reason, evidence, .. } => {
                texts[0] = reason.as_mut();
                shown = evidence;
            }
            Self::Untick { reason, .. }
            | Self::Withdraw { reason, .. }
            | Self::Lower { reason, .. }
            | Self::Rollback { reason, .. }
            | Self::Unattest { reason, .. }
            | Self::Unskip { reason, .. }
            | Self::Adopt { reason, .. } => texts[0] = reason.as_mut(),
            Self::Waive { reason, .. }
            | Self::Release { reason, .. }
            | Self::Accept { reason, .. }
            | Self::Skip { reason, .. }
            | Self::BreakGlass { reason, .. }
            | Self::Resolve { reason, .. } => texts[0] = Some(reason),
            Self::Object { reason, evidence, .. }
            | Self::Review { reason, evidence, .. }
            | Self::Incident { reason, evidence } => {
                texts[0] = Some(reason);
                shown = evidence;
            }
            Self::Note { text, evidence, .. } => {
                texts[0] = Some(text);
                shown = evidence;
            }
            Self::Raise { .. } | Self::PutBack { .. } => {}
        }
        (texts, shown)
    }

    /// What was said, as it stands in a record.
    pub(crate) fn words(&self) -> Words {
        let mut own = self.clone();
        let (texts, shown) = own.parts();
        let [reason, conditions] = texts.map(|text| text.map(|text| text.hash()));
        Words { reason, conditions, evidence: shown.iter().map(Evidence::hash).collect() }
    }
}
