//! Policies in force, listings and lint issues.

use std::borrow::Cow;

use crate::decision::PolicyIdentity;
use crate::grpc::convert::field::FieldError;
use crate::grpc::wire;
use crate::library::Listing;
use crate::policy::issue::{Issue, Location};
use crate::policy::lint::{LintReport, Summary};

/// Which policy a caller means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// A pack of the library.
    Pack(String),
    /// The policy that is in force.
    Active,
    /// What is judged beside it.
    Candidate,
}

impl TryFrom<wire::GetPolicyRequest> for Wanted {
    type Error = FieldError;

    fn try_from(request: wire::GetPolicyRequest) -> Result<Self, FieldError> {
        let wire::GetPolicyRequest { policy } = request;
        policy.ok_or(FieldError::missing("policy"))?.try_into()
    }
}

impl TryFrom<wire::DryRunRequest> for Wanted {
    type Error = FieldError;

    fn try_from(request: wire::DryRunRequest) -> Result<Self, FieldError> {
        let wire::DryRunRequest { policy } = request;
        policy.ok_or(FieldError::missing("policy"))?.try_into()
    }
}

impl TryFrom<wire::PolicyRef> for Wanted {
    type Error = FieldError;

    fn try_from(policy: wire::PolicyRef) -> Result<Self, FieldError> {
        use wire::policy_ref::Policy;
        let wire::PolicyRef { policy } = policy;
        match policy {
            None => Err(FieldError::missing("policy.policy")),
            Some(Policy::PolicyId(id)) => policy_id("policy.policy_id", id).map(Self::Pack),
            Some(Policy::Slot(number)) => match wire::Slot::try_from(number) {
                Ok(wire::Slot::Active) => Ok(Self::Active),
                Ok(wire::Slot::Candidate) => Ok(Self::Candidate),
                Ok(wire::Slot::Unspecified) => Err(FieldError::missing("policy.slot")),
                Err(_) => Err(FieldError::new(
                    "policy.slot",
                    format!("is `{number}`, which is not known"),
                )),
            },
        }
    }
}

/// An id that must be there. Whether there is such a pack is for the library to say.
pub(in crate::grpc) fn policy_id(
    field: impl Into<Cow<'static, str>>,
    id: String,
) -> Result<String, FieldError> {
    if id.is_empty() {
        return Err(FieldError::missing(field));
    }
    Ok(id)
}

impl From<&PolicyIdentity> for wire::PolicyIdentity {
    fn from(identity: &PolicyIdentity) -> Self {
        let PolicyIdentity {
            id,
            version,
            policy_digest,
            effective_digest,
        } = identity;
        Self {
            policy_id: id.to_string(),
            policy_version: version.to_string(),
            policy_digest: policy_digest.to_string(),
            effective_digest: effective_digest.to_string(),
        }
    }
}

impl From<Listing> for wire::PolicyListing {
    fn from(listing: Listing) -> Self {
        // The folder of the library is not shown to callers.
        let Listing {
            id,
            origin: _,
            folder: _,
            title,
            version,
            inherits,
            error,
        } = listing;
        Self {
            policy_id: id,
            title,
            policy_version: version,
            inherits,
            error,
        }
    }
}

impl From<LintReport> for wire::LintPolicyResponse {
    fn from(report: LintReport) -> Self {
        let LintReport {
            valid,
            blocker_count,
            warning_count,
            issue_count: _,
            issues,
            summary,
            // The last issue says it.
            left_out: _,
        } = report;
        let Summary {
            policy_id,
            title,
            version,
            inherits,
            mode,
            rule_counts,
        } = summary;
        let rule_counts = rule_counts.into_iter();
        Self {
            valid,
            blocker_count: count(blocker_count),
            warning_count: count(warning_count),
            issues: issues.into_iter().map(Into::into).collect(),
            summary: Some(wire::PolicySummary {
                policy_id,
                title,
                policy_version: version,
                inherits,
                mode: wire::Mode::from(mode).into(),
                rule_counts: rule_counts
                    .map(|(section, rules)| (section.to_owned(), count(rules)))
                    .collect(),
            }),
        }
    }
}

impl From<Issue> for wire::Issue {
    fn from(issue: Issue) -> Self {
        let Issue {
            severity,
            code,
            message,
            location: Location { file, line, column },
        } = issue;
        Self {
            severity: wire::IssueSeverity::from(severity).into(),
            code: code.to_owned(),
            message,
            file,
            line: count(line),
            column: count(column),
        }
    }
}

/// A count of something whose limit is far below 2^32.
pub(in crate::grpc) fn count(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
