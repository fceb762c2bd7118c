//! Whether an export on disk holds: the same checks as for a packet, and those of its index.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json, to_value};

use super::checks::Checks;
use super::{Given, ReadinessResult, Subject, agreement, digests, dry_runs, pack, unreadable};
use crate::canonical::{Digest, parse_strict, to_canonical_bytes};
use crate::readiness::artifact::ExportIndex;
use crate::readiness::basis::Basis;
use crate::readiness::given_pack::GivenPack;
use crate::readiness::packet::{
    self, CAPABILITIES, EvidenceMode, PRODUCT, Packet, PacketError, SCHEMA_VERSION,
};
use crate::readiness::plan::{EXPORT_FILES, Export, INDEX};
use crate::readiness::pointer::differences;

/// Checks the files of an export, by path relative to its folder. An export has no evidence
/// mode: it is ready for the contract, and a packet over it may be for more.
#[must_use]
pub fn export_readiness(
    files: &BTreeMap<String, Vec<u8>>,
    given_pack: Option<&GivenPack<'_>>,
) -> ReadinessResult {
    let read = read(files).and_then(|artifacts| {
        let packet = packet::read(&wrapped(&artifacts))?;
        Ok((artifacts, packet))
    });
    let (artifacts, (packet, value)) = match read {
        Ok(read) => read,
        Err(errors) => return unreadable(&errors),
    };
    let given = Given {
        given_pack,
        ..Given::default()
    };
    let subject = Subject::new(&packet, &value, given);
    let mut checks = Checks::default();
    index(&artifacts, &mut checks);
    plan_and_index(&packet, &artifacts, &mut checks);
    digests::check(&subject, &mut checks);
    dry_runs::check(&subject, &mut checks);
    agreement::check(&subject, &mut checks);
    pack::check(&subject, &mut checks);
    checks.result(None, subject.is_recomputed())
}

/// The artifacts by name.
fn read(files: &BTreeMap<String, Vec<u8>>) -> Result<Map<String, Value>, Vec<PacketError>> {
    let mut artifacts = Map::new();
    let mut errors = Vec::new();
    for (name, path) in EXPORT_FILES {
        let mut error = |problem: String| {
            errors.push(PacketError {
                pointer: format!("/{name}"),
                problem: format!("`{path}` {problem}"),
            });
        };
        match files.get(path).map(|bytes| parse_strict(bytes)) {
            None => error("is missing".to_owned()),
            Some(Err(problem)) => error(format!("is not strict JSON: {problem}")),
            Some(Ok(value)) => {
                artifacts.insert(name.to_owned(), value);
            }
        }
    }
    if errors.is_empty() {
        Ok(artifacts)
    } else {
        Err(errors)
    }
}

/// The artifacts as a packet, so that one reader reads both.
fn wrapped(artifacts: &Map<String, Value>) -> Vec<u8> {
    let mut packet = json!({
        "schema_version": SCHEMA_VERSION,
        "product": PRODUCT,
        "evidence_mode": EvidenceMode::Sample,
        "lifecycle_capabilities": CAPABILITIES,
        "operating_evidence": {
            "ci_run_ref": "", "policy_review_ref": "", "ui_validation_ref": "",
        },
        "packet_digest": null,
    });
    if let Value::Object(fields) = &mut packet {
        let inside = artifacts
            .iter()
            .filter(|(name, _)| CAPABILITIES.contains(&name.as_str()));
        fields.extend(inside.map(|(name, value)| (name.clone(), value.clone())));
    }
    packet.to_string().into_bytes()
}

/// Whether every file has the digest that the index names.
fn index(artifacts: &Map<String, Value>, checks: &mut Checks) {
    let name = "export_digests";
    let index = artifacts.get(INDEX).cloned().unwrap_or_default();
    let index: ExportIndex = match serde_path_to_error::deserialize(&index) {
        Ok(index) => index,
        Err(error) => return checks.blocker(name, format!("the index: {error}")),
    };
    let mut faults = Vec::new();
    for entry in &index.artifacts {
        let value = artifacts.get(&entry.name).filter(|_| entry.name != INDEX);
        let digest = value.and_then(|value| to_canonical_bytes(value).ok());
        match digest.map(|bytes| Digest::of(&bytes)) {
            Some(digest) if digest == entry.sha256 => {}
            Some(digest) => {
                let (path, named) = (&entry.path, entry.sha256);
                faults.push(format!(
                    "`{path}` has the digest {digest}, the index names {named}"
                ));
            }
            None => faults.push(format!(
                "the index names `{}`, which isn't there",
                entry.name
            )),
        }
    }
    checks.faults(
        name,
        &faults,
        "every file has the digest that the index names",
    );
}

/// The index with the digests of the files as they are. Whether a file says what it should is
/// compared without the words of its sentences, which the digest covers.
fn indexed(mut index: ExportIndex, artifacts: &Map<String, Value>) -> ExportIndex {
    for entry in &mut index.artifacts {
        let value = artifacts.get(&entry.name);
        if let Some(bytes) = value.and_then(|value| to_canonical_bytes(value).ok()) {
            entry.sha256 = Digest::of(&bytes);
        }
    }
    index
}

/// The two artifacts that a packet hasn't got follow from the others.
fn plan_and_index(packet: &Packet, artifacts: &Map<String, Value>, checks: &mut Checks) {
    let expected = Export::of(Basis::claimed(packet)).map_err(|error| error.to_string());
    let expected = expected.and_then(|export| {
        let index = indexed(export.index, artifacts);
        let values = [to_value(&export.lifecycle_plan), to_value(&index)];
        let [plan, index] = values.map(|value| value.map_err(|error| error.to_string()));
        Ok([("lifecycle_plan", plan?), (INDEX, index?)])
    });
    match expected {
        Ok(expected) => {
            for (name, value) in expected {
                let found = artifacts.get(name).cloned().unwrap_or_default();
                let found = differences(&format!("/{name}"), &value, &found);
                checks.compared(name, &found, "follows from the other artifacts");
            }
        }
        Err(problem) => checks.blocker(INDEX, problem),
    }
}
