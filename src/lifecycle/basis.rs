//! What the artifacts follow from. Made from a pack, or from what a packet claims: the same
//! derivation then tells whether the packet agrees with the pack, and with itself.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::Value;

use super::artifact::approval_workflow::approver_groups;
use super::artifact::lint_report::LintReportArtifact;
use super::artifact::rollback_plan::PackFile;
use super::artifact::version_manifest::LineageEntry;
use super::dry_run::DryRunReport;
use super::pack_at_hand::{PackAtHand, Previous};
use super::packet::Packet;
use super::plan::Request;
use crate::action::facts::FACTS_VERSION;
use crate::canonical::Digest;
use crate::policy::decision::PolicyIdentity;
use crate::policy::diff::{Diff, diff};

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
    pub(crate) engine: Engine,
    /// Whether the contract of the user interface says where each method is served. Those of
    /// earlier versions don't.
    pub(crate) names_doors: bool,
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
    /// From the packs themselves.
    pub(crate) fn of(
        at_hand: &PackAtHand<'_>,
        previous: Option<&Previous>,
        request: Request,
        dry_run: DryRunReport,
    ) -> Self {
        let versioning = at_hand.repository.versioning;
        let between = |old, new| diff(old, new);
        let packs = previous.map(|previous| &previous.pack);
        Self {
            identity: at_hand.identity.clone(),
            lineage: at_hand
                .pack
                .lineage
                .iter()
                .map(LineageEntry::from)
                .collect(),
            previous: previous.map(Before::from),
            forward: packs
                .map(|before| between(before, at_hand.pack))
                .unwrap_or_default(),
            back: packs
                .map(|before| between(at_hand.pack, before))
                .unwrap_or_default(),
            lint: LintReportArtifact::of(at_hand.lint, at_hand.identity),
            dry_run,
            approver_groups: approver_groups(at_hand.pack, packs),
            versioning: Versioned {
                source_ref: versioning.source.as_ref().map(ToString::to_string),
                reason: versioning.reason.clone(),
            },
            engine: Engine {
                digest: Some(at_hand.engine_digest),
                facts_version: FACTS_VERSION.to_owned(),
            },
            names_doors: true,
            request,
        }
    }

    /// From what a packet claims, where the rest of the packet doesn't determine it.
    pub(crate) fn claimed(packet: &Packet) -> Self {
        let (manifest, rollback) = (&packet.version_manifest, &packet.rollback_plan);
        Self {
            identity: PolicyIdentity {
                id: Arc::from(manifest.policy_id.as_str()),
                version: Arc::from(manifest.policy_version.as_str()),
                policy_digest: manifest.policy_digest,
                effective_digest: manifest.effective_digest,
            },
            lineage: manifest.lineage.clone(),
            previous: Before::claimed(packet),
            forward: manifest.diff.clone(),
            back: rollback.diff.clone(),
            lint: packet.lint_report.clone(),
            dry_run: packet.dry_run_report.clone(),
            approver_groups: packet.approval_workflow.approver_groups.clone(),
            versioning: Versioned {
                source_ref: manifest.source_ref.clone(),
                reason: manifest.versioning_reason.clone(),
            },
            engine: Engine::claimed(packet),
            names_doors: packet.authoring_ui_contract.names_doors(),
            request: packet.request(),
        }
    }

    /// The identity of the previous policy.
    pub(crate) fn before(&self) -> Option<&PolicyIdentity> {
        self.previous.as_ref().map(|before| &before.identity)
    }

    /// The time that goes into the artifacts.
    pub(crate) fn generated_at(&self) -> Timestamp {
        self.request.generated_at
    }
}

impl Engine {
    /// The version of the facts is that of the first decision: every decision must name the same.
    pub(crate) fn claimed(packet: &Packet) -> Self {
        let results = packet.dry_run_report.results.iter();
        let mut decisions = results.filter_map(|result| result.decision.as_ref());
        let publish = &packet.approval_workflow.publish_decision;
        Self {
            digest: packet.version_manifest.engine_digest,
            facts_version: decisions.next().unwrap_or(publish).facts_version.clone(),
        }
    }
}

impl From<&Previous> for Before {
    fn from(previous: &Previous) -> Self {
        Self {
            identity: previous.identity.clone(),
            document: previous.document.clone(),
            files: previous.files.iter().map(PackFile::from).collect(),
        }
    }
}

impl Before {
    /// Absent unless every part is there.
    fn claimed(packet: &Packet) -> Option<Self> {
        let (manifest, rollback) = (&packet.version_manifest, &packet.rollback_plan);
        Some(Self {
            identity: PolicyIdentity {
                id: Arc::from(rollback.previous_policy_id.as_deref()?),
                version: Arc::from(manifest.previous_policy_version.as_deref()?),
                policy_digest: rollback.previous_policy_digest?,
                effective_digest: rollback.previous_effective_digest?,
            },
            document: rollback.previous_policy.clone()?,
            files: rollback.previous_files.clone(),
        })
    }
}
