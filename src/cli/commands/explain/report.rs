use std::io::Write as _;

use serde::Serialize;

use super::rules::{RuleSource, source_of};
use super::{Decided, Explained};
use crate::action::document::AsDocument;
use crate::action::facts::Facts;
use crate::canonical::json_len;
use crate::cli::error::CliError;
use crate::cli::output::approval::requirement_text;
use crate::cli::output::{Output, facts, printable, style};
use crate::decision::judgement::is_zero;
use crate::decision::{Change, Decision, Finding};

/// Bytes of JSON of the rules' texts that are quoted: the base rules have some forty, of a few
/// hundred bytes each.
const MAX_SOURCES_BYTES: usize = 64 * 1024;

/// Everything about the decisions on one action.
#[derive(Serialize)]
pub(crate) struct Explanation<'a> {
    action: AsDocument<'a>,
    facts: &'a Facts,
    #[serde(skip_serializing_if = "is_zero")]
    facts_left_out: usize,
    #[serde(flatten)]
    active: Judged<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    candidate: Option<Compared<'a>>,
}

/// A candidate's decision.
#[derive(Serialize)]
struct Compared<'a> {
    change: Change,
    #[serde(flatten)]
    judged: Judged<'a>,
}

/// One decision, and the rules that led to it.
#[derive(Serialize)]
struct Judged<'a> {
    decision: &'a Decision,
    rules: Vec<MatchedRule<'a>>,
}

/// A rule that matched.
#[derive(Serialize)]
struct MatchedRule<'a> {
    /// Whether it decided; the first one did.
    deciding: bool,
    #[serde(flatten)]
    finding: &'a Finding,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<RuleSource>,
}

impl<'a> Explanation<'a> {
    pub(crate) fn new(explained: &'a Explained) -> Self {
        let candidate = explained.candidate.as_ref();
        Self {
            action: explained.active.decision.action.as_document(),
            facts: &explained.facts,
            facts_left_out: explained.facts_left_out,
            active: Judged::new(&explained.active),
            candidate: candidate.map(|(change, decided)| Compared {
                change: *change,
                judged: Judged::new(decided),
            }),
        }
    }

    /// For a person: the answer first, then what it follows from.
    pub(crate) fn show(&self, out: &mut Output) -> Result<(), CliError> {
        self.show_action(out)?;
        self.active.show_decision(out)?;
        heading(out, "Facts")?;
        facts::show(out, self.facts, self.facts_left_out)?;
        self.active.show_rules(out)?;
        if let Some(Compared { change, judged }) = &self.candidate {
            let change = style::paint(style::change(*change), change.as_str());
            writeln!(
                out,
                "\n{} {change}\n",
                style::paint(style::HEADING, "Candidate:")
            )?;
            judged.show_decision(out)?;
            judged.show_rules(out)?;
        }
        Ok(())
    }

    fn show_action(&self, out: &mut Output) -> Result<(), CliError> {
        let action = &self.active.decision.action;
        let place = &action.place;
        heading(out, "Action")?;
        writeln!(
            out,
            "  {}  {}",
            action.action_type().as_str(),
            printable(action.target())
        )?;
        let context = [
            ("cwd", &place.cwd),
            ("workspace root", &place.workspace_root),
            ("branch", &place.current_branch),
        ];
        for (name, value) in context {
            if let Some(value) = value {
                writeln!(out, "    {name}: {}", printable(value))?;
            }
        }
        for root in &place.workspace_roots {
            writeln!(out, "    further root: {}", printable(&root.path))?;
        }
        Ok(())
    }
}

impl<'a> Judged<'a> {
    fn new(decided: &'a Decided) -> Self {
        let findings = decided.decision.judgement.findings.iter().enumerate();
        let mut room = MAX_SOURCES_BYTES;
        let mut source = |finding| {
            let source = source_of(finding, decided.pack.as_ref()?)?;
            room = room.checked_sub(json_len(&source.text))?;
            Some(source)
        };
        Self {
            decision: &decided.decision,
            rules: findings
                .map(|(index, finding)| MatchedRule {
                    deciding: index == 0,
                    finding,
                    source: source(finding),
                })
                .collect(),
        }
    }

