//! Readiness packets: the evidence for a policy's lifecycle in one document.
//!
//! | module | holds |
//! |---|---|
//! | [`attestation`] | the signed documents of a packet, by what they are |
//! | [`limits`] | how large a packet and its parts may be |
//! | `read` | the strict reader |

pub mod attestation;
pub mod limits;
mod read;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::artifact::{
    ApprovalWorkflow, AuthoringUiContract, LintReportArtifact, RollbackPlan, ShadowModePlan,
    VersionManifest,
};
use super::dry_run::DryRunReport;
use super::plan::Export;
use super::request::Request;
use crate::canonical::{CanonicalError, Digest, to_canonical_bytes};
use crate::keys::dsse::Envelope;
use crate::policy::bundle::Bundle;

pub use limits::MAX_PACKET_BYTES;
pub use read::{PacketError, policy_id, read};

/// The packet's `schema_version`.
pub const SCHEMA_VERSION: &str = "cavra.policy-lifecycle.readiness.v1";
/// The packet's `product`.
pub const PRODUCT: &str = "CAVRA";
/// What a packet gives evidence of: each is the name of an artifact.
pub const CAPABILITIES: [&str; 7] = [
    "approval_workflow",
    "authoring_ui_contract",
    "dry_run_report",
    "lint_report",
    "rollback_plan",
    "shadow_mode_plan",
    "version_manifest",
];

/// Whether a packet is about a real change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum EvidenceMode {
    /// The packet only shows the form.
    Sample,
    /// The packet is about a real change.
    Live,
}

/// References to other systems. Only those systems can resolve them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OperatingEvidence {
    /// The run of the continuous integration that checked the change.
    pub ci_run_ref: String,
    /// The review of the change.
    pub policy_review_ref: String,
    /// The validation of the change in the user interface.
    pub ui_validation_ref: String,
}

/// The policies that a packet is about, whole: everything in the packet that follows from a policy
/// is recomputed from here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "PacketBundles")]
pub struct Bundles {
    /// The policy that is to come into force.
    pub candidate: Bundle,
    /// The policy that is replaced. It is `null` if there is none.
    pub replaced: Option<Bundle>,
}

/// What a packet is made with, beside the artifacts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// Whether the packet is about a real change.
    pub mode: EvidenceMode,
    /// References to other systems.
    pub operating: OperatingEvidence,
    /// The policies, whole.
    pub bundles: Bundles,
    /// Signed documents, in any order.
    pub attestations: Vec<Envelope>,
}

/// The evidence that a policy is ready to become active: seven artifacts, the policies, signed
/// documents, and references to other systems. A packet may be 64 MiB long.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "ReadinessPacket", deny_unknown_fields)]
pub struct Packet {
    /// The document's version.
    #[schemars(extend("const" = SCHEMA_VERSION))]
    pub schema_version: String,
    /// Always `CAVRA`.
    #[schemars(extend("const" = PRODUCT))]
    pub product: String,
    /// Whether the packet is about a real change.
    pub evidence_mode: EvidenceMode,
    /// The names of the seven artifacts that the packet holds.
    pub lifecycle_capabilities: Vec<String>,
    /// Who must approve the policy.
    pub approval_workflow: ApprovalWorkflow,
    /// What a user interface for writing policies must offer.
    pub authoring_ui_contract: AuthoringUiContract,
    /// The decisions of the policy about every case.
    pub dry_run_report: DryRunReport,
    /// What is wrong or doubtful about the policy.
    pub lint_report: LintReportArtifact,
    /// How to return to the previous policy.
    pub rollback_plan: RollbackPlan,
    /// How the policy is compared with the active one.
    pub shadow_mode_plan: ShadowModePlan,
    /// Which version of the policy this is.
    pub version_manifest: VersionManifest,
    /// References to other systems. They are shown, and never needed.
    pub operating_evidence: OperatingEvidence,
    /// The policies, whole. Absent in packets of earlier versions, which are never ready for live
    /// use.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bundles: Option<Bundles>,
    /// The signed change request, its approvals, the shadow report, explanations and the result of
    /// the dry run: DSSE envelopes with one signature each, at most 128 with 16 MiB of payloads in
    /// base64 together. They are ordered by kind, then by payload. Absent in packets of earlier
    /// versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attestations: Option<Vec<Envelope>>,
    /// SHA-256 over the canonical JSON of the packet without this field. It shows that the packet
    /// is not damaged. It does not show that the packet is true.
    pub packet_digest: Option<Digest>,
}

impl Packet {
    /// The packet over an export.
    ///
    /// # Errors
    /// If an artifact has no canonical form.
    pub fn assemble(export: &Export, evidence: Evidence) -> Result<Self, CanonicalError> {
        let mut attestations = evidence.attestations;
        attestation::sort(&mut attestations);
        let mut packet = Self {
            schema_version: SCHEMA_VERSION.to_owned(),
            product: PRODUCT.to_owned(),
            evidence_mode: evidence.mode,
            lifecycle_capabilities: CAPABILITIES.map(str::to_owned).to_vec(),
            approval_workflow: export.approval_workflow.clone(),
            authoring_ui_contract: export.authoring_ui_contract.clone(),
            dry_run_report: export.dry_run_report.clone(),
            lint_report: export.lint_report.clone(),
            rollback_plan: export.rollback_plan.clone(),
            shadow_mode_plan: export.shadow_mode_plan.clone(),
            version_manifest: export.version_manifest.clone(),
            operating_evidence: evidence.operating,
            bundles: Some(evidence.bundles),
            attestations: Some(attestations),
            packet_digest: None,
        };
        packet.packet_digest = Some(digest(&serde_json::to_value(&packet)?)?);
        Ok(packet)
    }

    /// The text for people: sorted keys, two spaces, a line feed at the end.
    ///
    /// # Errors
    /// If an artifact has no JSON form.
    pub fn text(&self) -> Result<String, CanonicalError> {
        Ok(format!("{:#}\n", serde_json::to_value(self)?))
    }

    /// Who asked for the plan, and when, as the artifacts say.
    #[must_use]
    pub fn request(&self) -> Request {
        Request {
            requested_by: self.rollback_plan.requested_by.clone(),
            generated_at: self.generated_at(),
        }
    }

    fn generated_at(&self) -> Timestamp {
        self.version_manifest.generated_at
    }
}

/// What a packet's `packet_digest` must be.
///
/// # Errors
/// If the packet has no canonical form.
pub fn digest(packet: &Value) -> Result<Digest, CanonicalError> {
    let mut bare = packet.clone();
    if let Value::Object(fields) = &mut bare {
        fields.remove("packet_digest");
    }
    Ok(Digest::of(&to_canonical_bytes(&bare)?))
}
