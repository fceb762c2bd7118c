//! What rules found, before texts are made of it: small, so that there may be many.

use std::sync::Arc;

use super::Policy;
use super::findings::RawFinding;
use super::pack_rego::PackFinding;
use super::render;
use super::section::Section;
use crate::action::facts::Facts;
use crate::decision::{Finding, Outcome, Severity, Verdict};
use crate::policy::base_rule::BaseRule;

/// One thing that a rule found.
pub(super) struct Unrendered<'a> {
    pub(super) rule_id: &'a str,
    pub(super) outcome: Outcome,
    pub(super) decision: Verdict,
    pub(super) severity: Severity,
    source: Source<'a>,
}

enum Source<'a> {
    Base(Section, &'a RawFinding),
    /// With the id of the pack.
    Pack(&'a Arc<str>, &'a PackFinding),
    Runtime(&'a Finding),
}

impl<'a> Unrendered<'a> {
    /// A finding of a base rule. `risk` is the pack's score of the call, if the action is one.
    pub(super) fn base(risk: Option<Severity>, section: Section, raw: &'a RawFinding) -> Self {
        Self {
            rule_id: &raw.rule_id,
            outcome: raw.outcome,
            decision: raw.decision,
            severity: render::severity(risk, section, raw),
            source: Source::Base(section, raw),
        }
    }

    /// A finding of a pack's own Rego.
    pub(super) fn pack(pack_id: &'a Arc<str>, found: &'a PackFinding) -> Self {
        Self {
            rule_id: &found.rule_id,
            // A pack's rules can't have the ids of base rules.
            outcome: Outcome::RuleMatched,
            decision: found.decision,
            severity: found.severity,
            source: Source::Pack(pack_id, found),
        }
    }

    /// That rules failed, or that none had anything to say.
    pub(super) fn runtime(finding: &'a Finding) -> Self {
        Self {
            rule_id: &finding.rule_id,
            outcome: outcome_of(&finding.rule_id),
            decision: finding.decision,
            severity: finding.severity,
            source: Source::Runtime(finding),
        }
    }

    /// With its texts.
    pub(super) fn render(&self, policy: &Policy, facts: &Facts) -> Finding {
        match self.source {
            Source::Base(section, raw) => {
                render::base_finding(policy, facts, section, raw, self.severity)
            }
            Source::Pack(pack_id, found) => render::pack_finding(policy, facts, pack_id, found),
            Source::Runtime(finding) => finding.clone(),
        }
    }
}

/// How a judgement comes about where this rule decides.
pub(super) fn outcome_of(rule_id: &str) -> Outcome {
    BaseRule::from_id(rule_id).map_or(Outcome::RuleMatched, BaseRule::outcome)
}
