//! What the artifacts follow from.

use jiff::Timestamp;
use serde_json::Value;

use super::artifact::lint_report::LintReportArtifact;
use super::artifact::rollback_plan::PackFile;
use super::artifact::version_manifest::LineageEntry;
use super::dry_run::DryRunReport;
use super::request::Request;
use crate::canonical::Digest;
use crate::decision::PolicyIdentity;
use crate::policy::diff::Diff;
use crate::policy::promotion::Promotion;

/// What the artifacts follow from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Basis {
    pub(crate) identity: PolicyIdentity,
    pub(crate) lineage: Vec<LineageEntry>,
    pub(crate) previous: Option<Before>,
    /// From the previous policy to this one; empty if there is none.
    pub(crate) forward: Diff,
    /// From this policy to the previous one; empty if there is none.
    pub(crate) back: Diff,
    pub(crate) lint: LintReportArtifact,
    pub(crate) dry_run: DryRunReport,
    pub(crate) approver_groups: Vec<String>,
    pub(crate) versioning: Versioned,
    /// What the change has to show. Plans of earlier versions don't say.
    pub(crate) promotion: Option<Promotion>,
    pub(crate) engine: Engine,
    /// Whether the contract of the user interface says where each method is served. Those of
    /// earlier versions don't.
    pub(crate) names_doors: bool,
    /// Whether the contract names the methods by which policies come into force now. Those of earlier
    /// versions name a method that is gone.
    pub(crate) names_rollback: bool,
    pub(crate) request: Request,
}

/// What judged the policy, as artifacts carry it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Engine {
    /// Manifests of earlier versions don't say.
    pub(crate) digest: Option<Digest>,
    pub(crate) facts_version: String,
}

/// The previous policy, as artifacts carry it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Before {
    pub(crate) identity: PolicyIdentity,
    pub(crate) document: Value,
    pub(crate) files: Vec<PackFile>,
}

/// What version control says, as artifacts carry it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Versioned {
    pub(crate) source_ref: Option<String>,
    pub(crate) reason: String,
}

impl Basis {
    /// The identity of the previous policy.
    pub(crate) fn before(&self) -> Option<&PolicyIdentity> {
        self.previous.as_ref().map(|before| &before.identity)
    }

    /// The time that goes into the artifacts.
    pub(crate) fn generated_at(&self) -> Timestamp {
        self.request.generated_at
    }
}
