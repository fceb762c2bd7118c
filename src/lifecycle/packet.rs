//! Readiness packets: the evidence for a policy's lifecycle in one document.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::artifact::{
    ApprovalWorkflow, AuthoringUiContract, LintReportArtifact, RollbackPlan, ShadowModePlan,
    VersionManifest,
};
use super::dry_run::DryRunReport;
use super::plan::Export;
use super::pointer;
use super::request::Request;
use crate::canonical::{CanonicalError, Digest, parse_strict, to_canonical_bytes};

/// The packet's `schema_version`.
pub const SCHEMA_VERSION: &str = "cavra.policy-lifecycle.readiness.v1";
/// The packet's `product`.
pub const PRODUCT: &str = "CAVRA";
/// Bytes of one packet.
pub const MAX_PACKET_BYTES: usize = 64 * 1024 * 1024;
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

/// The evidence that a policy is ready to become active: seven artifacts, and references to other
/// systems. A packet may be 64 MiB long.
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
    /// References to other systems.
    pub operating_evidence: OperatingEvidence,
    /// SHA-256 over the canonical JSON of the packet without this field. It shows that the packet
    /// is not damaged. It does not show that the packet is true.
    pub packet_digest: Option<Digest>,
}

/// Why a part of a packet can't be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{pointer}`: {problem}")]
pub struct PacketError {
    /// A JSON pointer (RFC 6901); empty for the packet as a whole.
    pub pointer: String,
    /// What is wrong there.
    pub problem: String,
}

impl PacketError {
    /// The packet's field that it is about; absent for the packet as a whole.
    #[must_use]
    pub fn part(&self) -> Option<&str> {
        self.pointer.split('/').nth(1)
    }
}

impl Packet {
    /// The packet over an export.
    ///
    /// # Errors
    /// If an artifact has no canonical form.
    pub fn assemble(
        export: &Export,
        evidence_mode: EvidenceMode,
        operating_evidence: OperatingEvidence,
    ) -> Result<Self, CanonicalError> {
        let mut packet = Self {
            schema_version: SCHEMA_VERSION.to_owned(),
            product: PRODUCT.to_owned(),
            evidence_mode,
            lifecycle_capabilities: CAPABILITIES.map(str::to_owned).to_vec(),
            approval_workflow: export.approval_workflow.clone(),
            authoring_ui_contract: export.authoring_ui_contract.clone(),
            dry_run_report: export.dry_run_report.clone(),
            lint_report: export.lint_report.clone(),
            rollback_plan: export.rollback_plan.clone(),
            shadow_mode_plan: export.shadow_mode_plan.clone(),
            version_manifest: export.version_manifest.clone(),
            operating_evidence,
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

/// The id of the policy that a packet is about, so that its pack can be looked for. Nothing
/// is checked yet.
#[must_use]
pub fn policy_id(packet: &[u8]) -> Option<String> {
    let packet = value(packet).ok()?;
    let id = packet.pointer("/version_manifest/policy_id")?.as_str()?;
    Some(id.to_owned())
}

/// Reads a packet, as JSON and typed.
///
/// # Errors
/// With everything that can't be read: what isn't strict JSON, unknown or missing keys, wrong
/// types.
pub fn read(packet: &[u8]) -> Result<(Packet, Value), Vec<PacketError>> {
    let value = value(packet).map_err(|problem| vec![whole(problem)])?;
    let Value::Object(fields) = &value else {
        return Err(vec![whole("is not an object".to_owned())]);
    };
    let mut parts = Parts {
        fields,
        known: Vec::new(),
        errors: Vec::new(),
    };
    let packet = parts.packet();
    parts.unknown();
    match packet {
        Some(packet) if parts.errors.is_empty() => Ok((packet, value)),
        _ => Err(parts.errors),
    }
}

fn value(packet: &[u8]) -> Result<Value, String> {
    if packet.len() > MAX_PACKET_BYTES {
        return Err(format!(
            "has {} bytes; the limit is {MAX_PACKET_BYTES}",
            packet.len()
        ));
    }
    parse_strict(packet).map_err(|error| error.to_string())
}

fn whole(problem: String) -> PacketError {
    PacketError {
        pointer: String::new(),
        problem,
    }
}

/// The fields of a packet, taken one by one, so that one bad part doesn't hide another.
struct Parts<'a> {
    fields: &'a Map<String, Value>,
    known: Vec<&'static str>,
    errors: Vec<PacketError>,
}

impl Parts<'_> {
    fn packet(&mut self) -> Option<Packet> {
        let schema_version = self.take("schema_version");
        let product = self.take("product");
        let evidence_mode = self.take("evidence_mode");
        let lifecycle_capabilities = self.take("lifecycle_capabilities");
        let approval_workflow = self.take("approval_workflow");
        let authoring_ui_contract = self.take("authoring_ui_contract");
        let dry_run_report = self.take("dry_run_report");
        let lint_report = self.take("lint_report");
        let rollback_plan = self.take("rollback_plan");
        let shadow_mode_plan = self.take("shadow_mode_plan");
        let version_manifest = self.take("version_manifest");
        let operating_evidence = self.take("operating_evidence");
        let packet_digest = self.take("packet_digest");
        Some(Packet {
            schema_version: schema_version?,
            product: product?,
            evidence_mode: evidence_mode?,
            lifecycle_capabilities: lifecycle_capabilities?,
            approval_workflow: approval_workflow?,
            authoring_ui_contract: authoring_ui_contract?,
            dry_run_report: dry_run_report?,
            lint_report: lint_report?,
            rollback_plan: rollback_plan?,
            shadow_mode_plan: shadow_mode_plan?,
            version_manifest: version_manifest?,
            operating_evidence: operating_evidence?,
            packet_digest: packet_digest?,
        })
    }

    fn take<T: DeserializeOwned + Serialize>(&mut self, name: &'static str) -> Option<T> {
        self.known.push(name);
        let Some(value) = self.fields.get(name) else {
            self.error(format!("/{name}"), "is missing".to_owned());
            return None;
        };
        match serde_path_to_error::deserialize(value) {
            // Serde reads an array as an object whose fields it lists in order. A program that
            // reads the packet by its keys would find nothing there.
            Ok(part) if serde_json::to_value(&part).is_ok_and(|again| again != *value) => {
                let problem = "is not in the form that its schema has".to_owned();
                self.error(format!("/{name}"), problem);
                None
            }
            Ok(part) => Some(part),
            Err(error) => {
                let pointer = format!("/{name}{}", pointer::of_path(error.path()));
                self.error(pointer, error.into_inner().to_string());
                None
            }
        }
    }

    fn unknown(&mut self) {
        let unknown = self
            .fields
            .keys()
            .filter(|key| !self.known.contains(&key.as_str()));
        for key in unknown.cloned().collect::<Vec<_>>() {
            let pointer = format!("/{}", pointer::escape(&key));
            self.error(pointer, "is not a field of a readiness packet".to_owned());
        }
    }

    fn error(&mut self, pointer: String, problem: String) {
        self.errors.push(PacketError { pointer, problem });
    }
}
