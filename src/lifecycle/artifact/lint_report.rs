//! `policy-lint-report.json`

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::canonical::Digest;
use crate::policy::decision::PolicyIdentity;
use crate::policy::issue::{Issue, IssueSeverity, Location};
use crate::policy::lint::{LintReport, Summary};
use crate::policy::pack::Mode;

/// The artifact's `schema_version`.
pub const SCHEMA_VERSION: &str = "cavra.policy-lifecycle.lint-report.v1";

/// The lint report of `formats.md`, bound to a policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the fields of `formats.md`, under their names")]
pub struct LintReportArtifact {
    pub schema_version: String,
    pub policy_digest: Digest,
    pub effective_digest: Digest,
    pub valid: bool,
    pub blocker_count: usize,
    pub warning_count: usize,
    pub issue_count: usize,
    pub issues: Vec<LintIssue>,
    pub summary: LintSummary,
}

/// One thing that is wrong or doubtful.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the fields of `formats.md`, under their names")]
pub struct LintIssue {
    pub severity: IssueSeverity,
    pub code: String,
    pub message: String,
    pub location: Location,
}

/// What the linted pack is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the fields of `formats.md`, under their names")]
pub struct LintSummary {
    pub policy_id: String,
    pub title: String,
    pub version: String,
    pub inherits: Vec<String>,
    pub mode: Mode,
    pub rule_counts: BTreeMap<String, usize>,
}

impl LintReportArtifact {
    /// The report on the policy `identity`.
    #[must_use]
    pub fn of(report: &LintReport, identity: &PolicyIdentity) -> Self {
        Self {
            schema_version: SCHEMA_VERSION.to_owned(),
            policy_digest: identity.policy_digest,
            effective_digest: identity.effective_digest,
            valid: report.valid,
            blocker_count: report.blocker_count,
            warning_count: report.warning_count,
            issue_count: report.issue_count,
            issues: report.issues.iter().map(LintIssue::from).collect(),
            summary: LintSummary::from(&report.summary),
        }
    }

    /// How many issues there are of one severity, counted.
    #[must_use]
    pub fn count(&self, severity: IssueSeverity) -> usize {
        let issues = self.issues.iter();
        issues.filter(|issue| issue.severity == severity).count()
    }
}

impl std::fmt::Display for LintIssue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {} [{}]", self.location, self.message, self.code)
    }
}

impl From<&Issue> for LintIssue {
    fn from(issue: &Issue) -> Self {
        Self {
            severity: issue.severity,
            code: issue.code.to_owned(),
            message: issue.message.clone(),
            location: issue.location.clone(),
        }
    }
}

impl From<&Summary> for LintSummary {
    fn from(summary: &Summary) -> Self {
        let counts = summary.rule_counts.iter();
        Self {
            policy_id: summary.policy_id.clone(),
            title: summary.title.clone(),
            version: summary.version.clone(),
            inherits: summary.inherits.clone(),
            mode: summary.mode,
            rule_counts: counts
                .map(|(section, count)| ((*section).to_owned(), *count))
                .collect(),
        }
    }
}
