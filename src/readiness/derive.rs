//! Makes a [`Basis`] from a pack, or from what a packet claims: the same derivation then shows
//! whether the packet agrees with the pack, and with itself.

use std::sync::Arc;

use super::artifact::approval_workflow::approver_groups;
use super::artifact::lint_report::LintReportArtifact;
use super::artifact::rollback_plan::PackFile;
use super::artifact::version_manifest::LineageEntry;
use super::basis::{Basis, Before, Engine, Versioned};
use super::dry_run::DryRunReport;
use super::given_pack::{GivenPack, Previous};
use super::packet::Packet;
use super::request::Request;
use crate::action::facts::FACTS_VERSION;
use crate::decision::PolicyIdentity;
use crate::policy::diff::diff;
use crate::policy::promotion::required::required;

impl Basis {
    /// From the packs themselves.
    pub(crate) fn of(
        given_pack: &GivenPack<'_>,
        previous: Option<&Previous>,
        request: Request,
        dry_run: DryRunReport,
    ) -> Self {
        let versioning = given_pack.repository.versioning;
        let between = |old, new| diff(old, new);
        let packs = previous.map(|previous| &previous.pack);
        Self {
            identity: given_pack.identity.clone(),
            lineage: given_pack
                .pack
                .lineage
                .iter()
                .map(LineageEntry::from)
                .collect(),
            previous: previous.map(Before::from),
            forward: packs
                .map(|before| between(before, given_pack.pack))
                .unwrap_or_default(),
            back: packs
                .map(|before| between(given_pack.pack, before))
                .unwrap_or_default(),
            lint: LintReportArtifact::of(given_pack.lint, given_pack.identity),
            dry_run,
            approver_groups: approver_groups(given_pack.pack, packs),
            versioning: Versioned {
                source_ref: versioning.source.as_ref().map(ToString::to_string),
                reason: versioning.reason.clone(),
            },
            promotion: Some(match packs {
                Some(before) => required(before, given_pack.pack),
                None => given_pack.pack.promotion(),
            }),
            engine: Engine {
                digest: Some(given_pack.engine_digest),
                facts_version: FACTS_VERSION.to_owned(),
            },
            names_doors: true,
            names_rollback: true,
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
            promotion: packet.shadow_mode_plan.promotion_criteria.required(),
            engine: Engine::claimed(packet),
            names_doors: packet.authoring_ui_contract.names_doors(),
            names_rollback: packet.authoring_ui_contract.names_rollback(),
            request: packet.request(),
        }
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
