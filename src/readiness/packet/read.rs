//! Reads a packet, as JSON and typed, and names everything in it that can't be read.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::Packet;
use super::limits::{MAX_ATTESTATION_BYTES, MAX_ATTESTATIONS, MAX_PACKET_BYTES};
use crate::canonical::parse_strict;
use crate::keys::dsse::Envelope;
use crate::policy::cases::MAX_CASES;
use crate::readiness::dry_run::DryRunReport;
use crate::readiness::pointer;

/// Why a part of a packet can't be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", said(pointer, problem))]
pub struct PacketError {
    /// A JSON pointer (RFC 6901); empty for the packet as a whole.
    pub pointer: String,
    /// What is wrong there.
    pub problem: String,
}

fn said(pointer: &str, problem: &str) -> String {
    match pointer {
        "" => format!("the packet {problem}"),
        pointer => format!("`{pointer}`: {problem}"),
    }
}

impl PacketError {
    /// The packet's field that it is about; absent for the packet as a whole.
    #[must_use]
    pub fn part(&self) -> Option<&str> {
        self.pointer.split('/').nth(1)
    }
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
    parse_strict(packet).map_err(|error| format!("is not strict JSON: {error}"))
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
        let dry_run_report: Option<DryRunReport> = self.take("dry_run_report");
        self.check_results(dry_run_report.as_ref());
        let lint_report = self.take("lint_report");
        let rollback_plan = self.take("rollback_plan");
        let shadow_mode_plan = self.take("shadow_mode_plan");
        let version_manifest = self.take("version_manifest");
        let operating_evidence = self.take("operating_evidence");
        let bundles = self.take_later("bundles");
        let attestations = self.take_later("attestations");
        self.check_sizes(attestations.as_ref());
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
            bundles,
            attestations,
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

    /// A field that packets of earlier versions lack. One that is there and can't be read is an
    /// error, so that `None` is never mistaken for an earlier version.
    fn take_later<T: DeserializeOwned + Serialize>(&mut self, name: &'static str) -> Option<T> {
        match self.fields.contains_key(name) {
            true => self.take(name),
            false => {
                self.known.push(name);
                None
            }
        }
    }

    /// Each result is compared with one that is recomputed.
    fn check_results(&mut self, report: Option<&DryRunReport>) {
        let count = report.map_or(0, |report| report.results.len());
        if count > MAX_CASES {
            let problem = format!("has {count} entries; a pack has at most {MAX_CASES} cases");
            self.error("/dry_run_report/results".to_owned(), problem);
        }
    }

    /// No signature is looked at before the envelopes are few and short enough.
    fn check_sizes(&mut self, attestations: Option<&Vec<Envelope>>) {
        let Some(attestations) = attestations else {
            return;
        };
        let count = attestations.len();
        if count > MAX_ATTESTATIONS {
            let problem = format!("has {count} entries; the limit is {MAX_ATTESTATIONS}");
            self.error("/attestations".to_owned(), problem);
        }
        let bytes: usize = attestations.iter().map(Envelope::payload_len).sum();
        if bytes > MAX_ATTESTATION_BYTES {
            let problem =
                format!("has {bytes} bytes of payloads; the limit is {MAX_ATTESTATION_BYTES}");
            self.error("/attestations".to_owned(), problem);
        }
        for (index, envelope) in attestations.iter().enumerate() {
            let signatures = envelope.signature_count();
            if signatures != 1 {
                let problem = format!("has {signatures} entries; there must be 1");
                self.error(format!("/attestations/{index}/signatures"), problem);
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
