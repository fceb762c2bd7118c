//! What rules found, before texts are made of it: small, so that there may be many.

use std::sync::Arc;

use super::Policy;
use super::findings::{RawFinding, outcome_of};
use super::pack_rego::PackFinding;
use super::render;
use super::section::Section;
use crate::action::facts::Facts;
use crate::decision::{Because, Finding, Outcome, Severity, Verdict};

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
    pub(super) fn base(
        policy: &Policy,
        risk: Option<Severity>,
        section: Section,
        raw: &'a RawFinding,
    ) -> Self {
        let severity = render::severity(risk, section, raw);
        let of_entry = policy
            .terms_of(section, raw)
            .and_then(|terms| terms.severity);
        Self {
            rule_id: &raw.rule_id,
            outcome: raw.outcome,
            decision: raw.decision,
            severity: of_entry.map_or(severity, |it| it.max(severity)),
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

    /// The groups, of which one must approve, if it asks for approval.
    pub(super) fn groups(&self, policy: &Policy) -> Arc<[Arc<str>]> {
        match self.source {
            Source::Base(section, raw) => render::base_groups(policy, section, raw),
            Source::Pack(_, found) => render::pack_groups(policy, found),
            Source::Runtime(finding) => Arc::clone(&finding.approver_groups),
        }
    }

    /// The rule and the entry of the pack that it is about.
    pub(super) fn because(&self, policy: &Policy) -> Because {
        let entry = match self.source {
            Source::Base(section, raw) => render::entry_name(policy, section, raw),
            Source::Pack(..) | Source::Runtime(_) => None,
        };
        Because {
            rule_id: self.rule_id.into(),
            entry,
        }
    }

    /// The index in `facts.commands` of the simple command that it is about, as far as that is
    /// known. Of a pack's own rule it is only known where there is one command.
    pub(super) fn command(&self, facts: &Facts) -> Option<usize> {
        match self.source {
            Source::Base(section, raw) => {
                let subject = usize::try_from(raw.subject).ok()?;
                render::command_of(facts, section, &raw.rule_id, subject)
            }
            Source::Pack(..) => (facts.commands.len() == 1).then_some(0),
            Source::Runtime(_) => None,
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
