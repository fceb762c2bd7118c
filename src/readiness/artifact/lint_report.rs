//! `policy-lint-report.json`

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::canonical::Digest;
use crate::decision::PolicyIdentity;
use crate::policy::issue::{Issue, IssueSeverity, Location};
use crate::policy::lint::{LintReport, Summary};
use crate::policy::pack::Mode;

/// The artifact's `schema_version`.
pub const SCHEMA_VERSION: &str = "cavra.policy-lifecycle.lint-report.v1";

/// What is wrong or doubtful about one policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LintReportArtifact {
    /// The document's version.
    #[schemars(extend("const" = SCHEMA_VERSION))]
    pub schema_version: String,
    /// SHA-256 over the canonical JSON of the pack's own `policy.yaml`.
    pub policy_digest: Digest,
    /// SHA-256 over everything that decides.
    pub effective_digest: Digest,
    /// Whether no issue is a blocker.
    pub valid: bool,
    /// How many issues are blockers.
    pub blocker_count: usize,
    /// How many issues are warnings.
    pub warning_count: usize,
    /// How many issues there are.
    pub issue_count: usize,
    /// The issues, in the order of files and lines, at most 1,000. If there are more, one more
    /// warning, `more-issues`, states how many are left out.
    pub issues: Vec<LintIssue>,
    /// What the pack is.
    pub summary: LintSummary,
}

/// One thing that is wrong or doubtful.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LintIssue {
    /// Whether the issue keeps the pack from being used.
    pub severity: IssueSeverity,
    /// A stable code for filters, such as `unknown-field`.
    pub code: String,
    /// What is wrong, for a person.
    pub message: String,
    /// Where the issue is.
    pub location: Location,
}

/// What the linted pack is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LintSummary {
    /// The pack's id.
    pub policy_id: String,
    /// The pack's title.
    pub title: String,
    /// The pack's version.
    pub version: String,
    /// The ids of the pack's parents, in order.
    pub inherits: Vec<String>,
    /// Whether the pack's verdicts are enforced, after inheritance.
    pub mode: Mode,
    /// How many rules each section has, after inheritance. Entries of lists and maps count, and
    /// flags that are `true`. `rules` counts Rego files.
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
