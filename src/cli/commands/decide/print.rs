use std::io::Write as _;

use serde::Serialize;

use super::{Answer, Answered};
use crate::authority::Compared;
use crate::cli::error::CliError;
use crate::cli::global::OutputFormat;
use crate::cli::output::approval::groups_text;
use crate::cli::output::{Output, printable, style};
use crate::decision::{ApprovalState, Change, Decision, PolicyIdentity};
use crate::engine::Policy;

/// Columns of the widest verdict and of most rule ids.
const VERDICT_COLUMNS: usize = 22;
const RULE_COLUMNS: usize = 41;
const CHANGE_COLUMNS: usize = 15;

/// A decision as JSON, with the candidate's beside it where there is one.
#[derive(Serialize)]
struct Document<'a> {
    #[serde(flatten)]
    decision: &'a Decision,
    #[serde(skip_serializing_if = "Option::is_none")]
    candidate: Option<Candidate<'a>>,
}

#[derive(Serialize)]
struct Candidate<'a> {
    change: Change,
    #[serde(flatten)]
    decision: &'a Decision,
}

/// Turns answers into lines, one by one: nothing about a line depends on those that follow.
#[derive(Clone, Copy)]
pub(crate) struct Printer {
    format: OutputFormat,
    compare: bool,
}

impl Printer {
    pub(crate) fn new(format: OutputFormat, compare: bool) -> Self {
        Self { format, compare }
    }

    /// The header above the lines.
    pub(crate) fn header(&self, policy: Option<&Policy>) -> String {
        if self.format == OutputFormat::Json {
            return String::new();
        }
        let change = if self.compare {
            format!("{:CHANGE_COLUMNS$}  ", "CHANGE")
        } else {
            String::new()
        };
        let line = format!(
            "{:>7}  {:VERDICT_COLUMNS$}  {change}{:RULE_COLUMNS$}  REASON",
            "LINE", "DECISION", "RULE"
        );
        let policy = policy.map_or_else(String::new, |policy| {
            let text = policy_text(policy.identity(), Some(policy.source()));
            format!("{}\n", style::paint(style::QUIET, printable(&text)))
        });
        format!("{policy}{}\n", style::paint(style::HEADING, line))
    }

    /// The answer to the document on line `number`.
    pub(crate) fn line(&self, number: u64, answer: &Answer) -> Result<Vec<u8>, CliError> {
        if self.format == OutputFormat::Table {
            return Ok(self.row(number, answer).into_bytes());
        }
        let mut line = match answer {
            Ok(answered) => serde_json::to_vec(&document(answered))?,
            Err(error) => serde_json::to_vec(error)?,
        };
        line.push(b'\n');
        Ok(line)
    }

    fn row(&self, number: u64, answer: &Answer) -> String {
        let answered = match answer {
            Ok(answered) => answered,
            Err(error) => {
                let word = style::paint(style::ERROR, format_args!("{:VERDICT_COLUMNS$}", "error"));
                return format!("{number:>7}  {word}  {}\n", printable(&error.error.message));
            }
        };
        let verdict = answered.decision.verdict();
        let word = format!("{:VERDICT_COLUMNS$}", verdict.as_str());
        let word = style::paint(style::verdict(verdict), word);
        let (rule, reason) = why(&answered.decision);
        let change = self.change(answered);
        format!("{number:>7}  {word}  {change}{rule:RULE_COLUMNS$}  {reason}\n")
    }

    fn change(&self, answered: &Answered) -> String {
        match &answered.candidate {
            Some(Compared { change, .. }) => {
                let word = format!("{:CHANGE_COLUMNS$}", change.as_str());
                format!("{}  ", style::paint(style::change(*change), word))
            }
            None if self.compare => format!("{:CHANGE_COLUMNS$}  ", ""),
            None => String::new(),
        }
    }
}

fn document(answered: &Answered) -> Document<'_> {
    let candidate = answered.candidate.as_ref();
    Document {
        decision: &answered.decision,
        candidate: candidate.map(|compared| Candidate {
            change: compared.change,
            decision: &compared.decision,
        }),
    }
}

/// Which policy decided, and where it came from.
fn policy_text(policy: &PolicyIdentity, source: Option<&str>) -> String {
    let (id, version, digest) = (&policy.id, &policy.version, policy.effective_digest);
    let source = source.unwrap_or("unknown");
    format!("policy {id} {version} ({digest}) from {source}")
}

fn why(decision: &Decision) -> (String, String) {
    let deciding = decision.judgement.deciding();
    (
        deciding.map_or_else(String::new, |finding| printable(&finding.rule_id)),
        deciding.map_or_else(String::new, |finding| printable(&finding.reason)),
    )
}

/// One decision, with room for what matters about it.
pub(crate) fn show_one(out: &mut Output, answered: &Answered) -> Result<(), CliError> {
    if out.format() == OutputFormat::Json {
        serde_json::to_writer(&mut *out, &document(answered))?;
        writeln!(out)?;
        return Ok(());
    }
    show(out, "", &answered.decision)?;
    if let Some(Compared { decision, change }) = &answered.candidate {
        let change = style::paint(style::change(*change), change.as_str());
        writeln!(out, "\ncandidate: {change}")?;
        show(out, "  ", decision)?;
    }
    Ok(())
}

/// Writes a decision's verdict, rule, reason, approvers and policy.
fn show(out: &mut Output, indent: &str, decision: &Decision) -> Result<(), CliError> {
    let (verdict, severity) = (decision.verdict(), decision.judgement.severity);
    let (rule, reason) = (printable(decision.rule_id()), printable(&decision.reason()));
    writeln!(
        out,
        "{indent}{}  {}  {rule}",
        style::paint(style::verdict(verdict), verdict.as_str()),
        style::paint(style::severity(severity), severity.as_str()),
    )?;
    writeln!(out, "{indent}  {reason}")?;
    if let Some(real) = decision.judgement.would_be {
        writeln!(
            out,
            "{indent}  the pack only audits; enforced, it would be {}",
            real.as_str()
        )?;
    }
    for requirement in &decision.judgement.approval_requirements {
        let text = groups_text(requirement);
        writeln!(out, "{indent}  to be approved by {}", printable(&text))?;
    }
    if let Some(id) = decision.approval_id() {
        match decision.approval_state() {
            Some(ApprovalState::Used) => {
                writeln!(out, "{indent}  the approval {id} is used by this decision")?;
            }
            Some(ApprovalState::Denied) => {
                writeln!(
                    out,
                    "{indent}  the request for an approval, {id}, is denied"
                )?;
            }
            _ => writeln!(
                out,
                "{indent}  the request for an approval is {id}; `cavra approvals wait {id}` waits for it"
            )?,
        }
    }
    let policy = policy_text(&decision.policy, decision.policy_source.as_deref());
    let mut policy = printable(&policy);
    if let Some(state) = decision.policy_state {
        policy = format!("{policy}, {state}");
    }
    writeln!(out, "{indent}  {}", style::paint(style::QUIET, policy))?;
    Ok(())
}