    fn show_rules(&self, out: &mut Output) -> Result<(), CliError> {
        heading(out, "Rules that matched, the deciding one first")?;
        let mut shown = Vec::new();
        for rule in &self.rules {
            rule.show(out)?;
            // A rule that spoke of many things is quoted once.
            if let Some(source) = rule.source.as_ref().filter(|it| !shown.contains(it)) {
                show_source(out, source)?;
                shown.push(source);
            }
        }
        Ok(())
    }

    fn show_decision(&self, out: &mut Output) -> Result<(), CliError> {
        heading(out, "Decision")?;
        let (decision, judgement) = (self.decision, &self.decision.judgement);
        let (verdict, severity) = (decision.verdict(), judgement.severity);
        write!(
            out,
            "  {}  ",
            style::paint(style::verdict(verdict), verdict.as_str())
        )?;
        let deciding = self.rules.first().map(|rule| rule.finding);
        let rule = deciding.map_or("", |finding| finding.rule_id.as_ref());
        writeln!(
            out,
            "{}  {}",
            style::paint(style::severity(severity), severity.as_str()),
            style::paint(style::HEADING, printable(rule)),
        )?;
        if let Some(finding) = deciding {
            writeln!(out, "    {}", printable(&finding.reason))?;
        }
        if let Some(real) = judgement.would_be {
            writeln!(
                out,
                "    the pack only audits; enforced, it would be {}",
                real.as_str()
            )?;
        }
        if judgement.matched_rules_left_out > 0 {
            writeln!(
                out,
                "    {} more matches of rules are not listed",
                judgement.matched_rules_left_out
            )?;
        }
        for requirement in &judgement.approval_requirements {
            let text = requirement_text(requirement);
            writeln!(out, "    to be approved by {}", printable(&text))?;
        }
        let policy = &decision.policy;
        writeln!(
            out,
            "    by policy {} {}, {}, from {}",
            policy.id,
            policy.version,
            policy.effective_digest,
            printable(decision.policy_source.as_deref().unwrap_or("unknown"))
        )?;
        writeln!(out)?;
        Ok(())
    }
}

impl MatchedRule<'_> {
    fn show(&self, out: &mut Output) -> Result<(), CliError> {
        let finding = self.finding;
        let mark = if self.deciding { "▶" } else { " " };
        writeln!(
            out,
            "{mark} {}  {}  {}",
            style::paint(style::verdict(finding.decision), finding.decision.as_str()),
            style::paint(style::severity(finding.severity), finding.severity.as_str()),
            style::paint(style::HEADING, printable(&finding.rule_id)),
        )?;
        writeln!(out, "    {}", printable(&finding.reason))?;
        let mut origin = format!("from {}", finding.origin);
        if !finding.approver_groups.is_empty() {
            let groups = finding.approver_groups.join(", ");
            origin.push_str(&format!(", to be approved by {groups}"));
        }
        writeln!(out, "    {}", printable(&origin))?;
        for reference in &finding.evidence_refs {
            writeln!(out, "    evidence: {}", printable(reference))?;
        }
        Ok(())
    }
}

fn show_source(out: &mut Output, source: &RuleSource) -> Result<(), CliError> {
    let place = format!("{}:{}", source.file, source.line);
    writeln!(out, "    {}", style::paint(style::HINT, printable(&place)))?;
    for line in source.text.lines() {
        let line = line.replace('\t', "  ");
        writeln!(
            out,
            "      {}",
            style::paint(style::QUIET, printable(&line))
        )?;
    }
    Ok(())
}

fn heading(out: &mut Output, text: &str) -> Result<(), CliError> {
    writeln!(out, "{}", style::paint(style::HEADING, text))?;
    Ok(())
}
