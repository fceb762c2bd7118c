//! The content that a judgement is.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::limits::MAX_JUDGEMENT_BYTES;
use super::{Content, RecordError};
use crate::decision::judgement::is_zero;
use crate::decision::{ApprovalRequirement, Finding, Judgement, Outcome, Severity, Verdict};

/// Fields in canonical order.
#[derive(Serialize)]
struct JudgementToStore<'a> {
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    approval_requirements: &'a [ApprovalRequirement],
    decision: Verdict,
    findings: Vec<FindingToStore<'a>>,
    #[serde(skip_serializing_if = "is_zero")]
    findings_left_out: usize,
    #[serde(skip_serializing_if = "is_zero")]
    matched_rules_left_out: usize,
    outcome: Outcome,
    #[serde(skip_serializing_if = "Option::is_none")]
    would_be: Option<Verdict>,
}

/// Fields in canonical order.
#[derive(Serialize)]
struct FindingToStore<'a> {
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    approver_groups: &'a [Arc<str>],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    controls: &'a [Arc<str>],
    decision: Verdict,
    #[serde(skip_serializing_if = "Option::is_none")]
    entry_id: Option<&'a str>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    evidence_refs: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    matched_on: Option<&'a str>,
    origin: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pattern: Option<&'a str>,
    reason: &'a str,
    rule_id: &'a str,
    severity: Severity,
}

impl<'a> From<&'a Finding> for FindingToStore<'a> {
    fn from(finding: &'a Finding) -> Self {
        let Finding {
            rule_id,
            decision,
            severity,
            reason,
            pattern,
            matched_on,
            origin,
            approver_groups,
            evidence_refs,
            entry_id,
            controls,
        } = finding;
        Self {
            approver_groups,
            controls,
            decision: *decision,
            entry_id: entry_id.as_deref(),
            evidence_refs,
            matched_on: matched_on.as_deref(),
            origin,
            pattern: pattern.as_deref(),
            reason,
            rule_id,
            severity: *severity,
        }
    }
}

/// The content of `judgement`. Over [`MAX_JUDGEMENT_BYTES`], findings are left out from the
/// end: the deciding one is first and goes last.
pub(super) fn content(judgement: &Judgement) -> Result<Content, RecordError> {
    let mut stored = JudgementToStore {
        approval_requirements: &judgement.approval_requirements,
        decision: judgement.decision,
        findings: judgement
            .findings
            .iter()
            .map(FindingToStore::from)
            .collect(),
        findings_left_out: 0,
        matched_rules_left_out: judgement.matched_rules_left_out,
        outcome: judgement.outcome,
        would_be: judgement.would_be,
    };
    let mut bytes = super::to_bytes(&stored)?;
    while bytes.len() > MAX_JUDGEMENT_BYTES && !stored.findings.is_empty() {
        stored.findings.truncate(stored.findings.len() / 2);
        stored.findings_left_out = judgement.findings.len() - stored.findings.len();
        bytes = super::to_bytes(&stored)?;
    }
    Ok(Content::from_bytes(bytes))
}

/// A judgement as it is read back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredJudgement {
    /// The judgement. It has no findings only if none fitted. Its severity is that of the rule that
    /// decided: the one that was shown is in the record.
    pub judgement: Judgement,
    /// How many of the judgement's findings didn't fit: rules can be missing with them, other
    /// than with those that the judgement itself doesn't list.
    pub findings_left_out: usize,
}

impl StoredJudgement {
    /// Reads a judgement's content back.
    ///
    /// # Errors
    /// If `bytes` are not such a content.
    pub fn read(bytes: &[u8]) -> Result<Self, RecordError> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Stored {
            #[serde(default)]
            approval_requirements: Vec<ApprovalRequirement>,
            decision: Verdict,
            findings: Vec<Finding>,
            #[serde(default)]
            findings_left_out: usize,
            #[serde(default)]
            matched_rules_left_out: usize,
            outcome: Outcome,
            would_be: Option<Verdict>,
        }
        let Stored {
            approval_requirements,
            decision,
            findings,
            findings_left_out,
            matched_rules_left_out,
            outcome,
            would_be,
        } = serde_json::from_slice(bytes)
            .map_err(|error| RecordError::Malformed(error.to_string()))?;
        let severity = findings.first().map_or(Severity::High, |it| it.severity);
        Ok(Self {
            judgement: Judgement {
                decision,
                would_be,
                outcome,
                severity,
                findings,
                matched_rules_left_out,
                approval_requirements,
            },
            findings_left_out,
        })
    }
}
